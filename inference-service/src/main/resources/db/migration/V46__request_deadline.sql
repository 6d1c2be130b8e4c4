-- When nobody waits for the answer any more; null where somebody always does.
ALTER TABLE inference_request ADD COLUMN deadline timestamptz;
