//! PostgreSQL's own programs: how they are found, told where to work, and run.

use crate::{Failure, config::Storage};
use domain::database::address::{Address, Protection};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// Where systems keep the authorities that they trust.
const AUTHORITIES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// The programs for one database.
pub struct Programs {
    folder: PathBuf,
    /// The address without its password: everybody on the machine can read command lines.
    address: String,
    password: Option<String>,
    /// Ours are built without TLS.
    is_encrypted: bool,
}

impl Programs {
    /// For the database at `url`.
    ///
    /// # Errors
    /// When the address cannot be understood.
    pub fn new(storage: &Storage, url: &str) -> Result<Self, Failure> {
        let unusable = |error| Failure::advice(format!("the database's address cannot be used: {error}"));
        let address = Address::parse(url).map_err(unusable)?;
        let is_encrypted = address.protection().map_err(unusable)? != Protection::None;
        let (address, password) = address.for_programs(&authorities()).map_err(unusable)?;
        Ok(Self { folder: storage.postgres_dir.join("bin"), address, password, is_encrypted })
    }

    /// A program that works on the database.
    pub fn on_database(&self, name: &str) -> Command {
        let mut command = self.alone(name);
        command.arg("--dbname").arg(&self.address);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        command
    }

    /// A program that works on files: the private PostgreSQL's, or the system's.
    pub fn alone(&self, name: &str) -> Command {
        let ours = self.folder.join(name);
        let program = if ours.exists() && !self.is_encrypted { ours } else { PathBuf::from(name) };
        let mut command = Command::new(program);
        // Warnings about existing defaults tell a person nothing here.
        command.env("PGOPTIONS", "-c client_min_messages=warning").stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

/// The file of the authorities that the system trusts; libpq since 16 finds them by the word.
fn authorities() -> String {
    let named = std::env::var("SSL_CERT_FILE").ok().filter(|file| !file.is_empty());
    let usual = || AUTHORITIES.into_iter().find(|file| Path::new(file).exists()).map(str::to_owned);
    named.or_else(usual).unwrap_or_else(|| "system".to_owned())
}

/// Runs a program to its end and gives what it wrote, when that was asked for. The command goes with its start: ends
/// of pipes that it holds are closed.
///
/// # Errors
/// When it cannot be run, or ends badly; with its words.
pub async fn run(mut command: Command) -> Result<String, Failure> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let child = command.stderr(Stdio::piped()).spawn().map_err(Failure::system(format!(
        "running {name} (install the PostgreSQL client programs, or name their folder with --postgres-dir)"
    )))?;
    drop(command);
    let output = child.wait_with_output().await.map_err(Failure::system(format!("running {name}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let hint = if words.contains("row-level security") {
        ". The role in DATABASE_OWNER_URL needs BYPASSRLS (or superuser) to read every tenant"
    } else {
        ""
    };
    Err(Failure::advice(format!("{name} failed: {}{hint}", words.trim())))
}
