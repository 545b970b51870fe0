//! The database of this process: its private PostgreSQL, or the one that DATABASE_URL names.

use crate::{Failure, config::Storage, folder::DataFolder};
use domain::database::{embedded::Postgres, migrate};
use std::path::{Path, PathBuf};

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
        if let Some(url) = &storage.database_url {
            let owner_url = storage.database_owner_url.clone().unwrap_or_else(|| url.clone());
            return Ok(Self { app_url: url.clone(), owner_url, embedded: None });
        }
        let postgres_dir = absolute(&storage.postgres_dir)?;
        let embedded = Postgres::start(&postgres_dir, folder.path()).await?;
        Ok(Self { app_url: embedded.app_url(), owner_url: embedded.owner_url(), embedded: Some(embedded) })
    }

    /// Starts the private PostgreSQL again after it ended by itself. Connections
    /// that broke are replaced as they are used.
    ///
    /// # Errors
    /// When it cannot be started; says what to do.
    pub async fn start_again(&mut self, storage: &Storage, folder: &DataFolder) -> Result<(), Failure> {
        if self.embedded.take().is_some() {
            let postgres_dir = absolute(&storage.postgres_dir)?;
            self.embedded = Some(Postgres::start(&postgres_dir, folder.path()).await?);
        }
        Ok(())
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

/// Programs are started with another working directory.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(Failure::system(format!("finding {}", path.display())))
}

/// The owner's address of a database that can be read beside a running
/// server: the one in the settings, or the private one while a server has it.
pub fn running_owner_url(storage: &Storage) -> Option<String> {
    if storage.database_url.is_some() {
        return storage.database_owner_url.clone().or_else(|| storage.database_url.clone());
    }
    running_private_url(storage, "omnichat_owner")
}

/// The same for the restricted role.
pub fn running_app_url(storage: &Storage) -> Option<String> {
    storage.database_url.clone().or_else(|| running_private_url(storage, "omnichat_app"))
}

fn running_private_url(storage: &Storage, user: &str) -> Option<String> {
    let is_held = DataFolder::open(&storage.data_dir).is_err();
    let socket_dir = absolute(&storage.data_dir).ok()?.join("postgres/socket");
    let is_there = socket_dir.join(".s.PGSQL.5432").exists();
    // As `Postgres::url`, of which the server holds the value.
    (is_held && is_there).then(|| format!("host='{}' user={user} dbname=omnichat", socket_dir.display()))
}
