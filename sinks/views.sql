-- Views over the tables: made anew whenever a store is created or upgraded.

CREATE OR REPLACE VIEW revisions AS
WITH met AS (
    SELECT article_id, content_id, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at
    FROM sightings
    GROUP BY ALL
),
known AS (
    SELECT article_id, content_id, title, text, published_at FROM articles
    UNION ALL
    SELECT article_id, content_id, title, text, published_at FROM internal.past
),
ranked AS (
    SELECT *,
        row_number() OVER history AS revision,
        lag(title) OVER history AS old_title,
        lag(text) OVER history AS old_text,
        lag(published_at) OVER history AS old_published_at
    FROM known JOIN met USING (article_id, content_id)
    WINDOW history AS (PARTITION BY article_id ORDER BY first_seen_at, content_id)
)
SELECT
    article_id,
    revision::INTEGER AS revision,
    content_id,
    title,
    text,
    first_seen_at,
    last_seen_at,
    published_at,
    CASE WHEN revision = 1 THEN []::VARCHAR[] ELSE list_filter([
        CASE WHEN title IS DISTINCT FROM old_title THEN 'title' END,
        CASE WHEN text IS DISTINCT FROM old_text THEN 'text' END,
        CASE WHEN published_at IS DISTINCT FROM old_published_at THEN 'published_at' END
    ], lambda name: name IS NOT NULL) END AS changed
FROM ranked;
COMMENT ON VIEW revisions IS 'Every revision of every article, in the order they were first seen.';
COMMENT ON COLUMN revisions.article_id IS 'The article.';
COMMENT ON COLUMN revisions.revision IS 'Rank by first seen, from 1.';
COMMENT ON COLUMN revisions.content_id IS 'Hash of the normalised title and text.';
COMMENT ON COLUMN revisions.title IS 'Its title.';
COMMENT ON COLUMN revisions.text IS 'Its text.';
COMMENT ON COLUMN revisions.first_seen_at IS 'First met anywhere (UTC).';
COMMENT ON COLUMN revisions.last_seen_at IS 'Last met anywhere (UTC).';
COMMENT ON COLUMN revisions.published_at IS 'When it says it was published (UTC).';
COMMENT ON COLUMN revisions.changed IS 'What differs from the revision before: title, text, published_at.';

CREATE OR REPLACE VIEW duplicate_pairs AS
SELECT a.article_id, b.article_id AS other_id, 'exact' AS kind,
    1.0::DOUBLE AS similarity, 1.0::DOUBLE AS containment, NULL::VARCHAR AS contained_id
FROM articles a JOIN articles b ON a.text_id = b.text_id AND a.article_id < b.article_id
UNION ALL
SELECT least(a.article_id, b.article_id), greatest(a.article_id, b.article_id), kind, similarity, containment,
    CASE contained_id WHEN p.text_id THEN a.article_id WHEN p.other_id THEN b.article_id END
FROM internal.pairs p
JOIN articles a ON a.text_id = p.text_id
JOIN articles b ON b.text_id = p.other_id;
COMMENT ON VIEW duplicate_pairs IS 'Every two articles whose current texts are the same (exact), alike (near: similarity of 0.7 or more) or one within the other (excerpt: containment of 0.8 or more, 30 words or more).';
COMMENT ON COLUMN duplicate_pairs.article_id IS 'The one with the lesser id.';
COMMENT ON COLUMN duplicate_pairs.other_id IS 'The other.';
COMMENT ON COLUMN duplicate_pairs.kind IS 'exact, near or excerpt.';
COMMENT ON COLUMN duplicate_pairs.similarity IS 'Jaccard index of their word 3-grams.';
COMMENT ON COLUMN duplicate_pairs.containment IS 'Share of the smaller''s word 3-grams found in the larger.';
COMMENT ON COLUMN duplicate_pairs.contained_id IS 'The smaller, where containment is 0.8 or more; NULL for exact copies.';

CREATE OR REPLACE VIEW article_topics AS
SELECT t.article_id, t.topic, t.score, t.ruleset, t.ruleset_version, t.evidence
FROM internal.topics t JOIN articles a USING (article_id, content_id);
COMMENT ON VIEW article_topics IS 'The topics of every article with the words they rest on.';
COMMENT ON COLUMN article_topics.article_id IS 'The article.';
COMMENT ON COLUMN article_topics.topic IS 'Slug: see topics.';
COMMENT ON COLUMN article_topics.score IS 'How strongly: see docs/architecture.md.';
COMMENT ON COLUMN article_topics.ruleset IS 'The rules that say so.';
COMMENT ON COLUMN article_topics.ruleset_version IS 'Their version.';
COMMENT ON COLUMN article_topics.evidence IS 'The places it rests on: substr(field, start, length) = surface, 1-based, in the stored title or text.';

CREATE OR REPLACE VIEW originals AS
SELECT * FROM articles WHERE duplicate_of IS NULL;
COMMENT ON VIEW originals IS 'Articles without those that repeat an earlier one.';

CREATE OR REPLACE VIEW daily_topics AS
SELECT published_on, topic, count(*) AS articles, count(*) FILTER (duplicate_of IS NULL) AS originals
FROM (SELECT published_on, duplicate_of, unnest(topics) AS topic FROM articles WHERE published_on IS NOT NULL)
GROUP BY ALL;
COMMENT ON VIEW daily_topics IS 'Articles by day of publication (UTC) and topic.';
COMMENT ON COLUMN daily_topics.published_on IS 'Day of publication, UTC.';
COMMENT ON COLUMN daily_topics.topic IS 'Slug.';
COMMENT ON COLUMN daily_topics.articles IS 'Articles.';
COMMENT ON COLUMN daily_topics.originals IS 'Of these, articles that repeat no earlier one.';

