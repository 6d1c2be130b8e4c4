-- The blobs of a deleted dataset are gone.
ALTER TABLE dataset ADD COLUMN purged boolean NOT NULL DEFAULT false;
CREATE INDEX dataset_to_purge ON dataset (id) WHERE status = 'DELETED' AND NOT purged;
