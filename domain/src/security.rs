//! What the people who run a business should know of its safety: noticed
//! while requests are served, stored, shown on one page and mailed once.

mod notices;
mod signals;

pub(crate) use notices::watch;
pub use signals::note_key_use;
pub(crate) use signals::{Signal, Signals, note_sign_in};

use crate::{
    Error, Omnichat, Result,
    accounts::{self, ManageKeys, ManagePeople, ManageSettings, Permit, ReadAudit},
    database::TenantTx,
    error::OrNotFound as _,
    schema::security_notices as rows,
};
use diesel::{ExpressionMethods, QueryDsl, Queryable, Selectable, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    ApiKeyId, ErrorCode, SecurityNoticeId, Timestamp, UserId,
    security::{SecurityNotice, SecurityNoticeKind},
};
use uuid::Uuid;

/// Days that a notice is kept.
const DAYS: i64 = 90;
/// Notices that are shown.
const SHOWN: i64 = 100;

#[derive(Queryable, Selectable)]
#[diesel(table_name = rows)]
struct Row {
    id: SecurityNoticeId,
    kind: SecurityNoticeKind,
    subject: String,
    details: String,
    count: i64,
    first_at: Timestamp,
    last_at: Timestamp,
    settled_at: Option<Timestamp>,
}

impl From<Row> for SecurityNotice {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject: row.subject,
            details: row.details,
            count: row.count.unsigned_abs(),
            first_at: row.first_at,
            last_at: row.last_at,
            is_settled: row.settled_at.is_some(),
        }
    }
}

/// What was noticed in the last three months, the latest first, 100 at most.
///
/// # Errors
/// When the database does not answer.
pub async fn list(product: &Omnichat, permit: &Permit<ReadAudit>) -> Result<Vec<SecurityNotice>> {
    product
        .db()
        .tenant(permit.tenant(), async |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let found: Vec<Row> = rows::table
                .filter(rows::tenant_id.eq(tenant))
                .filter(rows::last_at.gt(kept_since(Timestamp::now())))
                .order((rows::last_at.desc(), rows::id.desc()))
                .limit(SHOWN)
                .select(Row::as_select())
                .load(tx.conn())
                .await?;
            Ok(found.into_iter().map(SecurityNotice::from).collect())
        })
        .await
}

/// What was noticed last before this is not kept.
const fn kept_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-DAYS * 24 * 3600)
}

/// Deletes old notices of a tenant; gives how many.
pub(crate) async fn clear(tx: &mut TenantTx, now: Timestamp) -> Result<usize> {
    let tenant = tx.tenant();
    let old = rows::table.filter(rows::tenant_id.eq(tenant)).filter(rows::last_at.le(kept_since(now)));
    Ok(diesel::delete(old).execute(tx.conn()).await?)
}

/// Marks a notice as dealt with.
///
/// # Errors
/// `not_found` when there is no such notice.
pub async fn settle(product: &Omnichat, permit: &Permit<ManageSettings>, id: SecurityNoticeId) -> Result<()> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| settle_in(tx, id).await).await
}

/// Signs the person out everywhere that a notice is about, and marks it as dealt with.
///
/// # Errors
/// `not_found` when there is no such notice or person, `forbidden` for somebody who may do more than the caller.
pub async fn sign_person_out(product: &Omnichat, permit: &Permit<ManagePeople>, id: SecurityNoticeId) -> Result<()> {
    let kinds = [SecurityNoticeKind::NewDevice, SecurityNoticeKind::SignInFailures];
    let person = subject(product, permit.tenant(), id, &kinds).await?;
    accounts::sign_out_everywhere(product, permit, UserId(person)).await?;
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| settle_in(tx, id).await).await
}

/// Revokes the API key that a notice is about, and marks it as dealt with.
///
/// # Errors
/// `not_found` when there is no such notice, or the key was revoked already.
pub async fn revoke_key(product: &Omnichat, permit: &Permit<ManageKeys>, id: SecurityNoticeId) -> Result<()> {
    let kinds = [SecurityNoticeKind::KeyNetworks, SecurityNoticeKind::KeyRefusals];
    let key = subject(product, permit.tenant(), id, &kinds).await?;
    match accounts::revoke_api_key(product, permit, ApiKeyId(key)).await {
        // Somebody was quicker, which is as good.
        Err(Error::Refused(refusal)) if refusal.code == ErrorCode::NotFound => {}
        other => other?,
    }
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| settle_in(tx, id).await).await
}

/// The person or key that a notice of one of these kinds is about.
async fn subject(
    product: &Omnichat,
    tenant: types::TenantId,
    id: SecurityNoticeId,
    kinds: &[SecurityNoticeKind],
) -> Result<Uuid> {
    let kinds = kinds.to_vec();
    let found: Option<Uuid> = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            rows::table
                .filter(rows::tenant_id.eq(tenant))
                .filter(rows::id.eq(id))
                .filter(rows::kind.eq_any(kinds))
                .select(rows::subject_id)
                .first(tx.conn())
                .await
                .or_not_found("notice")
        })
        .await?;
    found.ok_or_else(|| types::Error::not_found("notice").into())
}

async fn settle_in(tx: &mut TenantTx, id: SecurityNoticeId) -> Result<()> {
    let tenant = tx.tenant();
    let _settled: SecurityNoticeId =
        diesel::update(rows::table.filter(rows::tenant_id.eq(tenant)).filter(rows::id.eq(id)))
            .set(rows::settled_at.eq(Timestamp::now()))
            .returning(rows::id)
            .get_result(tx.conn())
            .await
            .or_not_found("notice")?;
    Ok(())
}
