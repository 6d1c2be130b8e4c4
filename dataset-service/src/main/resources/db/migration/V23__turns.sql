-- When a worker last began with a dataset: tenants take turns by it.
ALTER TABLE dataset ADD COLUMN started_at timestamptz;
CREATE INDEX dataset_turn ON dataset (tenant, started_at);
