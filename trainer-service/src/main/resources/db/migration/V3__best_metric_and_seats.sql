ALTER TABLE training_job ADD COLUMN best_metric text;
ALTER TABLE curve_point ADD COLUMN validation_metrics text;

-- Idle workers with a base model loaded, written anew while they wait; nothing is lost with the table.
CREATE UNLOGGED TABLE idle_seat (
  id    text PRIMARY KEY,
  base  text NOT NULL,
  until timestamptz NOT NULL
);
