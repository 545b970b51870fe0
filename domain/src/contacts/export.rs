//! Everything that is stored of a contact, in one piece.

use super::ContactRow;
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageContacts, Permit},
    audit,
    database::TenantTx,
    error::OrNotFound as _,
    schema::{contacts, conversations},
};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ContactId, ConversationId, ErrorCode, Timestamp,
    audit::AuditAction,
    contacts::{ContactExport, ExportedConversation},
};

/// Messages of an export at most: some hundred megabytes would be held in memory beyond it.
const MESSAGES: usize = 50_000;

/// Exports a contact with all conversations.
///
/// # Errors
/// When the contact is not there or has more than 50,000 messages.
pub async fn export(product: &Omnichat, permit: &Permit<ManageContacts>, id: ContactId) -> Result<ContactExport> {
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let contact: ContactRow = contacts::table
                .filter(contacts::tenant_id.eq(tenant))
                .filter(contacts::id.eq(id))
                .select(ContactRow::as_select())
                .first(tx.conn())
                .await
                .or_not_found("contact")?;
            let rows: Vec<(ConversationId, i64, Timestamp)> = conversations::table
                .filter(conversations::tenant_id.eq(tenant))
                .filter(conversations::contact_id.eq(id))
                .order(conversations::id)
                .select((conversations::id, conversations::number, conversations::created_at))
                .load(tx.conn())
                .await?;
            let mut exported = Vec::with_capacity(rows.len());
            let mut left = MESSAGES;
            for (id, number, created_at) in rows {
                let messages = crate::inbox::all_messages(tx, id, left + 1).await?;
                left = left.checked_sub(messages.len()).ok_or_else(|| {
                    let message = format!("This contact has more than {MESSAGES} messages. Use a backup instead.");
                    Error::refused(ErrorCode::TooLarge, message)
                })?;
                let insights = Some(crate::insights::read(tx, id).await?);
                exported.push(ExportedConversation { id, number, created_at, messages, insights });
            }
            let leads = crate::leads::of_contact(tx, id).await?;
            audit::record(tx, &caller, AuditAction::ContactExported, &id.to_string(), &[]).await?;
            Ok(ContactExport { exported_at: Timestamp::now(), contact: contact.into(), conversations: exported, leads })
        })
        .await
}
