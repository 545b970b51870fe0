//! Erasing contacts: nothing of what they wrote, or of what was written to
//! and about them, stays.

use crate::{
    Omnichat, Result,
    accounts::{ManageContacts, Marks, Permit, tell},
    audit,
    database::TenantTx,
    error::OrNotFound as _,
    events::Draft,
    schema::{contacts, conversations, events},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use types::{ContactId, ConversationId, audit::AuditAction, realtime::Event};

/// Erases a contact with all conversations, for good, and ends their visits.
/// The log keeps that it was done and the contact's id, which means nothing any more.
///
/// # Errors
/// When the contact is not there.
pub async fn erase(product: &Omnichat, permit: &Permit<ManageContacts>, id: ContactId) -> Result<()> {
    let caller = permit.caller().clone();
    let ended = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            contacts::table
                .filter(contacts::tenant_id.eq(tenant))
                .filter(contacts::id.eq(id))
                .select(contacts::id)
                .for_update()
                .first::<ContactId>(tx.conn())
                .await
                .or_not_found("contact")?;
            forget_answers(tx, id).await?;
            let ended = remove(tx, id).await?;
            crate::teaching::tidy_groups(tx).await?;
            audit::record(tx, &caller, AuditAction::ContactErased, &id.to_string(), &[]).await?;
            Ok(ended)
        })
        .await?;
    tell(product, &ended);
    Ok(())
}

/// Forgets what programs were answered about the contact, which is kept for a
/// day to be answered again. Needs the conversations, so it comes first.
async fn forget_answers(tx: &mut TenantTx, id: ContactId) -> Result<()> {
    let tenant = tx.tenant();
    diesel::sql_query(
        "DELETE FROM idempotency_keys AS kept
         WHERE kept.tenant_id = $1 AND EXISTS (
            SELECT FROM conversations AS gone
            WHERE gone.tenant_id = $1 AND gone.contact_id = $2
                AND position(convert_to(gone.id::text, 'UTF8') IN kept.body) > 0
         )",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(id)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes a contact; conversations, messages, figures and AI actions go with
/// it by their foreign keys. Events name people in their payloads, so they go too.
/// Their visits end; where that is not told it is learned from the mark.
pub(crate) async fn remove(tx: &mut TenantTx, id: ContactId) -> Result<Marks> {
    let tenant = tx.tenant();
    let gone: Vec<ConversationId> = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq(id))
        .select(conversations::id)
        .load(tx.conn())
        .await?;
    diesel::delete(events::table.filter(events::tenant_id.eq(tenant)).filter(events::contact_id.eq(id)))
        .execute(tx.conn())
        .await?;
    diesel::delete(events::table.filter(events::tenant_id.eq(tenant)).filter(events::conversation_id.eq_any(&gone)))
        .execute(tx.conn())
        .await?;
    let deleted = diesel::delete(contacts::table.filter(contacts::tenant_id.eq(tenant)).filter(contacts::id.eq(id)))
        .returning(contacts::id)
        .get_result::<ContactId>(tx.conn())
        .await
        .optional()?;
    if deleted.is_some() && !gone.is_empty() {
        let event = Event::ConversationsDeleted { conversation_ids: gone };
        tx.record(Draft { event, contact: None, user: None });
    }
    crate::widgets::end_in(tx, id).await
}
