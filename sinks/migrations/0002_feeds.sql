-- Version 2: live feeds. What is subscribed to, what was asked for, the pages that wait, and when
-- articles were stored; and narrower ids inside.

-- Ids are UUIDs in the tables that every commit looks through: half the bytes, no text to unpack.
ALTER TABLE internal.contents ALTER article_id TYPE UUID;
ALTER TABLE internal.contents ALTER content_id TYPE UUID;
ALTER TABLE internal.documents ALTER article_id TYPE UUID;
ALTER TABLE internal.documents ALTER content_id TYPE UUID;
ALTER TABLE internal.texts ALTER text_id TYPE UUID;

CREATE TABLE feeds (
    url VARCHAR NOT NULL,
    outlet VARCHAR,
    folder VARCHAR,
    declared_in VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    fetch_url VARCHAR,
    moved_to VARCHAR,
    moved_times INTEGER NOT NULL,
    moved_at TIMESTAMPTZ,
    etag VARCHAR,
    last_modified VARCHAR,
    body_hash VARCHAR,
    next_at TIMESTAMPTZ NOT NULL,
    interval_seconds DOUBLE NOT NULL,
    ttl DOUBLE NOT NULL,
    polled_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    changed_at TIMESTAMPTZ,
    failures INTEGER NOT NULL,
    error VARCHAR,
    detail VARCHAR,
    title VARCHAR,
    site VARCHAR,
    entries INTEGER,
    newest_at TIMESTAMPTZ,
    recent VARCHAR NOT NULL,
    entries_per_day DOUBLE,
    usual_per_day DOUBLE,
    gaps INTEGER NOT NULL,
    gap_at TIMESTAMPTZ
);
COMMENT ON TABLE feeds IS 'One row a feed that is or was subscribed to, or was read once over the network: what to ask with, and how it is doing. feed_health tells it in words.';
COMMENT ON COLUMN feeds.url IS 'The address as subscribed to: the feed''s name for ever, and sightings.feed of its articles.';
COMMENT ON COLUMN feeds.outlet IS 'What the subscriber calls the outlet; NULL: the feed''s own title is used.';
COMMENT ON COLUMN feeds.folder IS 'Where the subscriber files it; a/b for a folder in a folder.';
COMMENT ON COLUMN feeds.declared_in IS 'Who subscribed: store (by command), the path of a feeds file, or run (read once, not subscribed to).';
COMMENT ON COLUMN feeds.status IS 'active, gone (the server retired it) or removed.';
COMMENT ON COLUMN feeds.added_at IS 'When it was subscribed to (UTC).';
COMMENT ON COLUMN feeds.fetch_url IS 'Where it has moved to for good; NULL: still at url.';
COMMENT ON COLUMN feeds.moved_to IS 'A permanent redirect that is not yet confirmed.';
COMMENT ON COLUMN feeds.moved_times IS 'How many polls in a row have met that redirect.';
COMMENT ON COLUMN feeds.moved_at IS 'When that redirect was first met (UTC).';
COMMENT ON COLUMN feeds.etag IS 'ETag of the last body that was read, as received.';
COMMENT ON COLUMN feeds.last_modified IS 'Last-Modified of the last body that was read, as received.';
COMMENT ON COLUMN feeds.body_hash IS 'Hash of the last body that was read.';
COMMENT ON COLUMN feeds.next_at IS 'Not to be asked before (UTC).';
COMMENT ON COLUMN feeds.interval_seconds IS 'Seconds between two polls, as last worked out; 0: never polled.';
COMMENT ON COLUMN feeds.ttl IS 'Seconds for which the feed''s own text asks to be left alone; 0: it says nothing.';
COMMENT ON COLUMN feeds.polled_at IS 'When it was last asked (UTC).';
COMMENT ON COLUMN feeds.answered_at IS 'When it last answered with a feed, or that nothing is new (UTC).';
COMMENT ON COLUMN feeds.changed_at IS 'When it last had an entry that was not there before (UTC).';
COMMENT ON COLUMN feeds.failures IS 'Polls in a row without a usable answer.';
COMMENT ON COLUMN feeds.error IS 'Why the last poll failed: a reason, as in rejects.';
COMMENT ON COLUMN feeds.detail IS 'The same for a person.';
COMMENT ON COLUMN feeds.title IS 'What the feed calls itself.';
COMMENT ON COLUMN feeds.site IS 'Its home page.';
COMMENT ON COLUMN feeds.entries IS 'Entries in the last body.';
COMMENT ON COLUMN feeds.newest_at IS 'Latest publication met in it so far (UTC).';
COMMENT ON COLUMN feeds.recent IS 'The entries of the last body, 16 hex digits each, newest first.';
COMMENT ON COLUMN feeds.entries_per_day IS 'New entries a day, smoothed over about a week.';
COMMENT ON COLUMN feeds.usual_per_day IS 'The same as of changed_at: what its silence is measured by.';
COMMENT ON COLUMN feeds.gaps IS 'Polls at which nothing of the body before was left: entries may have been missed.';
COMMENT ON COLUMN feeds.gap_at IS 'When the last of these was noticed (UTC).';

