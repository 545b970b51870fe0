-- Roles. The server works as omnichat_app, which owns nothing and cannot
-- bypass row level security. For sign-in, registries and the job queue it
-- steps into omnichat_system, which sees a few tables across tenants and
-- none of the conversations. NOINHERIT keeps the two apart: the policies of
-- omnichat_system apply only after SET ROLE.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omnichat_app') THEN
        CREATE ROLE omnichat_app NOLOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omnichat_system') THEN
        CREATE ROLE omnichat_system NOLOGIN;
    END IF;
    GRANT omnichat_system TO omnichat_app;
    EXECUTE format('GRANT omnichat_app, omnichat_system TO %I', current_user);
END
$$;

GRANT USAGE ON SCHEMA public TO omnichat_app, omnichat_system;

-- The tenant of the running transaction, or null: then no row is visible.
CREATE FUNCTION current_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;

-- Puts a table with a tenant_id behind row level security.
CREATE FUNCTION enable_tenant_isolation(target regclass) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant ON %s TO omnichat_app
            USING (tenant_id = (SELECT current_tenant()))
            WITH CHECK (tenant_id = (SELECT current_tenant()))', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO omnichat_app', target);
END
$$;

-- Lets omnichat_system work on a table across tenants.
CREATE FUNCTION enable_system_access(target regclass) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY system ON %s TO omnichat_system USING (true) WITH CHECK (true)', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO omnichat_system', target);
END
$$;

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    email text NOT NULL,
    business_description text NOT NULL DEFAULT '',
    phone text,
    subscription_status text NOT NULL DEFAULT 'free',
    locale text NOT NULL DEFAULT 'en',
    time_zone text NOT NULL DEFAULT 'UTC',
    onboarded_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
SELECT enable_system_access('tenants');
CREATE POLICY tenant ON tenants TO omnichat_app USING (id = (SELECT current_tenant()));
GRANT SELECT, UPDATE ON tenants TO omnichat_app;

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
SELECT enable_system_access('users');

CREATE TABLE memberships (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'agent')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
SELECT enable_tenant_isolation('memberships');
SELECT enable_system_access('memberships');

-- A tenant sees the people who work in it, without their password hashes.
CREATE POLICY tenant ON users FOR SELECT TO omnichat_app
    USING (id IN (SELECT user_id FROM memberships WHERE tenant_id = (SELECT current_tenant())));
GRANT SELECT (id, email, name, created_at) ON users TO omnichat_app;

-- One row for each sign-in. Only hashes of refresh tokens are stored; the
-- previous one is kept so that two tabs that refresh at once do not look
-- like theft.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    refresh_hash bytea NOT NULL,
    previous_refresh_hash bytea,
    rotated_at timestamptz NOT NULL DEFAULT now(),
    ip text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id);
SELECT enable_system_access('sessions');

CREATE TABLE api_keys (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    key_hash bytea NOT NULL,
    permissions text[] NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX api_keys_hash ON api_keys (key_hash);
SELECT enable_tenant_isolation('api_keys');
SELECT enable_system_access('api_keys');

CREATE TABLE tenant_configurations (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    config_type text NOT NULL,
    config_data jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, config_type)
);
SELECT enable_tenant_isolation('tenant_configurations');

