-- Version 1: articles, where they were met, what they repeat, what they are about, the account.
-- Names in schema main are what people query and stay as they are; schema internal may change.
-- No primary keys: their indexes live in memory and grow with the store. The commit keeps rows
-- unique, and tests/sinks/test_commit.py checks that it does.

CREATE SCHEMA internal;

CREATE TABLE articles (
    article_id VARCHAR NOT NULL,
    url VARCHAR,
    canonical_url VARCHAR,
    outlet VARCHAR,
    agency VARCHAR,
    place VARCHAR,
    title VARCHAR,
    text VARCHAR,
    text_from VARCHAR NOT NULL,
    summary VARCHAR,
    authors VARCHAR[] NOT NULL,
    keywords VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    published_on DATE,
    published_precision VARCHAR,
    published_from VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    fetched_at TIMESTAMPTZ,
    language VARCHAR NOT NULL,
    language_confidence DOUBLE NOT NULL,
    language_method VARCHAR NOT NULL,
    declared_language VARCHAR,
    word_count INTEGER NOT NULL,
    topics VARCHAR[],
    content_id VARCHAR NOT NULL,
    text_id VARCHAR,
    duplicate_of VARCHAR,
    duplicate_kind VARCHAR,
    duplicate_similarity DOUBLE,
    group_id VARCHAR NOT NULL,
    group_size INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    revisions INTEGER NOT NULL,
    change_seq BIGINT NOT NULL
);
COMMENT ON TABLE articles IS 'One row an article, its current revision: the best text, then the one seen last.';
COMMENT ON COLUMN articles.article_id IS 'Identity, 32 hex digits: made from the canonical URL, else feed and GUID, else the file or the record''s own id.';
COMMENT ON COLUMN articles.url IS 'The address as received.';
COMMENT ON COLUMN articles.canonical_url IS 'The address without tracking parameters, fragment, default port and index file.';
COMMENT ON COLUMN articles.outlet IS 'Who published it: as the record, the feed, the page or the source line says.';
COMMENT ON COLUMN articles.agency IS 'The news agency that the dateline credits.';
COMMENT ON COLUMN articles.place IS 'The place that the dateline names.';
COMMENT ON COLUMN articles.title IS 'The title as received, markup removed; NULL where there is none.';
COMMENT ON COLUMN articles.text IS 'The text as received, markup removed; NULL for a title alone.';
COMMENT ON COLUMN articles.text_from IS 'Where the text comes from: page, feed_full, feed_summary or file.';
COMMENT ON COLUMN articles.summary IS 'The summary that came with it, where it is not the text itself.';
COMMENT ON COLUMN articles.authors IS 'Authors, as received.';
COMMENT ON COLUMN articles.keywords IS 'Keywords or categories, as received.';
COMMENT ON COLUMN articles.published_at IS 'When it says it was published (UTC); NULL where it does not say. A bare day is its first moment.';
COMMENT ON COLUMN articles.published_on IS 'The day of published_at, in UTC.';
COMMENT ON COLUMN articles.published_precision IS 'How precisely that is stated: second or day.';
COMMENT ON COLUMN articles.published_from IS 'Who states it: feed, page, text, file or none.';
COMMENT ON COLUMN articles.first_seen_at IS 'When any revision of it was first met (UTC).';
COMMENT ON COLUMN articles.fetched_at IS 'When this revision was first fetched from the network; NULL for files.';
COMMENT ON COLUMN articles.language IS 'ISO 639-1, or 639-3 where there is no two-letter code, or und.';
COMMENT ON COLUMN articles.language_confidence IS 'How sure that is, 0 to 1.';
COMMENT ON COLUMN articles.language_method IS 'Who decided: see docs/architecture.md.';
COMMENT ON COLUMN articles.declared_language IS 'The language that the feed, page or record declares: recorded, never believed over the text.';
COMMENT ON COLUMN articles.word_count IS 'Words of the text; each character of a script without spaces counts as one.';
COMMENT ON COLUMN articles.topics IS 'Topic slugs, best first; empty = none, NULL = not tagged.';
COMMENT ON COLUMN articles.content_id IS 'Hash of the normalised title and text: a new one is a revision.';
COMMENT ON COLUMN articles.text_id IS 'Hash of the normalised text alone (of a title of five words or more, where there is no text): equal means an exact copy.';
COMMENT ON COLUMN articles.duplicate_of IS 'The article_id of the original that it repeats; NULL for originals.';
COMMENT ON COLUMN articles.duplicate_kind IS 'exact (the same normalised text as the original) or near (linked to it by near copies).';
COMMENT ON COLUMN articles.duplicate_similarity IS 'Jaccard index of its word 3-grams with those of the original, even where only a chain of near copies links them.';
COMMENT ON COLUMN articles.group_id IS 'The article_id of its group''s original (its own, where it is alone).';
COMMENT ON COLUMN articles.group_size IS 'Articles in its group, itself included.';
COMMENT ON COLUMN articles.revision IS 'Which of its revisions this is, by first seen, from 1.';
COMMENT ON COLUMN articles.revisions IS 'How many revisions are known.';
COMMENT ON COLUMN articles.change_seq IS 'Number of the commit that last changed this row: the cursor for "what is new since".';

