//! Sources whose turn has not come: what is said of them, and whether a job is there for them.

use super::{record, rows, set_status};
use crate::{Omnichat, Result, database::TenantTx};
use diesel::{OptionalExtension as _, sql_types};
use diesel_async::RunQueryDsl;
use types::{SourceId, TenantId, knowledge::SourceStatus};

/// What is said of a source while as much was read as may be in a day.
const WHY: &str = "As much was read as your business may have read in a day. This is read by itself when there is room again, within a day; whoever runs the server can raise the limit.";

/// Says of a source of which nothing is in use yet why it waits until more may be read. One that was read before goes
/// on being used and says nothing.
pub(crate) async fn say_that_it_waits(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(row) = rows::lock(tx, id).await.optional()? else { return Ok(()) };
            let is_waiting = matches!(row.status, SourceStatus::Queued | SourceStatus::Processing);
            if is_waiting && row.passage_count == 0 && row.error.as_deref() != Some(WHY) {
                let source = set_status(tx, id, SourceStatus::Queued, Some(WHY.to_owned()), 0).await?;
                record(tx, &source, None);
            }
            Ok(())
        })
        .await
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Bool)]
    is_there: bool,
}

/// Whether a job of one of these kinds, as they are stored, waits for a source or is at work at it.
pub(super) async fn has_job(tx: &mut TenantTx, id: SourceId, kinds: &[&str]) -> Result<bool> {
    let tenant = tx.tenant();
    let found: Found = diesel::sql_query(
        "SELECT EXISTS (
            SELECT FROM jobs WHERE tenant_id = $1 AND state = 'queued'
                AND payload->>'source_id' = $2 AND payload->>'kind' = ANY ($3)
         ) AS is_there",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Text, _>(id.to_string())
    .bind::<sql_types::Array<sql_types::Text>, _>(kinds)
    .get_result(tx.conn())
    .await?;
    Ok(found.is_there)
}
