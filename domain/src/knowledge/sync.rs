//! Looking at pages and sites again, now and then.

use super::{
    record,
    rows::{self, SourceRow, WebSettings, sources},
    waiting,
};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    database::{SystemTx, TenantTx},
    error::OrNotFound as _,
    jobs::Job,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use types::{
    ErrorCode, SourceId, TenantId, Timestamp,
    knowledge::{Source, SourceKind, SourceStatus, SyncEvery},
};

/// How often it is seen who is due.
const EVERY: Duration = Duration::from_secs(60);
/// Sources that are taken up in one round; the rest is for the next.
const AT_ONCE: i64 = 100;

/// The settings of a page or site as they are stored.
pub(super) fn json(settings: &WebSettings) -> Result<serde_json::Value> {
    serde_json::to_value(settings).map_err(|error| Error::Internal(error.to_string()))
}

/// When a source is due the next time.
pub(super) fn next(every: SyncEvery) -> Option<Timestamp> {
    every.seconds().map(|seconds| Timestamp::now().plus_seconds(seconds))
}

/// Sets how often a page or site is looked at again.
///
/// # Errors
/// When it is not there, or neither a page nor a site.
pub async fn set_sync(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: SourceId,
    every: SyncEvery,
) -> Result<Source> {
    let user = permit.user();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let row = rows::lock(tx, id).await.or_not_found("source")?;
            if row.parent_id.is_some() || !matches!(row.kind, SourceKind::Page | SourceKind::Site) {
                return Err(Error::refused(ErrorCode::Conflict, "Only web pages and sites are looked at again."));
            }
            let settings = WebSettings { every, ..row.web()? };
            let tenant = tx.tenant();
            let row: SourceRow =
                diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
                    .set((
                        sources::settings.eq(json(&settings)?),
                        sources::next_sync_at.eq(next(every)),
                        sources::updated_at.eq(Timestamp::now()),
                    ))
                    .returning(SourceRow::as_returning())
                    .get_result(tx.conn())
                    .await?;
            let source = rows::complete(tx, row).await?;
            record(tx, &source, user);
            Ok(source)
        })
        .await
}

/// Has due pages and sites looked at, until `shutdown`. Several servers that
/// do it at once take up each source once: its row is locked and moved on.
pub(crate) async fn keep_in_step(product: Omnichat, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = shutdown.cancelled() => return,
        }
        if let Err(error) = take_up_due(&product).await {
            tracing::error!(%error, "sources that are due could not be taken up");
        }
    }
}

/// Enqueues a look at each source that is due; says how many.
///
/// # Errors
/// When the database does not answer.
pub async fn take_up_due(product: &Omnichat) -> Result<usize> {
    let due: Vec<(TenantId, SourceId)> = product
        .db()
        .system(async |tx: &mut SystemTx| {
            let due = sources::table
                .filter(sources::next_sync_at.lt(Timestamp::now()))
                .order(sources::next_sync_at)
                .limit(AT_ONCE)
                .select((sources::tenant_id, sources::id))
                .load(tx.conn())
                .await?;
            Ok(due)
        })
        .await?;
    let count = due.len();
    for (tenant, id) in due {
        product.db().tenant(tenant, async move |tx: &mut TenantTx| take_up(tx, id).await).await?;
    }
    Ok(count)
}

async fn take_up(tx: &mut TenantTx, id: SourceId) -> Result<()> {
    let Some(row) = rows::lock(tx, id).await.optional()? else { return Ok(()) };
    let tenant = tx.tenant();
    let this = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id));
    let due: Option<Timestamp> = this.select(sources::next_sync_at).first(tx.conn()).await?;
    if due.is_none_or(|due| due > Timestamp::now()) {
        // Somebody else was quicker.
        return Ok(());
    }
    diesel::update(this).set(sources::next_sync_at.eq(next(row.web()?.every))).execute(tx.conn()).await?;
    let is_at_work = matches!(row.status, SourceStatus::Queued | SourceStatus::Processing);
    // A look may wait for days while as much was read as may be.
    if is_at_work || waiting::has_job(tx, id, &["read_page", "read_site", "read_rest_of_site"]).await? {
        return Ok(());
    }
    tx.enqueue(&look_at(row.kind, id)).await
}

/// The job that looks at a page or site.
pub(super) const fn look_at(kind: SourceKind, id: SourceId) -> Job {
    match kind {
        SourceKind::Site => Job::ReadSite { source_id: id },
        _ => Job::ReadPage { source_id: id },
    }
}
