//! The database: connections, and the two kinds of transaction that exist.
//!
//! [`Db::tenant`] is the only way to a tenant's rows. It opens a transaction,
//! names the tenant to row level security, and after the work numbers and
//! stores the events, commits, and tells the hub, in that order.
//! [`Db::system`] sees the registries (users, sessions, tenants, jobs) across
//! tenants and nothing of what people wrote.

pub mod address;
mod connect;
pub mod embedded;
mod kept;
mod migrate;

pub(crate) use kept::Keep;
pub use migrate::{MIGRATIONS, MigrateError, migrate, revert_all, versions};

use crate::{
    Error, Result,
    events::{self, Draft, Hub},
    jobs::{Job, Lane},
};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use futures::{FutureExt, future::BoxFuture};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Mutex, Notify};
use types::TenantId;

/// Longest wait for a free connection.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// Locks that order the commits of a tenant. Two tenants may share one.
const ORDER_LOCKS: usize = 256;

/// Names the locks of those who claim jobs; the other half is the lane.
const CLAIMS: i32 = 1;

/// An async closure whose future can move between threads. The standard
/// library cannot say this yet; `diesel_async` has the same trait for itself.
pub trait Work<A, R>: AsyncFnOnce(A) -> R + FnOnce(A) -> <Self as Work<A, R>>::Fut {
    /// The closure's future.
    type Fut: Future<Output = R>;
}

impl<F, A, R, Fut> Work<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// Access to the database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    hub: Hub,
    order: Arc<[Mutex<()>]>,
    work: Arc<[Notify; Lane::COUNT]>,
    /// When a transaction began last, in milliseconds after the first moment.
    answered: Arc<(Instant, AtomicU64)>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("pool", &self.pool.status()).finish_non_exhaustive()
    }
}

