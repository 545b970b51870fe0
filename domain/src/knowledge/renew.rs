//! Reading sources again whose passages the search cannot use any more: they
//! were embedded by another model, or their terms were made another way.

use super::{index::form, record, rows::sources, set_status};
use crate::{Omnichat, Result, database::TenantTx, jobs::Job};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use types::{SourceId, TenantId, knowledge::SourceStatus};

/// Sources that are enqueued at once. What somebody adds meanwhile waits behind so many, and
/// not behind all that the tenant ever taught.
const AT_ONCE: i64 = 8;

/// Sources that are marked in one transaction.
const MARKED: i64 = 100;

/// Sources with passages of another form. All passages of a source are of one, as they are written
/// together, so the first tells.
const OUT_OF_DATE: &str = "sources.tenant_id = $1 AND EXISTS (
    SELECT FROM passages JOIN passage_index ON passage_index.tenant_id = $1 AND passage_index.passage_id = passages.id
    WHERE passages.tenant_id = $1 AND passages.source_id = sources.id AND passages.position = 0
        AND passage_index.model <> $2)";

#[derive(diesel::QueryableByName)]
struct IdRow {
    #[diesel(sql_type = sql_types::Uuid)]
    id: SourceId,
}

#[derive(diesel::QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = sql_types::Bool)]
    is_found: bool,
}

/// Whether the tenant has sources that must be read again, those included that are being read right now.
pub(crate) async fn is_out_of_date(tx: &mut TenantTx, form: &str) -> Result<bool> {
    let tenant = tx.tenant();
    let found: FoundRow =
        diesel::sql_query(format!("SELECT EXISTS (SELECT FROM sources WHERE {OUT_OF_DATE}) AS is_found"))
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Text, _>(form)
            .get_result(tx.conn())
            .await?;
    Ok(found.is_found)
}

/// Job: shows which sources are read again, and enqueues the oldest of them; comes back as long as
/// there are more. It finds what is left by the passages themselves, so it may end and begin anywhere.
pub(crate) async fn read_again(product: &Omnichat, tenant: TenantId, wanted: &str) -> Result<()> {
    let form = form(product);
    if !wanted.is_empty() && wanted != form {
        // Of a server with another model; what is left for it is looked for again.
        return Ok(());
    }
    while mark(product, tenant, &form).await? {}
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let idle = "NOT EXISTS (SELECT FROM jobs WHERE jobs.tenant_id = $1 AND jobs.state = 'queued'
                AND jobs.payload->>'kind' = 'index_source' AND jobs.payload->>'source_id' = sources.id::text)";
            let next = find(tx, &form, idle, AT_ONCE).await?;
            for source_id in &next {
                tx.enqueue(&Job::IndexSource { source_id: *source_id }).await?;
            }
            if i64::try_from(next.len()).is_ok_and(|count| count == AT_ONCE) {
                tx.enqueue(&Job::ReadAgain { form }).await?;
            }
            Ok(())
        })
        .await
}

/// Says of some sources that they wait to be read; whether there may be more.
async fn mark(product: &Omnichat, tenant: TenantId, form: &str) -> Result<bool> {
    product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let found = find(tx, form, "sources.status = 'ready'", MARKED).await?;
            for id in &found {
                let this = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id));
                let passages: i32 = this.select(sources::passage_count).first(tx.conn()).await?;
                let source = set_status(tx, *id, SourceStatus::Queued, None, passages).await?;
                record(tx, &source, None);
            }
            Ok(!found.is_empty())
        })
        .await
}

/// Sources that are out of date, the oldest first. A row that somebody else holds is moved on by them.
async fn find(tx: &mut TenantTx, form: &str, condition: &str, limit: i64) -> Result<Vec<SourceId>> {
    let tenant = tx.tenant();
    let rows: Vec<IdRow> = diesel::sql_query(format!(
        "SELECT sources.id FROM sources WHERE {OUT_OF_DATE} AND {condition}
         ORDER BY sources.id LIMIT $3 FOR UPDATE OF sources SKIP LOCKED"
    ))
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Text, _>(form)
    .bind::<sql_types::BigInt, _>(limit)
    .load(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
