-- Which outlet repeats which, how closely, and how long after?
-- Exact and near copies repeat the original of their group; an excerpt repeats the longer text it
-- was cut from. Minutes are counted only where both say the time and not just the day.
WITH repeats AS (
    SELECT article_id, duplicate_of AS repeated_id, duplicate_kind AS kind, duplicate_similarity AS alike
    FROM articles
    WHERE duplicate_of IS NOT NULL
    UNION ALL
    SELECT contained_id, if(contained_id = article_id, other_id, article_id), kind, containment
    FROM duplicate_pairs
    WHERE kind = 'excerpt'
)
SELECT
    copy.outlet,
    original.outlet AS repeats,
    kind,
    count(*) AS articles,
    round(min(alike), 4) AS least_alike,
    median(date_diff('minute', original.published_at, copy.published_at)) FILTER (
        copy.published_precision = 'second' AND original.published_precision = 'second'
    ) AS median_minutes
FROM repeats
JOIN articles copy USING (article_id)
JOIN articles original ON original.article_id = repeated_id
GROUP BY ALL
ORDER BY articles DESC, copy.outlet, repeats, kind;
