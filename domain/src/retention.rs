//! Deleting what is old: by the rules of each tenant, and what nobody needs
//! any more whatever the rules.

use crate::{
    Error, Omnichat, Result,
    accounts::{ManageSettings, Permit, ReadSettings},
    audit,
    contacts::remove_contact,
    database::{SystemTx, TenantTx},
    events::Draft,
    schema::{
        contacts, conversations, ended_visits, events, idempotency_keys, invitations, jobs, sessions,
        tenant_configurations as configurations, tenants, user_tokens,
    },
    widgets::LONGEST_SECONDS,
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, OptionalExtension as _, QueryDsl,
    dsl::{exists, not},
};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use types::{
    ContactId, ConversationId, TenantId, Timestamp,
    audit::AuditAction,
    contacts::ContactStage,
    realtime::Event,
    retention::{MOST_DAYS, RetentionRules},
};

const CONFIG_TYPE: &str = "retention";
const DAY: i64 = 24 * 3600;
/// How often old data is looked for.
const EVERY: Duration = Duration::from_secs(3600);
/// Rows deleted in one transaction, so that none is long.
const AT_ONCE: i64 = 200;
/// Transactions of one tenant in one round; the rest is for the next.
const ROUNDS: u32 = 50;
/// Days that events are kept: a client that was away longer takes a new snapshot.
const EVENT_DAYS: i64 = 30;
/// Days that ended sessions, invitations and given-up jobs are kept for a look.
const ENDED_DAYS: i64 = 30;

/// The rules of the tenant.
///
/// # Errors
/// When the database does not answer.
pub async fn rules(product: &Omnichat, permit: &Permit<ReadSettings>) -> Result<RetentionRules> {
    product.db().tenant(permit.tenant(), async |tx: &mut TenantTx| read(tx).await).await
}

/// Changes the rules. They are applied within the hour.
///
/// # Errors
/// When a number of days is not usable.
pub async fn update_rules(
    product: &Omnichat,
    permit: &Permit<ManageSettings>,
    rules: RetentionRules,
) -> Result<RetentionRules> {
    for (field, days) in [("resolved_days", rules.resolved_days), ("visitor_days", rules.visitor_days)] {
        if days.is_some_and(|days| days == 0 || days > MOST_DAYS) {
            let message = format!("Please enter 1 to {MOST_DAYS} days, or leave it empty to keep everything.");
            return Err(types::Error::invalid(message).field(field).into());
        }
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let value = serde_json::to_value(rules).map_err(|error| Error::Internal(error.to_string()))?;
            diesel::insert_into(configurations::table)
                .values((
                    configurations::tenant_id.eq(tenant),
                    configurations::config_type.eq(CONFIG_TYPE),
                    configurations::config_data.eq(&value),
                ))
                .on_conflict((configurations::tenant_id, configurations::config_type))
                .do_update()
                .set((configurations::config_data.eq(&value), configurations::updated_at.eq(Timestamp::now())))
                .execute(tx.conn())
                .await?;
            let words = |days: Option<u32>| days.map_or_else(|| "for ever".to_owned(), |days| format!("{days} days"));
            let details = [("resolved", words(rules.resolved_days)), ("visitors", words(rules.visitor_days))];
            audit::record(tx, &caller, AuditAction::RetentionUpdated, "", &details).await?;
            Ok(rules)
        })
        .await
}

async fn read(tx: &mut TenantTx) -> Result<RetentionRules> {
    let tenant = tx.tenant();
    let found: Option<serde_json::Value> = configurations::table
        .filter(configurations::tenant_id.eq(tenant))
        .filter(configurations::config_type.eq(CONFIG_TYPE))
        .select(configurations::config_data)
        .first(tx.conn())
        .await
        .optional()?;
    found.map_or_else(
        || Ok(RetentionRules::default()),
        |value| serde_json::from_value(value).map_err(|error| Error::stored("retention rules", error)),
    )
}

/// Applies the rules of every tenant once an hour, until `shutdown`. Two
/// servers that do it at once find less to do, and nothing wrong.
pub(crate) async fn keep_tidy(product: Omnichat, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = shutdown.cancelled() => return,
        }
        tokio::select! {
            done = apply_everywhere(&product, Timestamp::now()) => {
                if let Err(error) = done {
                    tracing::error!(%error, "old data could not be deleted; it is tried again in an hour");
                }
            }
            () = shutdown.cancelled() => return,
        }
    }
}

/// Deletes what is old by `now`, in every tenant.
///
/// # Errors
/// When the database does not answer. What was deleted until then stays deleted.
pub async fn apply_everywhere(product: &Omnichat, now: Timestamp) -> Result<()> {
    clear_registries(product, now).await?;
    let mut after: Option<TenantId> = None;
    loop {
        let page = tenants_after(product, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(*last);
        for tenant in page {
            // One tenant's trouble is not the others'.
            if let Err(error) = apply(product, tenant, now).await {
                tracing::error!(%tenant, %error, "old data of a tenant could not be deleted");
            }
        }
    }
}

/// Tenants by their ids, some at a time.
pub(crate) async fn tenants_after(product: &Omnichat, after: Option<TenantId>) -> Result<Vec<TenantId>> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let mut query = tenants::table.order(tenants::id).limit(500).select(tenants::id).into_boxed();
            if let Some(after) = after {
                query = query.filter(tenants::id.gt(after));
            }
            Ok(query.load(tx.conn()).await?)
        })
        .await
}

