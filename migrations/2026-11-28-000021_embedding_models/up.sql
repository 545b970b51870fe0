-- Embedding models of which vectors may be left. Each server notes its own when it starts; when no tenant has a vector
-- of any other, those are taken off. Until then a question is put to the vectors of each.
CREATE TABLE embedding_models (
    name text PRIMARY KEY,
    noted_at timestamptz NOT NULL DEFAULT now()
);
SELECT enable_system_access('embedding_models');

-- The owner must see the rows of every tenant.
ALTER TABLE passage_index NO FORCE ROW LEVEL SECURITY;
INSERT INTO embedding_models (name) SELECT DISTINCT regexp_replace(model, ' [0-9]+$', '') FROM passage_index;
ALTER TABLE passage_index FORCE ROW LEVEL SECURITY;

-- How sure the AI says it is means the share that is right from now on, which is more than what it said before: 0.3,
-- the default, is 0.5 now, and other thresholds move with it.
ALTER TABLE tenant_configurations NO FORCE ROW LEVEL SECURITY;
UPDATE tenant_configurations
SET config_data = jsonb_set(config_data, '{threshold}', to_jsonb(round(CASE
    WHEN (config_data ->> 'threshold')::numeric <= 0.3 THEN (config_data ->> 'threshold')::numeric * 5 / 3
    ELSE 0.5 + ((config_data ->> 'threshold')::numeric - 0.3) * 5 / 7
END, 2)))
WHERE config_type = 'ai' AND jsonb_typeof(config_data -> 'threshold') = 'number';
ALTER TABLE tenant_configurations FORCE ROW LEVEL SECURITY;
