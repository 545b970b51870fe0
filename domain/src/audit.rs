//! The audit log: every administrative act, written in the transaction that
//! does it, so that neither exists without the other.

use crate::{
    Error, Omnichat, Result,
    accounts::{Caller, Permit, ReadAudit},
    database::{SystemTx, TenantTx},
    schema::audit_log,
};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, Selectable, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    AuditId, TenantId, Timestamp, UserId,
    audit::{ActorType, AuditAction, AuditEntry, AuditPage},
};

/// Entries of a page.
const PAGE: i64 = 50;
/// Characters of a target or a detail that are kept.
const CHARS: usize = 200;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct Row {
    tenant_id: TenantId,
    id: AuditId,
    ts: Timestamp,
    actor_type: ActorType,
    actor_id: Option<uuid::Uuid>,
    actor_name: String,
    impersonated_by: Option<UserId>,
    action: String,
    target: String,
    details: serde_json::Value,
    ip: String,
}

impl Row {
    fn new(tenant: TenantId, actor_type: ActorType, action: AuditAction, target: &str) -> Self {
        Self {
            tenant_id: tenant,
            id: AuditId::new(),
            ts: Timestamp::now(),
            actor_type,
            actor_id: None,
            actor_name: String::new(),
            impersonated_by: None,
            action: action.as_str().to_owned(),
            target: target.chars().take(CHARS).collect(),
            details: serde_json::Value::Object(serde_json::Map::new()),
            ip: String::new(),
        }
    }

    fn by(tenant: TenantId, caller: &Caller, action: AuditAction, target: &str, details: &[(&str, String)]) -> Self {
        let actor_type = if caller.user().is_some() { ActorType::User } else { ActorType::ApiKey };
        Self {
            actor_id: caller.user().map(|user| user.0).or(caller.key().map(|key| key.0)),
            actor_name: caller.name().to_owned(),
            impersonated_by: caller.impersonated_by(),
            details: object(details),
            ip: caller.ip().to_owned(),
            ..Self::new(tenant, actor_type, action, target)
        }
    }
}

/// Writes what a caller does in their tenant. Secrets are not to be in the details.
pub(crate) async fn record(
    tx: &mut TenantTx,
    caller: &Caller,
    action: AuditAction,
    target: &str,
    details: &[(&str, String)],
) -> Result<()> {
    let row = Row::by(tx.tenant(), caller, action, target, details);
    diesel::insert_into(audit_log::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// Writes what the server does by itself.
pub(crate) async fn record_by_system(
    tx: &mut TenantTx,
    action: AuditAction,
    target: &str,
    details: &[(&str, String)],
) -> Result<()> {
    let row = Row { details: object(details), ..Row::new(tx.tenant(), ActorType::System, action, target) };
    diesel::insert_into(audit_log::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// The same in a transaction on the registries, or on the command line.
pub(crate) async fn record_by_server_in(
    tx: &mut SystemTx,
    tenant: TenantId,
    action: AuditAction,
    target: &str,
    details: &[(&str, String)],
) -> Result<()> {
    let row = Row { details: object(details), ..Row::new(tenant, ActorType::System, action, target) };
    diesel::insert_into(audit_log::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// Writes what somebody does to a tenant in a transaction on the registries:
/// an invited person who joins, a platform admin.
///
/// # Errors
/// When the row cannot be written.
pub async fn record_in(
    tx: &mut SystemTx,
    tenant: TenantId,
    actor_type: ActorType,
    caller: &Caller,
    action: AuditAction,
    target: &str,
    details: &[(&str, String)],
) -> Result<()> {
    let row = Row { actor_type, ..Row::by(tenant, caller, action, target, details) };
    diesel::insert_into(audit_log::table).values(row).execute(tx.conn()).await?;
    Ok(())
}

/// A page of the log, newest first; `before` is the page's `next`.
///
/// # Errors
/// When the database does not answer.
pub async fn list(product: &Omnichat, permit: &Permit<ReadAudit>, before: Option<AuditId>) -> Result<AuditPage> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let mut query = audit_log::table
                .filter(audit_log::tenant_id.eq(tenant))
                .order(audit_log::id.desc())
                .limit(PAGE + 1)
                .select(Row::as_select())
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(audit_log::id.lt(before));
            }
            let rows: Vec<Row> = query.load(tx.conn()).await?;
            let has_more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
            let shown = rows.into_iter().take(usize::try_from(PAGE).unwrap_or(usize::MAX));
            let entries: Vec<AuditEntry> = shown.map(transfer).collect::<Result<_>>()?;
            let next = entries.last().filter(|_| has_more).map(|last| last.id);
            Ok(AuditPage { entries, next })
        })
        .await
}

fn transfer(row: Row) -> Result<AuditEntry> {
    let details = row.details.as_object().into_iter().flatten();
    // Where the platform's people sit is theirs.
    let is_ours = row.actor_type == ActorType::PlatformAdmin || row.impersonated_by.is_some();
    Ok(AuditEntry {
        id: row.id,
        at: row.ts,
        actor_type: row.actor_type,
        actor_name: row.actor_name,
        impersonated_by: row.impersonated_by,
        action: row.action.parse().map_err(|error| Error::stored("audit action", error))?,
        target: row.target,
        details: details.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect(),
        ip: if is_ours { String::new() } else { row.ip },
    })
}

fn object(details: &[(&str, String)]) -> serde_json::Value {
    let pairs = details.iter().map(|(name, value)| {
        let value: String = value.chars().take(CHARS).collect();
        ((*name).to_owned(), serde_json::Value::String(value))
    });
    serde_json::Value::Object(pairs.collect())
}
