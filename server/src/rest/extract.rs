//! What handlers take out of a request, and how it is refused.

use super::{Problem, WRONG_BODY};
use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Path, Request},
    http::{header::CONTENT_TYPE, request::Parts},
};
use domain::accounts::{Caller, Named, Permit};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;
use types::{Error, ErrorCode, Result};

/// Whoever calls, by a key or an access token.
#[derive(Debug)]
pub struct Who(pub Caller);

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(caller(parts)?))
    }
}

/// A caller with a permission.
#[derive(Debug)]
pub struct Allowed<P>(pub Permit<P>);

impl<S: Sync, P: Named> FromRequestParts<S> for Allowed<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(caller(parts)?.permit()?))
    }
}

fn caller(parts: &Parts) -> Result<Caller> {
    match parts.extensions.get::<Result<Caller>>() {
        Some(Ok(caller)) => Ok(caller.clone()),
        Some(Err(error)) if error.code != ErrorCode::Unauthenticated => Err(error.clone()),
        Some(Err(_)) => Err(unauthenticated("This key or token is not good, or not any more.")),
        None => Err(unauthenticated("Send an API key as X-API-Key, or an access token as Authorization: Bearer.")),
    }
}

fn unauthenticated(message: &str) -> Error {
    Error::new(ErrorCode::Unauthenticated, message)
}

/// The id in the path. One that is none belongs to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        match text.and_then(|Path(text)| text.parse().ok()) {
            Some(id) => Ok(Self(id)),
            None => Err(Error::new(ErrorCode::NotFound, "There is nothing with this id.").into()),
        }
    }
}

/// What stands after the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(Error::invalid(format!("{}.", rejection.body_text())).into()),
        }
    }
}

/// A JSON object.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T>
where
    axum::body::Bytes: FromRequest<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let message = "Send the body as JSON, with Content-Type: application/json.";
            return Err(Error::new(ErrorCode::UnsupportedMediaType, message).into());
        }
        let Ok(bytes) = axum::body::Bytes::from_request(request, state).await else {
            return Err(Error::invalid("The body broke off before it was complete.").into());
        };
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
        // Serde would take an array of the values for the object.
        if !value.is_object() {
            return Err(Error::invalid(format!("{WRONG_BODY}: it must be a JSON object.")).into());
        }
        types::text::check(&value)?;
        Ok(Self(serde_json::from_value(value).map_err(|error| unreadable(&error))?))
    }
}

/// The body as it came, whatever it says that it is.
#[derive(Debug)]
pub struct Raw(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Raw
where
    axum::body::Bytes: FromRequest<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::body::Bytes::from_request(request, state).await {
            Ok(bytes) if bytes.is_empty() => Err(Error::invalid("Send the file as the body of the request.").into()),
            Ok(bytes) => Ok(Self(bytes.into())),
            Err(_) => Err(Error::invalid("The body broke off before it was complete.").into()),
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Error::invalid(format!("{WRONG_BODY}: {error}.")).into()
}

/// The product, which every handler needs.
#[derive(Clone, Debug)]
pub struct Product(pub domain::Omnichat);

impl<S: Sync> FromRequestParts<S> for Product
where
    domain::Omnichat: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, state: &S) -> std::result::Result<Self, Self::Rejection> {
        Ok(Self(domain::Omnichat::from_ref(state)))
    }
}
