-- What is known to be missing, feed by feed?
-- A gap: nothing of the body before was left at a poll, so that entries may have come and gone in
-- between. Articles whose page was not had are there with the text that the feed gave.
SELECT
    outlet,
    feed,
    articles,
    gaps,
    gap_from AT TIME ZONE 'UTC' AS last_gap_from_utc,
    gap_to AT TIME ZONE 'UTC' AS last_gap_to_utc,
    rejected AS entries_rejected,
    pages_blocked,
    pages_refused,
    pages_failed,
    pages_waiting
FROM completeness
WHERE gaps + rejected + pages_blocked + pages_refused + pages_failed + pages_waiting > 0
ORDER BY gaps DESC, entries_rejected DESC, feed;
