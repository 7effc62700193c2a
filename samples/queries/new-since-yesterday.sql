-- What has come in or changed since yesterday?
-- "Yesterday" is one day before the last commit, by the clock of the store: the answer is the
-- same whenever the question is asked, and does not depend on what articles say of themselves.
-- A program that asks again and again keeps the greatest change_seq it has had instead, and asks
-- for rows WHERE change_seq > that.
WITH recent AS (
    SELECT seq, committed_at
    FROM batches
    WHERE committed_at > (SELECT max(committed_at) FROM batches) - INTERVAL 1 DAY
)
SELECT
    a.change_seq,
    r.committed_at AT TIME ZONE 'UTC' AS stored_utc,
    a.outlet,
    a.language,
    coalesce(a.title, left(a.text, 60)) AS headline,
    a.revisions > 1 AS revised,
    a.duplicate_kind AS repeats
FROM articles a
JOIN recent r ON r.seq = a.change_seq
ORDER BY a.change_seq DESC, a.outlet NULLS LAST, headline;
