-- A file that its owner sends in parts (OpenAI's /v1/uploads), until it is one.
CREATE TABLE part_upload (
  id           text PRIMARY KEY,
  version      integer NOT NULL,
  tenant       text NOT NULL,
  run          text,
  traceparent  text,
  filename     text NOT NULL,
  purpose      text NOT NULL,
  mime_type    text,
  recipe       text,
  plan         text,
  -- How many its owner said that there will be.
  bytes        bigint NOT NULL,
  status       text NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  file_id      text,
  -- The parts' blobs are gone.
  purged       boolean NOT NULL
);
CREATE INDEX part_upload_to_purge ON part_upload (expires_at) WHERE NOT purged;

-- A part's row is there before its bytes, so that no bytes are there that nobody knows of.
CREATE TABLE upload_part (
  id         text PRIMARY KEY,
  upload_id  text NOT NULL REFERENCES part_upload,
  seq        bigint GENERATED ALWAYS AS IDENTITY,
  sha256     text NOT NULL,
  bytes      bigint NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX upload_part_of ON upload_part (upload_id, seq);

-- What was sent to POST /v1/files, to know it when it is sent again.
CREATE TABLE sent_file (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant      text NOT NULL,
  -- A digest of all that was asked for.
  fingerprint text NOT NULL,
  -- The client's Idempotency-Key.
  key         text,
  file_id     text NOT NULL,
  -- The client said that it sends it again.
  again       boolean NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX sent_file_key ON sent_file (tenant, key) WHERE key IS NOT NULL;
CREATE INDEX sent_file_same ON sent_file (tenant, fingerprint, created_at);
CREATE INDEX sent_file_age ON sent_file (created_at);
