//! Work that is done later: rows that are enqueued in the transaction which
//! needs them, claimed by a lease, retried, and kept for a look when given up.

use crate::{
    Error, Omnichat, Result,
    database::{Keep as _, SystemTx},
    schema::jobs,
};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use types::{ConversationId, JobId, MessageId, SourceId, TenantId, TestRunId, Timestamp, teaching::GapReason};

/// A claimed job belongs to its worker for so long; the worker renews it
/// while it works, so only a crash lets it run out.
const LEASE_SECONDS: i64 = 20;
/// How often a lease is renewed.
const RENEW: Duration = Duration::from_secs(7);
/// Time that an answer or a mail which has begun gets when the server stops.
const TO_FINISH: Duration = Duration::from_secs(8);
/// How often a worker looks without being woken: retries, and jobs of other nodes.
const POLL: Duration = Duration::from_secs(2);

/// What there is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Answer a visitor's message.
    Answer {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message to answer.
        message_id: MessageId,
    },
    /// Cut and embed a source.
    IndexSource {
        /// The source.
        source_id: SourceId,
    },
    /// Take the text out of an uploaded file.
    ReadFile {
        /// The source.
        source_id: SourceId,
    },
    /// Look at a web page.
    ReadPage {
        /// The source.
        source_id: SourceId,
    },
    /// Look at the pages of a web site.
    ReadSite {
        /// The source.
        source_id: SourceId,
    },
    /// Have sources read again whose passages are of another model or form.
    ReadAgain,
    /// Embed questions again whose vectors are of another model.
    EmbedGapsAgain,
    /// Send a mail.
    SendMail {
        /// The mail, sealed for its tenant: links in it are secrets.
        sealed: String,
    },
    /// Put a question that was not answered well into its group.
    NoteGap {
        /// The conversation.
        conversation_id: ConversationId,
        /// The question.
        message_id: MessageId,
        /// Why it counts as not answered well.
        reason: GapReason,
    },
    /// See what can be learned from an agent's reply.
    LookAtReply {
        /// The conversation.
        conversation_id: ConversationId,
        /// The reply.
        message_id: MessageId,
    },
    /// Ask the questions of the test bench.
    RunTests {
        /// The run.
        run_id: TestRunId,
    },
    /// Make out what a contact's message is like, and notice a lead.
    Understand {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
    /// Write topic and summary of a conversation that was resolved.
    SumUp {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Let a language model write the summary of a conversation that was resolved.
    Retell {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Let a language model sum up for the team what was said before it was called.
    Brief {
        /// The conversation.
        conversation_id: ConversationId,
        /// The question at which it was called.
        message_id: MessageId,
    },
    /// Train the classifier of intents.
    TrainIntents,
}

/// Jobs of one lane never wait for those of another: a visitor does not wait
/// for a book to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Answers,
    Knowledge,
    /// Taking text out of files and single pages.
    Reading,
    /// Reading whole sites, which takes minutes and mostly waits.
    Crawling,
    Mail,
    /// What is made out about messages and conversations.
    Understanding,
    /// Training and testing.
    Learning,
    /// What language models write for the team, which may take them long.
    Writing,
}

impl Lane {
    const ALL: [Self; 8] = [
        Self::Answers,
        Self::Knowledge,
        Self::Reading,
        Self::Crawling,
        Self::Mail,
        Self::Understanding,
        Self::Learning,
        Self::Writing,
    ];
    pub(crate) const COUNT: usize = Self::ALL.len();

    const fn kind(self) -> &'static str {
        match self {
            Self::Answers => "answer",
            Self::Knowledge => "index_source",
            Self::Reading => "read",
            Self::Crawling => "crawl",
            Self::Mail => "send_mail",
            Self::Understanding => "understand",
            Self::Learning => "learn",
            Self::Writing => "write",
        }
    }

    const fn workers(self) -> usize {
        match self {
            Self::Answers => 4,
            Self::Knowledge | Self::Understanding | Self::Learning => 1,
            Self::Mail | Self::Reading | Self::Writing => 2,
            Self::Crawling => 4,
        }
    }

    /// Tries before a job is given up. A mail server that has never heard of
    /// us often says "later" for some minutes: twelve tries take twenty.
    const fn tries(self) -> i32 {
        match self {
            Self::Answers | Self::Knowledge | Self::Reading | Self::Understanding | Self::Learning => 6,
            // A server that stops during a crawl does not count; a fault of ours seldom goes away.
            Self::Crawling => 3,
            // Nobody misses it, and each try may cost money.
            Self::Writing => 2,
            Self::Mail => 12,
        }
    }
}

