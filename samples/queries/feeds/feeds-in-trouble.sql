-- Which feeds are in trouble, and what is the matter with each?
-- failing: no usable answer; overdue: nobody polls; silent: nothing new for long, compared with
-- its own past; gone: retired by its server; gap: entries may have been missed.
SELECT
    if(state = 'fine', 'gap', state) AS trouble,
    outlet,
    feed,
    failures,
    coalesce(detail, error) AS reason,
    answered_at AT TIME ZONE 'UTC' AS last_answer_utc,
    round(epoch(silent_for) / 86400, 1) AS days_without_news,
    usual_per_day,
    gaps
FROM feed_health
WHERE state NOT IN ('fine', 'never_polled') OR gaps > 0
ORDER BY trouble, failures DESC, feed;
