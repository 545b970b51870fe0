//! The number of what the AI of a tenant knows: it rises with each change, so
//! that nothing that was remembered before is told after.

use crate::{Result, database::TenantTx, schema::knowledge_versions};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::TenantId;

/// Counts a change of sources, or of how the AI answers. To be called in the
/// transaction that makes the change.
pub(crate) async fn bump(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    diesel::insert_into(knowledge_versions::table)
        .values((knowledge_versions::tenant_id.eq(tenant), knowledge_versions::version.eq(1)))
        .on_conflict(knowledge_versions::tenant_id)
        .do_update()
        .set(knowledge_versions::version.eq(knowledge_versions::version + 1))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The number now; 0 when nothing was ever learned.
pub(crate) async fn current(tx: &mut TenantTx) -> Result<i64> {
    let tenant = tx.tenant();
    read(tx.shared(), tenant).await
}

/// The same, beside other statements.
pub(super) async fn read(conn: &AsyncPgConnection, tenant: TenantId) -> Result<i64> {
    let found: Option<i64> = knowledge_versions::table
        .filter(knowledge_versions::tenant_id.eq(tenant))
        .select(knowledge_versions::version)
        .first(&mut &*conn)
        .await
        .optional()?;
    Ok(found.unwrap_or(0))
}
