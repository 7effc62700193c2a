-- Which articles were changed after they first appeared, and which words came and went?
WITH worded AS (
    SELECT *, list_distinct(regexp_extract_all(lower(concat_ws(' ', title, text)), '[\p{L}\p{N}]+')) AS words
    FROM revisions
),
compared AS (
    SELECT *, lag(words) OVER (PARTITION BY article_id ORDER BY revision) AS words_before
    FROM worded
)
SELECT
    a.outlet,
    c.revision,
    c.revision = a.revision AS is_current,
    c.first_seen_at AT TIME ZONE 'UTC' AS first_seen_utc,
    c.title,
    c.changed,
    list_sort(list_filter(c.words, lambda w: NOT list_contains(c.words_before, w))) AS words_added,
    list_sort(list_filter(c.words_before, lambda w: NOT list_contains(c.words, w))) AS words_gone
FROM compared c
JOIN articles a USING (article_id)
WHERE c.revision > 1
ORDER BY a.outlet, c.revision;
