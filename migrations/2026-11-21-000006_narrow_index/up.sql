-- A question reads the index of every passage of a tenant, and most of the time went into
-- bringing those bytes to the processor. So the index holds the signs of the vector, 48 bytes
-- instead of 768; the vector itself is read of the few hundred passages that come near.

-- What is read of the passages that come near: their vector, and of the best
-- their sentences as numbers.
ALTER TABLE passage_sentences RENAME TO passage_vectors;
ALTER TABLE passage_vectors ADD COLUMN embedding halfvec(384);
ALTER TABLE passage_vectors ALTER COLUMN embedding SET STORAGE PLAIN;
-- The owner must see the rows of every tenant to move them.
ALTER TABLE passage_vectors NO FORCE ROW LEVEL SECURITY;
ALTER TABLE passage_index NO FORCE ROW LEVEL SECURITY;
UPDATE passage_vectors SET embedding = passage_index.embedding
    FROM passage_index
    WHERE passage_index.tenant_id = passage_vectors.tenant_id
        AND passage_index.passage_id = passage_vectors.passage_id;
ALTER TABLE passage_vectors ALTER COLUMN embedding SET NOT NULL;
ALTER TABLE passage_vectors FORCE ROW LEVEL SECURITY;

-- Made anew, so that no row keeps room for what it has lost.
ALTER TABLE passage_index RENAME TO wide_index;
CREATE TABLE passage_index (
    tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    passage_id uuid NOT NULL,
    signs bit(384) NOT NULL,
    words sparsevec NOT NULL,
    model text NOT NULL
);
ALTER TABLE passage_index ALTER COLUMN signs SET STORAGE PLAIN;
ALTER TABLE passage_index ALTER COLUMN words SET STORAGE PLAIN;
INSERT INTO passage_index
    SELECT tenant_id, passage_id, binary_quantize(embedding)::bit(384), words, model
    FROM wide_index ORDER BY tenant_id, passage_id;
DROP TABLE wide_index;
ALTER TABLE passage_index ADD PRIMARY KEY (tenant_id, passage_id);
-- The key is checked for all rows at once, and the owner must see what they refer to.
ALTER TABLE passages NO FORCE ROW LEVEL SECURITY;
ALTER TABLE passage_index
    ADD FOREIGN KEY (tenant_id, passage_id) REFERENCES passages (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE passages FORCE ROW LEVEL SECURITY;
SELECT enable_tenant_isolation('passage_index');
