//! End customers.

use super::{
    Problem,
    extract::{Allowed, Id, Product, Query},
    page::{List, Listed, PageQuery},
};
use axum::Json;
use domain::accounts::ReadInbox;
use types::{ContactId, Result, contacts::Contact, rest::Page};

/// The contacts, newest first
///
/// Needs `inbox.read`.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(PageQuery), responses(
    (status = 200, description = "A page of contacts", body = Page<Contact>),
))]
pub async fn list_contacts(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Query(query): Query<PageQuery>,
) -> Listed<Contact> {
    let part = query.read(List::Contacts)?;
    let found = domain::contacts::list(&product, &permit, part.after.map(ContactId), part.wanted()).await?;
    Ok(part.page(found, |contact| contact.id.0))
}

/// A contact
///
/// Needs `inbox.read`.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = ContactId, Path, description = "The contact's id")), responses(
    (status = 200, description = "The contact", body = Contact),
))]
pub async fn get_contact(
    Product(product): Product,
    Allowed(permit): Allowed<ReadInbox>,
    Id(id): Id<ContactId>,
) -> Result<Json<Contact>, Problem> {
    Ok(Json(domain::contacts::get(&product, &permit, id).await?))
}
