-- People, permissions and what a business needs to trust us: roles,
-- invitations, second factors, sign-in by OIDC, the audit log, and the
-- platform's own administration.

ALTER TABLE tenants
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_reason text NOT NULL DEFAULT '',
    ADD COLUMN limits jsonb NOT NULL DEFAULT '{}';

-- No password: the user signs in by OIDC alone.
ALTER TABLE users
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN email_verified_at timestamptz,
    ADD COLUMN is_platform_admin boolean NOT NULL DEFAULT false,
    ADD COLUMN totp_secret bytea,
    ADD COLUMN totp_enabled_at timestamptz,
    ADD COLUMN totp_last_step bigint NOT NULL DEFAULT 0;

-- Roles that a tenant made of named permissions, beside the built-in ones.
CREATE TABLE roles (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
SELECT enable_tenant_isolation('roles');
CREATE POLICY system ON roles FOR SELECT TO omnichat_system USING (true);
GRANT SELECT ON roles TO omnichat_system;

ALTER TABLE memberships DROP CONSTRAINT memberships_role_check;
ALTER TABLE memberships
    ADD COLUMN role_id uuid,
    ADD CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'admin', 'agent', 'viewer', 'custom')),
    ADD CONSTRAINT memberships_custom_role CHECK ((role = 'custom') = (role_id IS NOT NULL)),
    ADD CONSTRAINT memberships_role_id FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id);

CREATE TABLE invitations (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    email text NOT NULL CHECK (email = lower(email)),
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer', 'custom')),
    role_id uuid,
    token_hash bytea NOT NULL,
    invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email),
    CHECK ((role = 'custom') = (role_id IS NOT NULL)),
    FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
SELECT enable_tenant_isolation('invitations');
SELECT enable_system_access('invitations');

-- Links sent by e-mail. Only hashes are stored; each is good once.
CREATE TABLE user_tokens (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('password_reset', 'verify_email')),
    email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX user_tokens_user ON user_tokens (user_id, purpose);
SELECT enable_system_access('user_tokens');

CREATE TABLE backup_codes (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
SELECT enable_system_access('backup_codes');

-- impersonated_by: a platform admin works as this user; parent_id is the
-- admin's own session, to come back to. is_tenant_bound: the tenant's OIDC
-- provider vouched for the user, and vouches for nothing in other tenants.
ALTER TABLE sessions
    ADD COLUMN impersonated_by uuid REFERENCES users (id) ON DELETE CASCADE,
    ADD COLUMN parent_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
    ADD COLUMN is_tenant_bound boolean NOT NULL DEFAULT false,
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now();

-- admits_owners: an owner set it up, so owners may sign in by it too.
CREATE TABLE oidc_providers (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    client_id text NOT NULL,
    client_secret bytea NOT NULL,
    email_domains text[] NOT NULL DEFAULT '{}',
    default_role text NOT NULL DEFAULT 'agent' CHECK (default_role IN ('admin', 'agent', 'viewer')),
    is_active boolean NOT NULL DEFAULT true,
    admits_owners boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT enable_tenant_isolation('oidc_providers');
CREATE POLICY system ON oidc_providers FOR SELECT TO omnichat_system USING (true);
GRANT SELECT ON oidc_providers TO omnichat_system;

-- Who a provider's subject is with us.
CREATE TABLE oidc_identities (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, issuer, subject),
    FOREIGN KEY (tenant_id, user_id) REFERENCES memberships (tenant_id, user_id) ON DELETE CASCADE
);
SELECT enable_tenant_isolation('oidc_identities');
SELECT enable_system_access('oidc_identities');

-- hint: the first characters, by which a person recognises a key.
ALTER TABLE api_keys
    ADD COLUMN hint text NOT NULL DEFAULT '',
    ADD COLUMN created_by uuid REFERENCES users (id) ON DELETE SET NULL;
-- Keys made so far may ask the AI.
UPDATE api_keys SET permissions = '{chat}';

-- Every administrative act, append-only.
CREATE TABLE audit_log (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    ts timestamptz NOT NULL DEFAULT now(),
    actor_type text NOT NULL CHECK (actor_type IN ('user', 'api_key', 'platform_admin', 'system')),
    actor_id uuid,
    actor_name text NOT NULL,
    impersonated_by uuid,
    action text NOT NULL,
    target text NOT NULL DEFAULT '',
    details jsonb NOT NULL DEFAULT '{}',
    ip text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
SELECT enable_tenant_isolation('audit_log');
CREATE POLICY system ON audit_log FOR INSERT TO omnichat_system WITH CHECK (true);
GRANT INSERT ON audit_log TO omnichat_system;
REVOKE UPDATE, DELETE ON audit_log FROM omnichat_app;

-- Answers to requests that carried an Idempotency-Key, for a day. caller is
-- the user or the key; status is null while the first request runs.
CREATE TABLE idempotency_keys (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    caller uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer,
    body bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (tenant_id, created_at);
SELECT enable_tenant_isolation('idempotency_keys');

-- For a cursor over contacts, newest first.
CREATE INDEX contacts_created ON contacts (tenant_id, id DESC);
