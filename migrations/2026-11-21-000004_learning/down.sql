DROP TABLE test_results, test_runs, test_cases, reviews, unanswered_questions, question_groups, leads,
    conversation_insights, message_insights, intent_models, intent_examples, intents, answer_cache,
    knowledge_versions, products, source_files;
DROP INDEX ai_actions_latest;
ALTER TABLE ai_actions DROP COLUMN input_tokens, DROP COLUMN output_tokens, DROP COLUMN endpoint;
DROP POLICY system ON sources;
REVOKE SELECT (tenant_id, id, kind, next_sync_at) ON sources FROM omnichat_system;
DROP INDEX sources_sync;
DROP INDEX sources_parent;
DROP INDEX sources_url;
-- The older version knows texts and files alone. Words of the others stay as texts, one of each.
DROP INDEX sources_fingerprint;
DELETE FROM sources WHERE kind = 'site' OR content = '';
DELETE FROM sources AS one USING sources AS other
    WHERE one.tenant_id = other.tenant_id AND one.fingerprint = other.fingerprint AND one.id > other.id;
UPDATE sources SET kind = 'text' WHERE kind NOT IN ('text', 'file');
CREATE UNIQUE INDEX sources_fingerprint ON sources (tenant_id, fingerprint);
ALTER TABLE sources
    DROP CONSTRAINT sources_kind_check, DROP COLUMN parent_id, DROP COLUMN settings, DROP COLUMN progress,
    DROP COLUMN synced_at, DROP COLUMN next_sync_at;
ALTER TABLE sources ADD CONSTRAINT sources_kind_check CHECK (kind IN ('text', 'file'));
