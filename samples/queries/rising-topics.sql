-- Which topics are up against their own past?
-- The week to the last day of the store against the four weeks before it. Put another day in the
-- first line, such as DATE '2025-03-06'. Dates in the future do not count.
WITH day AS (
    SELECT max(published_on) AS published_on FROM articles
    WHERE published_at <= first_seen_at + INTERVAL 1 DAY
)
SELECT
    r.published_on AS last_day,
    r.topic,
    t.label,
    r.originals,
    r.usual,
    round(r.times, 1) AS times,
    round(r.rise, 2) AS rise
FROM rising_topics r
JOIN topics t USING (topic)
JOIN day ON r.published_on BETWEEN day.published_on - 6 AND day.published_on
QUALIFY r.published_on = max(r.published_on) OVER (PARTITION BY r.topic)
ORDER BY r.rise DESC, r.topic;