CREATE TABLE internal.past (
    article_id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    text_id VARCHAR,
    url VARCHAR,
    canonical_url VARCHAR,
    outlet VARCHAR,
    agency VARCHAR,
    place VARCHAR,
    title VARCHAR,
    text VARCHAR,
    text_from VARCHAR NOT NULL,
    summary VARCHAR,
    authors VARCHAR[] NOT NULL,
    keywords VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    published_on DATE,
    published_precision VARCHAR,
    published_from VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    language_confidence DOUBLE NOT NULL,
    language_method VARCHAR NOT NULL,
    declared_language VARCHAR,
    word_count INTEGER NOT NULL,
    topics VARCHAR[]
);
COMMENT ON TABLE internal.past IS 'Revisions that are not current, so that each text is stored once.';

-- Ids are UUIDs in the tables that every commit looks through: half the bytes, and no text to unpack.
CREATE TABLE internal.contents (
    article_id UUID NOT NULL,
    content_id UUID NOT NULL,
    precedence VARCHAR NOT NULL,
    fetched_at TIMESTAMPTZ
);
COMMENT ON TABLE internal.contents IS 'Every revision of every article; precedence says which of the documents with one content speaks for it.';

CREATE TABLE internal.documents (
    document_id UBIGINT NOT NULL,
    article_id UUID NOT NULL,
    content_id UUID NOT NULL
);
COMMENT ON TABLE internal.documents IS 'Every document ever stored: one met again is only sighted, not worked out again.';

CREATE TABLE internal.texts (
    text_no UINTEGER NOT NULL,
    text_id UUID NOT NULL
);
COMMENT ON TABLE internal.texts IS 'Texts that have LSH keys, numbered as they came: a number is a quarter of an id.';

CREATE TABLE internal.keys (
    key UBIGINT NOT NULL,
    text_no UINTEGER NOT NULL
);
COMMENT ON TABLE internal.keys IS 'LSH keys of the texts: candidates share one odd key or two even ones.';

CREATE TABLE internal.pairs (
    text_id VARCHAR NOT NULL,
    other_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL,
    containment DOUBLE NOT NULL,
    contained_id VARCHAR
);
COMMENT ON TABLE internal.pairs IS 'Pairs of texts at or above a threshold, text_id < other_id.';

CREATE TABLE internal.topics (
    article_id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    ruleset VARCHAR NOT NULL,
    ruleset_version VARCHAR NOT NULL,
    evidence STRUCT(term VARCHAR, surface VARCHAR, field VARCHAR, start INTEGER, length INTEGER, weight DOUBLE)[] NOT NULL
);
COMMENT ON TABLE internal.topics IS 'Topics of every revision, with their evidence.';

