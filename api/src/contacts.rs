//! End customers as agents see and change them.

use crate::ApiClient;
use server_fn::codec::Postcard;
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
