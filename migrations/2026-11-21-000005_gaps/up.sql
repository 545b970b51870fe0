-- "And to Sweden?" tells nobody what was asked: then this is the question with what it leans on.
ALTER TABLE unanswered_questions ADD COLUMN in_full text;
