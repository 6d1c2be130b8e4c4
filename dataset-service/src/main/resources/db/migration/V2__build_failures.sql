-- Builds that ended by a fault, or by the death of their worker, in a row.
ALTER TABLE dataset ADD COLUMN failures integer NOT NULL DEFAULT 0;
