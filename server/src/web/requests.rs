//! Around every request: an id, a line in the log, a limit in time, and a
//! net under panics, so that none of them reaches a person.

use super::{State, guard::UPLOADS, limits, refusal::Asker};
use crate::rest;
use axum::{
    extract::{Request, State as Shared},
    http::HeaderValue,
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
    let response = match limits::count_proxied(&state, &mut request) {
        Ok(()) => Box::pin(run(&state, request, next, quiet)).instrument(span).await,
        Err(error) => Asker::new(request.method(), request.uri(), request.headers()).refuse(&error),
    };
    let mut response = rest::render(response, id);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Files and health: nobody wants a line for each of them in the log, and
/// they cost so little that they are answered when everything else has to wait.
pub fn is_quiet(path: &str) -> bool {
    ["/pkg/", "/healthz", "/readyz", "/shop/"].iter().any(|prefix| path.starts_with(prefix))
}

async fn run(state: &State, request: Request, next: Next, quiet: bool) -> Response {
    let asker = Asker::new(request.method(), request.uri(), request.headers());
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
