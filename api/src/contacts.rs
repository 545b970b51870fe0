//! End customers as agents see and change them.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    ContactId, Result,
    contacts::{Contact, ContactUpdate},
};

/// Changes what is known of a contact.
#[server(prefix = "/api", endpoint = "contacts/update", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn update_contact(id: ContactId, update: ContactUpdate) -> Result<Contact> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::contacts::update(&caller::product(), &permit, id, update).await?)
    })
    .await
}

/// Everything that is stored of a contact, as a JSON document to be saved. Needs `contacts.manage`.
#[server(prefix = "/api", endpoint = "contacts/export", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn export_contact(id: ContactId) -> Result<String> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        let export = domain::contacts::export(&caller::product(), &permit, id).await?;
        serde_json::to_string_pretty(&export).map_err(|_| types::Error::internal())
    })
    .await
}

/// Erases a contact with all conversations, for good. Needs `contacts.manage`.
#[server(prefix = "/api", endpoint = "contacts/erase", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn erase_contact(id: ContactId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::contacts::erase(&caller::product(), &permit, id).await?)
    })
    .await
}
