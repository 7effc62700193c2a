-- How long after its publication is an article seen, and how long after that is it stored?
-- By feed, of what was published since the feed was subscribed to: the first poll brings old
-- entries. Articles that state only the day do not count.
WITH seen AS (
    SELECT feed, article_id, min(first_seen_at) AS seen_at
    FROM sightings
    GROUP BY ALL
)
SELECT
    coalesce(f.outlet, f.title) AS outlet,
    f.url AS feed,
    count(*) AS articles,
    round(f.interval_seconds / 60) AS minutes_between_polls,
    round(median(epoch(s.seen_at - a.published_at)) / 60, 1) AS median_minutes,
    round(quantile_cont(epoch(s.seen_at - a.published_at), 0.95) / 60, 1) AS minutes_of_95_percent,
    round(median(epoch(a.stored_after)), 1) AS seconds_to_stored
FROM arrivals a
JOIN seen s USING (article_id)
JOIN feeds f ON f.url = s.feed
WHERE a.seen_after IS NOT NULL AND a.published_at > f.added_at
GROUP BY ALL
ORDER BY median_minutes DESC, feed;
