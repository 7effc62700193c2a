-- Why is an article said to be about a topic: which words, where, with how much weight?
-- Put another slug in the first line; SELECT topic, label FROM topics lists them.
WITH wanted AS (SELECT 'labour' AS topic),
evidence AS (
    SELECT article_id, score, unnest(evidence, recursive := true)
    FROM article_topics
    JOIN wanted USING (topic)
)
SELECT
    a.outlet,
    coalesce(a.title, left(a.text, 60)) AS headline,
    round(e.score, 2) AS score,
    e.surface,
    e.term,
    e.weight,
    e.field,
    e.start,
    replace(
        substr(if(e.field = 'title', a.title, a.text), greatest(e.start - 25, 1), least(e.start - 1, 25) + e.length + 25),
        chr(10), ' '
    ) AS in_context
FROM evidence e
JOIN articles a USING (article_id)
ORDER BY e.score DESC, headline, e.field DESC, e.start, e.term;
