-- Version 3: what the tags of articles were before `newsbeam topics retag` replaced them.

CREATE TABLE topic_history (
    article_id VARCHAR NOT NULL,
    content_id VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    ruleset VARCHAR NOT NULL,
    ruleset_version VARCHAR NOT NULL,
    evidence STRUCT(term VARCHAR, surface VARCHAR, field VARCHAR, start INTEGER, length INTEGER, weight DOUBLE)[],
    replaced_at TIMESTAMPTZ NOT NULL,
    replaced_seq BIGINT NOT NULL
);
COMMENT ON TABLE topic_history IS 'Tags as they were before `newsbeam topics retag` withdrew or replaced them.';
COMMENT ON COLUMN topic_history.article_id IS 'The article.';
COMMENT ON COLUMN topic_history.content_id IS 'The revision that had the tag.';
COMMENT ON COLUMN topic_history.topic IS 'Slug: see topics.';
COMMENT ON COLUMN topic_history.score IS 'Its score then.';
COMMENT ON COLUMN topic_history.ruleset IS 'The rules that said so.';
COMMENT ON COLUMN topic_history.ruleset_version IS 'Their version.';
COMMENT ON COLUMN topic_history.evidence IS 'The places it rested on; NULL where score and places stayed and only the version moved on.';
COMMENT ON COLUMN topic_history.replaced_at IS 'When it was replaced (UTC).';
COMMENT ON COLUMN topic_history.replaced_seq IS 'Number of the commit that replaced it: batches.seq.';
