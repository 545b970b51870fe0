//! What a contact's message is like: at a glance when it arrives, and closer by a job when there
//! are intents to tell, or a lead to note.

use crate::{
    Omnichat, Result,
    database::TenantTx,
    intents, leads,
    schema::{message_insights as insights, messages},
};
use ai::{
    language,
    leads::Signs,
    sentiment::{self, Mood},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, sql_types};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use types::{
    ConversationId, MessageId, TenantId,
    inbox::{Message, SenderType},
};

/// What the words of a message tell by themselves, in a part of a millisecond.
#[derive(Debug)]
pub(crate) struct Glance {
    language: Option<&'static str>,
    mood: Option<Mood>,
    is_urgent: bool,
    signs: Signs,
}

impl Glance {
    /// Looks at the words of a message.
    pub(crate) fn of(content: &str) -> Self {
        Self {
            language: language::detect(content).map(|language| language.tag),
            mood: sentiment::mood(content),
            is_urgent: sentiment::is_urgent(content),
            signs: ai::leads::signs(content),
        }
    }

    /// Notes it with the message, in the transaction that stores that. Gives false, and notes nothing, when a job
    /// is to look closer.
    pub(crate) async fn is_all(&self, product: &Omnichat, tx: &mut TenantTx, message: &Message) -> Result<bool> {
        if !self.signs.is_empty() || intents::is_trained(product, tx).await? {
            return Ok(false);
        }
        let tenant = tx.tenant();
        diesel::insert_into(insights::table)
            .values((
                insights::tenant_id.eq(tenant),
                insights::message_id.eq(message.id),
                insights::conversation_id.eq(message.conversation_id),
                insights::language.eq(self.language),
                insights::sentiment.eq(self.mood.map(|mood| mood.sentiment)),
                insights::sentiment_score.eq(self.mood.map(|mood| mood.score)),
                insights::is_urgent.eq(self.is_urgent),
            ))
            .execute(tx.conn())
            .await?;
        Ok(true)
    }
}

/// Job: understands a message. Runs once or more and comes to the same.
pub(crate) async fn understand(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    message: MessageId,
) -> Result<()> {
    let own = product.clone();
    let read = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let content: Option<String> = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::conversation_id.eq(conversation))
                .filter(messages::id.eq(message))
                .filter(messages::sender_type.eq(SenderType::Contact))
                .select(messages::content)
                .first(tx.conn())
                .await
                .optional()?;
            let Some(content) = content else { return Ok(None) };
            Ok(Some((content, intents::find(&own, tx).await?)))
        })
        .await?;
    // Erased meanwhile.
    let Some((content, trained)) = read else { return Ok(()) };
    let meant = intents::make_out(product, tenant, trained, &content).await?;
    let Glance { language, mood, is_urgent, signs } = Glance::of(&content);
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            if signs.is_empty() {
                // Lost in a crash, the job's end is lost too, and it runs again: no need to wait for the disk.
                tx.conn().batch_execute("SET LOCAL synchronous_commit = off").await?;
            } else {
                let intent = meant.as_ref().and_then(|meant| meant.intent);
                leads::note(tx, conversation, message, signs, intent).await?;
            }
            // The message, or the intent, may be gone meanwhile.
            diesel::sql_query(
                "INSERT INTO message_insights (tenant_id, message_id, conversation_id, language, sentiment,
                    sentiment_score, is_urgent, intent_id, intent_probability)
                 SELECT $1, id, conversation_id, $3, $4, $5, $6,
                    (SELECT id FROM intents WHERE tenant_id = $1 AND id = $7), $8
                 FROM messages WHERE tenant_id = $1 AND id = $2
                 ON CONFLICT (tenant_id, message_id) DO UPDATE SET language = excluded.language,
                    sentiment = excluded.sentiment, sentiment_score = excluded.sentiment_score,
                    is_urgent = excluded.is_urgent, intent_id = excluded.intent_id,
                    intent_probability = excluded.intent_probability",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(message)
            .bind::<sql_types::Nullable<sql_types::Text>, _>(language)
            .bind::<sql_types::Nullable<sql_types::Text>, _>(mood.map(|mood| mood.sentiment))
            .bind::<sql_types::Nullable<sql_types::Float>, _>(mood.map(|mood| mood.score))
            .bind::<sql_types::Bool, _>(is_urgent)
            .bind::<sql_types::Nullable<sql_types::Uuid>, _>(meant.as_ref().and_then(|meant| meant.intent))
            .bind::<sql_types::Nullable<sql_types::Float>, _>(meant.map(|meant| meant.probability))
            .execute(tx.conn())
            .await?;
            Ok(())
        })
        .await
}
