-- What the AI learns from, and the search over it.

CREATE TABLE sources (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('text', 'file')),
    title text NOT NULL,
    url text,
    content text NOT NULL,
    fingerprint bytea NOT NULL,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'processing', 'ready', 'failed')),
    error text,
    bytes bigint NOT NULL,
    passage_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
-- The same text twice would be the same answer twice.
CREATE UNIQUE INDEX sources_fingerprint ON sources (tenant_id, fingerprint);
SELECT enable_tenant_isolation('sources');

-- terms: which terms the passage holds, and 0 for being a passage at all; the
-- same numbers are counted in term_statistics.
CREATE TABLE passages (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    position integer NOT NULL,
    heading text NOT NULL,
    content text NOT NULL,
    terms integer[] NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX passages_source ON passages (tenant_id, source_id, position);
SELECT enable_tenant_isolation('passages');

-- What the first stage of a search reads of every passage of a tenant: its
-- vector and its half of BM25. Kept narrow and never moved out of line, so
-- that a question reads these pages and nothing else.
CREATE TABLE passage_index (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    passage_id uuid NOT NULL,
    embedding halfvec(384) NOT NULL,
    words sparsevec NOT NULL,
    model text NOT NULL,
    PRIMARY KEY (tenant_id, passage_id),
    FOREIGN KEY (tenant_id, passage_id) REFERENCES passages (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE passage_index ALTER COLUMN embedding SET STORAGE PLAIN;
ALTER TABLE passage_index ALTER COLUMN words SET STORAGE PLAIN;
SELECT enable_tenant_isolation('passage_index');

-- What the second stage reads of the best passages: their sentences as
-- numbers. They do not compress, so nobody tries.
CREATE TABLE passage_sentences (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    passage_id uuid NOT NULL,
    sentences bytea NOT NULL,
    PRIMARY KEY (tenant_id, passage_id),
    FOREIGN KEY (tenant_id, passage_id) REFERENCES passages (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE passage_sentences ALTER COLUMN sentences SET STORAGE EXTERNAL;
SELECT enable_tenant_isolation('passage_sentences');

-- How many passages of the tenant hold a term; term 0 counts the passages.
CREATE TABLE term_statistics (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    term integer NOT NULL,
    documents integer NOT NULL,
    PRIMARY KEY (tenant_id, term)
);
SELECT enable_tenant_isolation('term_statistics');

-- Every answer and every call of a model, append-only.
CREATE TABLE ai_actions (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    conversation_id uuid,
    model text NOT NULL,
    action_type text NOT NULL,
    input_ref uuid,
    output_ref uuid,
    confidence real,
    tokens integer,
    milliseconds integer NOT NULL,
    cost numeric(12, 6),
    error text,
    ts timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ai_actions_conversation ON ai_actions (tenant_id, conversation_id) WHERE conversation_id IS NOT NULL;
SELECT enable_tenant_isolation('ai_actions');
REVOKE UPDATE ON ai_actions FROM omnichat_app;
