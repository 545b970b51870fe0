//! Asking the AI: from a question to an answer that stands on the tenant's
//! own passages, or to a person.

mod actions;
mod bench;
mod compose;
mod generate;
mod respond;
mod settings;
mod words;

pub(crate) use bench::{bench, bench_model, record_bench, threshold};
pub(crate) use respond::{answer_failed, answer_message};
pub(crate) use settings::{is_enabled, reseal_llm_key};
pub use settings::{settings, update_settings};

use crate::{
    Omnichat, Result,
    accounts::{Chat, Permit, ReadKnowledge},
    knowledge,
};
use actions::Action;
use compose::{Composed, compose};
use std::time::{Duration, Instant};
use types::{
    ErrorCode, TenantId,
    answers::{Answer, AnswerKind, RetrievedPassage, TestAnswer},
    limits,
};

/// Passages shown with a test answer.
const PASSAGES_SHOWN: usize = 8;
/// Questions of one API key in a minute.
const QUESTIONS: u32 = 600;

/// Answers a question with all that led to the answer. Nothing is stored but
/// the account of the model's work.
///
/// # Errors
/// When there is no question, or the model or the database is not available.
pub async fn test(product: &Omnichat, permit: &Permit<ReadKnowledge>, question: &str) -> Result<TestAnswer> {
    let (answer, passages) = answer(product, permit.tenant(), question, "test").await?;
    Ok(TestAnswer { answer, passages })
}

/// Answers a question for a program.
///
/// # Errors
/// When there is no question, too many are asked, or the model or the
/// database is not available.
pub async fn ask(product: &Omnichat, permit: &Permit<Chat>, question: &str) -> Result<Answer> {
    product.throttle().count(
        &format!("ask {:?} {:?}", permit.key(), permit.user()),
        QUESTIONS,
        Duration::from_secs(60),
    )?;
    Ok(answer(product, permit.tenant(), question, "ask").await?.0)
}

async fn answer(
    product: &Omnichat,
    tenant: TenantId,
    question: &str,
    action_type: &'static str,
) -> Result<(Answer, Vec<RetrievedPassage>)> {
    let question = checked(question)?;
    let start = Instant::now();
    let settings = settings::stored(product, tenant).await?;
    let found = knowledge::search(product, tenant, &question).await?;
    let composed = compose(product, tenant, &settings, &found, &[], |_| {}).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    actions::record(product, tenant, Action::of(action_type, None, None, &composed, milliseconds)).await;
    Ok((finished(composed, settings.threshold, milliseconds), found.best(PASSAGES_SHOWN)))
}

/// What a visitor would get: below the threshold that is a person.
fn finished(composed: Composed, threshold: f32, milliseconds: u32) -> Answer {
    if composed.is_good(threshold) {
        let Composed { kind, text, citations, confidence, .. } = composed;
        Answer { kind, text, citations, confidence, milliseconds }
    } else {
        Answer {
            kind: AnswerKind::HandOff,
            text: words::words(None).no_answer.to_owned(),
            citations: Vec::new(),
            confidence: composed.confidence,
            milliseconds,
        }
    }
}

fn checked(question: &str) -> Result<String> {
    let question = question.trim();
    if question.is_empty() {
        return Err(types::Error::invalid("Please write a question first.").field("question").into());
    }
    if question.chars().count() > limits::MESSAGE_CHARS {
        let message = format!("Please keep the question under {} characters.", limits::MESSAGE_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("question").into());
    }
    Ok(question.to_owned())
}
