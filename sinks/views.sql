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
COMMENT ON COLUMN article_topics.score IS 'From 0 to 1. Of newsbeam''s own topics: the chance that it is right. Of one''s own rules: 0.5 where it just has its minimum, 0.8 where it has four times that.';
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

CREATE OR REPLACE VIEW arrivals AS
SELECT a.article_id, a.outlet, a.published_at, a.first_seen_at, i.fetched_at, b.committed_at AS stored_at,
    CASE WHEN a.published_precision = 'second' THEN a.first_seen_at - a.published_at END AS seen_after,
    b.committed_at - a.first_seen_at AS stored_after
FROM articles a
LEFT JOIN internal.arrivals i USING (article_id)
LEFT JOIN batches b ON b.seq = i.seq;
COMMENT ON VIEW arrivals IS 'When each article was published, seen, fetched and stored.';
COMMENT ON COLUMN arrivals.article_id IS 'The article.';
COMMENT ON COLUMN arrivals.outlet IS 'Who published it.';
COMMENT ON COLUMN arrivals.published_at IS 'When it says it was published (UTC).';
COMMENT ON COLUMN arrivals.first_seen_at IS 'When it was first met, in a feed or a file (UTC).';
COMMENT ON COLUMN arrivals.fetched_at IS 'When what was stored of it first was fetched (UTC); NULL for files.';
COMMENT ON COLUMN arrivals.stored_at IS 'When it was first stored (UTC); NULL where that was before stores kept it (schema version 1).';
COMMENT ON COLUMN arrivals.seen_after IS 'From publication to first seen; NULL where it does not say the time of publication or only the day.';
COMMENT ON COLUMN arrivals.stored_after IS 'From first seen to stored.';

CREATE OR REPLACE VIEW pages AS
SELECT article_id, url, feed, status, queued_at, attempts, next_at, error, detail FROM internal.pages;
COMMENT ON VIEW pages IS 'The pages behind entries that came as summaries: those that wait to be fetched, and what became of the others.';
COMMENT ON COLUMN pages.article_id IS 'The article whose text it is to give.';
COMMENT ON COLUMN pages.url IS 'Its address.';
COMMENT ON COLUMN pages.feed IS 'The feed that listed it.';
COMMENT ON COLUMN pages.status IS 'waiting, done, failed (given up), blocked (a wall in front of it) or refused (by robots.txt); but for done, the article keeps the feed''s text.';
COMMENT ON COLUMN pages.queued_at IS 'When it began to wait (UTC): again, when its entry changes.';
COMMENT ON COLUMN pages.attempts IS 'How often it was asked for.';
COMMENT ON COLUMN pages.next_at IS 'Not to be asked before (UTC).';
COMMENT ON COLUMN pages.error IS 'Why it failed: a reason, as in rejects.';
COMMENT ON COLUMN pages.detail IS 'The same for a person.';

-- The clock is the session's variable newsbeam_now where that is set, as newsbeam does.
CREATE OR REPLACE VIEW feed_health AS
WITH asked AS (
    SELECT feed, sum(requests)::BIGINT AS requests, sum(bytes)::BIGINT AS bytes
    FROM fetches
    WHERE requested_at > coalesce(getvariable('newsbeam_now')::TIMESTAMPTZ, now()) - INTERVAL 7 DAY
    GROUP BY feed
),
behind AS (
    SELECT feed,
        count(*) FILTER (status = 'waiting') AS waiting,
        count(*) FILTER (status = 'blocked') AS blocked,
        count(*) FILTER (status IN ('failed', 'refused')) AS failed
    FROM internal.pages GROUP BY feed
),
timed AS (
    SELECT *,
        epoch(coalesce(getvariable('newsbeam_now')::TIMESTAMPTZ, now())) - epoch(next_at) AS late,
        epoch(answered_at) - epoch(coalesce(changed_at, added_at)) AS silent
    FROM feeds WHERE status <> 'removed'
)
SELECT
    f.url AS feed,
    coalesce(f.outlet, f.title) AS outlet,
    f.folder,
    f.declared_in,
    f.status,
    CASE
        WHEN f.status = 'gone' THEN 'gone'
        WHEN f.polled_at IS NULL THEN 'never_polled'
        WHEN f.failures > 0 THEN 'failing'
        WHEN f.declared_in <> 'run' AND f.late > greatest(f.interval_seconds, 3600) THEN 'overdue'
        WHEN f.silent > 129600 AND (
            f.changed_at IS NULL OR f.usual_per_day > 0 AND f.silent > 7 * 86400 / f.usual_per_day
        ) THEN 'silent'
        ELSE 'fine'
    END AS state,
    f.polled_at,
    f.answered_at,
    f.changed_at,
    f.next_at,
    f.interval_seconds,
    f.failures,
    f.error,
    f.detail,
    f.entries_per_day,
    f.usual_per_day,
    f.answered_at - f.changed_at AS silent_for,
    f.gaps,
    f.gap_at,
    coalesce(a.requests, 0) AS requests,
    coalesce(a.bytes, 0) AS bytes,
    coalesce(b.waiting, 0) AS pages_waiting,
    coalesce(b.blocked, 0) AS pages_blocked,
    coalesce(b.failed, 0) AS pages_failed
