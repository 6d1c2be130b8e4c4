-- Whether all bytes of a part are there; only then it is told of.
ALTER TABLE upload_part ADD COLUMN stored boolean NOT NULL DEFAULT true;
ALTER TABLE upload_part ALTER COLUMN stored SET DEFAULT false;
