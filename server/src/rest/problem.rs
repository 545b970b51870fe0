//! Refusals of the REST API: problem details after RFC 9457.

use axum::{
    Json,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use types::{Error, ErrorCode};
use uuid::Uuid;

/// What is told of a body that is not what the operation reads.
pub const WRONG_BODY: &str = "The body is not what this operation reads";

/// A refusal. Its body is written at the very end, by [`render`]: only there
/// the request's id is known.
#[derive(Debug)]
pub struct Problem(Error);

#[derive(Clone, Debug)]
struct Refused(Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<domain::Error> for Problem {
    fn from(error: domain::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        answer(&self.0)
    }
}

/// The refusal as a response without its body.
#[must_use]
pub fn answer(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = error.wait() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"omnichat\""));
    }
    response.extensions_mut().insert(Refused(error.clone()));
    response
}

/// Writes the body of a refusal.
pub fn render(response: Response, request_id: Uuid) -> Response {
    let Some(Refused(error)) = response.extensions().get::<Refused>() else { return response };
    let problem = types::rest::Problem {
        kind: format!("{}#{}", super::PREFIX, error.code),
        title: title(error.code).to_owned(),
        status: response.status().as_u16(),
        detail: error.message.clone(),
        code: error.code,
        field: error.field.clone(),
        request_id: request_id.to_string(),
    };
    let (mut parts, _) = response.into_parts();
    let (_, body) = Json(problem).into_response().into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.remove(HeaderName::from_static("content-length"));
    Response::from_parts(parts, body)
}

/// A kind of problem in a few words.
pub(super) const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Unauthenticated => "Nobody is signed in",
        ErrorCode::WrongCredentials => "E-mail or password is wrong",
        ErrorCode::CodeRequired => "A code is needed as well",
        ErrorCode::Forbidden => "Not permitted",
        ErrorCode::Suspended => "The business is suspended",
        ErrorCode::CrossSite => "Not from our own pages",
        ErrorCode::OriginNotAllowed => "The page's domain is not allowed",
        ErrorCode::NotFound => "Not found",
        ErrorCode::Invalid => "A value is missing or malformed",
        ErrorCode::TooLarge => "Too large",
        ErrorCode::EmailTaken => "The e-mail address has an account",
        ErrorCode::Conflict => "Somebody was first",
        ErrorCode::UnsupportedFile => "A file that cannot be read",
        ErrorCode::TooManyRequests => "Too many requests",
        ErrorCode::Unavailable => "Not available right now",
        ErrorCode::Internal => "A fault of ours",
        ErrorCode::Network => "The server cannot be reached",
        ErrorCode::MethodNotAllowed => "Not for this method",
        ErrorCode::UnsupportedMediaType => "A body of the wrong kind",
        ErrorCode::IdempotencyMismatch => "The key belongs to another request",
    }
}
