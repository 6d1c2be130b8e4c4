-- The adapter that came of a job was deleted by its owner: its files are needed no more.
ALTER TABLE training_job ADD COLUMN adapter_deleted boolean NOT NULL DEFAULT false;
