-- Files of ingest-service, as its events tell of them.
CREATE TABLE known_file (
  file_id   text PRIMARY KEY,
  tenant    text NOT NULL,
  filename  text NOT NULL,
  purpose   text,
  status    text NOT NULL,
  content   text,
  fact      text,
  known_at  timestamptz NOT NULL
);

-- Batches and table jobs: work on the rows of a file, one answer a row.
CREATE TABLE row_job (
  id             text PRIMARY KEY,
  seq            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  kind           text NOT NULL,
  tenant         text NOT NULL,
  run            text,
  traceparent    text,
  caller         text NOT NULL,
  request_id     text,
  input_file_id  text NOT NULL,
  spec           text NOT NULL,
  metadata       text,
  status         text NOT NULL,
  -- What it ends as once its files are there.
  outcome        text,
  total          bigint NOT NULL,
  completed      bigint NOT NULL,
  failed         bigint NOT NULL,
  problems       text,
  columns        text,
  output_file_id text,
  error_file_id  text,
  created_at     timestamptz NOT NULL,
  begun_at       timestamptz,
  finalizing_at  timestamptz,
  cancelling_at  timestamptz,
  ended_at       timestamptz,
  expires_at     timestamptz NOT NULL,
  progressed_at  timestamptz,
  not_before     timestamptz NOT NULL,
  faults         integer NOT NULL,
  fence          bigint NOT NULL,
  lease_owner    text,
  lease_until    timestamptz,
  version        bigint NOT NULL
);
CREATE INDEX row_job_of_tenant ON row_job (tenant, kind, seq);
CREATE INDEX row_job_open ON row_job (seq)
  WHERE status IN ('VALIDATING', 'IN_PROGRESS', 'FINALIZING', 'CANCELLING');

-- The answers of jobs that have not ended. A row has one, whoever answers it and however often.
CREATE TABLE row_result (
  job_id text NOT NULL REFERENCES row_job ON DELETE CASCADE,
  idx    bigint NOT NULL,
  ok     boolean NOT NULL,
  line   text NOT NULL,
  PRIMARY KEY (job_id, idx)
);
