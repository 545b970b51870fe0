//! Asking the AI, and how it answers.

use super::{
    Problem,
    extract::{Allowed, Body, Product},
};
use axum::Json;
use domain::accounts::{Chat, ManageSettings, ReadSettings};
use types::{
    Error, ErrorCode, Result,
    answers::{AiSettings, AiSettingsUpdate, AnswerKind},
    rest::{ChatAnswer, ChatRequest, SESSION_CHARS},
};

/// Ask the AI
///
/// Needs `chat`. The answer is made of the business's own sources and says how sure it is; when
/// `hand_off` is true there is no good one. Questions of a session are answered one by one: nothing
/// of a session is remembered yet, and nothing appears in the inbox.
#[utoipa::path(post, path = "/chat", tag = "answers", request_body = ChatRequest, responses(
    (status = 200, description = "The answer", body = ChatAnswer),
))]
pub async fn chat(
    Product(product): Product,
    Allowed(permit): Allowed<Chat>,
    Body(asked): Body<ChatRequest>,
) -> Result<Json<ChatAnswer>, Problem> {
    let ChatRequest { session_id, message } = asked;
    check_session(&session_id)?;
    let answer = domain::answers::ask(&product, &permit, &message).await.map_err(|error| match error {
        // Here the question is called a message.
        domain::Error::Refused(refusal) if refusal.field.is_some() => refusal.field("message").into(),
        other => other,
    })?;
    Ok(Json(ChatAnswer {
        session_id,
        answer: answer.text,
        kind: answer.kind,
        citations: answer.citations,
        confidence: answer.confidence,
        hand_off: answer.kind == AnswerKind::HandOff,
    }))
}

fn check_session(session: &str) -> Result<()> {
    match session.chars().count() {
        0 => Err(Error::invalid("Please name the session.").field("session_id")),
        1..=SESSION_CHARS => Ok(()),
        _ => {
            let message = format!("Please keep the session's name under {SESSION_CHARS} characters.");
            Err(Error::new(ErrorCode::TooLarge, message).field("session_id"))
        }
    }
}

/// How the chatbot answers
///
/// Needs `settings.read`. Keys of language models are never shown.
#[utoipa::path(get, path = "/customer/config", tag = "answers", responses(
    (status = 200, description = "The settings", body = AiSettings),
))]
pub async fn get_config(
    Product(product): Product,
    Allowed(permit): Allowed<ReadSettings>,
) -> Result<Json<AiSettings>, Problem> {
    Ok(Json(domain::answers::settings(&product, &permit).await?))
}

/// Change how the chatbot answers
///
/// Needs `settings.manage`. Send everything as it is to be. An endpoint with the `id` of a stored one keeps that
/// one's key unless `key` is there; an empty text removes it. A stored key is never sent to another service.
#[utoipa::path(put, path = "/customer/config", tag = "answers", request_body = AiSettingsUpdate, responses(
    (status = 200, description = "The settings as they are now", body = AiSettings),
))]
pub async fn update_config(
    Product(product): Product,
    Allowed(permit): Allowed<ManageSettings>,
    Body(update): Body<AiSettingsUpdate>,
) -> Result<Json<AiSettings>, Problem> {
    Ok(Json(domain::answers::update_settings(&product, &permit, update).await?))
}
