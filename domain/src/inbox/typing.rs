//! Who is writing right now. Told to the other side, never stored.

use crate::{
    Omnichat, Result,
    accounts::{Permit, WorkInbox},
    database::TenantTx,
    error::OrNotFound as _,
    events::Typing,
    schema::conversations,
    widgets::Visitor,
};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ContactId, ConversationId, TenantId, inbox::SenderType};

/// Tells the visitor, and colleagues, that an agent writes or has stopped.
///
/// # Errors
/// When the conversation is not there.
pub async fn agent_typing(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ConversationId,
    is_typing: bool,
) -> Result<()> {
    let contact = contact_of(product, permit.tenant(), id).await?;
    let name = permit.name().to_owned();
    let typing = Typing { conversation: id, contact, sender: SenderType::Agent, name, is_typing };
    product.hub().typing(permit.tenant(), &typing);
    Ok(())
}

/// Tells the team that a visitor writes or has stopped.
///
/// # Errors
/// When the conversation is not theirs.
pub async fn visitor_typing(product: &Omnichat, visitor: &Visitor, id: ConversationId, is_typing: bool) -> Result<()> {
    let contact = contact_of(product, visitor.tenant(), id).await?;
    if contact != visitor.contact() {
        return Err(types::Error::not_found("conversation").into());
    }
    let typing = Typing { conversation: id, contact, sender: SenderType::Contact, name: String::new(), is_typing };
    product.hub().typing(visitor.tenant(), &typing);
    Ok(())
}

async fn contact_of(product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<ContactId> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            conversations::table
                .filter(conversations::tenant_id.eq(tenant))
                .filter(conversations::id.eq(id))
                .select(conversations::contact_id)
                .first(tx.conn())
                .await
                .or_not_found("conversation")
        })
        .await
}
