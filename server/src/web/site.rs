//! The built site: inside the program in a release, in the folder of the
//! checkout in a debug build.

use super::refusal;
use app::Assets;
use axum::{
    body::Body,
    extract::Path,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
            IF_NONE_MATCH, VARY,
        },
    },
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "../dist/site"]
#[allow_missing = true]
struct Files;

/// What is built, by its hashed names.
#[derive(Clone, Debug, Deserialize)]
struct Manifest {
    app_js: String,
    app_wasm: String,
    app_css: String,
    widget_js: String,
    widget_wasm: String,
}

/// The built site, if it was built.
#[derive(Debug)]
pub struct Site {
    release: Option<Arc<Built>>,
}

/// What pages and the loader need of a built site.
#[derive(Debug)]
pub struct Built {
    /// Files of the dashboard.
    pub dashboard: Assets,
    /// Address of the widget's JavaScript.
    pub widget_js: String,
    /// Address of the widget's WebAssembly.
    pub widget_wasm: String,
    /// The loader before a widget's settings are put in.
    pub loader: String,
}

impl Site {
    /// Reads the list of built files.
    #[must_use]
    pub fn load() -> Self {
        let release = (!cfg!(debug_assertions)).then(read).flatten();
        Self { release }
    }

    /// The built site. A debug build looks each time, so that a new build is seen without a restart.
    #[must_use]
    pub fn built(&self) -> Option<Arc<Built>> {
        if cfg!(debug_assertions) { read() } else { self.release.clone() }
    }
}

fn read() -> Option<Arc<Built>> {
    let manifest: Manifest = serde_json::from_slice(&Files::get("manifest.json")?.data).ok()?;
    let loader = String::from_utf8(Files::get("loader.js")?.data.into_owned()).ok()?;
    Some(Arc::new(Built {
        dashboard: Assets { css: manifest.app_css, js: manifest.app_js, wasm: manifest.app_wasm },
        widget_js: manifest.widget_js,
        widget_wasm: manifest.widget_wasm,
        loader,
    }))
}

/// `GET /pkg/{file}`. Names carry hashes, so a file never changes.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((file, encoding)) = pick(&format!("pkg/{name}"), &headers) else {
        return (StatusCode::NOT_FOUND, "There is no such file. Reload the page to get the current ones.\n")
            .into_response();
    };
    let etag = etag(&file, encoding);
    let cached = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = if cached {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match file.data {
            std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
            std::borrow::Cow::Owned(bytes) => Body::from(bytes),
        };
        ([(CONTENT_TYPE, content_type(&name))], body).into_response()
    };
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    // The widget's module is imported by other people's pages.
    out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(ETAG, etag);
    }
    if let (Some(encoding), false) = (encoding, cached) {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// `GET /favicon.svg`: a speech bubble in the accent colour.
pub async fn favicon() -> Response {
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_str!("../../assets/favicon.svg")).into_response()
}

/// What a person sees when a debug build has no site.
pub fn not_built() -> Response {
    refusal::page(
        StatusCode::SERVICE_UNAVAILABLE,
        "The dashboard is not built yet. Run `cargo xtask build` in the checkout and reload this page.",
    )
}

/// The smallest form of a file that the client reads.
fn pick(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(accepted, encoding)
            && let Some(file) = Files::get(&format!("{path}.{ending}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Some((Files::get(path)?, None))
}

/// Whether a client that sends this `Accept-Encoding` reads an encoding.
pub fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next() == Some(encoding) && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn etag(file: &EmbeddedFile, encoding: Option<&str>) -> String {
    let hash: String = file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}{}\"", encoding.unwrap_or_default())
}

/// The type by the name's ending.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn encodings_are_chosen_as_the_client_says() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.9", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }
}
