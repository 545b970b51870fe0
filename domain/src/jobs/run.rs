//! Doing one job, with its lease renewed until it ends.

use super::{
    Claimed, Job, Lane,
    hand::Hand,
    settle::{log, postpone, release, remove, renew, settle},
};
use crate::{Error, Omnichat, Result};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use types::TenantId;

/// How often a lease is renewed.
const RENEW: Duration = Duration::from_secs(7);
/// Time that an answer or a mail which has begun gets when the server stops.
const TO_FINISH: Duration = Duration::from_secs(8);

/// Runs one job in a task of its own, so that a panic ends the job and not the worker.
pub(super) async fn carry_out(
    product: Omnichat,
    lane: Lane,
    claimed: Claimed,
    hand: Hand,
    shutdown: CancellationToken,
) {
    let (product, Claimed { tenant_id, id, payload, attempts, .. }) = (&product, claimed);
    let job: Job = match serde_json::from_value(payload) {
        Ok(job) => job,
        Err(error) => return log(settle(product, tenant_id, id, None, None, &Error::stored("job", error)).await),
    };
    if attempts > lane.tries().saturating_mul(2) {
        // It never even failed: more likely it ends the process, and the work of all others with it.
        let why = Error::Internal(format!("it was begun {attempts} times and never ended"));
        return log(settle(product, tenant_id, id, Some(job), None, &why).await);
    }
    let (task_product, task_job) = (product.clone(), job.clone());
    let mut task = tokio::spawn(hand.work(async move { run(&task_product, tenant_id, &task_job).await }));
    let mut given_up = std::pin::pin!(give_up(&shutdown, lane));
    let outcome = loop {
        tokio::select! {
            ended = &mut task => break ended.unwrap_or_else(|panic| Err(Error::Internal(format!("job panicked: {panic}")))),
            () = tokio::time::sleep(RENEW) => log(renew(product, tenant_id, id).await),
            () = &mut given_up => {
                task.abort();
                // The next start need not wait for the lease to run out.
                return log(release(product, tenant_id, id).await);
            }
        }
    };
    match outcome {
        Ok(()) => log(remove(product, tenant_id, id).await),
        Err(Error::NotYet) => {
            log(say_that_it_waits(product, tenant_id, &job).await);
            log(postpone(product, tenant_id, id).await);
        }
        Err(error) => {
            let wait = 2_i64.saturating_pow(attempts.unsigned_abs().min(8));
            let again = (attempts < lane.tries() && !error.is_final()).then_some(wait);
            log(settle(product, tenant_id, id, Some(job), again, &error).await);
        }
    }
}

/// An answer that has begun is given time to be finished, and so is a mail,
/// which might arrive twice otherwise; a book is read again.
async fn give_up(shutdown: &CancellationToken, lane: Lane) {
    shutdown.cancelled().await;
    if matches!(lane, Lane::Answers | Lane::Mail) {
        tokio::time::sleep(TO_FINISH).await;
    }
}

/// Says of what a job is about why it waits.
async fn say_that_it_waits(product: &Omnichat, tenant: TenantId, job: &Job) -> Result<()> {
    match job {
        Job::IndexSource { source_id }
        | Job::ReadFile { source_id }
        | Job::ReadPage { source_id }
        | Job::ReadSite { source_id }
        | Job::ReadRestOfSite { source_id, .. } => {
            crate::knowledge::say_that_it_waits(product, tenant, *source_id).await
        }
        _ => Ok(()),
    }
}

async fn run(product: &Omnichat, tenant: TenantId, job: &Job) -> Result<()> {
    match job {
        Job::Answer { conversation_id, message_id } => {
            crate::answers::answer_message(product, tenant, *conversation_id, *message_id).await
        }
        Job::IndexSource { source_id } => crate::knowledge::index(product, tenant, *source_id).await,
        Job::ReadFile { source_id } => crate::knowledge::read_file(product, tenant, *source_id).await,
        Job::ReadPage { source_id } => crate::knowledge::read_page(product, tenant, *source_id).await,
        Job::ReadSite { source_id } => crate::knowledge::read_site(product, tenant, *source_id, None).await,
        Job::ReadRestOfSite { source_id, rest } => {
            crate::knowledge::read_site(product, tenant, *source_id, Some(rest)).await
        }
        Job::ReadAgain { form } => crate::knowledge::read_again(product, tenant, form).await,
        Job::EmbedGapsAgain => crate::teaching::embed_gaps_again(product, tenant).await,
        Job::SendMail { sealed } => crate::mail::deliver(product, tenant, sealed).await,
        Job::NoteGap { conversation_id, message_id, reason } => {
            crate::teaching::note_gap(product, tenant, *conversation_id, *message_id, *reason).await
        }
        Job::LookAtReply { conversation_id, message_id } => {
            crate::teaching::look_at_reply(product, tenant, *conversation_id, *message_id).await
        }
        Job::RunTests { run_id } => crate::teaching::run_tests(product, tenant, *run_id).await,
        Job::Understand { conversation_id, message_id } => {
            crate::insights::understand(product, tenant, *conversation_id, *message_id).await
        }
        Job::SumUp { conversation_id } => crate::insights::sum_up(product, tenant, *conversation_id).await,
        Job::Retell { conversation_id } => crate::insights::retell(product, tenant, *conversation_id).await,
        Job::Brief { conversation_id, message_id } => {
            crate::answers::brief(product, tenant, *conversation_id, *message_id).await
        }
        Job::TrainIntents => crate::intents::train_intents(product, tenant).await,
    }
}
