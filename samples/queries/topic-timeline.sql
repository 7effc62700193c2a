-- How many articles on each topic were published each day?
-- Days are those of UTC, and copies are counted apart. An article may have several topics.
SELECT published_on, topic, label, articles, originals, articles - originals AS copies
FROM daily_topics
JOIN topics USING (topic)
ORDER BY published_on, articles DESC, topic;
