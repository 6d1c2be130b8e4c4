-- Blobs that ingest-service was asked to take in and has not taken yet.
CREATE TABLE handed_over (
  file_id  text PRIMARY KEY,
  blob_key text NOT NULL
);

-- Answers whose tenants let them be kept for a time, so that feedback can name them.
CREATE TABLE kept_answer (
  turn_id       text PRIMARY KEY,
  tenant        text NOT NULL,
  completion_id text,
  model         text NOT NULL,
  messages      text NOT NULL,
  answer        text NOT NULL,
  kept_at       timestamptz NOT NULL
);
CREATE INDEX kept_answer_of_completion ON kept_answer (tenant, completion_id);
CREATE INDEX kept_answer_age ON kept_answer (kept_at);

-- What people think of answers.
CREATE TABLE feedback (
  id               text PRIMARY KEY,
  seq              bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  tenant           text NOT NULL,
  run              text,
  caller           text NOT NULL,
  completion_id    text NOT NULL,
  model            text NOT NULL,
  rating           text NOT NULL,
  messages         text NOT NULL,
  answer           text NOT NULL,
  corrected        text,
  comment          text,
  -- Whether it tells what a good answer is.
  example          boolean NOT NULL,
  exported_file_id text,
  created_at       timestamptz NOT NULL
);
CREATE INDEX feedback_of_tenant ON feedback (tenant, seq);
CREATE INDEX feedback_to_export ON feedback (tenant, seq) WHERE example AND exported_file_id IS NULL;
