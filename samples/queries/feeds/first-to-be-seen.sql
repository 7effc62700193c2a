-- Which outlet had each story first, by when its feed showed it, and how long did the others take?
-- first-with-the-story.sql goes by the time of publication, which is what outlets say themselves.
-- This goes by what was seen, as exactly as the feeds are polled. A story is a group of copies.
WITH seen AS (
    SELECT group_id, outlet, title, first_seen_at,
        row_number() OVER (PARTITION BY group_id ORDER BY first_seen_at, outlet, article_id) AS place
    FROM articles
    WHERE group_size > 1 AND fetched_at IS NOT NULL
)
SELECT
    min(first_seen_at) AT TIME ZONE 'UTC' AS seen_utc,
    arg_min(outlet, place) AS first,
    arg_min(title, place) AS title,
    list(outlet ORDER BY place)[2:] AS followers,
    date_diff('minute', min(first_seen_at), max(first_seen_at)) AS minutes_to_the_last
FROM seen
GROUP BY group_id
HAVING count(DISTINCT outlet) > 1
ORDER BY seen_utc, first, title;
