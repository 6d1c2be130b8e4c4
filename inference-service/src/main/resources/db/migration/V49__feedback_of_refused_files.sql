-- Examples of a file that was refused before that freed them.
UPDATE feedback SET exported_file_id = NULL
WHERE exported_file_id IN (SELECT file_id FROM known_file WHERE status = 'REJECTED');

CREATE INDEX feedback_of_file ON feedback (exported_file_id) WHERE exported_file_id IS NOT NULL;
