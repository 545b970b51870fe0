//! End customers.

mod erase;
mod export;

pub use erase::erase;
pub(crate) use erase::remove as remove_contact;
pub use export::export;

use crate::{
    Error, Omnichat, Result,
    accounts::{Permit, ReadInbox, WorkInbox, name_of},
    database::{Keep as _, TenantTx},
    error::OrNotFound as _,
    schema::contacts,
};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _, upsert::excluded};
use diesel_async::RunQueryDsl;
use types::{
    ContactId, Timestamp,
    contacts::{Contact, ContactStage, ContactUpdate},
    inbox::Platform,
    widgets::VisitorPage,
};

#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = contacts)]
pub(crate) struct ContactRow {
    id: ContactId,
    display_name: String,
    email: Option<String>,
    phone: Option<String>,
    stage: ContactStage,
    locale: Option<String>,
    page_url: Option<String>,
    page_title: Option<String>,
    created_at: Timestamp,
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        Self {
            id: row.id,
            name: row.display_name,
            email: row.email,
            phone: row.phone,
            stage: row.stage,
            locale: row.locale,
            page_url: row.page_url,
            page_title: row.page_title,
            created_at: row.created_at,
        }
    }
}

/// Makes the contact of a visitor on the first message, and notes where they
/// are on each. Locks the row, so that two first messages come one after the other.
pub(crate) async fn upsert(
    tx: &mut TenantTx,
    id: ContactId,
    platform: Platform,
    page: &VisitorPage,
) -> Result<Contact> {
    let tenant = tx.tenant();
    let row: ContactRow = diesel::insert_into(contacts::table)
        .values((
            contacts::tenant_id.eq(tenant),
            contacts::id.eq(id),
            contacts::platform.eq(platform),
            contacts::display_name.eq(anonymous_name(id)),
            contacts::locale.eq(cut(&page.locale, 35)),
            contacts::page_url.eq(cut(&page.url, 2_000)),
            contacts::page_title.eq(cut(&page.title, 200)),
        ))
        .on_conflict((contacts::tenant_id, contacts::id))
        .do_update()
        .set((
            contacts::locale.eq(excluded(contacts::locale)),
            contacts::page_url.eq(excluded(contacts::page_url)),
            contacts::page_title.eq(excluded(contacts::page_title)),
            contacts::updated_at.eq(Timestamp::now()),
        ))
        .returning(ContactRow::as_returning())
        .kept()
        .get_result(tx.conn())
        .await?;
    Ok(row.into())
}

/// Contacts who first wrote before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    before: Option<ContactId>,
    limit: u32,
) -> Result<Vec<Contact>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let mut query = contacts::table
                .filter(contacts::tenant_id.eq(tenant))
                .order(contacts::id.desc())
                .limit(i64::from(limit))
                .select(ContactRow::as_select())
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(contacts::id.lt(before));
            }
            let rows: Vec<ContactRow> = query.load(tx.conn()).await?;
            Ok(rows.into_iter().map(Contact::from).collect())
        })
        .await
}

/// One contact.
///
/// # Errors
/// When the contact is not there.
pub async fn get(product: &Omnichat, permit: &Permit<ReadInbox>, id: ContactId) -> Result<Contact> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row: ContactRow = contacts::table
                .filter(contacts::tenant_id.eq(tenant))
                .filter(contacts::id.eq(id))
                .select(ContactRow::as_select())
                .first(tx.conn())
                .await
                .or_not_found("contact")?;
            Ok(row.into())
        })
        .await
}

/// Changes what is known of a contact. Dashboards see it at once.
///
/// # Errors
/// When a field is not usable or the contact is not there.
pub async fn update(
    product: &Omnichat,
    permit: &Permit<WorkInbox>,
    id: ContactId,
    update: ContactUpdate,
) -> Result<Contact> {
    let name = name_of(&update.name, "name", "the contact")?;
    let email = optional(update.email, "email", 254)?;
    let phone = optional(update.phone, "phone", 40)?;
    if email.as_ref().is_some_and(|email| !email.contains('@')) {
        return Err(types::Error::invalid("Please enter an e-mail address such as ana@example.com.")
            .field("email")
            .into());
    }
    let user = permit.user();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let row: ContactRow = diesel::update(contacts::table)
                .filter(contacts::tenant_id.eq(tenant))
                .filter(contacts::id.eq(id))
                .set((
                    contacts::display_name.eq(name),
                    contacts::email.eq(email),
                    contacts::phone.eq(phone),
                    contacts::stage.eq(update.stage),
                    contacts::updated_at.eq(Timestamp::now()),
                ))
                .returning(ContactRow::as_returning())
                .get_result(tx.conn())
                .await
                .or_not_found("contact")?;
            crate::inbox::contact_changed(tx, id, user).await?;
            Ok(row.into())
        })
        .await
}

/// "Visitor 4F2A": short, and the same each time.
fn anonymous_name(id: ContactId) -> String {
    let hex = id.0.simple().to_string().to_uppercase();
    format!("Visitor {}", hex.get(hex.len().saturating_sub(4)..).unwrap_or_default())
}

fn cut(text: &str, characters: usize) -> Option<String> {
    let text: String = text.chars().filter(|char| !char.is_control()).take(characters).collect();
    (!text.trim().is_empty()).then_some(text)
}

fn optional(text: Option<String>, field: &str, most: usize) -> Result<Option<String>> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match text {
        Some(long) if long.chars().count() > most => {
            Err(Error::Refused(types::Error::invalid(format!("Please use at most {most} characters.")).field(field)))
        }
        other => Ok(other),
    }
}
