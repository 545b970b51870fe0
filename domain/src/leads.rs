//! Contacts who may become customers: noticed in what they write, looked
//! after by people.

use crate::{
    Error, Omnichat, Result,
    accounts::{Permit, ReadInbox, WorkInbox},
    database::TenantTx,
    schema::{contacts, conversations, intents, leads},
};
use ai::leads::Signs;
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use types::{
    ContactId, ConversationId, IntentId, LeadId, MessageId, Timestamp,
    contacts::ContactStage,
    leads::{LEADS_PAGE, Lead, LeadChange, LeadPage, LeadStage, WAYS},
};

/// What a lead wants of whom it is known only that they want to buy.
const WANTS_TO_BUY: &str = "Wants to buy";

/// Ways to reach somebody, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Ways {
    emails: Vec<String>,
    phones: Vec<String>,
}

impl Ways {
    fn add(&mut self, signs: &Signs) {
        for (held, new) in [(&mut self.emails, &signs.emails), (&mut self.phones, &signs.phones)] {
            for way in new {
                if held.len() < WAYS && !held.contains(way) {
                    held.push(way.clone());
                }
            }
        }
    }

    fn read(stored: serde_json::Value) -> Result<Self> {
        serde_json::from_value(stored).map_err(|error| Error::stored("ways to reach a lead", error))
    }

    fn write(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(|error| Error::Internal(error.to_string()))
    }
}

