-- The columns of a table are read from what is known of its file.
ALTER TABLE row_job DROP COLUMN columns;
