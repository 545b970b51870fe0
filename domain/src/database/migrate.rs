//! Brings the tables up to date, as their owner, one process at a time.

use super::connect::connect;
use diesel::{
    QueryableByName,
    migration::{Migration as _, MigrationSource},
    pg::Pg,
    sql_types,
};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;
use tokio::time::Instant;

/// The migrations, inside the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// The versions of all migrations, as the database has them.
#[must_use]
pub fn versions() -> Vec<String> {
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS).unwrap_or_default();
    all.iter().map(|migration| migration.name().version().to_string()).collect()
}

/// Any number will do, as long as every Omnichat takes the same.
const LOCK: i64 = 0x6f6d_6e69_6368_6174;

/// How long another server that brings the tables up to date is waited for.
const OTHERS: Duration = Duration::from_secs(30 * 60);
/// How often it is asked whether the other one is done.
const LOOK: Duration = Duration::from_millis(250);
/// How long it is tried again when the database ends meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

/// Oldest PostgreSQL that has what the tables use.
const MINIMUM_VERSION: i32 = 150_000;

/// Why the tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database cannot be reached.
    #[error("cannot connect to the database: {0}. Check DATABASE_URL and that PostgreSQL is running.")]
    Connect(#[from] diesel::ConnectionError),
    /// The server is too old.
    #[error("PostgreSQL {0} is too old: version 15 or newer is needed.")]
    TooOld(String),
    /// pgvector is not installed on the database server.
    #[error(
        "the extension pgvector is not installed on the database server. Install it (package postgresql-NN-pgvector), then start again."
    )]
    NoVector,
    /// pgvector is too old.
    #[error(
        "pgvector {0} is too old: version 0.7 or newer is needed. Update it on the database server, run ALTER EXTENSION vector UPDATE, then start again."
    )]
    OldVector(String),
    /// The role may not create the extension.
    #[error(
        "the role may not create the extension vector: {0}. Let a superuser run CREATE EXTENSION vector in this database once, then start again."
    )]
    VectorDenied(String),
    /// The role may not create roles.
    #[error(
        "the role may not create the restricted roles: {0}. Give it CREATEROLE, or set DATABASE_OWNER_URL to a role that has it."
    )]
    RolesDenied(String),
    /// The role is not the owner.
    #[error("the role may not change the tables: {0}. Set DATABASE_OWNER_URL to the role that owns them.")]
    NotOwner(String),
    /// Another server is at it and does not come to an end.
    #[error(
        "another server has been bringing the tables up to date for half an hour. Look at its log, then start again."
    )]
    Busy,
    /// A statement failed.
    #[error("migration failed: {0}")]
    Failed(String),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

#[derive(QueryableByName)]
struct Facts {
    #[diesel(sql_type = sql_types::Integer)]
    version: i32,
    #[diesel(sql_type = sql_types::Text)]
    version_text: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    available: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    installed: Option<String>,
}

/// Brings the tables of the database at `owner_url` up to date. The role must
/// own the tables; it needs CREATEROLE the first time.
///
/// # Errors
/// With what is missing and what to do about it.
pub async fn migrate(owner_url: &str) -> Result<(), MigrateError> {
    let owner_url = owner_url.to_owned();
    // In a task of its own: it blocks its thread, and what would wake others on the same one is lost meanwhile.
    let migrated = tokio::spawn(async move { bring_up_to_date(&owner_url).await }).await;
    migrated.unwrap_or_else(|panic| Err(MigrateError::Failed(panic.to_string())))
}

async fn bring_up_to_date(owner_url: &str) -> Result<(), MigrateError> {
    let mut conn = connect(owner_url).await?;
    let give_up = Instant::now() + PATIENCE;
    loop {
        let (error, is_broken) = match migrate_on(conn).await {
            Ok(()) => return Ok(()),
            Err(failed) => failed,
        };
        if !is_broken {
            return Err(error);
        }
        tracing::warn!(%error, "the database ended while the tables were brought up to date; trying again");
        conn = loop {
            tokio::time::sleep(LOOK).await;
            match connect(owner_url).await {
                Ok(conn) => break conn,
                Err(error) if Instant::now() > give_up => return Err(error.into()),
                Err(_) => {}
            }
        };
    }
}

