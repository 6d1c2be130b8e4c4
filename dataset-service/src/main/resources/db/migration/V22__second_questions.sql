-- The body of a question that an answer is put into.
ALTER TABLE generation_request ADD COLUMN next_body text;
