//! Headers that every answer carries, and the content security policy of pages.

use super::State;
use axum::{
    extract::{Request, State as Shared},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::Response,
};

/// For what brings no policy of its own: it may do nothing at all.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'; base-uri 'none'";

/// Adds the headers.
pub async fn headers(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let is_call = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, REFERRER_POLICY, "strict-origin-when-cross-origin");
    if is_page {
        set(headers, CONTENT_SECURITY_POLICY, NOTHING);
        set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        set(
            headers,
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        );
        set(headers, CACHE_CONTROL, "private, no-cache");
    }
    if is_call {
        set(headers, CACHE_CONTROL, "no-store");
    }
    if state.product.public_url().starts_with("https://") {
        set(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// What the handler itself said wins.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// The policy of a dashboard page: scripts by this nonce and what they load.
/// The public address is named because the page may be open under another one
/// while the widget's preview calls the public one.
pub fn policy(nonce: &str, public_url: &str) -> String {
    let sockets = public_url.replacen("http", "ws", 1);
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data: {public_url}; \
         connect-src 'self' {public_url} {sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}
