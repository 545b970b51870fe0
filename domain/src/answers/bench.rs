//! Asking as a visitor would, for tests: the whole way of an answer but for
//! the language model, and without a line of the account for each question.

use super::{
    actions::{self, Action},
    compose::{Composed, without_model},
    finished, settings,
};
use crate::{Omnichat, Result, database::TenantTx, knowledge};
use ai::{
    embed::DIMENSIONS,
    extract::{small_talk, wants_person},
};
use std::time::Instant;
use types::{
    TenantId,
    answers::{Answer, AnswerKind},
};

/// The answer that a visitor would get from the passages alone.
///
/// # Errors
/// When the model or the database is not available.
pub(crate) async fn bench(product: &Omnichat, tenant: TenantId, question: &str) -> Result<Answer> {
    let start = Instant::now();
    let talk = |kind, text: &str| {
        let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
        Ok(Answer { kind, text: text.to_owned(), citations: Vec::new(), confidence: 1.0, milliseconds })
    };
    if wants_person(question) {
        return talk(AnswerKind::HandOff, super::words::words(None).person_called);
    }
    if let Some(small) = small_talk(question) {
        return talk(AnswerKind::Extractive, small.reply());
    }
    let settings = product.db().tenant(tenant, async |tx: &mut TenantTx| settings::read(tx).await).await?;
    let found = knowledge::search(product, tenant, question).await?;
    let composed = without_model(product, tenant, question, &found).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    Ok(finished(&composed, question, &settings, milliseconds))
}

/// What [`bench`] answers with.
pub(crate) fn bench_model() -> String {
    format!("extractive-{DIMENSIONS}")
}

/// One line of the account for all questions of a run.
pub(crate) async fn record_bench(product: &Omnichat, tenant: TenantId, confidence: f32, milliseconds: u32) {
    let composed = Composed { confidence, ..Composed::nothing() };
    actions::record(product, tenant, Action::all("bench", None, None, &composed, milliseconds)).await;
}

/// Confidence below which the AI of the tenant hands off.
pub(crate) async fn threshold(tx: &mut TenantTx) -> Result<f32> {
    Ok(settings::read(tx).await?.threshold)
}