-- Number of the last event of a tenant. A row of its own, locked only at the
-- end of a transaction, keeps the lock that orders events short.
CREATE TABLE tenant_sequences (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    event bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
SELECT enable_tenant_isolation('tenant_sequences');
SELECT enable_system_access('tenant_sequences');

-- Number of the last conversation of a tenant. Not the same row: it is
-- locked in the middle of a transaction, and two orders of locking deadlock.
CREATE TABLE conversation_sequences (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    conversation bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
SELECT enable_tenant_isolation('conversation_sequences');
SELECT enable_system_access('conversation_sequences');

CREATE TABLE widgets (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    config jsonb NOT NULL,
    allowed_domains text[] NOT NULL DEFAULT '{}',
    webhook_url text,
    widget_secret text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    installed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
CREATE INDEX widgets_id ON widgets (id);
SELECT enable_tenant_isolation('widgets');
-- A page names a widget by its id alone; which tenant it belongs to is looked up here.
CREATE POLICY system ON widgets FOR SELECT TO omnichat_system USING (true);
GRANT SELECT ON widgets TO omnichat_system;

CREATE TABLE channels (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    platform text NOT NULL,
    widget_id uuid,
    platform_page_id text,
    page_name text,
    access_token bytea,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, widget_id) REFERENCES widgets (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX channels_widget ON channels (tenant_id, widget_id) WHERE widget_id IS NOT NULL;
SELECT enable_tenant_isolation('channels');

CREATE TABLE contacts (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    platform text NOT NULL,
    platform_user_id text,
    display_name text NOT NULL,
    profile_pic_url text,
    email text,
    phone text,
    stage text NOT NULL DEFAULT 'visitor' CHECK (stage IN ('visitor', 'lead', 'customer')),
    attributes jsonb NOT NULL DEFAULT '{}',
    locale text,
    page_url text,
    page_title text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX contacts_platform_user ON contacts (tenant_id, platform, platform_user_id)
    WHERE platform_user_id IS NOT NULL;
SELECT enable_tenant_isolation('contacts');

CREATE TABLE conversations (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    number bigint NOT NULL,
    channel_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    session_id text,
    platform text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'pending', 'snoozed', 'resolved')),
    priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    is_ai_enabled boolean NOT NULL,
    assigned_staff_id uuid,
    preview text NOT NULL DEFAULT '',
    preview_sender text NOT NULL DEFAULT 'contact',
    unread_count integer NOT NULL DEFAULT 0,
    staff_read_up_to uuid,
    contact_read_up_to uuid,
    last_message_at timestamptz NOT NULL DEFAULT now(),
    first_user_message_at timestamptz,
    first_staff_reply_at timestamptz,
    last_staff_activity_at timestamptz,
    closed_at timestamptz,
    resolved boolean NOT NULL GENERATED ALWAYS AS (status = 'resolved') STORED,
    snoozed_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, assigned_staff_id) REFERENCES memberships (tenant_id, user_id)
        ON DELETE SET NULL (assigned_staff_id)
);
CREATE INDEX conversations_latest ON conversations (tenant_id, resolved, last_message_at DESC, id DESC);
CREATE INDEX conversations_contact ON conversations (tenant_id, contact_id, id DESC);
CREATE INDEX conversations_assigned ON conversations (tenant_id, assigned_staff_id, last_message_at DESC)
    WHERE status <> 'resolved';
SELECT enable_tenant_isolation('conversations');

CREATE TABLE messages (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    sender_type text NOT NULL CHECK (sender_type IN ('contact', 'agent', 'ai', 'system')),
    staff_id uuid,
    sender_name text NOT NULL DEFAULT '',
    is_note boolean NOT NULL DEFAULT false,
    content text NOT NULL,
    html text,
    platform_message_id text,
    client_id uuid,
    status text NOT NULL DEFAULT 'sent' CHECK (status IN ('sending', 'sent', 'delivered', 'read', 'failed')),
    error text,
    confidence real,
    feedback text CHECK (feedback IN ('up', 'down')),
    citations jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, conversation_id, client_id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, channel_id) REFERENCES channels (tenant_id, id)
);
CREATE INDEX messages_conversation ON messages (tenant_id, conversation_id, id);
CREATE UNIQUE INDEX messages_platform ON messages (tenant_id, channel_id, platform_message_id)
    WHERE platform_message_id IS NOT NULL;
SELECT enable_tenant_isolation('messages');

CREATE TABLE conversation_metrics (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    total_messages integer NOT NULL DEFAULT 0,
    user_messages integer NOT NULL DEFAULT 0,
    staff_messages integer NOT NULL DEFAULT 0,
    ai_messages integer NOT NULL DEFAULT 0,
    first_response_seconds integer,
    duration_seconds integer,
    quality_score real,
    rating_comment text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, conversation_id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
SELECT enable_tenant_isolation('conversation_metrics');

-- What happened, append-only, numbered without gaps in each tenant.
CREATE TABLE events (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    sequence bigint NOT NULL,
    type text NOT NULL,
    conversation_id uuid,
    contact_id uuid,
    user_id uuid,
    payload jsonb NOT NULL,
    ts timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX events_contact ON events (tenant_id, contact_id, sequence) WHERE contact_id IS NOT NULL;
SELECT enable_tenant_isolation('events');
-- What happened is not rewritten; rows go only with their tenant or by retention.
REVOKE UPDATE ON events FROM omnichat_app;

-- Work to be done later. A row is claimed by a lease, so a crash gives it back.
CREATE TABLE jobs (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'dead')),
    run_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'queued';
SELECT enable_tenant_isolation('jobs');
SELECT enable_system_access('jobs');
