//! Why the private PostgreSQL does not run, and what to do about it.

use super::START;
use std::{io, path::PathBuf, process::ExitStatus};

/// Why the private PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The programs are not where they should be.
    #[error(
        "no PostgreSQL in {0}. Run `cargo xtask setup`, name its folder with --postgres-dir, or set DATABASE_URL to use your own."
    )]
    Missing(PathBuf),
    /// A folder cannot be used.
    #[error("cannot use {path}: {cause}. PostgreSQL's data must belong to the user that it runs as.")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Root's PostgreSQL runs as another user, who cannot get there.
    #[error(
        "under root, PostgreSQL runs as the user {user}, who cannot enter {path}. Choose a folder whose parents everybody may enter, such as /var/lib/omnichat, with --data-dir or --postgres-dir; or run `chmod o+x {path}`."
    )]
    Closed {
        /// As whom it runs.
        user: String,
        /// What is closed.
        path: PathBuf,
    },
    /// We run as root, and the data folder is another user's.
    #[error(
        "{path} belongs to the user {user}, whose server could not use any more what root makes in {folder}. Run this as that user: `{how} omnichat …`. If the server is to run as root, make the folder root's first: `install -d -o root {folder}`."
    )]
    OfAnother {
        /// The data folder.
        folder: PathBuf,
        /// The folder itself, or the one that it would be made in.
        path: PathBuf,
        /// Whose it is.
        user: String,
        /// What begins a command as that user.
        how: String,
    },
    /// The user of the settings cannot be used.
    #[error(
        "PostgreSQL cannot run as \"{0}\": name a user of its own with --postgres-user, neither root nor nobody. `useradd --system omnichat` makes one."
    )]
    User(String),
    /// There is no user for root's PostgreSQL.
    #[error(
        "under root, PostgreSQL needs a user of its own, and none could be made. Run `useradd --system omnichat`, or name one with --postgres-user."
    )]
    NoUser,
    /// PostgreSQL knows users by their names.
    #[error("this process runs as the user {0}, who has no name. Give it one in /etc/passwd, or run as another user.")]
    Nameless(u32),
    /// A program could not be run.
    #[error("cannot run {program}: {cause}")]
    Program {
        /// Which program.
        program: &'static str,
        /// Why.
        cause: io::Error,
    },
    /// The data folder could not be made.
    #[error("initdb failed: {0}")]
    Init(String),
    /// PostgreSQL ended.
    #[error("PostgreSQL ended with {status}: {log}")]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// Last lines of its log.
        log: String,
    },
    /// One of before does not end.
    #[error(
        "a PostgreSQL of before (process {0}) is still at work on the data and cannot be ended. End it, then start again."
    )]
    StillRuns(i32),
    /// PostgreSQL did not answer in time.
    #[error("PostgreSQL did not answer within {} s; see {}", START.as_secs(), .0.display())]
    Silent(PathBuf),
    /// A first statement failed.
    #[error("cannot prepare the database: {0}")]
    Prepare(#[from] tokio_postgres::Error),
}

impl EmbeddedError {
    /// Whether the next try may go better: something of before was still ending, or somebody ended it.
    pub(super) const fn may_pass(&self) -> bool {
        matches!(self, Self::Ended { .. } | Self::Prepare(_))
    }
}
