//! Whether the process lives, and whether it can work.

use super::State;
use axum::{
    Json,
    extract::State as Shared,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::time::Duration;

/// Longest wait for a part to answer.
const WAIT: Duration = Duration::from_secs(3);

#[derive(Serialize)]
struct Parts {
    database: &'static str,
    embedder: &'static str,
}

/// The process lives.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Every part that a request may need answers.
pub async fn ready(Shared(state): Shared<State>) -> Response {
    let database = tokio::time::timeout(WAIT, state.product.db().ping());
    let embedder = tokio::time::timeout(WAIT, state.product.embedder().embed_question("ready?"));
    let (database, embedder) = tokio::join!(database, embedder);
    let (database, embedder) = (matches!(database, Ok(Ok(()))), matches!(embedder, Ok(Ok(_))));
    let word = |is_well| if is_well { "ok" } else { "unavailable" };
    let status = if database && embedder { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Parts { database: word(database), embedder: word(embedder) })).into_response()
}
