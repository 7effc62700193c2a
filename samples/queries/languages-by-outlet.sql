-- Which languages does each outlet publish in, and how much of it is its own?
SELECT
    coalesce(outlet, '(not stated)') AS outlet,
    language,
    count(*) AS articles,
    count(*) FILTER (duplicate_of IS NULL) AS originals,
    round(min(language_confidence), 2) AS least_confidence
FROM articles
GROUP BY ALL
ORDER BY outlet, articles DESC, language;
