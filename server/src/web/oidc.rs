//! Signing in through a company: to its provider, and back.

use super::State;
use api::caller::{self, cookies::SSO};
use axum::{
    Extension,
    extract::{Path, Query, State as Shared, rejection::QueryRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use domain::accounts::{Device, oidc};
use serde::Deserialize;
use types::sign_in::SsoProblem;

/// Where somebody wants to be afterwards.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Sends somebody to the provider of a business.
pub async fn begin(
    Shared(state): Shared<State>,
    Path(slug): Path<String>,
    Extension(device): Extension<Device>,
    next: Result<Query<Next>, QueryRejection>,
) -> Response {
    let Query(Next { next }) = next.unwrap_or_default();
    let next = caller::local_path(&next).unwrap_or("/inbox");
    match oidc::begin(&state.product, &slug, next, &device).await {
        Ok(begun) => lead(&begun.url, SSO.set(&begun.cookie, begun.seconds, caller::is_https(&state.product))),
        Err(problem) => lead(&told(problem), Vec::new()),
    }
}

/// Signs in whoever comes back from the provider. What was remembered is
/// forgotten, whatever comes of it.
pub async fn finish(
    Shared(state): Shared<State>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    answer: Result<Query<oidc::Answer>, QueryRejection>,
) -> Response {
    let Query(answer) = answer.unwrap_or_default();
    let is_https = caller::is_https(&state.product);
    let remembered = SSO.read(&headers, is_https).unwrap_or_default();
    let forget = SSO.remove();
    match oidc::finish(&state.product, remembered, &answer, &device).await {
        Ok((signed_in, next)) => {
            let session = caller::sign_in_cookies(&state.product, &signed_in, &device);
            lead(caller::local_path(&next).unwrap_or("/inbox"), [session, forget].concat())
        }
        Err(problem) => lead(&told(problem), forget),
    }
}

/// The page that says what went wrong, the same for every business.
fn told(problem: SsoProblem) -> String {
    format!("/sso?problem={problem}")
}

fn lead(to: &str, cookies: Vec<HeaderValue>) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else { return StatusCode::BAD_GATEWAY.into_response() };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    response
}
