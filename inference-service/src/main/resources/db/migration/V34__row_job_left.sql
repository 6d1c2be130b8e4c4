-- What the last attempt at a job has left for later: the first row, its byte in the input, and which models are asked.
ALTER TABLE row_job
  ADD COLUMN left_row    bigint,
  ADD COLUMN left_at     bigint,
  ADD COLUMN left_models text;
