-- How the content of a source is stored: as it was typed, or in the blocks
-- that were read of a document. What was there before is Markdown.
ALTER TABLE sources
    ADD COLUMN content_form text NOT NULL DEFAULT 'markdown'
        CHECK (content_form IN ('markdown', 'blocks'));
