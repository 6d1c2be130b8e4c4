-- Replicas of an earlier version, which say nothing of it, may run beside this one for a time.
ALTER TABLE vector_store_file ALTER COLUMN attached_at SET DEFAULT now();
