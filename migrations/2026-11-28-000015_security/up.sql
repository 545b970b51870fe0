-- What the people who run a business should know of its safety: a row for
-- what goes on, counted while it lasts, until somebody has dealt with it.
-- subject_id: the person or the key that it is about.
CREATE TABLE security_notices (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('device.new', 'sign_in.failures', 'refusals.spike', 'key.networks')),
    subject_id uuid,
    subject text NOT NULL,
    details text NOT NULL DEFAULT '',
    count bigint NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX security_notices_latest ON security_notices (tenant_id, last_at DESC);
SELECT enable_tenant_isolation('security_notices');