impl Db {
    /// A pool of at most `size` connections that work as the restricted role.
    /// Connects at first use.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn new(url: &str, size: usize, hub: Hub) -> Result<Self> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| restricted(url).boxed());
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            // The connection used last has its plans, and the processor its memory, at hand.
            .queue_mode(::deadpool::managed::QueueMode::Lifo)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(::deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Connection(error.to_string()))?;
        let order = (0..ORDER_LOCKS).map(|_| Mutex::new(())).collect();
        let answered = Arc::new((Instant::now(), AtomicU64::new(0)));
        Ok(Self { pool, hub, order, work: Arc::default(), answered })
    }

    /// Runs `work` in a transaction that sees the rows of one tenant. Events
    /// that it records reach sockets, and jobs that it enqueues wake a worker,
    /// after the commit and only then.
    ///
    /// # Errors
    /// Those of `work`; then nothing was changed. A failed commit.
    pub async fn tenant<T, F>(&self, tenant: TenantId, work: F) -> Result<T>
    where
        for<'r> F: AsyncFnOnce(&'r mut TenantTx) -> Result<T> + Work<&'r mut TenantTx, Result<T>, Fut: Send> + Send,
        T: Send,
    {
        // The request whose log lines should name the tenant is the span around this.
        tracing::Span::current().record("tenant_id", tracing::field::display(tenant));
        let conn = self.begin(&format!("BEGIN; SET LOCAL app.tenant_id = '{tenant}'")).await?;
        let mut tx = TenantTx { conn, tenant, events: Vec::new(), enqueued: Vec::new(), growth: None };
        match work(&mut tx).await {
            Ok(value) => {
                // In a task of its own: a caller that goes away in the middle
                // of the commit must not keep the event from the sockets.
                let db = self.clone();
                match tokio::spawn(async move { db.finish(tx).await }).await {
                    Ok(finished) => finished.map(|()| value),
                    Err(panic) => Err(Error::Internal(format!("commit ended early: {panic}"))),
                }
            }
            Err(error) => {
                roll_back(&mut tx.conn).await;
                Err(error)
            }
        }
    }

    /// Weighs what has grown, numbers and stores the events, commits, and tells the hub and the workers.
    async fn finish(&self, mut tx: TenantTx) -> Result<()> {
        if let Some((_, weigh)) = tx.growth.take().filter(|(bytes, _)| *bytes > 0)
            && let Err(error) = weigh(&mut tx).await
        {
            roll_back(&mut tx.conn).await;
            return Err(error);
        }
        if tx.events.is_empty() {
            AnsiTransactionManager::commit_transaction(&mut *tx.conn).await?;
        } else {
            // The row lock on the tenant's sequence orders commits; holding
            // this lock until the hub is told orders what sockets see.
            let _ordered = self.order_lock(tx.tenant).lock().await;
            let drafts = std::mem::take(&mut tx.events);
            let stored = match events::store(&mut tx, drafts).await {
                Ok(stored) => stored,
                Err(error) => {
                    roll_back(&mut tx.conn).await;
                    return Err(error);
                }
            };
            AnsiTransactionManager::commit_transaction(&mut *tx.conn).await?;
            self.hub.publish(tx.tenant, stored);
        }
        self.wake(tx.enqueued);
        Ok(())
    }

    fn wake(&self, lanes: Vec<Lane>) {
        for lane in lanes {
            self.lane(lane).notify_one();
        }
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is always within the fixed list")]
    fn order_lock(&self, tenant: TenantId) -> &Mutex<()> {
        let bytes = tenant.0.as_u128();
        // The low bits of a version 7 UUID are random.
        &self.order[usize::try_from(bytes % ORDER_LOCKS as u128).unwrap_or(0)]
    }

    /// Runs `work` in a transaction on the registries. Jobs that it enqueues
    /// wake a worker after the commit and only then.
    ///
    /// # Errors
    /// Those of `work`; then nothing was changed. A failed commit.
    pub async fn system<T, F>(&self, work: F) -> Result<T>
    where
        for<'r> F: AsyncFnOnce(&'r mut SystemTx) -> Result<T> + Work<&'r mut SystemTx, Result<T>, Fut: Send> + Send,
        T: Send,
    {
        self.registries("BEGIN; SET LOCAL ROLE omnichat_system", work).await
    }

    /// The same for what may be lost in a crash: nobody waits for the disk.
    pub(crate) async fn system_unsynced<T, F>(&self, work: F) -> Result<T>
    where
        for<'r> F: AsyncFnOnce(&'r mut SystemTx) -> Result<T> + Work<&'r mut SystemTx, Result<T>, Fut: Send> + Send,
        T: Send,
    {
        self.registries("BEGIN; SET LOCAL ROLE omnichat_system; SET LOCAL synchronous_commit = off", work).await
    }

    /// The same for whoever claims jobs of a lane, one at a time in all processes: each counts what the one before
    /// has taken. The claim is made of looks into indexes, whatever the tables looked like when it was planned.
    pub(crate) async fn system_in_turn<T, F>(&self, lane: Lane, work: F) -> Result<T>
    where
        for<'r> F: AsyncFnOnce(&'r mut SystemTx) -> Result<T> + Work<&'r mut SystemTx, Result<T>, Fut: Send> + Send,
        T: Send,
    {
        let begin = format!(
            "BEGIN; SET LOCAL ROLE omnichat_system; SET LOCAL synchronous_commit = off; \
             SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; \
             SELECT pg_advisory_xact_lock({CLAIMS}, {})",
            lane as i32
        );
        self.registries(&begin, work).await
    }

    async fn registries<T, F>(&self, begin: &str, work: F) -> Result<T>
    where
        for<'r> F: AsyncFnOnce(&'r mut SystemTx) -> Result<T> + Work<&'r mut SystemTx, Result<T>, Fut: Send> + Send,
        T: Send,
    {
        let conn = self.begin(begin).await?;
        let mut tx = SystemTx { conn, enqueued: Vec::new() };
        match work(&mut tx).await {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(&mut *tx.conn).await?;
                self.wake(tx.enqueued);
                Ok(value)
            }
            Err(error) => {
                roll_back(&mut tx.conn).await;
                Err(error)
            }
        }
    }

    /// Wakes one worker of a lane for each job that this process commits.
    #[expect(clippy::indexing_slicing, reason = "there are as many entries as lanes")]
    pub(crate) fn lane(&self, lane: Lane) -> &Notify {
        &self.work[lane as usize]
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        let mut conn = self.pool.get().await.map_err(|error| Error::Connection(error.to_string()))?;
        conn.batch_execute("SELECT 1").await?;
        Ok(())
    }

    /// Whether a transaction could begin within so long.
    #[must_use]
    pub fn answered_within(&self, time: Duration) -> bool {
        let last = AtomicU64::load(&self.answered.1, Relaxed);
        last > 0 && millis(self.answered.0).saturating_sub(last) <= u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
    }

    /// Closes every connection.
    pub fn close(&self) {
        self.pool.close();
    }

    async fn begin(&self, sql: &str) -> Result<Object<AsyncPgConnection>> {
        let mut conn = self.pool.get().await.map_err(|error| Error::Connection(error.to_string()))?;
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, sql).await?;
        self.answered.1.store(millis(self.answered.0), Relaxed);
        Ok(conn)
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

