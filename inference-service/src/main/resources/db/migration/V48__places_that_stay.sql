-- A file that is attached anew keeps its place in lists, which created_at is.
ALTER TABLE vector_store_file ADD COLUMN attached_at timestamptz;
UPDATE vector_store_file SET attached_at = created_at;
ALTER TABLE vector_store_file ALTER COLUMN attached_at SET NOT NULL;

-- What an alias's shadows answered before it was deleted and made again.
DELETE FROM shadow_answer AS answer
WHERE at < (SELECT max(made.at) FROM alias_state AS made WHERE made.alias_id = answer.alias_id AND made.change = 'CREATED');
