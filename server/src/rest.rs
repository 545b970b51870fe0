//! The public REST API under `/api/v1`, one file a capability. A handler says
//! who may call, makes one call into `domain`, and gives JSON. The description
//! at `/api/v1/openapi.json` is generated from the handlers.

mod accounts;
mod answers;
mod contacts;
mod extract;
mod idempotent;
mod inbox;
mod intents;
mod keys;
mod knowledge;
mod leads;
mod openapi;
mod page;
mod platform;
mod problem;
mod products;
mod teaching;
mod try_it;
mod widgets;

pub use problem::{Problem, WRONG_BODY, answer, render};

use crate::web::State;
use axum::{
    Json, Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::LazyLock;
use types::{Error, ErrorCode};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where the API lives.
pub const PREFIX: &str = "/api/v1";

/// Whether a path belongs to the API.
#[must_use]
pub fn is_rest(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The description of every operation.
#[must_use]
pub fn description() -> &'static OpenApi {
    static DESCRIPTION: LazyLock<OpenApi> = LazyLock::new(|| openapi::complete(operations().split_for_parts().1));
    &DESCRIPTION
}

/// Every operation, as method and path below [`PREFIX`].
#[must_use]
pub fn paths() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, item) in &description().paths.paths {
        for (method, _) in openapi::of_item(item) {
            found.push((method.to_owned(), path.clone()));
        }
    }
    found.push(("GET".to_owned(), String::new()));
    found.push(("GET".to_owned(), "/openapi.json".to_owned()));
    found
}

fn operations() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(accounts::register))
        .routes(routes!(accounts::log_in))
        .routes(routes!(accounts::refresh))
        .routes(routes!(accounts::log_out))
        .routes(routes!(accounts::request_password_reset))
        .routes(routes!(accounts::me))
        .routes(routes!(accounts::get_profile, accounts::update_profile))
        .routes(routes!(answers::chat))
        .routes(routes!(answers::get_config, answers::update_config))
        .routes(routes!(contacts::list_contacts))
        .routes(routes!(contacts::get_contact))
        .routes(routes!(inbox::list_conversations))
        .routes(routes!(inbox::get_conversation))
        .routes(routes!(inbox::set_ai))
        .routes(routes!(inbox::resolve))
        .routes(routes!(inbox::assign))
        .routes(routes!(inbox::list_messages, inbox::send_message))
        .routes(routes!(knowledge::list_sources, knowledge::add_source))
        .routes(routes!(knowledge::get_source, knowledge::change_source, knowledge::delete_source))
        .routes(routes!(knowledge::list_passages))
        .routes(routes!(knowledge::add_file))
        .routes(routes!(knowledge::import_faqs))
        .routes(routes!(knowledge::sync_source))
        .routes(routes!(products::list_products, products::add_product))
        .routes(routes!(products::import_products))
        .routes(routes!(products::preview_import))
        .routes(routes!(products::get_product, products::change_product, products::delete_product))
        .routes(routes!(teaching::list_gaps))
        .routes(routes!(teaching::list_reviews))
        .routes(routes!(teaching::list_tests, teaching::add_test))
        .routes(routes!(teaching::delete_test))
        .routes(routes!(teaching::start_tests))
        .routes(routes!(teaching::get_test_run))
        .routes(routes!(intents::list_intents, intents::create_intent))
        .routes(routes!(intents::get_intent, intents::change_intent, intents::delete_intent))
        .routes(routes!(intents::add_examples))
        .routes(routes!(intents::train_intents))
        .routes(routes!(intents::get_intent_model))
        .routes(routes!(intents::classify_text))
        .routes(routes!(leads::list_leads))
        .routes(routes!(leads::change_lead))
        .routes(routes!(leads::get_insights))
        .routes(routes!(widgets::list_widgets))
        .routes(routes!(widgets::widget_config))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::revoke_key))
        .routes(routes!(platform::list_tenants, platform::create_tenant))
        .routes(routes!(platform::get_tenant, platform::change_tenant, platform::delete_tenant))
}

/// Every route, below [`PREFIX`].
pub(crate) fn router(state: &State) -> Router<State> {
    let (router, _) = operations().split_for_parts();
    let router = router
        .route("/", get(try_it::page))
        .route("/openapi.json", get(openapi_json))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), idempotent::idempotent));
    // Browsers and people add a slash.
    Router::new().nest(PREFIX, router).route("/api/v1/", get(try_it::page))
}

async fn openapi_json() -> Json<&'static OpenApi> {
    Json(description())
}

async fn nothing_here() -> Problem {
    Error::new(ErrorCode::NotFound, "There is nothing at this address. The operations are listed at /api/v1.").into()
}

async fn wrong_method() -> Response {
    let message = "This address is there, but not for this method. The operations are listed at /api/v1.";
    Problem::from(Error::new(ErrorCode::MethodNotAllowed, message)).into_response()
}

/// Done, and there is nothing to tell.
const DONE: StatusCode = StatusCode::NO_CONTENT;
