ALTER TABLE widgets DROP COLUMN epoch;
DROP TABLE ended_visits, token_marks;
