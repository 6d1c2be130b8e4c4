-- What an embedding model of the operator's own says of a chunk, and which model that was.
ALTER TABLE knowledge_chunk
  ADD COLUMN own       bytea,
  ADD COLUMN own_model text;
