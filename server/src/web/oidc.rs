//! Signing in through a company: to its provider, and back.

use super::{State, sessions};
use api::caller;
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

/// Cookie of what we remember while somebody is at the provider.
pub const STATE_COOKIE: &str = "omnichat_sso";

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
        Ok(begun) => lead(&begun.url, [cookie(&state, &begun.cookie, begun.seconds)]),
        Err(problem) => lead(&told(problem), []),
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
    let remembered = sessions::cookie(&headers, STATE_COOKIE).unwrap_or_default();
    let forget = cookie(&state, "", 0);
    match oidc::finish(&state.product, remembered, &answer, &device).await {
        Ok((signed_in, next)) => {
            let is_https = state.product.public_url().starts_with("https://");
            let session = caller::session_cookies(&signed_in, is_https);
            let next = caller::local_path(&next).unwrap_or("/inbox");
            lead(next, session.into_iter().map(Some).chain([forget]))
        }
        Err(problem) => lead(&told(problem), [forget]),
    }
}

/// The page that says what went wrong, the same for every business.
fn told(problem: SsoProblem) -> String {
    format!("/sso?problem={problem}")
}

fn lead(to: &str, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else { return StatusCode::BAD_GATEWAY.into_response() };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies.into_iter().flatten() {
        headers.append(SET_COOKIE, cookie);
    }
    response
}

fn cookie(state: &State, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if state.product.public_url().starts_with("https://") { "; Secure" } else { "" };
    format!("{STATE_COOKIE}={value}; Path=/sso; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}").parse().ok()
}
