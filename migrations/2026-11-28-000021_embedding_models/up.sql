-- Embedding models of which vectors may be left. Each server notes its own when it starts; when no tenant has a vector
-- of any other, those are taken off. Until then a question is put to the vectors of each.
CREATE TABLE embedding_models (
    name text PRIMARY KEY,
    noted_at timestamptz NOT NULL DEFAULT now()
);
SELECT enable_system_access('embedding_models');
INSERT INTO embedding_models (name) SELECT DISTINCT regexp_replace(model, ' [0-9]+$', '') FROM passage_index;

-- How sure the AI says it is means the share that is right from now on: what was 0.3 is 0.5. Who had the default has it.
UPDATE tenant_configurations SET config_data = jsonb_set(config_data, '{threshold}', '0.5')
WHERE config_type = 'ai' AND round((config_data ->> 'threshold')::numeric, 2) = 0.30;
