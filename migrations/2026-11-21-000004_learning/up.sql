-- What the AI learns from beyond pasted text, what it understands of
-- conversations, and how people teach it.

-- More kinds of sources. `parent_id` is the site that a page was found on;
-- `settings` holds what belongs to a kind alone, such as the limits of a crawl.
ALTER TABLE sources
    DROP CONSTRAINT sources_kind_check,
    ADD CONSTRAINT sources_kind_check CHECK (kind IN ('text', 'file', 'faq', 'page', 'site', 'product')),
    ADD COLUMN parent_id uuid,
    ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    ADD COLUMN synced_at timestamptz,
    ADD COLUMN next_sync_at timestamptz,
    ADD FOREIGN KEY (tenant_id, parent_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE;
DROP INDEX sources_fingerprint;
CREATE UNIQUE INDEX sources_fingerprint ON sources (tenant_id, fingerprint) WHERE kind IN ('text', 'file');
CREATE UNIQUE INDEX sources_url ON sources (tenant_id, kind, url) WHERE kind IN ('page', 'site');
CREATE INDEX sources_parent ON sources (tenant_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX sources_sync ON sources (next_sync_at) WHERE next_sync_at IS NOT NULL;
-- So that due sources of all tenants are found; nothing of their texts.
CREATE POLICY system ON sources FOR SELECT TO omnichat_system USING (true);
GRANT SELECT (tenant_id, id, kind, next_sync_at) ON sources TO omnichat_system;

-- A file as it was uploaded, until its text has been taken out.
CREATE TABLE source_files (
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (tenant_id, source_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE source_files ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT enable_tenant_isolation('source_files');

-- Things that the business sells. Each is embedded as a source of its own.
CREATE TABLE products (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    price numeric(12, 2) CHECK (price >= 0),
    -- ISO 4217; empty when the business never said.
    currency text NOT NULL DEFAULT '' CHECK (currency ~ '^([A-Z]{3})?$'),
    status text NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'out_of_stock')),
    extra_info jsonb NOT NULL DEFAULT '{}',
    embedding vector(384),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX products_name ON products (tenant_id, lower(name));
CREATE INDEX products_latest ON products (tenant_id, id DESC);
CREATE UNIQUE INDEX products_source ON products (tenant_id, source_id);
SELECT enable_tenant_isolation('products');

-- Rises in each transaction that changes what the AI can know or how it
-- answers. What was remembered under an older number is not used any more.
CREATE TABLE knowledge_versions (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    version bigint NOT NULL DEFAULT 0
);
SELECT enable_tenant_isolation('knowledge_versions');

-- Answers of a language model, for questions that mean the same. The words of
-- the question are not kept: only its vector, and its terms as numbers.
CREATE TABLE answer_cache (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    version bigint NOT NULL,
    embedding halfvec(384) NOT NULL,
    terms integer[] NOT NULL,
    model text NOT NULL,
    answer jsonb NOT NULL,
    hits integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX answer_cache_version ON answer_cache (tenant_id, version);
SELECT enable_tenant_isolation('answer_cache');

ALTER TABLE ai_actions
    ADD COLUMN input_tokens integer,
    ADD COLUMN output_tokens integer,
    ADD COLUMN endpoint text;
CREATE INDEX ai_actions_latest ON ai_actions (tenant_id, id DESC);

-- What visitors may want, by examples.
CREATE TABLE intents (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX intents_name ON intents (tenant_id, lower(name));
SELECT enable_tenant_isolation('intents');

CREATE TABLE intent_examples (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    intent_id uuid NOT NULL,
    text text NOT NULL,
    -- None until it is embedded for the first training.
    embedding real[],
    model text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intents (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX intent_examples_text ON intent_examples (tenant_id, intent_id, md5(lower(text)));
SELECT enable_tenant_isolation('intent_examples');

-- The classifier of a tenant; the one row is the one in use.
CREATE TABLE intent_models (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('training', 'ready', 'failed')),
    error text,
    head bytea,
    -- The head's labels in their order, as ids of intents.
    labels uuid[] NOT NULL DEFAULT '{}',
    report jsonb,
    model text NOT NULL DEFAULT '',
    -- What it was trained from; other examples since then mean that it is out of date.
    fingerprint bytea,
    trained_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE intent_models ALTER COLUMN head SET STORAGE EXTERNAL;
SELECT enable_tenant_isolation('intent_models');

-- What was understood of a contact's message.
CREATE TABLE message_insights (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    language text,
    sentiment text CHECK (sentiment IN ('positive', 'neutral', 'negative')),
    sentiment_score real,
    is_urgent boolean NOT NULL DEFAULT false,
    intent_id uuid,
    intent_probability real,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, message_id),
    FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intents (tenant_id, id) ON DELETE SET NULL (intent_id)
);
CREATE INDEX message_insights_conversation ON message_insights (tenant_id, conversation_id);
SELECT enable_tenant_isolation('message_insights');

-- What was understood of a whole conversation.
CREATE TABLE conversation_insights (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    topic text,
    summary text,
    -- The last message that the summary covers.
    summarised_up_to uuid,
    language text,
    sentiment text CHECK (sentiment IN ('positive', 'neutral', 'negative')),
    intent_id uuid,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, conversation_id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intents (tenant_id, id) ON DELETE SET NULL (intent_id)
);
SELECT enable_tenant_isolation('conversation_insights');

CREATE TABLE leads (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    conversation_id uuid,
    message_id uuid,
    intent text NOT NULL DEFAULT '',
    contact_info jsonb NOT NULL DEFAULT '{}',
    stage text NOT NULL DEFAULT 'new' CHECK (stage IN ('new', 'qualified', 'converted', 'lost')),
    converted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
        ON DELETE SET NULL (conversation_id)
);
CREATE UNIQUE INDEX leads_conversation ON leads (tenant_id, conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX leads_contact ON leads (tenant_id, contact_id);
SELECT enable_tenant_isolation('leads');

-- Questions that were not answered well, grouped by meaning.
CREATE TABLE question_groups (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'dismissed')),
    centre halfvec(384) NOT NULL,
    model text NOT NULL,
    question_count integer NOT NULL DEFAULT 0,
    -- The source that answers them now.
    source_id uuid,
    last_asked_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE SET NULL (source_id)
);
CREATE INDEX question_groups_open ON question_groups (tenant_id, status, question_count DESC);
SELECT enable_tenant_isolation('question_groups');

-- The words are those of the message, so erasing a contact erases them.
CREATE TABLE unanswered_questions (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    group_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    reason text NOT NULL CHECK (reason IN ('handed_off', 'thumbs_down', 'corrected')),
    confidence real,
    embedding halfvec(384) NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, message_id),
    FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, group_id) REFERENCES question_groups (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX unanswered_questions_group ON unanswered_questions (tenant_id, group_id, asked_at DESC);
SELECT enable_tenant_isolation('unanswered_questions');

-- What somebody should look at: an answer that may be wrong, or a FAQ drafted
-- from an agent's reply.
CREATE TABLE reviews (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('answer', 'faq')),
    reason text NOT NULL,
    question text NOT NULL,
    answer text NOT NULL,
    conversation_id uuid,
    message_id uuid,
    group_id uuid,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'rejected')),
    source_id uuid,
    decided_by uuid,
    decided_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, group_id) REFERENCES question_groups (tenant_id, id) ON DELETE SET NULL (group_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE SET NULL (source_id),
    FOREIGN KEY (tenant_id, decided_by) REFERENCES memberships (tenant_id, user_id) ON DELETE SET NULL (decided_by)
);
CREATE UNIQUE INDEX reviews_message ON reviews (tenant_id, message_id, kind) WHERE message_id IS NOT NULL;
CREATE INDEX reviews_open ON reviews (tenant_id, status, id DESC);
SELECT enable_tenant_isolation('reviews');

-- The test bench: questions with what a right answer holds.
CREATE TABLE test_cases (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    question text NOT NULL,
    -- Words that the answer must hold; empty when it is to be handed off.
    expected text NOT NULL DEFAULT '',
    is_hand_off boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
SELECT enable_tenant_isolation('test_cases');

CREATE TABLE test_runs (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    started_by text NOT NULL DEFAULT '',
    total integer NOT NULL DEFAULT 0,
    passed integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    knowledge_version bigint NOT NULL DEFAULT 0,
    threshold real NOT NULL DEFAULT 0,
    model text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (tenant_id, id)
);
SELECT enable_tenant_isolation('test_runs');

CREATE TABLE test_results (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    case_id uuid NOT NULL,
    question text NOT NULL,
    expected text NOT NULL,
    is_hand_off boolean NOT NULL,
    passed boolean NOT NULL,
    why text NOT NULL DEFAULT '',
    answer_kind text NOT NULL,
    answer text NOT NULL,
    confidence real NOT NULL,
    milliseconds integer NOT NULL,
    PRIMARY KEY (tenant_id, run_id, case_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES test_runs (tenant_id, id) ON DELETE CASCADE
);
SELECT enable_tenant_isolation('test_results');