FROM timed f
LEFT JOIN asked a ON a.feed = f.url
LEFT JOIN behind b ON b.feed = f.url;
COMMENT ON VIEW feed_health IS 'How each feed is doing.';
COMMENT ON COLUMN feed_health.feed IS 'Its address, as in feeds.url.';
COMMENT ON COLUMN feed_health.outlet IS 'What it is called: by the subscriber, else by itself.';
COMMENT ON COLUMN feed_health.folder IS 'Where the subscriber files it.';
COMMENT ON COLUMN feed_health.declared_in IS 'Who subscribed: store (by command), the path of a feeds file, or run (read once, not subscribed to).';
COMMENT ON COLUMN feed_health.status IS 'active or gone.';
COMMENT ON COLUMN feed_health.state IS 'The first of these that is so: gone (retired by its server), never_polled, failing (the last poll brought no usable answer), overdue (due for more than its interval and an hour: nobody polls), silent (nothing new for 36 hours and for the time of seven usual entries; or no entry in its first 36 hours), fine.';
COMMENT ON COLUMN feed_health.polled_at IS 'When it was last asked (UTC).';
COMMENT ON COLUMN feed_health.answered_at IS 'When it last answered with a feed, or that nothing is new (UTC).';
COMMENT ON COLUMN feed_health.changed_at IS 'When it last had a new entry (UTC).';
COMMENT ON COLUMN feed_health.next_at IS 'When it is due (UTC).';
COMMENT ON COLUMN feed_health.interval_seconds IS 'Seconds between two polls.';
COMMENT ON COLUMN feed_health.failures IS 'Polls in a row without a usable answer.';
COMMENT ON COLUMN feed_health.error IS 'Why the last poll failed: a reason, as in rejects.';
COMMENT ON COLUMN feed_health.detail IS 'The same for a person.';
COMMENT ON COLUMN feed_health.entries_per_day IS 'New entries a day, smoothed over about a week.';
COMMENT ON COLUMN feed_health.usual_per_day IS 'The same as of changed_at: its own past, which its silence is compared with.';
COMMENT ON COLUMN feed_health.silent_for IS 'How long, at its last answer, it had had nothing new.';
COMMENT ON COLUMN feed_health.gaps IS 'Polls at which nothing of the body before was left: entries may have been missed.';
COMMENT ON COLUMN feed_health.gap_at IS 'When the last of these was noticed (UTC).';
COMMENT ON COLUMN feed_health.requests IS 'Requests made in the last seven days, its pages included.';
COMMENT ON COLUMN feed_health.bytes IS 'Bytes received for them.';
COMMENT ON COLUMN feed_health.pages_waiting IS 'Pages behind its summaries that wait to be fetched.';
COMMENT ON COLUMN feed_health.pages_blocked IS 'Pages behind a wall.';
COMMENT ON COLUMN feed_health.pages_failed IS 'Pages given up, or refused by robots.txt.';

