-- Version 4: which shards were stored, so that a shard that is gone is known to be in the store.

CREATE TABLE internal.shards (
    name VARCHAR NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE internal.shards IS 'The shards of the batches stored in the last seven days: one that is missed is in the store if it is here.';
