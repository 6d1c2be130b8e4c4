ALTER TABLE training_job
  ADD COLUMN priority      smallint NOT NULL DEFAULT 1,
  ADD COLUMN failed_on     text,
  ADD COLUMN rerun_of      text,
  ADD COLUMN best_step     bigint,
  ADD COLUMN overfitting_since bigint;

-- How many jobs the queue has given out; its row is the lock of the giving.
CREATE TABLE queue_turn (claims bigint NOT NULL);
INSERT INTO queue_turn VALUES (0);

-- One attempt at a job: what it was given, and the time for which it held its place.
CREATE TABLE job_attempt (
  id         text PRIMARY KEY,
  job_id     text NOT NULL REFERENCES training_job (id) ON DELETE CASCADE,
  tenant     text NOT NULL,
  fence      bigint NOT NULL,
  owner      text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz,
  outcome    text,
  worker     text,
  begun      text
);
CREATE INDEX job_attempt_job ON job_attempt (job_id, fence);
CREATE INDEX job_attempt_used ON job_attempt (ended_at);

-- The state that a line of the job's history brought, where it brought one.
ALTER TABLE job_event ADD COLUMN status text;

-- Wakes those who watch the job, at the commit.
CREATE FUNCTION job_event_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('job_event_' || TG_TABLE_SCHEMA, NEW.job_id);
  RETURN NULL;
END $$;

CREATE TRIGGER job_event_notify AFTER INSERT ON job_event
  FOR EACH ROW EXECUTE FUNCTION job_event_notify();

ALTER TABLE curve_point
  ADD COLUMN validation_mean_token_accuracy double precision;
ALTER TABLE job_checkpoint
  ADD COLUMN validation_mean_token_accuracy double precision;
ALTER TABLE evaluation ADD COLUMN worst text;

-- A tuned model in a form for other programs.
CREATE TABLE model_export (
  id            text PRIMARY KEY,
  version       bigint NOT NULL,
  job_id        text NOT NULL REFERENCES training_job (id) ON DELETE CASCADE,
  tenant        text NOT NULL,
  run           text,
  format        text NOT NULL,
  status        text NOT NULL,
  created_at    timestamptz NOT NULL,
  started_at    timestamptz,
  finished_at   timestamptz,
  fence         bigint NOT NULL,
  failures      integer NOT NULL,
  not_before    timestamptz,
  lease_owner   text,
  lease_until   timestamptz,
  files         text,
  error_code    text,
  error_message text
);
CREATE INDEX model_export_job ON model_export (job_id, created_at DESC, id DESC);
CREATE INDEX model_export_work ON model_export (created_at) WHERE status IN ('QUEUED', 'RUNNING');