async fn apply(product: &Omnichat, tenant: TenantId, now: Timestamp) -> Result<()> {
    let rules = product.db().tenant(tenant, async |tx: &mut TenantTx| read(tx).await).await?;
    let (mut conversations_gone, mut contacts_gone) = (0, 0);
    for _ in 0..ROUNDS {
        let (conversations, contacts, rest) =
            product.db().tenant(tenant, async move |tx: &mut TenantTx| sweep(tx, rules, now).await).await?;
        conversations_gone += conversations;
        contacts_gone += contacts;
        if conversations + contacts + rest == 0 {
            break;
        }
    }
    if conversations_gone + contacts_gone == 0 {
        return Ok(());
    }
    tracing::info!(%tenant, conversations_gone, contacts_gone, "old data was deleted");
    let details = [("conversations", conversations_gone.to_string()), ("contacts", contacts_gone.to_string())];
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            audit::record_by_system(tx, AuditAction::RetentionApplied, "", &details).await
        })
        .await
}

/// Deletes a few of everything that is old; gives how many conversations, contacts, and other rows.
async fn sweep(tx: &mut TenantTx, rules: RetentionRules, now: Timestamp) -> Result<(usize, usize, usize)> {
    let conversations = match rules.resolved_days {
        Some(days) => delete_resolved(tx, now.plus_seconds(-i64::from(days) * DAY)).await?,
        None => 0,
    };
    let contacts = match rules.visitor_days {
        Some(days) => erase_visitors(tx, now.plus_seconds(-i64::from(days) * DAY)).await?,
        None => 0,
    };
    if conversations + contacts > 0 {
        crate::teaching::tidy_groups(tx).await?;
    }
    Ok((conversations, contacts, delete_rest(tx, now).await?))
}

async fn delete_resolved(tx: &mut TenantTx, before: Timestamp) -> Result<usize> {
    let tenant = tx.tenant();
    let old: Vec<ConversationId> = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::resolved)
        .filter(conversations::closed_at.lt(before))
        .limit(AT_ONCE)
        .select(conversations::id)
        .for_update()
        .skip_locked()
        .load(tx.conn())
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    diesel::delete(events::table.filter(events::tenant_id.eq(tenant)).filter(events::conversation_id.eq_any(&old)))
        .execute(tx.conn())
        .await?;
    diesel::delete(
        conversations::table.filter(conversations::tenant_id.eq(tenant)).filter(conversations::id.eq_any(&old)),
    )
    .execute(tx.conn())
    .await?;
    let count = old.len();
    let event = Event::ConversationsDeleted { conversation_ids: old };
    tx.record(Draft { event, contact: None, user: None });
    Ok(count)
}

async fn erase_visitors(tx: &mut TenantTx, before: Timestamp) -> Result<usize> {
    let tenant = tx.tenant();
    let newer = conversations::table
        .filter(conversations::tenant_id.eq(tenant))
        .filter(conversations::contact_id.eq(contacts::id))
        .filter(conversations::last_message_at.ge(before));
    let old: Vec<ContactId> = contacts::table
        .filter(contacts::tenant_id.eq(tenant))
        .filter(contacts::stage.eq(ContactStage::Visitor))
        .filter(contacts::email.is_null().and(contacts::phone.is_null()))
        .filter(contacts::updated_at.lt(before))
        .filter(not(exists(newer)))
        .limit(AT_ONCE)
        .select(contacts::id)
        .for_update()
        .skip_locked()
        .load(tx.conn())
        .await?;
    for contact in &old {
        let _learned_from_the_mark = remove_contact(tx, *contact).await?;
    }
    Ok(old.len())
}

async fn delete_rest(tx: &mut TenantTx, now: Timestamp) -> Result<usize> {
    let tenant = tx.tenant();
    let old: Vec<i64> = events::table
        .filter(events::tenant_id.eq(tenant))
        .filter(events::ts.lt(now.plus_seconds(-EVENT_DAYS * DAY)))
        .order(events::sequence)
        .limit(AT_ONCE * 10)
        .select(events::sequence)
        .load(tx.conn())
        .await?;
    if let Some(last) = old.last() {
        // From the beginning, so that what is missing is told from what was never there.
        diesel::delete(events::table.filter(events::tenant_id.eq(tenant)).filter(events::sequence.le(last)))
            .execute(tx.conn())
            .await?;
    }
    // By now every token has expired.
    let forgotten = diesel::delete(
        ended_visits::table
            .filter(ended_visits::tenant_id.eq(tenant))
            .filter(ended_visits::ended_at.lt(now.plus_seconds(-LONGEST_SECONDS))),
    )
    .execute(tx.conn())
    .await?;
    let answered = diesel::delete(
        idempotency_keys::table
            .filter(idempotency_keys::tenant_id.eq(tenant))
            .filter(idempotency_keys::created_at.lt(now.plus_seconds(-DAY))),
    )
    .execute(tx.conn())
    .await?;
    let noticed = crate::security::clear(tx, now).await?;
    Ok(old.len() + answered + forgotten + noticed)
}

/// What is old in the registries, whatever the tenant.
async fn clear_registries(product: &Omnichat, now: Timestamp) -> Result<()> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let ended = now.plus_seconds(-ENDED_DAYS * DAY);
            diesel::delete(user_tokens::table.filter(user_tokens::expires_at.lt(now))).execute(tx.conn()).await?;
            diesel::delete(invitations::table.filter(invitations::expires_at.lt(ended))).execute(tx.conn()).await?;
            diesel::delete(sessions::table.filter(sessions::expires_at.lt(ended).or(sessions::revoked_at.lt(ended))))
                .execute(tx.conn())
                .await?;
            crate::accounts::clear_marks(tx, now).await?;
            diesel::delete(jobs::table.filter(jobs::state.eq("dead")).filter(jobs::created_at.lt(ended)))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}
