-- Limits of a tenant (key_name = '') and of single keys; null is no limit of this kind.
CREATE TABLE quota (
  tenant              text NOT NULL,
  key_name            text NOT NULL,
  requests_per_minute bigint,
  tokens_per_minute   bigint,
  concurrency         integer,
  weight              integer,
  priority            text,
  highest_priority    text,
  version             integer NOT NULL,
  PRIMARY KEY (tenant, key_name)
);
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON quota
  FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

-- Token buckets that all replicas draw from; granted is what the last draw was given.
CREATE TABLE quota_bucket (
  id      text PRIMARY KEY,
  level   double precision NOT NULL,
  granted double precision NOT NULL,
  at      timestamptz NOT NULL
);

-- What each key asked of each model in each minute, and how much of it UsageRecorded has told.
CREATE TABLE usage (
  tenant            text NOT NULL,
  key_name          text NOT NULL,
  model             text NOT NULL,
  minute            timestamptz NOT NULL,
  requests          bigint NOT NULL,
  failed            bigint NOT NULL,
  prompt_tokens     bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  told_requests     bigint NOT NULL,
  told_failed       bigint NOT NULL,
  told_prompt       bigint NOT NULL,
  told_completion   bigint NOT NULL,
  PRIMARY KEY (tenant, minute, key_name, model)
);
CREATE INDEX usage_untold ON usage (minute) WHERE told_requests < requests;
