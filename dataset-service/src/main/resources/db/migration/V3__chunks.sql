-- Chunks of large sources that replicas read for a dataset.
CREATE TABLE dataset_chunk (
  dataset_id text NOT NULL REFERENCES dataset,
  source     integer NOT NULL,
  chunk      integer NOT NULL,
  ended      boolean NOT NULL DEFAULT false,
  found      text,
  PRIMARY KEY (dataset_id, source, chunk)
);
