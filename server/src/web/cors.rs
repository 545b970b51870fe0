//! Calls of the widget come from other people's pages. Every answer to them,
//! a refusal too, may be read there; what is allowed is decided by the
//! widget's list of domains, and no cookie is involved.

use crate::rest;
use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Whether pages of other sites may read the answers: the widget's calls, and its settings over REST.
fn is_for_pages(path: &str) -> bool {
    let is_config = || path.strip_prefix(rest::PREFIX).is_some_and(|rest| rest.starts_with("/widgets/"));
    path.starts_with("/api/widget/") || path.ends_with("/config") && is_config()
}

/// Answers preflights and marks answers as readable.
pub async fn cors(request: Request, next: Next) -> Response {
    if !is_for_pages(request.uri().path()) {
        return next.run(request).await;
    }
    let Some(origin) = request.headers().get(ORIGIN).cloned() else { return next.run(request).await };
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight { preflight_answer() } else { next.run(request).await };
    allow(response.headers_mut(), origin);
    response
}

fn preflight_answer() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type, accept"));
    // Two hours is the most that browsers keep it.
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    response
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("serverfnerror, retry-after, x-request-id"));
    headers.append(VARY, HeaderValue::from_static("origin"));
}
