//! The job that makes out what a contact's message is like, and notices a lead.

use crate::{Omnichat, Result, database::TenantTx, intents, leads, schema::messages};
use ai::{language, sentiment};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, sql_types};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use types::{ConversationId, MessageId, TenantId, inbox::SenderType};

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
    let mood = sentiment::mood(&content);
    let language = language::detect(&content).map(|language| language.tag);
    let is_urgent = sentiment::is_urgent(&content);
    let signs = ai::leads::signs(&content);
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