impl Job {
    /// The name under which it is stored.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.lane().kind()
    }

    pub(crate) const fn lane(&self) -> Lane {
        match self {
            Self::Answer { .. } => Lane::Answers,
            Self::IndexSource { .. } | Self::ReadAgain => Lane::Knowledge,
            Self::ReadFile { .. } | Self::ReadPage { .. } => Lane::Reading,
            Self::ReadSite { .. } => Lane::Crawling,
            Self::SendMail { .. } => Lane::Mail,
            Self::NoteGap { .. }
            | Self::LookAtReply { .. }
            | Self::Understand { .. }
            | Self::SumUp { .. }
            | Self::EmbedGapsAgain => Lane::Understanding,
            Self::RunTests { .. } | Self::TrainIntents => Lane::Learning,
            Self::Retell { .. } | Self::Brief { .. } => Lane::Writing,
        }
    }
}

/// Works until `shutdown`, then finishes what is running.
pub async fn run_workers(product: Omnichat, shutdown: CancellationToken) {
    let mut workers = tokio::task::JoinSet::new();
    for lane in Lane::ALL {
        for _ in 0..lane.workers() {
            workers.spawn(work(product.clone(), lane, shutdown.clone()));
        }
    }
    workers.spawn(crate::retention::keep_tidy(product.clone(), shutdown.clone()));
    workers.spawn(crate::security::watch(product.clone(), shutdown.clone()));
    workers.spawn(crate::accounts::follow_marks(product.clone(), shutdown.clone()));
    workers.spawn(crate::knowledge::keep_in_step(product.clone(), shutdown.clone()));
    workers.spawn(crate::renewal::look_everywhere(product.clone(), shutdown.clone()));
    while let Some(ended) = workers.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "worker ended");
        }
    }
}

