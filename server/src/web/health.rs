//! Whether the process lives, and whether it can work.
//!
//! Whoever asks whether it can work may ask as often as they like: one asks
//! the parts, for all who ask within two seconds. And what others ask of a
//! part is no reason to say no: a part that did something a moment ago works.

use super::State;
use axum::{
    Json,
    extract::State as Shared,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// Longest wait for a part to answer.
const WAIT: Duration = Duration::from_secs(3);
/// For so long an answer is good.
const GOOD: Duration = Duration::from_secs(2);
/// A part that worked within so long works.
const LATELY: Duration = Duration::from_secs(10);

/// What was found last.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<Option<(Instant, Parts)>>>);

#[derive(Clone, Copy, Debug)]
struct Parts {
    database: bool,
    embedder: bool,
}

#[derive(Serialize)]
struct Words {
    database: &'static str,
    embedder: &'static str,
}

/// The process lives.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Every part that a request may need answers.
pub async fn ready(Shared(state): Shared<State>) -> Response {
    let Parts { database, embedder } = known(&state).await;
    let word = |is_well| if is_well { "ok" } else { "unavailable" };
    let status = if database && embedder { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Words { database: word(database), embedder: word(embedder) })).into_response()
}

async fn known(state: &State) -> Parts {
    // The others wait for the one who asks.
    let mut last = state.health.0.lock().await;
    if let Some((since, parts)) = *last
        && since.elapsed() < GOOD
    {
        return parts;
    }
    let (database, embedder) = tokio::join!(database(state), embedder(state));
    let parts = Parts { database, embedder };
    *last = Some((Instant::now(), parts));
    parts
}

async fn database(state: &State) -> bool {
    let db = state.product.db();
    match tokio::time::timeout(WAIT, db.ping()).await {
        Ok(answered) => answered.is_ok(),
        // Every connection is at work for somebody.
        Err(_) => db.answered_within(LATELY),
    }
}

async fn embedder(state: &State) -> bool {
    let embedder = state.product.embedder();
    if embedder.answered_within(LATELY) {
        return true;
    }
    let asked = tokio::time::timeout(WAIT, embedder.embed_question("ready?")).await;
    matches!(asked, Ok(Ok(_))) || embedder.answered_within(LATELY)
}
