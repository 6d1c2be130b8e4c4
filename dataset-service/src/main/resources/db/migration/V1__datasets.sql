-- What became of each upload, as its owner told it.
CREATE TABLE known_upload (
  file_id     text PRIMARY KEY,
  tenant      text NOT NULL,
  run         text,
  filename    text NOT NULL,
  status      text NOT NULL,
  fact        text NOT NULL,
  known_at    timestamptz NOT NULL
);
CREATE INDEX known_upload_name ON known_upload (tenant, run, filename);

CREATE TABLE dataset (
  id          text PRIMARY KEY,
  tenant      text NOT NULL,
  run         text,
  traceparent text,
  name        text,
  plan        text NOT NULL,
  status      text NOT NULL,
  created_at  timestamptz NOT NULL,
  deadline    timestamptz NOT NULL,
  finished_at timestamptz,
  files       text,
  code        text,
  reason      text,
  place       text,
  lease_owner text,
  lease_until timestamptz,
  fence       bigint NOT NULL DEFAULT 0,
  version     bigint NOT NULL
);
CREATE INDEX dataset_page ON dataset (tenant, created_at DESC, id DESC);
CREATE INDEX dataset_unfinished ON dataset (status, created_at) WHERE status IN ('WAITING', 'BUILDING');

CREATE TABLE dataset_source (
  dataset_id text NOT NULL REFERENCES dataset,
  position   integer NOT NULL,
  asked      text NOT NULL,
  file_id    text,
  PRIMARY KEY (dataset_id, position)
);
CREATE INDEX dataset_source_waiting ON dataset_source (asked) WHERE file_id IS NULL;
