ALTER TABLE passage_index NO FORCE ROW LEVEL SECURITY;
ALTER TABLE passage_vectors NO FORCE ROW LEVEL SECURITY;
ALTER TABLE passage_index ADD COLUMN embedding halfvec(384);
ALTER TABLE passage_index ALTER COLUMN embedding SET STORAGE PLAIN;
UPDATE passage_index SET embedding = passage_vectors.embedding
    FROM passage_vectors
    WHERE passage_vectors.tenant_id = passage_index.tenant_id
        AND passage_vectors.passage_id = passage_index.passage_id;
ALTER TABLE passage_index ALTER COLUMN embedding SET NOT NULL;
ALTER TABLE passage_index DROP COLUMN signs;
ALTER TABLE passage_index FORCE ROW LEVEL SECURITY;
ALTER TABLE passage_vectors DROP COLUMN embedding;
ALTER TABLE passage_vectors FORCE ROW LEVEL SECURITY;
ALTER TABLE passage_vectors RENAME TO passage_sentences;
