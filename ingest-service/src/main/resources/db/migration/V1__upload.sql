CREATE TABLE upload (
  id            text PRIMARY KEY,
  -- The order of lists; times may be equal.
  seq           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  version       integer NOT NULL,
  tenant        text NOT NULL,
  run           text,
  traceparent   text,
  filename      text NOT NULL,
  purpose       text NOT NULL,
  recipe        text,
  plan          text,
  status        text NOT NULL,
  created_at    timestamptz NOT NULL,
  -- Where an UploadRequested said that the bytes are; what it did not say is null.
  source_key    text,
  source_sha256 text,
  source_bytes  bigint,
  -- The bytes under our own key, once they are there.
  sha256        text,
  bytes         bigint,
  records_key   text,
  row_count     bigint,
  code          text,
  reason        text,
  -- The lease of the worker that copies or parses it. Nobody takes the row before due_at.
  owner         text,
  due_at        timestamptz NOT NULL,
  fence         integer NOT NULL,
  crashes       integer NOT NULL,
  faults        integer NOT NULL,
  purged        boolean NOT NULL
);
CREATE INDEX upload_of_tenant ON upload (tenant, seq);
CREATE INDEX upload_due ON upload (due_at) WHERE status IN ('REQUESTED', 'RECEIVED', 'PARSING');
CREATE INDEX upload_to_purge ON upload (seq) WHERE status = 'DELETED' AND NOT purged;