CREATE OR REPLACE VIEW outlet_overlap AS
SELECT a.outlet, b.outlet AS other_outlet, count(*) AS pairs,
    count(*) FILTER (kind = 'exact') AS exact,
    count(*) FILTER (kind = 'near') AS near,
    count(*) FILTER (kind = 'excerpt') AS excerpt
FROM duplicate_pairs p
JOIN articles x ON x.article_id = p.article_id
JOIN articles y ON y.article_id = p.other_id,
LATERAL (SELECT least(x.outlet, y.outlet) AS outlet) a,
LATERAL (SELECT greatest(x.outlet, y.outlet) AS outlet) b
WHERE x.outlet IS NOT NULL AND y.outlet IS NOT NULL
GROUP BY ALL;
COMMENT ON VIEW outlet_overlap IS 'How often two outlets carry the same text; an outlet with itself counts its own repeats.';
COMMENT ON COLUMN outlet_overlap.outlet IS 'The one that sorts first.';
COMMENT ON COLUMN outlet_overlap.other_outlet IS 'The other.';
COMMENT ON COLUMN outlet_overlap.pairs IS 'Pairs of articles.';
COMMENT ON COLUMN outlet_overlap.exact IS 'Of these, exact copies.';
COMMENT ON COLUMN outlet_overlap.near IS 'Of these, near copies.';
COMMENT ON COLUMN outlet_overlap.excerpt IS 'Of these, one an excerpt of the other.';

CREATE OR REPLACE VIEW outlets AS
SELECT outlet, count(*) AS articles, count(*) FILTER (duplicate_of IS NULL) AS originals,
    list_sort(list_distinct(list(language))) AS languages,
    min(published_at) AS first_published_at, max(published_at) AS last_published_at
FROM articles WHERE outlet IS NOT NULL GROUP BY outlet;
COMMENT ON VIEW outlets IS 'The outlets that articles name.';
COMMENT ON COLUMN outlets.outlet IS 'Name, as in articles.';
COMMENT ON COLUMN outlets.articles IS 'Articles.';
COMMENT ON COLUMN outlets.originals IS 'Of these, articles that repeat no earlier one.';
COMMENT ON COLUMN outlets.languages IS 'Languages they are in.';
COMMENT ON COLUMN outlets.first_published_at IS 'Earliest publication (UTC).';
COMMENT ON COLUMN outlets.last_published_at IS 'Latest publication (UTC).';

CREATE OR REPLACE VIEW topic_pairs AS
WITH tagged AS (
    SELECT article_id, duplicate_of, unnest(topics) AS topic FROM articles
),
counted AS (
    SELECT topic, count(*) AS articles FROM tagged GROUP BY topic
),
together AS (
    SELECT a.topic, b.topic AS other_topic, count(*) AS articles,
        count(*) FILTER (a.duplicate_of IS NULL) AS originals
    FROM tagged a JOIN tagged b ON a.article_id = b.article_id AND a.topic < b.topic
    GROUP BY ALL
)
SELECT p.topic, p.other_topic, p.articles, p.originals,
    p.articles / least(x.articles, y.articles) AS overlap,
    p.articles * (SELECT count(*) FROM articles WHERE topics IS NOT NULL)
        / (x.articles * y.articles) AS lift
FROM together p
JOIN counted x ON x.topic = p.topic
JOIN counted y ON y.topic = p.other_topic;
COMMENT ON VIEW topic_pairs IS 'Every two topics that articles have together.';
COMMENT ON COLUMN topic_pairs.topic IS 'The slug that sorts first.';
COMMENT ON COLUMN topic_pairs.other_topic IS 'The other.';
COMMENT ON COLUMN topic_pairs.articles IS 'Articles that have both.';
COMMENT ON COLUMN topic_pairs.originals IS 'Of these, articles that repeat no earlier one.';
COMMENT ON COLUMN topic_pairs.overlap IS 'Their share of the articles of the rarer topic.';
COMMENT ON COLUMN topic_pairs.lift IS 'How many times more they are than if the topics had nothing to do with each other; all tagged articles count.';

CREATE OR REPLACE VIEW rising_topics AS
WITH weeks AS (
    SELECT published_on, topic,
        sum(originals) OVER week AS originals,
        sum(articles) OVER week AS articles,
        coalesce(sum(originals) OVER past, 0) / 4 AS usual
    FROM daily_topics
    WINDOW
        week AS (PARTITION BY topic ORDER BY published_on
            RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW),
        past AS (PARTITION BY topic ORDER BY published_on
            RANGE BETWEEN INTERVAL 34 DAYS PRECEDING AND INTERVAL 7 DAYS PRECEDING)
)
SELECT published_on, topic, originals::BIGINT AS originals, articles::BIGINT AS articles, usual,
    originals / nullif(usual, 0) AS times,
    (originals - usual) / sqrt(usual + 1) AS rise
FROM weeks;
COMMENT ON VIEW rising_topics IS 'Every topic on every day that has it: the week to that day against the four weeks before that week.';
COMMENT ON COLUMN rising_topics.published_on IS 'The last day of the week, UTC.';
COMMENT ON COLUMN rising_topics.topic IS 'Slug.';
COMMENT ON COLUMN rising_topics.originals IS 'Articles of the week that repeat no earlier one.';
COMMENT ON COLUMN rising_topics.articles IS 'All articles of the week.';
COMMENT ON COLUMN rising_topics.usual IS 'Originals a week in the four weeks before.';
COMMENT ON COLUMN rising_topics.times IS 'originals / usual; NULL where there were none before.';
COMMENT ON COLUMN rising_topics.rise IS '(originals - usual) / sqrt(usual + 1): about how many standard deviations it is out of the usual, if articles came by chance.';
