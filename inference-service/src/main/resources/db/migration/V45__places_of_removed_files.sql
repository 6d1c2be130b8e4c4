-- Where stores and their files stood in lists, for clients that remove what they list as they go; owner is a store's
-- tenant, or a file's store.
CREATE TABLE vector_store_removed (
  owner      text NOT NULL,
  id         text NOT NULL,
  created_at timestamptz NOT NULL,
  removed_at timestamptz NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX vector_store_removed_at ON vector_store_removed (removed_at);

CREATE FUNCTION keep_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone jsonb := to_jsonb(OLD);
BEGIN
  INSERT INTO vector_store_removed VALUES (gone ->> TG_ARGV[0], gone ->> TG_ARGV[1], OLD.created_at, now())
  ON CONFLICT (owner, id) DO UPDATE SET created_at = excluded.created_at, removed_at = excluded.removed_at;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_place AFTER DELETE ON vector_store
  FOR EACH ROW EXECUTE FUNCTION keep_place('tenant', 'id');
CREATE TRIGGER keep_place AFTER DELETE ON vector_store_file
  FOR EACH ROW EXECUTE FUNCTION keep_place('store_id', 'file_id');
