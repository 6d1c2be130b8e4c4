-- Files that were attached to a vector store together; how far each is, vector_store_file tells.
CREATE TABLE vector_store_batch (
  id         text PRIMARY KEY,
  store_id   text NOT NULL REFERENCES vector_store ON DELETE CASCADE,
  cancelled  boolean NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX vector_store_batch_store ON vector_store_batch (store_id);

CREATE TABLE vector_store_batch_file (
  batch_id text NOT NULL REFERENCES vector_store_batch ON DELETE CASCADE,
  file_id  text NOT NULL,
  PRIMARY KEY (batch_id, file_id)
);

-- A file that is deleted is looked for in all stores.
DROP INDEX vector_store_file_file;
CREATE INDEX vector_store_file_file ON vector_store_file (file_id);
