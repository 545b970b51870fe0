//! Why the process cannot go on, for the person at the terminal.

use std::io;

/// Why a command failed: a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting or a condition that the person can change.
    #[error("{0}")]
    Advice(String),
    /// The operating system said no.
    #[error("{doing}: {source}")]
    System {
        /// What was being done, and to what.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// The private PostgreSQL.
    #[error("{0}")]
    Embedded(#[from] domain::database::embedded::EmbeddedError),
    /// The schema.
    #[error("{0}")]
    Database(#[from] domain::database::MigrateError),
    /// The embedding model.
    #[error("{0}")]
    Embedder(#[from] ai::embed::EmbedError),
    /// How mails are sent.
    #[error("{0}")]
    Mail(#[from] domain::mail::MailSetupError),
    /// A rule of the product.
    #[error("{0}")]
    Domain(#[from] domain::Error),
}

impl From<types::Error> for Failure {
    fn from(refusal: types::Error) -> Self {
        Self::Domain(refusal.into())
    }
}

impl Failure {
    /// A failure that says what to do.
    pub fn advice(sentence: impl Into<String>) -> Self {
        Self::Advice(sentence.into())
    }

    /// For `map_err`: the system refused while `doing` something.
    pub fn system(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }
}