CREATE TABLE fetches (
    kind VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    feed VARCHAR,
    requested_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    final_url VARCHAR,
    status INTEGER,
    requests INTEGER NOT NULL,
    bytes BIGINT NOT NULL,
    seconds DOUBLE NOT NULL,
    entries INTEGER,
    error VARCHAR,
    detail VARCHAR,
    next_at TIMESTAMPTZ,
    gap_from TIMESTAMPTZ,
    gap_to TIMESTAMPTZ,
    run_id VARCHAR
);
COMMENT ON TABLE fetches IS 'Everything that was asked for over the network, one row with all its redirects; kept for 90 days.';
COMMENT ON COLUMN fetches.kind IS 'feed, page or robots.';
COMMENT ON COLUMN fetches.url IS 'What was asked for: the feed''s url, the page''s address, the site.';
COMMENT ON COLUMN fetches.feed IS 'The feed that it is, or that listed the page.';
COMMENT ON COLUMN fetches.requested_at IS 'When (UTC).';
COMMENT ON COLUMN fetches.outcome IS 'new, unchanged, not_modified, failed, refused (not asked) or blocked (a wall in front of the page).';
COMMENT ON COLUMN fetches.final_url IS 'The address that answered.';
COMMENT ON COLUMN fetches.status IS 'HTTP status of the last answer; NULL: there was none.';
COMMENT ON COLUMN fetches.requests IS 'Requests made, redirects included.';
COMMENT ON COLUMN fetches.bytes IS 'Bytes received, as they came over the wire.';
COMMENT ON COLUMN fetches.seconds IS 'How long it took.';
COMMENT ON COLUMN fetches.entries IS 'Entries in the body.';
COMMENT ON COLUMN fetches.error IS 'Why it failed: a reason, as in rejects.';
COMMENT ON COLUMN fetches.detail IS 'The same for a person.';
COMMENT ON COLUMN fetches.next_at IS 'When it was to be asked again (UTC).';
COMMENT ON COLUMN fetches.gap_from IS 'What may have been missed was published after this (UTC),';
COMMENT ON COLUMN fetches.gap_to IS 'and before this.';
COMMENT ON COLUMN fetches.run_id IS 'The run that stored it.';

CREATE TABLE internal.pages (
    article_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    feed VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    queued_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    error VARCHAR,
    detail VARCHAR,
    outlet VARCHAR,
    title VARCHAR,
    summary VARCHAR,
    authors VARCHAR[],
    keywords VARCHAR[],
    published_at TIMESTAMPTZ,
    published_precision VARCHAR,
    published_from VARCHAR,
    declared_language VARCHAR,
    words INTEGER
);
COMMENT ON TABLE internal.pages IS 'The pages behind entries that came as summaries: one row an article; those that wait also with what the entry said.';

CREATE TABLE internal.hosts (
    origin VARCHAR NOT NULL,
    robots VARCHAR,
    robots_at TIMESTAMPTZ,
    not_before TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE internal.hosts IS 'Servers that pages are fetched from: their robots.txt, and until when they asked to be left alone.';

CREATE TABLE internal.arrivals (
    article_id VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    fetched_at TIMESTAMPTZ
);
COMMENT ON TABLE internal.arrivals IS 'The commit that first stored each article, and when what it stored was fetched.';

COMMENT ON COLUMN rejects.stage IS 'Where it failed: fetch, read or parse.';
COMMENT ON COLUMN rejects.source IS 'The file, the feed''s URL or the page''s address, as in sightings.';
COMMENT ON COLUMN sightings.source IS 'The file (absolute path; archive.zip!member; - for standard input), the feed''s URL, or the address of the page.';
