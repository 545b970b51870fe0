ALTER TABLE unanswered_questions DROP COLUMN in_full;
