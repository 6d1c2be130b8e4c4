CREATE TABLE vector_store (
  id             text PRIMARY KEY,
  tenant         text NOT NULL,
  name           text,
  description    text,
  metadata       text,
  expires_days   integer,
  last_active_at timestamptz NOT NULL,
  revision       bigint NOT NULL, -- grows with every change of what can be found
  created_at     timestamptz NOT NULL
);
CREATE INDEX vector_store_tenant ON vector_store (tenant, created_at);

CREATE TABLE vector_store_file (
  id          text PRIMARY KEY,
  store_id    text NOT NULL REFERENCES vector_store ON DELETE CASCADE,
  tenant      text NOT NULL,
  file_id     text NOT NULL,
  filename    text,
  attributes  text,
  chunk_size  integer NOT NULL,
  overlap     integer NOT NULL,
  status      text NOT NULL,
  code        text,
  reason      text,
  chunks      integer NOT NULL,
  bytes       bigint NOT NULL,
  fence       bigint NOT NULL,
  lease_owner text,
  lease_until timestamptz,
  not_before  timestamptz NOT NULL,
  tries       integer NOT NULL,
  created_at  timestamptz NOT NULL,
  version     bigint NOT NULL,
  UNIQUE (store_id, file_id)
);
CREATE INDEX vector_store_file_open ON vector_store_file (not_before) WHERE status = 'IN_PROGRESS';
CREATE INDEX vector_store_file_file ON vector_store_file (file_id) WHERE status = 'IN_PROGRESS';

-- What indexes are made of, so that a new replica needs neither the documents nor the models.
CREATE TABLE knowledge_chunk (
  file    text NOT NULL REFERENCES vector_store_file ON DELETE CASCADE,
  ordinal integer NOT NULL,
  text    text NOT NULL,
  place   text NOT NULL,
  chinese bytea,
  english bytea,
  PRIMARY KEY (file, ordinal)
);
