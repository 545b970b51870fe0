-- What was handed out to somebody is not good any more: every server refuses
-- older access tokens and ends their sockets. Written in the transaction that
-- ends or changes something, kept for as long as such a token lives.
-- made_by orders the marks by what a server could have seen: a number from a
-- sequence, or a time, may become visible after a later one.
CREATE TABLE token_marks (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('session', 'user', 'tenant', 'visitors', 'contact')),
    subject uuid NOT NULL,
    made_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX token_marks_made_by ON token_marks (made_by);
SELECT enable_system_access('token_marks');
-- A role is changed in the tenant's own transaction, which sees no mark.
CREATE POLICY note ON token_marks FOR INSERT TO omnichat_app WITH CHECK (true);
GRANT INSERT ON token_marks TO omnichat_app;

-- Visitors whose tokens are not good any more: they reset the chat, or were
-- erased. No row refers to a contact, who may be gone.
CREATE TABLE ended_visits (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    contact_id uuid NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, contact_id)
);
SELECT enable_tenant_isolation('ended_visits');

-- Rises with the widget's secret; a visitor's token is good for one.
ALTER TABLE widgets ADD COLUMN epoch integer NOT NULL DEFAULT 0;
