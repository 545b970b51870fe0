//! What becomes of a job's row: renewed, removed, given back, tried again or given up.

use super::{Job, LEASE_SECONDS};
use crate::{Error, Omnichat, Result, database::SystemTx, schema::jobs};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{JobId, TenantId, Timestamp};

/// How long a job waits for which nothing was left today.
const POSTPONED_SECONDS: i64 = 10 * 60;

/// After a failure: again in `again` seconds, or given up and kept for a look.
pub(super) async fn settle(
    product: &Omnichat,
    tenant: TenantId,
    id: JobId,
    job: Option<Job>,
    again: Option<i64>,
    error: &Error,
) -> Result<()> {
    let is_dead = again.is_none();
    tracing::warn!(%tenant, job = %id, is_dead, %error, "job failed");
    let cause = error.to_string();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::update(jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::id.eq(id)))
                .set((
                    jobs::state.eq(if is_dead { "dead" } else { "queued" }),
                    jobs::leased_until.eq(None::<Timestamp>),
                    jobs::run_at.eq(Timestamp::now().plus_seconds(again.unwrap_or_default())),
                    jobs::last_error.eq(cause),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await?;
    match job.filter(|_| is_dead) {
        Some(Job::Answer { conversation_id, message_id }) => {
            crate::answers::answer_failed(product, tenant, conversation_id, message_id).await
        }
        Some(Job::IndexSource { source_id } | Job::ReadFile { source_id }) => {
            crate::knowledge::index_failed(product, tenant, source_id).await
        }
        Some(Job::ReadPage { source_id }) => crate::knowledge::page_failed(product, tenant, source_id).await,
        Some(Job::ReadSite { source_id } | Job::ReadRestOfSite { source_id, .. }) => {
            crate::knowledge::site_failed(product, tenant, source_id).await
        }
        Some(Job::SendMail { sealed }) => {
            crate::mail::given_up(product, tenant, &sealed);
            Ok(())
        }
        Some(Job::RunTests { run_id }) => crate::teaching::run_failed(product, tenant, run_id).await,
        Some(Job::TrainIntents) => crate::intents::train_failed(product, tenant).await,
        // A question more or less: nobody waits for it. What is of another model is looked for at the next start.
        Some(
            Job::NoteGap { .. }
            | Job::LookAtReply { .. }
            | Job::Understand { .. }
            | Job::SumUp { .. }
            | Job::Retell { .. }
            | Job::Brief { .. }
            | Job::ReadAgain { .. }
            | Job::EmbedGapsAgain,
        )
        | None => Ok(()),
    }
}

pub(super) async fn remove(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
    product
        .db()
        // Lost in a crash, the job runs once more, which every job bears.
        .system_unsynced(async move |tx: &mut SystemTx| {
            diesel::delete(jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::id.eq(id)))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

/// Gives a job back that was not finished; the try does not count.
pub(super) async fn release(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::update(jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::id.eq(id)))
                .set((jobs::leased_until.eq(None::<Timestamp>), jobs::attempts.eq(jobs::attempts - 1)))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

/// Has a job done later for which nothing was left today; the try does not count. It looks again and again: there may
/// be more sooner than was to be expected.
pub(super) async fn postpone(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::update(jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::id.eq(id)))
                .set((
                    jobs::leased_until.eq(None::<Timestamp>),
                    jobs::attempts.eq(jobs::attempts - 1),
                    jobs::run_at.eq(Timestamp::now().plus_seconds(POSTPONED_SECONDS)),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

pub(super) async fn renew(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::update(jobs::table.filter(jobs::tenant_id.eq(tenant)).filter(jobs::id.eq(id)))
                .set(jobs::leased_until.eq(Timestamp::now().plus_seconds(LEASE_SECONDS)))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

pub(super) fn log(result: Result<()>) {
    if let Err(error) = result {
        tracing::error!(%error, "job row could not be changed; its lease will run out");
    }
}
