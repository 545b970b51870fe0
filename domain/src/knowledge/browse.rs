//! Sources and passages in parts, for programs.

use super::rows::{self, PassageRow, SourceRow, passages, sources};
use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadKnowledge},
    database::TenantTx,
    error::OrNotFound as _,
};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    SourceId,
    knowledge::{Passage, Source},
};

/// Sources that were added before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    before: Option<SourceId>,
    limit: u32,
) -> Result<Vec<Source>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let mut query = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .order(sources::id.desc())
                .limit(i64::from(limit))
                .select(SourceRow::as_select())
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(sources::id.lt(before));
            }
            let rows: Vec<SourceRow> = query.load(tx.conn()).await?;
            rows::complete_all(tx, rows).await
        })
        .await
}

/// One source.
///
/// # Errors
/// When the source is not there.
pub async fn get(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: SourceId) -> Result<Source> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| read(tx, id).await).await
}

/// Passages of a source from the one after `after`, in their order, `limit` at most.
///
/// # Errors
/// When the source is not there.
pub async fn passages_after(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    id: SourceId,
    after: Option<i32>,
    limit: u32,
) -> Result<Vec<Passage>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            read(tx, id).await?;
            let tenant = tx.tenant();
            let rows: Vec<PassageRow> = passages::table
                .filter(passages::tenant_id.eq(tenant))
                .filter(passages::source_id.eq(id))
                .filter(passages::position.gt(after.unwrap_or(-1)))
                .order(passages::position)
                .limit(i64::from(limit))
                .select(PassageRow::as_select())
                .load(tx.conn())
                .await?;
            Ok(rows.into_iter().map(Passage::from).collect())
        })
        .await
}

async fn read(tx: &mut TenantTx, id: SourceId) -> Result<Source> {
    let tenant = tx.tenant();
    let row: SourceRow = sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::id.eq(id))
        .select(SourceRow::as_select())
        .first(tx.conn())
        .await
        .or_not_found("source")?;
    rows::complete(tx, row).await
}