/// Notes what a message says about its writer: one lead a conversation, and
/// what was not known of the contact. The same message again changes nothing.
pub(crate) async fn note(
    tx: &mut TenantTx,
    conversation: ConversationId,
    message: MessageId,
    signs: Signs,
    intent: Option<IntentId>,
) -> Result<()> {
    let tenant = tx.tenant();
    let contact: Option<ContactId> = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::id.eq(conversation))
        .select(conversations::contact_id)
        .first(tx.conn())
        .await
        .optional()?;
    let Some(contact) = contact else { return Ok(()) };
    // Locked first, as when a message comes in.
    complete(tx, contact, &signs).await?;
    let named: Option<String> = match intent {
        Some(intent) => intents::table
            .filter(intents::tenant_id.eq(tenant))
            .filter(intents::id.eq(intent))
            .select(intents::name)
            .first(tx.conn())
            .await
            .optional()?,
        None => None,
    };
    let wants = named.or_else(|| signs.wants_to_buy.then(|| WANTS_TO_BUY.to_owned())).unwrap_or_default();
    diesel::insert_into(leads::table)
        .values((
            leads::tenant_id.eq(tenant),
            leads::id.eq(LeadId::new()),
            leads::contact_id.eq(contact),
            leads::conversation_id.eq(Some(conversation)),
            leads::message_id.eq(Some(message.0)),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())
        .await?;
    let own = leads::table.filter(leads::tenant_id.eq(tenant)).filter(leads::conversation_id.eq(conversation));
    let (was_wanted, stored): (String, serde_json::Value) =
        own.select((leads::intent, leads::contact_info)).for_update().first(tx.conn()).await?;
    let known = Ways::read(stored)?;
    let mut ways = known.clone();
    ways.add(&signs);
    let is_more = was_wanted.is_empty() || was_wanted == WANTS_TO_BUY && wants != WANTS_TO_BUY;
    let wants = if is_more && !wants.is_empty() { wants } else { was_wanted.clone() };
    if ways != known || wants != was_wanted {
        diesel::update(own)
            .set((
                leads::intent.eq(wants),
                leads::contact_info.eq(ways.write()?),
                leads::updated_at.eq(Timestamp::now()),
            ))
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Fills in what was not known of a contact. What somebody has entered stays.
async fn complete(tx: &mut TenantTx, id: ContactId, signs: &Signs) -> Result<()> {
    let tenant = tx.tenant();
    let this = contacts::table.filter(contacts::tenant_id.eq(tenant)).filter(contacts::id.eq(id));
    // Not the key: a reply, which holds the conversation, may need to see that the contact is there.
    let (email, phone, stage): (Option<String>, Option<String>, ContactStage) =
        this.select((contacts::email, contacts::phone, contacts::stage)).for_no_key_update().first(tx.conn()).await?;
    let new_email = signs.emails.as_slice().first().filter(|_| email.is_none());
    let new_phone = signs.phones.as_slice().first().filter(|_| phone.is_none());
    if new_email.is_none() && new_phone.is_none() {
        return Ok(());
    }
    let stage = if stage == ContactStage::Visitor { ContactStage::Lead } else { stage };
    diesel::update(this)
        .set((
            contacts::email.eq(email.as_ref().or(new_email)),
            contacts::phone.eq(phone.as_ref().or(new_phone)),
            contacts::stage.eq(stage),
            contacts::updated_at.eq(Timestamp::now()),
        ))
        .execute(tx.conn())
        .await?;
    crate::inbox::contact_changed(tx, id, None).await
}

#[derive(Debug, diesel::QueryableByName)]
struct LeadRow {
    #[diesel(sql_type = sql_types::Uuid)]
    id: LeadId,
    #[diesel(sql_type = sql_types::Uuid)]
    contact_id: ContactId,
    #[diesel(sql_type = sql_types::Text)]
    contact_name: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    conversation_id: Option<ConversationId>,
    #[diesel(sql_type = sql_types::Text)]
    intent: String,
    #[diesel(sql_type = sql_types::Jsonb)]
    contact_info: serde_json::Value,
    #[diesel(sql_type = sql_types::Text)]
    stage: LeadStage,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    converted_at: Option<Timestamp>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    created_at: Timestamp,
    #[diesel(sql_type = sql_types::Timestamptz)]
    updated_at: Timestamp,
}

fn transfer(row: LeadRow) -> Result<Lead> {
    let Ways { emails, phones } = Ways::read(row.contact_info)?;
    Ok(Lead {
        id: row.id,
        contact_id: row.contact_id,
        contact_name: row.contact_name,
        conversation_id: row.conversation_id,
        intent: row.intent,
        emails,
        phones,
        stage: row.stage,
        converted_at: row.converted_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Which leads are wanted.
#[derive(Clone, Copy, Debug, Default)]
struct Which {
    id: Option<LeadId>,
    contact: Option<ContactId>,
    stage: Option<LeadStage>,
    before: Option<LeadId>,
}

async fn find(tx: &mut TenantTx, which: Which, limit: u32) -> Result<Vec<Lead>> {
    let tenant = tx.tenant();
    let rows: Vec<LeadRow> = diesel::sql_query(
        "SELECT held.id, held.contact_id, contacts.display_name AS contact_name, held.conversation_id, held.intent,
            held.contact_info, held.stage, held.converted_at, held.created_at, held.updated_at
         FROM leads AS held JOIN contacts ON contacts.tenant_id = $1 AND contacts.id = held.contact_id
         WHERE held.tenant_id = $1 AND ($2 IS NULL OR held.id = $2) AND ($3 IS NULL OR held.contact_id = $3)
            AND ($4 IS NULL OR held.stage = $4) AND ($5 IS NULL OR held.id < $5)
         ORDER BY held.id DESC LIMIT $6",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(which.id)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(which.contact)
    .bind::<sql_types::Nullable<sql_types::Text>, _>(which.stage)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(which.before)
    .bind::<sql_types::BigInt, _>(i64::from(limit))
    .load(tx.conn())
    .await?;
    rows.into_iter().map(transfer).collect()
}

/// Leads of a stage, or all, that were noticed before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    stage: Option<LeadStage>,
    before: Option<LeadId>,
    limit: u32,
) -> Result<Vec<Lead>> {
    let which = Which { stage, before, ..Which::default() };
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| find(tx, which, limit).await).await
}

/// A page of the dashboard.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    product: &Omnichat,
    permit: &Permit<ReadInbox>,
    stage: Option<LeadStage>,
    before: Option<LeadId>,
) -> Result<LeadPage> {
    let mut leads = browse(product, permit, stage, before, LEADS_PAGE + 1).await?;
    let shown = usize::try_from(LEADS_PAGE).unwrap_or(usize::MAX);
    let has_more = leads.len() > shown;
    leads.truncate(shown);
    let next = leads.last().filter(|_| has_more).map(|last| last.id);
    Ok(LeadPage { leads, next })
}

/// Every lead of a contact, for the contact's own copy; their conversations limit how many there can be.
pub(crate) async fn of_contact(tx: &mut TenantTx, contact: ContactId) -> Result<Vec<Lead>> {
    find(tx, Which { contact: Some(contact), ..Which::default() }, u32::MAX).await
}

/// Moves a lead to another stage.
///
/// # Errors
/// When it is not there.
pub async fn change(product: &Omnichat, permit: &Permit<WorkInbox>, id: LeadId, change: LeadChange) -> Result<Lead> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::sql_query(
                "UPDATE leads SET stage = $3, updated_at = now(),
                    converted_at = CASE WHEN $3 = 'converted' THEN coalesce(converted_at, now()) END
                 WHERE tenant_id = $1 AND id = $2 AND stage <> $3",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(id)
            .bind::<sql_types::Text, _>(change.stage)
            .execute(tx.conn())
            .await?;
            let found = find(tx, Which { id: Some(id), ..Which::default() }, 1).await?.pop();
            found.ok_or_else(|| types::Error::not_found("lead").into())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_kept_once_and_not_without_end() {
        let signs = |email: &str| Signs { emails: vec![email.to_owned()], ..Signs::default() };
        let mut ways = Ways::default();
        for number in 0..20 {
            ways.add(&signs(&format!("{}@example.com", number % 8)));
        }
        assert_eq!(ways.emails.len(), WAYS);
        assert_eq!(Ways::read(ways.write().unwrap()).unwrap(), ways);
        assert_eq!(Ways::read(serde_json::json!({})).unwrap(), Ways::default());
        assert!(Ways::read(serde_json::json!([1])).is_err());
    }
}
