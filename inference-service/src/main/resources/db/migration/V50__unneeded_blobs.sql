-- Blobs of files that are handed over: of those that ingest-service has told of, and of those that may never be handed over.
CREATE TABLE unneeded_blob (
  blob_key text PRIMARY KEY,
  due_at   timestamptz NOT NULL
);

-- What could not be removed when the file was told of.
INSERT INTO unneeded_blob SELECT blob_key, now() FROM handed_over WHERE file_id IN (SELECT file_id FROM known_file);
DELETE FROM handed_over WHERE file_id IN (SELECT file_id FROM known_file);
