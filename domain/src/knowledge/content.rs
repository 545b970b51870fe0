//! What a source says, as it is stored.

use crate::{Error, Result};
use ai::document::{self, Block, ContentForm};
use sha2::{Digest as _, Sha256};

/// The content of a source with its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(super) form: ContentForm,
    pub(super) text: String,
    /// Bytes of its words.
    bytes: usize,
}

impl Content {
    /// Words as somebody typed them.
    pub(crate) const fn typed(text: String) -> Self {
        Self { form: ContentForm::Markdown, bytes: text.len(), text }
    }

    /// What was read of a document.
    pub(crate) fn of_blocks(blocks: &[Block]) -> Result<Self> {
        let text = document::to_stored(blocks).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { form: ContentForm::Blocks, bytes: document::bytes(blocks), text })
    }

    /// Bytes of its words, as they are shown.
    pub(super) fn shown_bytes(&self) -> i64 {
        i64::try_from(self.bytes).unwrap_or(i64::MAX)
    }

    /// What tells it from others.
    pub(super) fn fingerprint(&self) -> Vec<u8> {
        Sha256::digest(self.text.as_bytes()).to_vec()
    }

    /// What is stored under a form's name.
    pub(super) fn stored(form: &str, text: String) -> Result<Self> {
        let form = ContentForm::from_name(form).ok_or_else(|| Error::stored("form of a content", form))?;
        Ok(Self { form, bytes: text.len(), text })
    }
}
