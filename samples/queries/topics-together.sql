-- Which topics go together, and how much more often than by chance?
-- A lift of 1 is chance; of the rarer topic's articles, the share overlap has the other topic too.
SELECT
    p.topic,
    p.other_topic,
    p.articles,
    round(p.overlap, 2) AS overlap,
    round(p.lift, 2) AS lift
FROM topic_pairs p
ORDER BY p.articles DESC, p.lift DESC, p.topic, p.other_topic
LIMIT 20;
