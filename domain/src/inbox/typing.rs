//! Who is writing right now. Told to the other side, never stored.

use crate::{
    Omnichat, Result,
    accounts::{Permit, WorkInbox},
    database::TenantTx,
    events::Typing,
    schema::conversations,
    widgets::Visitor,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use types::{ContactId, ConversationId, TenantId, inbox::SenderType};

/// Conversations that one socket has written in, and whose they are. A mark comes every other second, and whose a
/// conversation is does not change: the database is asked once for each.
#[derive(Debug, Default)]
pub struct Written(HashMap<ConversationId, Option<ContactId>>);

/// Conversations that one socket may ask for; nobody writes in more before the socket is renewed.
const WRITTEN: usize = 64;

impl Written {
    async fn contact_of(&mut self, product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<ContactId> {
        let found = match self.0.get(&id) {
            Some(found) => *found,
            None if self.0.len() >= WRITTEN => None,
            None => {
                let found = contact_of(product, tenant, id).await?;
                self.0.insert(id, found);
                found
            }
        };
        found.ok_or_else(|| types::Error::not_found("conversation").into())
    }
}

/// Tells the visitor, and colleagues, that an agent writes or has stopped.
///
/// # Errors
/// When the conversation is not there.
pub async fn agent_typing(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    written: &mut Written,
    id: ConversationId,
    is_typing: bool,
) -> Result<()> {
    let contact = written.contact_of(product, permit.tenant(), id).await?;
    let name = permit.name().to_owned();
    let typing = Typing { conversation: id, contact, sender: SenderType::Agent, name, is_typing };
    product.hub().typing(permit.tenant(), &typing);
    Ok(())
}

/// Tells the team that a visitor writes or has stopped.
///
/// # Errors
/// When the conversation is not theirs.
pub async fn visitor_typing(
    product: &Omnichat,
    visitor: &Visitor,
    written: &mut Written,
    id: ConversationId,
    is_typing: bool,
) -> Result<()> {
    let contact = written.contact_of(product, visitor.tenant(), id).await?;
    if contact != visitor.contact() {
        return Err(types::Error::not_found("conversation").into());
    }
    let typing = Typing { conversation: id, contact, sender: SenderType::Contact, name: String::new(), is_typing };
    product.hub().typing(visitor.tenant(), &typing);
    Ok(())
}

async fn contact_of(product: &Omnichat, tenant: TenantId, id: ConversationId) -> Result<Option<ContactId>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row = conversations::table
                .filter(conversations::tenant_id.eq(tenant))
                .filter(conversations::id.eq(id))
                .select(conversations::contact_id)
                .first(tx.conn())
                .await;
            Ok(row.optional()?)
        })
        .await
}
