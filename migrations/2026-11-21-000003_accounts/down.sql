DROP INDEX contacts_created;
DROP TABLE idempotency_keys, audit_log, oidc_identities, oidc_providers, backup_codes, user_tokens, invitations;
ALTER TABLE api_keys DROP COLUMN hint, DROP COLUMN created_by;
ALTER TABLE sessions
    DROP COLUMN impersonated_by, DROP COLUMN parent_id, DROP COLUMN is_tenant_bound, DROP COLUMN last_seen_at;
-- Roles that the older version does not know become agents.
ALTER TABLE memberships
    DROP CONSTRAINT memberships_role_id, DROP CONSTRAINT memberships_custom_role,
    DROP CONSTRAINT memberships_role_check, DROP COLUMN role_id;
UPDATE memberships SET role = 'agent' WHERE role NOT IN ('owner', 'agent');
ALTER TABLE memberships ADD CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'agent'));
DROP TABLE roles;
UPDATE users SET password_hash = '' WHERE password_hash IS NULL;
ALTER TABLE users
    ALTER COLUMN password_hash SET NOT NULL, DROP COLUMN email_verified_at, DROP COLUMN is_platform_admin,
    DROP COLUMN totp_secret, DROP COLUMN totp_enabled_at, DROP COLUMN totp_last_step;
ALTER TABLE tenants DROP COLUMN suspended_at, DROP COLUMN suspended_reason, DROP COLUMN limits;