CREATE TABLE sightings (
    article_id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    feed VARCHAR,
    guid VARCHAR,
    outlet VARCHAR,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE sightings IS 'Every place an article was met.';
COMMENT ON COLUMN sightings.article_id IS 'The article.';
COMMENT ON COLUMN sightings.content_id IS 'The revision that was met there.';
COMMENT ON COLUMN sightings.source IS 'The file (absolute path; archive.zip!member; - for standard input) or the feed''s URL.';
COMMENT ON COLUMN sightings.feed IS 'The feed that listed it, where one did.';
COMMENT ON COLUMN sightings.guid IS 'The id that the feed or the record gives it.';
COMMENT ON COLUMN sightings.outlet IS 'The outlet as stated there.';
COMMENT ON COLUMN sightings.first_seen_at IS 'First met there (UTC): the record''s own time, else the poll''s, else the file''s modification time.';
COMMENT ON COLUMN sightings.last_seen_at IS 'Last met there (UTC).';

CREATE TABLE topics (
    topic VARCHAR NOT NULL,
    qcode VARCHAR,
    label VARCHAR NOT NULL,
    broader VARCHAR,
    scheme VARCHAR NOT NULL,
    description VARCHAR
);
COMMENT ON TABLE topics IS 'The topics that articles can be tagged with.';
COMMENT ON COLUMN topics.topic IS 'Slug, as in articles.topics.';
COMMENT ON COLUMN topics.qcode IS 'Code in its scheme, such as medtop:11000000.';
COMMENT ON COLUMN topics.label IS 'Name for people.';
COMMENT ON COLUMN topics.broader IS 'Slug of the broader topic; NULL at the top.';
COMMENT ON COLUMN topics.scheme IS 'The vocabulary it belongs to.';
COMMENT ON COLUMN topics.description IS 'What falls under it.';

CREATE TABLE rejects (
    reject_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    position VARCHAR NOT NULL,
    excerpt VARCHAR NOT NULL,
    kept BOOLEAN NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE rejects IS 'What was read and could not be taken, with the reason; and notes on what was taken with a loss.';
COMMENT ON COLUMN rejects.reject_id IS 'Hash of the row without its times.';
COMMENT ON COLUMN rejects.stage IS 'Where it failed: read or parse.';
COMMENT ON COLUMN rejects.reason IS 'A short fixed word: see docs/schema.md.';
COMMENT ON COLUMN rejects.detail IS 'What was wrong and what to do, for a person.';
COMMENT ON COLUMN rejects.source IS 'The file or feed, as in sightings.';
COMMENT ON COLUMN rejects.position IS 'Where in the source: line 17, entry 3; empty for the whole of it.';
COMMENT ON COLUMN rejects.excerpt IS 'The beginning of what was met, at most 200 characters.';
COMMENT ON COLUMN rejects.kept IS 'true: the item was kept all the same, the row is a note and is not counted as rejected.';
COMMENT ON COLUMN rejects.first_seen_at IS 'First met (UTC).';
COMMENT ON COLUMN rejects.last_seen_at IS 'Last met (UTC).';

CREATE TABLE url_aliases (
    url VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE url_aliases IS 'Other addresses that an article says or is found to have; they never change its id.';
COMMENT ON COLUMN url_aliases.url IS 'The other address, in canonical form.';
COMMENT ON COLUMN url_aliases.article_id IS 'The article that has it.';
COMMENT ON COLUMN url_aliases.kind IS 'How it was learned: rel_canonical or redirect.';
COMMENT ON COLUMN url_aliases.first_seen_at IS 'When it was first learned (UTC).';

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    read BIGINT NOT NULL,
    new BIGINT NOT NULL,
    revised BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    noted BIGINT NOT NULL,
    batches INTEGER NOT NULL,
    duplicates MAP(VARCHAR, BIGINT),
    languages MAP(VARCHAR, BIGINT),
    topics MAP(VARCHAR, BIGINT),
    seconds DOUBLE,
    articles_per_second DOUBLE
);
COMMENT ON TABLE runs IS 'The account of every run: read = new + revised + unchanged + rejected, always.';
COMMENT ON COLUMN runs.run_id IS '32 hex digits.';
COMMENT ON COLUMN runs.command IS 'What was run.';
COMMENT ON COLUMN runs.status IS 'running, done, spooled (some batches could not be committed yet), failed, or interrupted (found unfinished by a later run).';
COMMENT ON COLUMN runs.started_at IS 'When it started (UTC).';
COMMENT ON COLUMN runs.finished_at IS 'When it finished (UTC); NULL while running and where it was interrupted.';
COMMENT ON COLUMN runs.read IS 'Items read.';
COMMENT ON COLUMN runs.new IS 'Items that are new articles.';
COMMENT ON COLUMN runs.revised IS 'Items that are new revisions of known articles.';
COMMENT ON COLUMN runs.unchanged IS 'Items that say what was known.';
COMMENT ON COLUMN runs.rejected IS 'Items that could not be taken: see rejects.';
COMMENT ON COLUMN runs.noted IS 'Notes on items that were taken with a loss: rejects with kept.';
COMMENT ON COLUMN runs.batches IS 'Batches committed.';
COMMENT ON COLUMN runs.duplicates IS 'Articles new or changed in this run that repeat another, by kind: exact, near, excerpt.';
COMMENT ON COLUMN runs.languages IS 'Articles new or changed in this run, by language.';
COMMENT ON COLUMN runs.topics IS 'Articles new or changed in this run, by topic (an article may have several).';
COMMENT ON COLUMN runs.seconds IS 'From start to finish.';
COMMENT ON COLUMN runs.articles_per_second IS 'read / seconds.';

CREATE TABLE batches (
    batch_id VARCHAR NOT NULL,
    run_id VARCHAR,
    seq BIGINT NOT NULL,
    committed_at TIMESTAMPTZ NOT NULL,
    read BIGINT NOT NULL,
    new BIGINT NOT NULL,
    revised BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    noted BIGINT NOT NULL
);
COMMENT ON TABLE batches IS 'One row a committed batch, written in the transaction that stored it: what makes a commit happen once.';
COMMENT ON COLUMN batches.batch_id IS 'Name of the batch in the spool.';
COMMENT ON COLUMN batches.run_id IS 'The run that committed it.';
COMMENT ON COLUMN batches.seq IS 'Number of the commit: articles.change_seq of the rows it changed.';
COMMENT ON COLUMN batches.committed_at IS 'When it was stored (UTC).';
COMMENT ON COLUMN batches.read IS 'Items read.';
COMMENT ON COLUMN batches.new IS 'Items that are new articles.';
COMMENT ON COLUMN batches.revised IS 'Items that are new revisions of known articles.';
COMMENT ON COLUMN batches.unchanged IS 'Items that say what was known.';
COMMENT ON COLUMN batches.rejected IS 'Items that could not be taken.';
COMMENT ON COLUMN batches.noted IS 'Notes on items that were taken with a loss.';

CREATE TABLE meta (
    key VARCHAR NOT NULL,
    value VARCHAR NOT NULL
);
COMMENT ON TABLE meta IS 'The store''s versions and the settings that shape its facts.';
COMMENT ON COLUMN meta.key IS 'Name.';
COMMENT ON COLUMN meta.value IS 'Value.';
