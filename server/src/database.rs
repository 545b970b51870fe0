//! The database of this process: its private PostgreSQL, or the one that DATABASE_URL names.

use crate::{Failure, config::Storage, folder::DataFolder};
use domain::{
    database::{
        Db,
        embedded::{Postgres, not_anothers},
        migrate,
    },
    events::Hub,
};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A PostgreSQL that has run for so long was well; what ends it is a new misfortune.
const STEADY: Duration = Duration::from_secs(60);
/// Ends without such a time in between after which it is given up.
const TRIES: u32 = 10;
/// The pause before the second start in a row; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const PAUSE: Duration = Duration::from_secs(20);

/// A database that answers.
#[derive(Debug)]
pub struct Database {
    /// Where the product connects, as the restricted role.
    pub app_url: String,
    /// Where migrations, backup and restore connect.
    pub owner_url: String,
    /// The private PostgreSQL, when it is ours.
    pub embedded: Option<Postgres>,
}

impl Database {
    /// Starts the private PostgreSQL, or takes the addresses of the settings.
    ///
    /// # Errors
    /// When the private PostgreSQL cannot be started; says what to do.
    pub async fn open(storage: &Storage, folder: &DataFolder) -> Result<Self, Failure> {
        if let Some(named) = Self::named(storage) {
            return Ok(named);
        }
        let embedded = start(storage, folder).await?;
        Ok(Self { app_url: embedded.app_url(), owner_url: embedded.owner_url(), embedded: Some(embedded) })
    }

    /// The database of the settings, if they name one.
    fn named(storage: &Storage) -> Option<Self> {
        let url = storage.database_url.clone()?;
        let owner_url = storage.database_owner_url.clone().unwrap_or_else(|| url.clone());
        Some(Self { app_url: url, owner_url, embedded: None })
    }

    /// Connections that broke are replaced as they are used.
    async fn start_again(&mut self, storage: &Storage, folder: &DataFolder) -> Result<(), Failure> {
        if self.embedded.take().is_some() {
            self.embedded = Some(start(storage, folder).await?);
        }
        Ok(())
    }

    /// Starts the private PostgreSQL again whenever it ends, which it does only when something is wrong. Gives up
    /// when that does not help, after some minutes; until then requests and jobs wait for it. The thread that calls
    /// this must live as long as the process: PostgreSQL ends with the thread that started it.
    pub async fn keep(&mut self, storage: &Storage, folder: &DataFolder) -> Failure {
        let mut failures = 0;
        let mut started = Instant::now();
        loop {
            let failure = match &mut self.embedded {
                Some(postgres) => postgres.ended().await.into(),
                None => std::future::pending().await,
            };
            failures = if started.elapsed() > STEADY { 1 } else { failures + 1 };
            if failures > TRIES {
                return failure;
            }
            tracing::error!(%failure, failures, "PostgreSQL ended and is started again");
            tokio::time::sleep(PAUSE.min(FIRST_PAUSE * 2u32.pow(failures - 1)).saturating_sub(FIRST_PAUSE)).await;
            if let Err(failure) = self.start_again(storage, folder).await {
                return failure;
            }
            started = Instant::now();
        }
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When something is missing in the database; says what to do.
    pub async fn migrate(&self) -> Result<(), Failure> {
        Ok(migrate(&self.owner_url).await?)
    }

    /// Stops the private PostgreSQL.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn close(self) -> Result<(), Failure> {
        if let Some(postgres) = self.embedded {
            postgres.stop().await?;
        }
        Ok(())
    }
}

async fn start(storage: &Storage, folder: &DataFolder) -> Result<Postgres, Failure> {
    let postgres_dir = absolute(&storage.postgres_dir)?;
    let user = storage.postgres_user.as_deref().map(str::trim).filter(|name| !name.is_empty());
    Ok(Postgres::start_as(&postgres_dir, folder.path(), user).await?)
}

/// Programs are started with another working directory.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(Failure::system(format!("finding {}", path.display())))
}

/// The owner's address of a database that can be read beside a running
/// server: the one in the settings, or the private one while a server has it.
pub fn running_owner_url(storage: &Storage) -> Option<String> {
    match Database::named(storage) {
        Some(named) => Some(named.owner_url),
        None => running_private_url(storage, "omnichat_owner"),
    }
}

/// The same for the restricted role.
pub fn running_app_url(storage: &Storage) -> Option<String> {
    storage.database_url.clone().or_else(|| running_private_url(storage, "omnichat_app"))
}

/// The address of the private database for a role, while a server has it.
fn running_private_url(storage: &Storage, role: &str) -> Option<String> {
    let is_held = DataFolder::is_held(&storage.data_dir);
    let socket_dir = absolute(&storage.data_dir).ok()?.join("postgres/socket");
    let is_there = socket_dir.join(".s.PGSQL.5432").exists();
    // As `Postgres::url`, of which the server holds the value.
    (is_held && is_there).then(|| format!("host='{}' user={role} dbname=omnichat", socket_dir.display()))
}

/// Runs `work` on the database and nothing else: beside a server that runs,
/// or alone.
///
/// # Errors
/// When the database does not answer, or those of `work`.
pub async fn with_database<T>(
    storage: &Storage,
    work: impl AsyncFnOnce(&Db) -> Result<T, Failure>,
) -> Result<T, Failure> {
    // The server that has the private database has brought it up to date.
    if storage.database_url.is_none()
        && let Some(url) = running_private_url(storage, "omnichat_app")
    {
        return on(&url, work).await;
    }
    let (folder, database) = match Database::named(storage) {
        Some(named) => (None, named),
        None => {
            is_in_use(&storage.data_dir)?;
            let folder = DataFolder::open(&storage.data_dir)?;
            let database = Database::open(storage, &folder).await?;
            (Some(folder), database)
        }
    };
    database.migrate().await?;
    let done = on(&database.app_url, work).await;
    database.close().await?;
    drop(folder);
    done
}

/// Refuses a folder without data: a command about what is there has been given the wrong one, and would look into a
/// database that it has just made.
fn is_in_use(data_dir: &Path) -> Result<(), Failure> {
    not_anothers(data_dir)?;
    if data_dir.join("postgres/data").exists() {
        return Ok(());
    }
    let folder = absolute(data_dir)?;
    Err(Failure::advice(format!(
        "there is no data of Omnichat in {}. Name the server's folder with --data-dir, or its database with DATABASE_URL",
        folder.display()
    )))
}

async fn on<T>(url: &str, work: impl AsyncFnOnce(&Db) -> Result<T, Failure>) -> Result<T, Failure> {
    let db = Db::new(url, 2, Hub::default())?;
    db.ping().await?;
    let done = work(&db).await;
    db.close();
    done
}