CREATE OR REPLACE VIEW completeness AS
WITH listed AS (
    SELECT feed, count(*) AS articles,
        count(*) FILTER (text_from = 'feed_summary' OR word_count = 0) AS summaries
    FROM (SELECT DISTINCT feed, article_id FROM sightings SEMI JOIN feeds f ON f.url = sightings.feed)
    JOIN articles USING (article_id)
    GROUP BY feed
),
refused AS (
    SELECT source AS feed,
        count(*) FILTER (stage <> 'fetch') AS rejected,
        count(*) FILTER (stage = 'fetch') AS failed
    FROM rejects WHERE NOT kept GROUP BY source
),
behind AS (
    SELECT feed,
        count(*) FILTER (status = 'waiting') AS waiting,
        count(*) FILTER (status = 'done') AS done,
        count(*) FILTER (status = 'failed') AS failed,
        count(*) FILTER (status = 'blocked') AS blocked,
        count(*) FILTER (status = 'refused') AS refused
    FROM internal.pages GROUP BY feed
),
missed AS (
    SELECT feed, max(requested_at) AS noticed_at,
        arg_max_null(gap_from, requested_at) AS gap_from, arg_max_null(gap_to, requested_at) AS gap_to
    FROM fetches WHERE gap_from IS NOT NULL OR gap_to IS NOT NULL GROUP BY feed
)
SELECT
    f.url AS feed,
    coalesce(f.outlet, f.title) AS outlet,
    f.status,
    coalesce(l.articles, 0) + coalesce(r.rejected, 0) AS entries,
    coalesce(l.articles, 0) AS articles,
    coalesce(r.rejected, 0) AS rejected,
    coalesce(r.failed, 0) AS failures,
    coalesce(l.summaries, 0) AS summaries,
    coalesce(b.waiting, 0) AS pages_waiting,
    coalesce(b.done, 0) AS pages_done,
    coalesce(b.failed, 0) AS pages_failed,
    coalesce(b.blocked, 0) AS pages_blocked,
    coalesce(b.refused, 0) AS pages_refused,
    f.gaps,
    f.gap_at,
    m.gap_from,
    m.gap_to
FROM feeds f
LEFT JOIN listed l ON l.feed = f.url
LEFT JOIN refused r ON r.feed = f.url
LEFT JOIN behind b ON b.feed = f.url
LEFT JOIN missed m ON m.feed = f.url;
COMMENT ON VIEW completeness IS 'What is known to be there, and to be missing, of each feed that is or was subscribed to.';
COMMENT ON COLUMN completeness.feed IS 'Its address, as in feeds.url.';
COMMENT ON COLUMN completeness.outlet IS 'What it is called: by the subscriber, else by itself.';
COMMENT ON COLUMN completeness.status IS 'active, gone or removed.';
COMMENT ON COLUMN completeness.entries IS 'Entries met: articles and rejected.';
COMMENT ON COLUMN completeness.articles IS 'Articles that it listed.';
COMMENT ON COLUMN completeness.rejected IS 'Entries that could not be taken, and bodies that could not be read: rows of rejects.';
COMMENT ON COLUMN completeness.failures IS 'Ways in which asking for it failed: rows of rejects, of which one that repeats itself is one.';
COMMENT ON COLUMN completeness.summaries IS 'Articles of which there is only the feed''s summary or the title.';
COMMENT ON COLUMN completeness.pages_waiting IS 'Pages that wait to be fetched.';
COMMENT ON COLUMN completeness.pages_done IS 'Pages fetched.';
COMMENT ON COLUMN completeness.pages_failed IS 'Pages given up.';
COMMENT ON COLUMN completeness.pages_blocked IS 'Pages behind a wall.';
COMMENT ON COLUMN completeness.pages_refused IS 'Pages that robots.txt keeps closed.';
COMMENT ON COLUMN completeness.gaps IS 'Polls at which nothing of the body before was left: entries may have been missed.';
COMMENT ON COLUMN completeness.gap_at IS 'When the last of these was noticed (UTC).';
COMMENT ON COLUMN completeness.gap_from IS 'What may have been missed then was published after this (UTC),';
COMMENT ON COLUMN completeness.gap_to IS 'and before this; NULL where that is not known, or is more than 90 days ago.';

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
    WHERE (a.topic, b.topic) NOT IN (
        SELECT (least(topic, broader), greatest(topic, broader)) FROM topics
        WHERE broader IS NOT NULL
    )
    GROUP BY ALL
)
SELECT p.topic, p.other_topic, p.articles, p.originals,
    p.articles / least(x.articles, y.articles) AS overlap,
    p.articles * (SELECT count(*) FROM articles WHERE topics IS NOT NULL)
        / (x.articles * y.articles) AS lift
FROM together p
JOIN counted x ON x.topic = p.topic
JOIN counted y ON y.topic = p.other_topic;
COMMENT ON VIEW topic_pairs IS 'Every two topics that articles have together, but for a topic and its broader one.';
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
