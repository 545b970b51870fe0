//! The dashboard's pages and every server function, by Leptos.

use super::{State, headers, refusal::Asker, site};
use axum::{
    Router,
    extract::{Request, State as Shared},
    http::{
        Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use domain::Omnichat;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use types::Error;

/// Pages and server functions, and a page for what does not exist.
pub fn routes(state: &State) -> Router<State> {
    let context = context(state);
    let document = document(state);
    let fallback = render_app_async_with_context(context.clone(), document.clone());
    let not_found = move |request: Request| {
        let fallback = fallback.clone();
        async move { not_found(request, fallback).await }
    };
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(app::App), context, document)
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(state.clone(), built))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_page))
}

/// Pages are long and repeat themselves; calls are short, and files are compressed already.
fn is_page(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// What pages and server functions find in their context.
fn context(state: &State) -> impl Fn() + Clone + Send + Sync + 'static {
    let product = state.product.clone();
    move || {
        provide_context::<Omnichat>(product.clone());
        let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>()) else {
            return;
        };
        if let Ok(policy) = HeaderValue::from_str(&headers::policy(&nonce.to_string(), product.public_url())) {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}

fn document(state: &State) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let site = state.site.clone();
    move || {
        let assets = site.built().map(|built| built.dashboard.clone()).unwrap_or_default();
        app::shell(assets).into_any()
    }
}

/// A page needs its scripts and styles; a call does not.
async fn built(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") && state.site.built().is_none() {
        return site::not_built();
    }
    next.run(request).await
}

/// For a person the dashboard's own page, for a program a sentence.
async fn not_found<F, R>(request: Request, page: F) -> Response
where
    F: Fn(Request) -> R,
    R: Future<Output = Response>,
{
    let asker = Asker::new(request.method(), request.uri(), request.headers());
    let is_call = request.uri().path().starts_with("/api/");
    if is_call || request.method() != Method::GET || !asker.reads_html() {
        return asker.refuse(&Error::not_found("address"));
    }
    let mut response = page(request).await.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
