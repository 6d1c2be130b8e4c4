-- By what a blob store knows this database: bytes without a row are removed from its own store alone.
CREATE TABLE blob_owner (id text NOT NULL);
INSERT INTO blob_owner VALUES (gen_random_uuid()::text);