async fn roll_back(conn: &mut Object<AsyncPgConnection>) {
    // A connection that cannot roll back is thrown away by the pool.
    if let Err(error) = AnsiTransactionManager::rollback_transaction(&mut **conn).await {
        tracing::warn!(%error, "roll back failed; the connection is dropped");
    }
}

/// A connection that works as the restricted role, whoever it signed in as.
async fn restricted(url: &str) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut conn = connect::connect(url).await?;
    SimpleAsyncConnection::batch_execute(
        &mut conn,
        "SET ROLE omnichat_app; SET statement_timeout = '15s'; SET idle_in_transaction_session_timeout = '30s'",
    )
    .await
    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Refuses what there is no room for, before the commit.
pub(crate) type Weigh = for<'tx> fn(&'tx mut TenantTx) -> BoxFuture<'tx, Result<()>>;

/// A transaction that sees the rows of one tenant. Only [`Db::tenant`] makes one.
pub struct TenantTx {
    conn: Object<AsyncPgConnection>,
    tenant: TenantId,
    events: Vec<Draft>,
    enqueued: Vec<Lane>,
    growth: Option<(i64, Weigh)>,
}

impl TenantTx {
    /// The tenant whose rows are seen. Queries filter by it as well: row level
    /// security is the wall, this is the door, and the planner likes a constant.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The connection, for queries.
    pub fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }

    /// The connection, for statements of which none needs what another does: made before they are waited for
    /// together with `futures::try_join!`, they go to the server in one go, in their order.
    pub fn shared(&mut self) -> &AsyncPgConnection {
        &self.conn
    }

    /// Records an event. It gets its number, and reaches sockets, at the commit.
    pub fn record(&mut self, draft: Draft) {
        self.events.push(draft);
    }

    /// Says that there are so many bytes more than before, or fewer. If all that is said comes to
    /// more, they are weighed before the commit.
    pub(crate) fn has_grown(&mut self, bytes: i64, weigh: Weigh) {
        let before = self.growth.map_or(0, |(before, _)| before);
        self.growth = Some((before.saturating_add(bytes), weigh));
    }

    /// Enqueues a job that exists if and only if this transaction commits.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub async fn enqueue(&mut self, job: &Job) -> Result<()> {
        store_job(&mut self.conn, self.tenant, job).await?;
        self.enqueued.push(job.lane());
        Ok(())
    }
}

async fn store_job(conn: &mut AsyncPgConnection, tenant: TenantId, job: &Job) -> Result<()> {
    use crate::schema::jobs;
    use diesel::ExpressionMethods as _;
    diesel::insert_into(jobs::table)
        .values((
            jobs::tenant_id.eq(tenant),
            jobs::id.eq(types::JobId::new()),
            jobs::kind.eq(job.kind()),
            jobs::payload.eq(serde_json::to_value(job).map_err(|error| Error::Internal(error.to_string()))?),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

impl std::fmt::Debug for TenantTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TenantTx").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// A transaction on the registries. Only [`Db::system`] makes one.
pub struct SystemTx {
    conn: Object<AsyncPgConnection>,
    enqueued: Vec<Lane>,
}

impl SystemTx {
    /// The connection, for queries.
    pub fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }

    /// Enqueues a job of a tenant that exists if and only if this transaction commits.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub async fn enqueue(&mut self, tenant: TenantId, job: &Job) -> Result<()> {
        store_job(&mut self.conn, tenant, job).await?;
        self.enqueued.push(job.lane());
        Ok(())
    }
}

impl std::fmt::Debug for SystemTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemTx")
    }
}
