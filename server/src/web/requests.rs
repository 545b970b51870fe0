//! Around every request: an id, a line in the log, a limit in time, and a
//! net under panics, so that none of them reaches a person.

use super::{State, guard::UPLOADS, limits, refusal::Asker};
use crate::rest;
use axum::{
    extract::{Request, State as Shared},
    http::{HeaderValue, header::CONNECTION},
    middleware::Next,
    response::Response,
};
use futures::FutureExt;
use std::{any::Any, panic::AssertUnwindSafe, time::Instant};
use tracing::{Instrument, Span, field::Empty};
use types::{Error, ErrorCode};
use uuid::Uuid;

/// Runs the request inside its span.
pub async fn requests(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let quiet = is_quiet(request.uri().path());
    let span = tracing::info_span!(
        "request",
        request_id = %id,
        method = %request.method(),
        path = request.uri().path(),
        tenant_id = Empty,
    );
    let asker = Asker::new(request.method(), request.uri(), request.headers());
    let response = match limits::enter(&state, &mut request) {
        Ok(None) => Box::pin(run(&state, request, next, &asker, quiet)).instrument(span).await,
        Ok(Some(place)) => tokio::select! {
            biased;
            () = place.interrupted() => closing(asker.refuse(&limits::no_place(&state, place.held().network()))),
            response = Box::pin(run(&state, request, next, &asker, quiet)).instrument(span) => response,
        },
        Err(error) => closing(asker.refuse(&error)),
    };
    let mut response = rest::render(response, id);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Routes of files and health.
const QUIET: [&str; 5] = ["/pkg/{file}", "/shop/", "/shop/{*file}", "/healthz", "/readyz"];
/// Other routes to which a session means nothing.
const WITHOUT_SESSION: [&str; 3] = ["/shop", "/w/{file}", "/ws/widget"];

/// Files and health: nobody wants a line for each of them in the log, and
/// they cost so little that they are answered when everything else has to wait.
pub fn is_quiet(path: &str) -> bool {
    QUIET.iter().any(|route| is_at(route, path))
}

/// Files, visitors and health need nobody to be signed in.
pub fn needs_no_session(path: &str) -> bool {
    is_quiet(path) || WITHOUT_SESSION.iter().any(|route| is_at(route, path))
}

/// Whether the router gives a path to a route. A path that only begins like one is a page, which costs as much as one.
fn is_at(route: &str, path: &str) -> bool {
    match route.split_once('{') {
        None => path == route,
        Some((start, name)) => path
            .strip_prefix(start)
            .is_some_and(|rest| !rest.is_empty() && (name.starts_with('*') || !rest.contains('/'))),
    }
}

/// Whoever has no place keeps no connection either: it could be held by not reading the refusals.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn run(state: &State, request: Request, next: Next, asker: &Asker, quiet: bool) -> Response {
    let started = Instant::now();
    // A slow line needs minutes for a book.
    let time = state.limits.request_time * if UPLOADS.contains(&request.uri().path()) { 10 } else { 1 };
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let response = match tokio::time::timeout(time, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(panic = words(&*panic), "a request panicked");
            asker.refuse(&Error::internal())
        }
        Err(_) => {
            tracing::error!("a request took too long");
            asker.refuse(&Error::new(
                ErrorCode::Unavailable,
                "This takes longer than it should. Nothing was lost; please try again in a moment.",
            ))
        }
    };
    let (status, milliseconds) = (response.status().as_u16(), started.elapsed().as_millis());
    if response.status().is_server_error() {
        tracing::warn!(status, milliseconds, "answered");
    } else if quiet {
        tracing::debug!(status, milliseconds, "answered");
    } else {
        tracing::info!(status, milliseconds, "answered");
    }
    response
}

/// Writes the tenant into the span of the request.
pub fn name_tenant(tenant: types::TenantId) {
    Span::current().record("tenant_id", tracing::field::display(tenant));
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_begins_like_a_file_is_none() {
        for quiet in ["/healthz", "/readyz", "/pkg/app.js", "/shop/", "/shop/a/b.css"] {
            assert!(is_quiet(quiet) && needs_no_session(quiet), "{quiet}");
        }
        for open in ["/shop", "/w/x.js", "/ws/widget"] {
            assert!(!is_quiet(open) && needs_no_session(open), "{open}");
        }
        for page in
            ["/readyzx", "/readyz/", "/healthz/x", "/pkg/", "/pkg/a/b", "/shops", "/w/", "/w/a/b", "/ws/widgets"]
        {
            assert!(!needs_no_session(page), "{page}");
        }
        let routes = super::super::paths();
        assert!(QUIET.iter().chain(&WITHOUT_SESSION).all(|route| routes.contains(route)), "a route was renamed");
    }
}
