-- The key with which a key was made: it ends with it. The user is the one who
-- stands behind the first of them.
ALTER TABLE api_keys
    ADD COLUMN made_with uuid,
    ADD CONSTRAINT api_keys_made_with FOREIGN KEY (tenant_id, made_with)
        REFERENCES api_keys (tenant_id, id) ON DELETE CASCADE;
CREATE INDEX api_keys_made_with ON api_keys (tenant_id, made_with) WHERE made_with IS NOT NULL;
CREATE INDEX api_keys_created_by ON api_keys (created_by) WHERE created_by IS NOT NULL;
