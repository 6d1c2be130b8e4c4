-- The answers of shadows go with their alias, whose id comes back with its name.
DELETE FROM shadow_answer WHERE alias_id IN (SELECT id FROM alias WHERE deleted);