async fn work(product: Omnichat, lane: Lane, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match claim(&product, lane).await {
            Ok(Some(claimed)) => {
                // A colleague takes the next one while this one works, or it does so itself afterwards.
                if claimed.is_more {
                    product.db().lane(lane).notify_one();
                }
                carry_out(&product, lane, claimed, &shutdown).await;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "no job could be claimed");
                tokio::select! {
                    () = tokio::time::sleep(POLL) => {}
                    () = shutdown.cancelled() => return,
                }
            }
        }
        // Whatever was committed since the claim has left a call here: nobody looks for nothing.
        tokio::select! {
            () = product.db().lane(lane).notified() => {}
            () = tokio::time::sleep(POLL) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

#[derive(Debug, diesel::QueryableByName)]
struct Claimed {
    #[diesel(sql_type = sql_types::Uuid)]
    tenant_id: TenantId,
    #[diesel(sql_type = sql_types::Uuid)]
    id: JobId,
    #[diesel(sql_type = sql_types::Jsonb)]
    payload: serde_json::Value,
    #[diesel(sql_type = sql_types::Integer)]
    attempts: i32,
    /// Others wait in the same lane.
    #[diesel(sql_type = sql_types::Bool)]
    is_more: bool,
}

/// Jobs of a suspended tenant wait until it may work again.
async fn claim(product: &Omnichat, lane: Lane) -> Result<Option<Claimed>> {
    product
        .db()
        // A claim lost in a crash is a lease that never was.
        .system_unsynced(async move |tx: &mut SystemTx| {
            let claimed: Vec<Claimed> = diesel::sql_query(
                "UPDATE jobs SET leased_until = $2, attempts = attempts + 1
                 WHERE (tenant_id, id) = (
                    SELECT tenant_id, id FROM jobs
                    WHERE state = 'queued' AND kind = $1 AND run_at <= $3
                        AND (leased_until IS NULL OR leased_until < $3)
                        AND ($4 OR NOT EXISTS (SELECT FROM tenants
                            WHERE tenants.id = jobs.tenant_id AND tenants.suspended_at IS NOT NULL))
                    ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED
                 ) RETURNING tenant_id, id, payload, attempts, EXISTS (
                    SELECT FROM jobs AS other
                    WHERE other.state = 'queued' AND other.kind = $1 AND other.run_at <= $3
                        AND (other.leased_until IS NULL OR other.leased_until < $3)
                        AND (other.tenant_id, other.id) <> (jobs.tenant_id, jobs.id)
                 ) AS is_more",
            )
            .bind::<sql_types::Text, _>(lane.kind())
            .bind::<sql_types::Timestamptz, _>(Timestamp::now().plus_seconds(LEASE_SECONDS))
            .bind::<sql_types::Timestamptz, _>(Timestamp::now().plus_seconds(1))
            // A mail is to a person, who may work elsewhere too.
            .bind::<sql_types::Bool, _>(lane == Lane::Mail)
            .kept()
            .load(tx.conn())
            .await?;
            Ok(claimed.into_iter().next())
        })
        .await
}

/// Runs one job in a task of its own, so that a panic ends the job and not the worker.
async fn carry_out(product: &Omnichat, lane: Lane, claimed: Claimed, shutdown: &CancellationToken) {
    let Claimed { tenant_id, id, payload, attempts, .. } = claimed;
    let job: Job = match serde_json::from_value(payload) {
        Ok(job) => job,
        Err(error) => return log(settle(product, tenant_id, id, None, None, &Error::stored("job", error)).await),
    };
    let (task_product, task_job) = (product.clone(), job.clone());
    let mut task = tokio::spawn(async move { run(&task_product, tenant_id, &task_job).await });
    let outcome = loop {
        tokio::select! {
            ended = &mut task => break ended.unwrap_or_else(|panic| Err(Error::Internal(format!("job panicked: {panic}")))),
            () = tokio::time::sleep(RENEW) => log(renew(product, tenant_id, id).await),
            () = give_up(shutdown, lane) => {
                task.abort();
                // The next start need not wait for the lease to run out.
                return log(release(product, tenant_id, id).await);
            }
        }
    };
    match outcome {
        Ok(()) => log(remove(product, tenant_id, id).await),
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

async fn run(product: &Omnichat, tenant: TenantId, job: &Job) -> Result<()> {
    match job {
        Job::Answer { conversation_id, message_id } => {
            crate::answers::answer_message(product, tenant, *conversation_id, *message_id).await
        }
        Job::IndexSource { source_id } => crate::knowledge::index(product, tenant, *source_id).await,
        Job::ReadFile { source_id } => crate::knowledge::read_file(product, tenant, *source_id).await,
        Job::ReadPage { source_id } => crate::knowledge::read_page(product, tenant, *source_id).await,
        Job::ReadSite { source_id } => crate::knowledge::read_site(product, tenant, *source_id).await,
        Job::ReadAgain => crate::knowledge::read_again(product, tenant).await,
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

/// After a failure: again in `again` seconds, or given up and kept for a look.
async fn settle(
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
        Some(Job::ReadSite { source_id }) => crate::knowledge::site_failed(product, tenant, source_id).await,
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
            | Job::ReadAgain
            | Job::EmbedGapsAgain,
        )
        | None => Ok(()),
    }
}

async fn remove(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
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
async fn release(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
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

async fn renew(product: &Omnichat, tenant: TenantId, id: JobId) -> Result<()> {
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

fn log(result: Result<()>) {
    if let Err(error) = result {
        tracing::error!(%error, "job row could not be changed; its lease will run out");
    }
}
