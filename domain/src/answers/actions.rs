//! The account of what models did: which, for what, how long, how many tokens.

use super::{compose::Composed, hours::month_of};
use crate::{
    Omnichat, Result,
    database::{Keep as _, TenantTx},
};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::{ConversationId, MessageId, TenantId, Timestamp, answers::ModelCall};
use uuid::Uuid;

/// One piece of work of a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Action {
    pub(super) conversation: Option<ConversationId>,
    pub(super) model: String,
    pub(super) action_type: &'static str,
    pub(super) question: Option<MessageId>,
    answer: Option<MessageId>,
    confidence: Option<f32>,
    call: Option<ModelCall>,
    milliseconds: u32,
    error: Option<String>,
}

impl Action {
    /// A call of a language model by itself.
    pub(super) fn of_call(action_type: &'static str, call: ModelCall) -> Self {
        Self {
            model: call.model.clone(),
            action_type,
            milliseconds: call.milliseconds,
            error: call.error.clone(),
            call: Some(call),
            ..Self::default()
        }
    }

    /// The same, for a conversation.
    pub(super) fn within(self, conversation: ConversationId) -> Self {
        Self { conversation: Some(conversation), ..self }
    }

    /// The same, for a question in a conversation.
    pub(super) fn asked_in(self, from: Option<(ConversationId, MessageId)>) -> Self {
        let (conversation, question) = from.unzip();
        Self { conversation, question, ..self }
    }

    /// What was done for one answer: each call that came to nothing, and what wrote the answer.
    pub(super) fn all(
        action_type: &'static str,
        from: Option<(ConversationId, MessageId)>,
        answer: Option<MessageId>,
        composed: &Composed,
        milliseconds: u32,
    ) -> Vec<Self> {
        let (conversation, question) = (from.map(|(conversation, _)| conversation), from.map(|(_, question)| question));
        let (good, failed): (Vec<_>, Vec<_>) = composed.calls.iter().cloned().partition(|call| call.error.is_none());
        let mut actions: Vec<Self> = failed
            .into_iter()
            .map(|call| Self { conversation, question, ..Self::of_call(action_type, call) })
            .collect();
        actions.push(Self {
            conversation,
            model: composed.model.clone(),
            action_type: if composed.is_remembered { "cache" } else { action_type },
            question,
            answer,
            confidence: Some(composed.confidence),
            call: good.into_iter().next_back(),
            milliseconds,
            error: composed.fallback.clone(),
        });
        actions
    }
}

/// Writes the account. It must never cost anybody an answer, so a failure is
/// only logged.
pub(super) async fn record(product: &Omnichat, tenant: TenantId, actions: Vec<Action>) {
    let written = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            use diesel_async::SimpleAsyncConnection as _;
            // A line of the account lost in a crash is no loss worth waiting for the disk.
            tx.conn().batch_execute("SET LOCAL synchronous_commit = off").await?;
            for action in actions {
                insert(tx, action).await?;
            }
            Ok(())
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(%tenant, %error, "the account of a model's work could not be written");
    }
}

/// What one call is said to cost at most.
const MOST_MICRO_DOLLARS: i64 = 999_999_999_999;

async fn insert(tx: &mut TenantTx, action: Action) -> Result<()> {
    let tenant = tx.tenant();
    let count = |tokens: u32| i32::try_from(tokens).unwrap_or(i32::MAX);
    let call = action.call.as_ref();
    // Tokens in all are those that the endpoint counted; what we estimate stands in the parts alone.
    let counted = call.filter(|call| !call.is_estimate);
    let counted = counted.map(|call| count(call.input_tokens.saturating_add(call.output_tokens)));
    diesel::sql_query(
        "INSERT INTO ai_actions (tenant_id, id, conversation_id, model, action_type, input_ref, output_ref, confidence,
            tokens, input_tokens, output_tokens, milliseconds, cost, endpoint, error)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::bigint / 1000000.0, $14, $15)",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(Uuid::now_v7())
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(action.conversation)
    .bind::<sql_types::Text, _>(&action.model)
    .bind::<sql_types::Text, _>(action.action_type)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(action.question)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(action.answer)
    .bind::<sql_types::Nullable<sql_types::Float>, _>(action.confidence)
    .bind::<sql_types::Nullable<sql_types::Integer>, _>(counted)
    .bind::<sql_types::Nullable<sql_types::Integer>, _>(call.map(|call| count(call.input_tokens)))
    .bind::<sql_types::Nullable<sql_types::Integer>, _>(call.map(|call| count(call.output_tokens)))
    .bind::<sql_types::Integer, _>(count(action.milliseconds))
    .bind::<sql_types::Nullable<sql_types::BigInt>, _>(
        // What an endpoint says of itself may be anything; the column holds a million.
        call.and_then(|call| call.micro_dollars).map(|cost| cost.clamp(0, MOST_MICRO_DOLLARS)),
    )
    .bind::<sql_types::Nullable<sql_types::Text>, _>(call.map(|call| call.host.clone()))
    .bind::<sql_types::Nullable<sql_types::Text>, _>(action.error)
    .kept()
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Used {
    #[diesel(sql_type = sql_types::BigInt)]
    tokens: i64,
}

/// Tokens of language models in this calendar month (UTC).
pub(super) async fn tokens_this_month(tx: &mut TenantTx) -> Result<u64> {
    let tenant = tx.tenant();
    let used: Used = diesel::sql_query(
        "SELECT coalesce(sum(coalesce(input_tokens, 0)::bigint + coalesce(output_tokens, 0)), 0)::bigint AS tokens
         FROM ai_actions WHERE tenant_id = $1 AND id >= $2",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(first_id(month_of(Timestamp::now())))
    .get_result(tx.conn())
    .await?;
    Ok(u64::try_from(used.tokens).unwrap_or(0))
}

/// The lowest id that can have been made at a moment: ids rise with time.
pub(super) fn first_id(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::from(u64::try_from(at.0).unwrap_or(0)) << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_begin_with_their_moment() {
        let now = Timestamp::now();
        let id = Uuid::now_v7();
        assert!(first_id(now) <= id && id < first_id(now.plus_seconds(1)));
    }
}
