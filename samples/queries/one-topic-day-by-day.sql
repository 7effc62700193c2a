-- How does one topic go, day by day, from its first day to its last?
-- Days without it are among them. Put another slug in the first line; SELECT topic, label FROM topics lists them.
WITH wanted AS (SELECT 'economy' AS topic),
days AS (
    SELECT unnest(generate_series(min(published_on), max(published_on), INTERVAL 1 DAY))::DATE AS published_on
    FROM daily_topics SEMI JOIN wanted USING (topic)
)
SELECT
    d.published_on,
    coalesce(t.articles, 0) AS articles,
    coalesce(t.originals, 0) AS originals,
    round(avg(coalesce(t.originals, 0)) OVER (ORDER BY d.published_on ROWS 6 PRECEDING), 2) AS week_average
FROM days d
LEFT JOIN (FROM daily_topics SEMI JOIN wanted USING (topic)) t USING (published_on)
ORDER BY d.published_on;
