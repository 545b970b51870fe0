//! What agents do with a conversation besides writing.

use super::{
    append::{NewMessage, append},
    record_update, reply, rows,
};
use crate::{
    Omnichat, Result,
    accounts::{Permit, WorkInbox},
    database::TenantTx,
    jobs::Job,
    schema::{conversations, memberships},
};
use diesel::{ExpressionMethods, QueryDsl, dsl::exists, select};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId, Timestamp, UserId,
    inbox::{Conversation, ConversationStatus, SenderType},
};

/// Takes the conversation over (`false`) or gives it back to the AI (`true`).
///
/// # Errors
/// When the conversation is not there.
pub async fn set_ai(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
    is_enabled: bool,
) -> Result<Conversation> {
    let permit = permit.clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row = rows::lock(tx, id).await?;
            if row.is_ai_enabled == is_enabled {
                return rows::conversation(tx, id).await;
            }
            if is_enabled {
                let this =
                    conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(id));
                diesel::update(this)
                    .set((
                        conversations::is_ai_enabled.eq(true),
                        conversations::status.eq(ConversationStatus::Pending),
                        conversations::last_staff_activity_at.eq(Some(Timestamp::now())),
                    ))
                    .execute(tx.conn())
                    .await?;
                let left = NewMessage::new(
                    SenderType::System,
                    format!("{} gave the conversation back to the AI.", permit.name()),
                );
                append(tx, &row, left).await?;
            } else {
                reply::take_over(tx, &row, &permit).await?;
            }
            rows::conversation(tx, id).await
        })
        .await
}

/// Moves the conversation to another status.
///
/// # Errors
/// When the conversation is not there.
pub async fn set_status(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
    status: ConversationStatus,
) -> Result<Conversation> {
    let permit = permit.clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row = rows::lock(tx, id).await?;
            if row.status == status {
                return rows::conversation(tx, id).await;
            }
            let now = Timestamp::now();
            let is_resolved = status == ConversationStatus::Resolved;
            let this =
                conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(id));
            diesel::update(this)
                .set((
                    conversations::status.eq(status),
                    conversations::closed_at.eq(is_resolved.then_some(now)),
                    conversations::last_staff_activity_at.eq(Some(now)),
                ))
                .execute(tx.conn())
                .await?;
            if is_resolved {
                let words = format!("{} marked the conversation as resolved.", permit.name());
                let done = NewMessage { is_note: true, ..NewMessage::new(SenderType::System, words) };
                append(tx, &row, done).await?;
                tx.enqueue(&Job::SumUp { conversation_id: id }).await?;
            }
            let conversation = rows::conversation(tx, id).await?;
            record_update(tx, conversation.clone(), permit.user());
            Ok(conversation)
        })
        .await
}

/// Assigns the conversation to a user of the tenant, or to nobody.
///
/// # Errors
/// When the conversation or the user is not there.
pub async fn assign(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
    to: Option<UserId>,
) -> Result<Conversation> {
    let by = permit.user();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row = rows::lock(tx, id).await?;
            if row.assigned_staff_id != to {
                if let Some(user) = to {
                    let member = memberships::table
                        .filter(memberships::tenant_id.eq(tenant))
                        .filter(memberships::user_id.eq(user));
                    if !select(exists(member)).get_result::<bool>(tx.conn()).await? {
                        return Err(types::Error::not_found("person").into());
                    }
                }
                let this =
                    conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq(id));
                diesel::update(this).set(conversations::assigned_staff_id.eq(to)).execute(tx.conn()).await?;
                let conversation = rows::conversation(tx, id).await?;
                record_update(tx, conversation, by);
            }
            rows::conversation(tx, id).await
        })
        .await
}
