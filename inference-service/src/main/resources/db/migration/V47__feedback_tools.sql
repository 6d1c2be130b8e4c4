-- What a question offered to call, as JSON; null where it offered nothing.
ALTER TABLE kept_answer ADD COLUMN tools text;
ALTER TABLE feedback ADD COLUMN tools text;
