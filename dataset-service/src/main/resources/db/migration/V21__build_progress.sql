-- How far the build is that holds the lease, as JSON.
ALTER TABLE dataset ADD COLUMN progress text;
