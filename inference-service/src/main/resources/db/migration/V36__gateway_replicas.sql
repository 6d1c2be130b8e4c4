-- The replicas that let questions in now: each keeps its part of a tenant's concurrency.
CREATE TABLE gateway_replica (
    id text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
