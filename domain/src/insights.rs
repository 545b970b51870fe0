//! What is understood of what people write: language, mood, haste and intent
//! of each of a contact's messages, and topic and summary of a conversation
//! that was resolved. What words alone tell is noted with the message; the rest is made out by
//! jobs, so nobody waits for it.

mod message;
mod whole;

pub(crate) use message::{Glance, understand};
pub(crate) use whole::{retell, sum_up};

use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadInbox},
    database::TenantTx,
    error::OrNotFound as _,
    schema::{conversation_insights as wholes, conversations},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId, IntentId, MessageId, Timestamp,
    insights::{ConversationInsights, INSIGHTS_SHOWN, MessageInsight, Sentiment},
};

#[derive(Debug, diesel::QueryableByName)]
struct InsightRow {
    #[diesel(sql_type = sql_types::Uuid)]
    message_id: MessageId,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    language: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    sentiment: Option<Sentiment>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Float>)]
    sentiment_score: Option<f32>,
    #[diesel(sql_type = sql_types::Bool)]
    is_urgent: bool,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    intent_id: Option<IntentId>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    intent: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Float>)]
    intent_probability: Option<f32>,
}

impl From<InsightRow> for MessageInsight {
    fn from(row: InsightRow) -> Self {
        Self {
            message_id: row.message_id,
            language: row.language,
            sentiment: row.sentiment,
            sentiment_score: row.sentiment_score,
            is_urgent: row.is_urgent,
            intent_id: row.intent_id,
            intent: row.intent,
            intent_probability: row.intent_probability,
        }
    }
}

/// What was understood of a conversation's last messages, oldest first.
async fn of_messages(tx: &mut TenantTx, id: ConversationId) -> Result<Vec<MessageInsight>> {
    let tenant = tx.tenant();
    let rows: Vec<InsightRow> = diesel::sql_query(
        "SELECT held.message_id, held.language, held.sentiment, held.sentiment_score, held.is_urgent,
            held.intent_id, intents.name AS intent, held.intent_probability
         FROM message_insights AS held
         LEFT JOIN intents ON intents.tenant_id = $1 AND intents.id = held.intent_id
         WHERE held.tenant_id = $1 AND held.conversation_id = $2
         ORDER BY held.message_id DESC LIMIT $3",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(id)
    .bind::<sql_types::BigInt, _>(INSIGHTS_SHOWN)
    .load(tx.conn())
    .await?;
    Ok(rows.into_iter().rev().map(MessageInsight::from).collect())
}

/// What was understood of a conversation.
///
/// # Errors
/// When it is not there.
pub async fn of_conversation(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    id: ConversationId,
) -> Result<ConversationInsights> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let _: ConversationId = conversations::table
                .filter(conversations::tenant_id.eq(tenant))
                .filter(conversations::id.eq(id))
                .select(conversations::id)
                .first(tx.conn())
                .await
                .or_not_found("conversation")?;
            read(tx, id).await
        })
        .await
}

/// What was understood of a conversation that is there.
pub(crate) async fn read(tx: &mut TenantTx, id: ConversationId) -> Result<ConversationInsights> {
    type Row = (Option<String>, Option<String>, Option<String>, Timestamp);
    let tenant = tx.tenant();
    let messages = of_messages(tx, id).await?;
    let stored: Option<Row> = wholes::table
        .filter(wholes::tenant_id.eq(tenant))
        .filter(wholes::conversation_id.eq(id))
        .select((wholes::topic, wholes::summary, wholes::language, wholes::updated_at))
        .first(tx.conn())
        .await
        .optional()?;
    let whole = whole::Whole::of(&messages);
    let (topic, summary, language, at) =
        stored.map_or((None, None, None, None), |(topic, summary, language, at)| (topic, summary, language, Some(at)));
    Ok(ConversationInsights {
        conversation_id: id,
        language: whole.language.or(language),
        sentiment: whole.sentiment,
        is_urgent: messages.iter().any(|message| message.is_urgent),
        intent_id: whole.intent_id,
        intent: whole.intent,
        topic,
        summary,
        summarised_at: at,
        messages,
    })
}
