//! What can go wrong inside, and what of it is told outside.

use types::ErrorCode;

/// The result of an operation of the product.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation did not happen. Turning it into [`types::Error`] is the
/// boundary: a refusal is told as it is, everything else is logged once and
/// told without detail.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that is not possible or not allowed.
    #[error(transparent)]
    Refused(#[from] types::Error),
    /// A query failed.
    #[error("query failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// No connection to the database could be had in time.
    #[error("no database connection: {0}")]
    Connection(String),
    /// A text could not be embedded.
    #[error("embedding failed: {0}")]
    Embedding(#[from] ai::embed::EmbedError),
    /// A mail could not be sent.
    #[error(transparent)]
    Mail(#[from] crate::mail::MailError),
    /// Stored data is not what was written.
    #[error("stored {what} cannot be read: {cause}")]
    Stored {
        /// Which data.
        what: &'static str,
        /// Why.
        cause: String,
    },
    /// As much was used as may be in a day: later there is more.
    #[error("as much was used today as may be")]
    NotYet,
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// A refusal with a code and a sentence.
    pub fn refused(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Refused(types::Error::new(code, message))
    }

    /// Stored data is not what was written.
    pub fn stored(what: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Stored { what, cause: cause.to_string() }
    }

    /// Trying again would end the same way.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::Mail(cause) if cause.is_final())
    }

    /// The database cannot be reached right now.
    #[must_use]
    pub fn is_database_down(&self) -> bool {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Query};
        match self {
            Self::Connection(_)
            | Self::Query(
                Query::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _)
                | Query::BrokenTransactionManager,
            ) => true,
            // Class 57P of PostgreSQL: the last words of a connection that the server ends. Diesel does not pass the
            // code on, so they are told by their text, which is English unless the server was set up otherwise.
            Self::Query(Query::DatabaseError(Kind::Unknown, said)) => {
                said.message().starts_with("terminating connection")
                    || said.message().starts_with("the database system is")
            }
            _ => false,
        }
    }

    /// PostgreSQL keeps no NUL in a text (SQLSTATE 22021) and none in JSON (22P05). Texts are looked at where they
    /// come in; this is the net below. Diesel does not pass the code on, and words depend on the language of the
    /// server, but for these.
    fn is_text_that_cannot_be_stored(&self) -> bool {
        use diesel::result::Error as Query;
        let Self::Query(Query::DatabaseError(_, said)) = self else { return false };
        let is_nul = said.message().contains("UTF8") && said.message().ends_with("0x00");
        is_nul || said.details().is_some_and(|details| details.starts_with("\\u0000 "))
    }
}

impl From<Error> for types::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal,
            other if other.is_text_that_cannot_be_stored() => {
                tracing::warn!(error = %other, "a text with a NUL got as far as the database");
                types::text::refusal("")
            }
            other if other.is_database_down() => {
                tracing::error!(error = %other, "database unavailable");
                Self::new(
                    ErrorCode::Unavailable,
                    "The database cannot be reached right now. Nothing was lost; please try again in a moment.",
                )
            }
            Error::NotYet => {
                Self::new(ErrorCode::TooManyRequests, "As much was used today as may be. Please try again later.")
            }
            Error::Embedding(cause) => {
                tracing::error!(error = %cause, "embedding unavailable");
                Self::new(ErrorCode::Unavailable, "The AI is not available right now. Please try again in a moment.")
            }
            other => {
                tracing::error!(error = %other, "operation failed");
                Self::internal()
            }
        }
    }
}

/// A missing row is somebody else's row or no row: both are told the same.
pub(crate) trait OrNotFound<T> {
    /// Names the thing that was looked for.
    fn or_not_found(self, what: &str) -> Result<T>;
}

impl<T> OrNotFound<T> for diesel::QueryResult<T> {
    fn or_not_found(self, what: &str) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(diesel::result::Error::NotFound) => Err(types::Error::not_found(what).into()),
            Err(other) => Err(other.into()),
        }
    }
}
