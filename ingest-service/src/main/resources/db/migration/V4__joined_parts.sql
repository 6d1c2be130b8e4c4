-- Who puts the parts together at the moment, and how long nobody else does if he is not heard of.
ALTER TABLE part_upload ADD COLUMN joiner text;
ALTER TABLE part_upload ADD COLUMN joined_until timestamptz;
