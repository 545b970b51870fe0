-- Embedding models of which vectors may be left. Each server notes its own when it starts; when no tenant has a vector
-- of any other, those are taken off. Until then a question is put to the vectors of each.
CREATE TABLE embedding_models (
    name text PRIMARY KEY,
    noted_at timestamptz NOT NULL DEFAULT now()
);
SELECT enable_system_access('embedding_models');
INSERT INTO embedding_models (name) SELECT DISTINCT regexp_replace(model, ' [0-9]+$', '') FROM passage_index;
