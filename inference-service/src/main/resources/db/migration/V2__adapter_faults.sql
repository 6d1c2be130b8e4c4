-- When the engine first failed internally over the adapter.
ALTER TABLE adapter ADD COLUMN faulty_since timestamptz;