/// An error comes with whether the connection broke.
async fn migrate_on(mut conn: AsyncPgConnection) -> Result<(), (MigrateError, bool)> {
    if let Err(error) = prepare(&mut conn).await {
        return Err((error, is_broken(&mut conn).await));
    }
    let mut harness = AsyncMigrationHarness::new(conn);
    match harness.run_pending_migrations(MIGRATIONS).map(|applied| applied.len()).map_err(|error| error.to_string()) {
        Ok(0) => Ok(()),
        Ok(count) => {
            tracing::info!(count, "migrations applied");
            Ok(())
        }
        Err(message) => {
            let mut conn = harness.into_inner();
            Err((explain(message), is_broken(&mut conn).await))
        }
    }
}

async fn is_broken(conn: &mut AsyncPgConnection) -> bool {
    conn.batch_execute("ROLLBACK").await.is_err()
}

async fn prepare(conn: &mut AsyncPgConnection) -> Result<(), MigrateError> {
    // Before the first look: two servers that start at once would both make the extension.
    lock(conn).await?;
    check(conn).await
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = sql_types::Bool)]
    is_ours: bool,
}

/// Takes the lock, after another server that has it. The session holds it, so it goes with the connection whatever
/// happens. Asked for again and again: a statement that waits would hold up an index that the other one builds.
async fn lock(conn: &mut AsyncPgConnection) -> Result<(), MigrateError> {
    let give_up = Instant::now() + OTHERS;
    let mut is_told = false;
    loop {
        let ask = diesel::sql_query(format!("SELECT pg_try_advisory_lock({LOCK}) AS is_ours"));
        if ask.get_result::<Locked>(conn).await?.is_ours {
            return Ok(());
        }
        if Instant::now() > give_up {
            return Err(MigrateError::Busy);
        }
        if !is_told {
            is_told = true;
            tracing::info!("another server brings the tables up to date; waiting for it");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Takes every migration back. For tests of the way down.
///
/// # Errors
/// When a statement fails.
pub async fn revert_all(owner_url: &str) -> Result<(), MigrateError> {
    let conn = connect(owner_url).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    harness.revert_all_migrations(MIGRATIONS).map_err(|error| MigrateError::Failed(error.to_string()))?;
    Ok(())
}

async fn check(conn: &mut AsyncPgConnection) -> Result<(), MigrateError> {
    let facts: Facts = diesel::sql_query(
        "SELECT current_setting('server_version_num')::int AS version,
            current_setting('server_version') AS version_text,
            (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS available,
            (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS installed",
    )
    .get_result(conn)
    .await?;
    if facts.version < MINIMUM_VERSION {
        return Err(MigrateError::TooOld(facts.version_text));
    }
    let is_installed = facts.installed.is_some();
    let version = facts.installed.or(facts.available).ok_or(MigrateError::NoVector)?;
    if !has_sparse_vectors(&version) {
        return Err(MigrateError::OldVector(version));
    }
    if !is_installed {
        conn.batch_execute("CREATE EXTENSION IF NOT EXISTS vector")
            .await
            .map_err(|error| MigrateError::VectorDenied(error.to_string()))?;
    }
    Ok(())
}

/// pgvector has `halfvec` and `sparsevec` since 0.7.
fn has_sparse_vectors(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (0, 7)
}

fn explain(message: String) -> MigrateError {
    if message.contains("permission denied to create role") || message.contains("CREATEROLE") {
        MigrateError::RolesDenied(message)
    } else if message.contains("permission denied") || message.contains("must be owner") {
        MigrateError::NotOwner(message)
    } else {
        MigrateError::Failed(message)
    }
}
