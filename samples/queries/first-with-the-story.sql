-- Who had each story first, and who followed?
-- A story is a group of exact and near copies. Its original is the earliest: by the time of
-- publication where that is plausible, else by the time it was first seen.
SELECT
    original.published_at AT TIME ZONE 'UTC' AS published_utc,
    original.outlet AS first,
    original.title,
    list(copy.outlet ORDER BY copy.published_at, copy.outlet) AS followers,
    date_diff('minute', original.published_at, max(copy.published_at)) AS minutes_to_the_last
FROM articles original
JOIN articles copy ON copy.duplicate_of = original.article_id
GROUP BY original.article_id, original.published_at, original.outlet, original.title
ORDER BY published_utc, first, original.title;
