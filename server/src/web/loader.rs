//! `GET /w/{widget}.js`: the one line of the snippet. A few kilobytes with
//! the widget's settings in them; everything else comes when the visitor acts.

use super::{State, device, site::accepts};
use axum::{
    extract::{Path, State as Shared},
    http::{
        Extensions, HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HOST, ORIGIN,
            REFERER, VARY,
        },
    },
    response::{IntoResponse, Response},
};
use domain::{Network, widgets};
use serde::Serialize;
use types::{
    WidgetId,
    widgets::{Position, Theme},
};

/// Stands in the built loader where the settings belong.
const PLACE: &str = "__OMNICHAT__";

/// What the loader is told.
#[derive(Serialize)]
struct Settings<'a> {
    server: &'a str,
    widget: WidgetId,
    color: &'a str,
    position: Position,
    theme: Theme,
    js: &'a str,
    wasm: &'a str,
}

/// The loader of a widget.
pub async fn loader(
    Shared(state): Shared<State>,
    Path(file): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let network = Network::of(device::address_of(&state, &headers, &extensions));
    let Some(widget) = file.strip_suffix(".js").and_then(|id| id.parse::<WidgetId>().ok()) else {
        return complain(
            &headers,
            StatusCode::NOT_FOUND,
            "The address in the snippet is damaged. Copy the snippet from Settings again.",
        );
    };
    let page = match widgets::loader(&state.product, widget, network).await {
        Ok(page) => page,
        Err(domain::Error::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::NOT_FOUND);
            return complain(&headers, status, &refusal.message);
        }
        Err(error) => {
            tracing::error!(%error, "a widget's settings could not be read");
            return complain(&headers, StatusCode::SERVICE_UNAVAILABLE, "The chat is not available right now.");
        }
    };
    let Some(built) = state.site.built() else {
        return complain(
            &headers,
            StatusCode::SERVICE_UNAVAILABLE,
            "The widget is not built yet. Run `cargo xtask build`.",
        );
    };
    note_installed(&state, widget, &headers, network).await;
    let config = page.config();
    let settings = Settings {
        server: state.product.public_url(),
        widget,
        color: &config.color,
        position: config.position,
        theme: config.theme,
        js: &built.widget_js,
        wasm: &built.widget_wasm,
    };
    let Ok(settings) = serde_json::to_string(&settings) else {
        return complain(&headers, StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.");
    };
    compressed(&headers, built.loader.replacen(PLACE, &settings, 1))
}

/// Notes that a page of the business shows the widget. The preview in our own
/// dashboard is none, and neither is a page that may not use it.
async fn note_installed(state: &State, widget: WidgetId, headers: &HeaderMap, network: Network) {
    let Some((origin, path)) = page_address(headers) else { return };
    if is_ours(state, headers, &origin) && !path.starts_with("shop") {
        return;
    }
    let Ok(page) = widgets::page(&state.product, widget, Some(&origin), network).await else { return };
    if let Err(error) = widgets::note_installed(&state.product, &page).await {
        // It will be seen at the next page view.
        tracing::warn!(%error, "an installation could not be noted");
    }
}

/// Origin and path of the page that loads the script, as the browser tells them.
fn page_address(headers: &HeaderMap) -> Option<(String, String)> {
    let page = headers.get(REFERER).or_else(|| headers.get(ORIGIN))?.to_str().ok()?;
    let (scheme, rest) = page.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some((format!("{scheme}://{host}"), path.to_owned()))
}

fn is_ours(state: &State, headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    origin == state.product.public_url() || origin.split_once("://").map(|(_, host)| host) == host
}

/// A script that says in the console what is wrong. Browsers do not run the
/// body of an error, so for a script tag it comes as a success.
fn complain(headers: &HeaderMap, status: StatusCode, sentence: &str) -> Response {
    let for_tag = headers.get("sec-fetch-dest").is_some_and(|destination| destination == "script");
    let sentence = serde_json::Value::from(format!("Omnichat: {sentence}"));
    script(if for_tag { StatusCode::OK } else { status }, "no-store", format!("console.error({sentence});\n"))
}

/// The loader, as small as the browser reads it: with the settings in it, it
/// is not among the files that were compressed when they were built.
fn compressed(headers: &HeaderMap, body: String) -> Response {
    const CACHE: &str = "public, max-age=60";
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut small = Vec::new();
    // A few kilobytes take a fraction of a millisecond at this quality.
    let quality = brotli::enc::BrotliEncoderParams { quality: 6, lgwin: 16, ..Default::default() };
    let is_small = accepts(accepted, "br")
        && brotli::BrotliCompress(&mut body.as_bytes(), &mut small, &quality).is_ok_and(|bytes| bytes < body.len());
    let mut response =
        if is_small { script(StatusCode::OK, CACHE, small) } else { script(StatusCode::OK, CACHE, body) };
    if is_small {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn script(status: StatusCode, cache: &'static str, body: impl IntoResponse) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
