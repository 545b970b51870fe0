//! The account of what models did: which, for what, how long, how many tokens.

use super::compose::Composed;
use crate::{Omnichat, database::TenantTx, schema::ai_actions};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use types::{ConversationId, MessageId, TenantId};
use uuid::Uuid;

/// One piece of work of a model.
#[derive(Debug)]
pub(super) struct Action {
    conversation: Option<ConversationId>,
    model: String,
    action_type: &'static str,
    question: Option<MessageId>,
    answer: Option<MessageId>,
    confidence: f32,
    tokens: Option<i32>,
    milliseconds: i32,
    error: Option<String>,
}

impl Action {
    pub(super) fn of(
        action_type: &'static str,
        conversation: Option<ConversationId>,
        question: Option<MessageId>,
        composed: &Composed,
        milliseconds: u32,
    ) -> Self {
        Self {
            conversation,
            model: composed.model.clone(),
            action_type,
            question,
            answer: None,
            confidence: composed.confidence,
            tokens: composed.tokens.map(|tokens| i32::try_from(tokens).unwrap_or(i32::MAX)),
            milliseconds: i32::try_from(milliseconds).unwrap_or(i32::MAX),
            error: composed.fallback.clone(),
        }
    }
}

impl Action {
    /// Names the message that came of it.
    pub(super) fn with_answer(mut self, answer: MessageId) -> Self {
        self.answer = Some(answer);
        self
    }
}

/// Writes the account. It must never cost anybody an answer, so a failure is
/// only logged.
pub(super) async fn record(product: &Omnichat, tenant: TenantId, action: Action) {
    let written = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            use diesel_async::SimpleAsyncConnection as _;
            // A line of the account lost in a crash is no loss worth waiting for the disk.
            tx.conn().batch_execute("SET LOCAL synchronous_commit = off").await?;
            let tenant = tx.tenant();
            diesel::insert_into(ai_actions::table)
                .values((
                    ai_actions::tenant_id.eq(tenant),
                    ai_actions::id.eq(Uuid::now_v7()),
                    ai_actions::conversation_id.eq(action.conversation),
                    ai_actions::model.eq(action.model),
                    ai_actions::action_type.eq(action.action_type),
                    ai_actions::input_ref.eq(action.question.map(|id| id.0)),
                    ai_actions::output_ref.eq(action.answer.map(|id| id.0)),
                    ai_actions::confidence.eq(action.confidence),
                    ai_actions::tokens.eq(action.tokens),
                    ai_actions::milliseconds.eq(action.milliseconds),
                    ai_actions::error.eq(action.error),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(%tenant, %error, "the account of a model's work could not be written");
    }
}
