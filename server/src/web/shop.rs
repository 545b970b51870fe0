//! The demo shop: a page of another business with the demo widget's snippet in it.

use super::{State, refusal, site::content_type};
use axum::{
    extract::{Path, State as Shared},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

/// Stands in the shop's page where the snippet belongs.
const PLACE: &str = "<!-- omnichat -->";

#[derive(RustEmbed)]
#[folder = "assets/shop"]
#[allow_missing = true]
struct Shop;

/// `GET /shop`.
pub async fn page(Shared(state): Shared<State>) -> Response {
    let page = Shop::get("index.html").and_then(|file| String::from_utf8(file.data.into_owned()).ok());
    let (Some(page), Some(widget)) = (page, state.demo) else {
        return refusal::page(
            StatusCode::NOT_FOUND,
            "There is no demo shop yet. Start the server with --demo, or run `omnichat seed` and start it again.",
        );
    };
    let url = state.product.public_url();
    let snippet = format!("<script async src=\"{url}/w/{widget}.js\"></script>");
    // A shop allows its chat as a real one would: the script and what it calls.
    let sockets = url.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' {url}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: {url}; connect-src 'self' {url} {sockets}; object-src 'none'; base-uri 'none'"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, policy.as_str()),
    ];
    (headers, page.replacen(PLACE, &snippet, 1)).into_response()
}

/// `GET /shop/{file}`.
pub async fn file(Path(name): Path<String>) -> Response {
    match Shop::get(&name) {
        Some(file) if name != "index.html" && !name.starts_with("knowledge/") => {
            ([(CONTENT_TYPE, content_type(&name)), (CACHE_CONTROL, "public, max-age=300")], file.data.into_owned())
                .into_response()
        }
        _ => (StatusCode::NOT_FOUND, "There is no such file in the shop.\n").into_response(),
    }
}
