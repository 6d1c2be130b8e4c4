-- What a dataset asked served models for, until it is done.
CREATE TABLE generation (
  dataset_id text PRIMARY KEY REFERENCES dataset,
  tenant     text NOT NULL,
  status     text NOT NULL,
  deadline   timestamptz NOT NULL,
  version    bigint NOT NULL
);

CREATE TABLE generation_request (
  request_id text PRIMARY KEY,
  dataset_id text NOT NULL REFERENCES generation ON DELETE CASCADE,
  ask_key    text NOT NULL,
  step       text NOT NULL,
  status     text NOT NULL,
  answer     text,
  code       text
);
CREATE INDEX generation_request_dataset ON generation_request (dataset_id, status);
