//! The one error that crosses every boundary: server functions, REST, sockets
//! and the widget all speak it.

use serde::{Deserialize, Serialize};

/// The result of anything that a client asks for.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for a program (`code`) and for a person (`message`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Stable code that a program can switch on.
    pub code: ErrorCode,
    /// A sentence that says what to do, safe to show.
    pub message: String,
    /// The form field it is about, if there is one.
    pub field: Option<String>,
    /// Seconds after which trying again may help, where they are known. Over
    /// HTTP this is the header `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

text_enum! {
    /// Stable error codes. New ones may be added; none changes its meaning.
    pub enum ErrorCode {
        /// Nobody is signed in, or the credential is not valid any more.
        Unauthenticated = "unauthenticated",
        /// E-mail or password is wrong.
        WrongCredentials = "wrong_credentials",
        /// The credential does not permit this.
        Forbidden = "forbidden",
        /// The business was suspended by the people who run the server.
        Suspended = "suspended",
        /// The request did not come from our own pages.
        CrossSite = "cross_site",
        /// The page's domain is not on the widget's list.
        OriginNotAllowed = "origin_not_allowed",
        /// There is no such thing, or it belongs to somebody else.
        NotFound = "not_found",
        /// A value is missing or malformed.
        Invalid = "invalid",
        /// A text or file is larger than allowed.
        TooLarge = "too_large",
        /// The e-mail address has an account already.
        EmailTaken = "email_taken",
        /// Somebody else changed it first, or it exists already.
        Conflict = "conflict",
        /// A file of a kind that cannot be read.
        UnsupportedFile = "unsupported_file",
        /// Too many requests; wait and try again.
        TooManyRequests = "too_many_requests",
        /// A part of the server is not available right now.
        Unavailable = "unavailable",
        /// A fault of ours; it is logged.
        Internal = "internal",
        /// The server could not be reached.
        Network = "network",
        /// The address is there, but not for this method.
        MethodNotAllowed = "method_not_allowed",
        /// The body is of a kind that is not read here.
        UnsupportedMediaType = "unsupported_media_type",
        /// The password is right, and a code of the second factor is needed too.
        CodeRequired = "code_required",
        /// The idempotency key was used for another request.
        IdempotencyMismatch = "idempotency_mismatch",
    }
}

impl ErrorCode {
    /// The HTTP status that carries this code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Unauthenticated | Self::WrongCredentials | Self::CodeRequired => 401,
            Self::Forbidden | Self::Suspended | Self::CrossSite | Self::OriginNotAllowed => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::EmailTaken | Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedFile | Self::UnsupportedMediaType => 415,
            Self::Invalid | Self::IdempotencyMismatch => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable | Self::Network => 503,
        }
    }
}

impl Error {
    /// An error with a code and a sentence for a person.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after: None }
    }

    /// Names the form field that the error is about.
    #[must_use]
    pub fn field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// Seconds to wait before the same is tried again, where that helps.
    #[must_use]
    pub const fn wait(&self) -> Option<u32> {
        match (self.retry_after, self.code) {
            (Some(seconds), _) => Some(seconds),
            (None, ErrorCode::Unavailable) => Some(2),
            (None, _) => None,
        }
    }

    /// Says after how many seconds trying again may help.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A value is missing or malformed.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }

    /// There is no such thing here.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("This {what} does not exist or is not yours."))
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated, "Please sign in.")
    }

    /// A fault of ours, told without detail.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ErrorCode::Internal, "Something went wrong on our side. Nothing was changed; please try again.")
    }

    /// Whether trying the same again later may help.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self.code,
            ErrorCode::Network | ErrorCode::Unavailable | ErrorCode::TooManyRequests | ErrorCode::Internal
        )
    }
}

#[cfg(feature = "server-fn")]
impl server_fn::error::FromServerFnError for Error {
    type Encoder = server_fn::codec::PostcardEncoding;

    fn from_server_fn_error(error: server_fn::error::ServerFnErrorErr) -> Self {
        use server_fn::error::ServerFnErrorErr as E;
        match error {
            E::Request(_) => {
                Self::new(ErrorCode::Network, "The server cannot be reached. Check your connection; we keep trying.")
            }
            E::Deserialization(cause) if let Some(refusal) = crate::text::of_cause(&cause) => refusal,
            // What came back is not ours: a proxy's own page while the server restarts.
            E::Deserialization(_) => Self::new(
                ErrorCode::Unavailable,
                "The server is not available right now. Please try again in a moment.",
            ),
            E::Args(_) | E::MissingArg(_) => {
                Self::invalid("The request could not be read. Please check what you entered.")
            }
            _ => Self::internal(),
        }
    }
}
