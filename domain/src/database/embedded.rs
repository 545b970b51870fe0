//! A private PostgreSQL: made on the first start, run as a child of the
//! server, reached through a socket in the data directory alone.

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::process::{Child, Command};

/// PostgreSQL refuses to run as root; then it runs as this user and group (nobody).
const UNPRIVILEGED: u32 = 65_534;
/// How long a start may take; recovery after a crash is part of it.
const START: Duration = Duration::from_secs(60);
/// How long a fast shutdown may take.
const STOP: Duration = Duration::from_secs(20);
/// How often a start is tried while an earlier PostgreSQL is still ending.
const TRIES: u32 = 40;
/// Name of the role that owns the tables.
const OWNER: &str = "omnichat_owner";
/// Name of the database.
const DATABASE: &str = "omnichat";

/// Why the private PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The programs are not where they should be.
    #[error(
        "no PostgreSQL in {0}. Run `cargo xtask setup`, name its folder with --postgres-dir, or set DATABASE_URL to use your own."
    )]
    Missing(PathBuf),
    /// A folder cannot be used.
    #[error("cannot use {path}: {cause}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Root's PostgreSQL runs as nobody, who cannot get there.
    #[error(
        "under root, PostgreSQL runs as the user nobody, who cannot enter {0}. Choose a folder whose parents everybody may enter, such as /var/lib/omnichat, with --data-dir or --postgres-dir; or run `chmod o+x {0}`."
    )]
    Closed(PathBuf),
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
    /// PostgreSQL did not answer in time.
    #[error("PostgreSQL did not answer within {} s; see {}", START.as_secs(), .0.display())]
    Silent(PathBuf),
    /// A first statement failed.
    #[error("cannot prepare the database: {0}")]
    Prepare(#[from] tokio_postgres::Error),
}

/// A running private PostgreSQL. Dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    child: Child,
    socket_dir: PathBuf,
    log: PathBuf,
    bin: PathBuf,
}

impl Postgres {
    /// Starts PostgreSQL from `postgres_dir` on the data in `data_dir`, which
    /// is made when it is empty. As root it drops to an unprivileged user.
    ///
    /// # Errors
    /// With what is missing and what to do about it.
    pub async fn start(postgres_dir: &Path, data_dir: &Path) -> Result<Self, EmbeddedError> {
        let bin = postgres_dir.join("bin");
        if !bin.join("postgres").exists() {
            return Err(EmbeddedError::Missing(postgres_dir.to_owned()));
        }
        let root = data_dir.join("postgres");
        fs::create_dir_all(&root).map_err(|cause| EmbeddedError::Folder { path: root.clone(), cause })?;
        if is_root() {
            all_may_enter(&bin)?;
            all_may_enter(data_dir)?;
        }
        let (data, socket_dir, log) = (root.join("data"), root.join("socket"), root.join("log"));
        for folder in [&root, &data, &socket_dir] {
            private_folder(folder).map_err(|cause| EmbeddedError::Folder { path: folder.clone(), cause })?;
        }
        if !data.join("PG_VERSION").exists() {
            init(&bin, &data).await?;
        }
        let mut tries = 0;
        let postgres = loop {
            let child = spawn(&bin, &data, &socket_dir, &log)?;
            let mut postgres = Self { child, socket_dir: socket_dir.clone(), log: log.clone(), bin: bin.clone() };
            match postgres.wait_until_ready().await {
                Ok(()) => break postgres,
                // After a crash the processes of the last PostgreSQL end within seconds; until then the data is taken.
                Err(EmbeddedError::Ended { log, .. }) if tries < TRIES && is_taken(&log) => tries += 1,
                Err(error) => return Err(error),
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        };
        postgres.prepare().await?;
        Ok(postgres)
    }

    /// Where the owner of the tables connects.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.url(OWNER, DATABASE)
    }

    /// Where the server connects, as the restricted role.
    #[must_use]
    pub fn app_url(&self) -> String {
        self.url("omnichat_app", DATABASE)
    }

    /// A connection string for a role and a database of this PostgreSQL.
    #[must_use]
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("host='{}' user={user} dbname={database}", self.socket_dir.display())
    }

    /// Folder of the programs, for backup and restore.
    #[must_use]
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// Folder of the socket, for backup and restore.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Process id of the postmaster while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until PostgreSQL ends, which it does not do by itself.
    ///
    /// # Errors
    /// Always, with the end of its log.
    pub async fn ended(&mut self) -> EmbeddedError {
        match self.child.wait().await {
            Ok(status) => EmbeddedError::Ended { status, log: log_tail(&self.log) },
            Err(cause) => EmbeddedError::Program { program: "postgres", cause },
        }
    }

    /// Stops PostgreSQL: open transactions are rolled back, everything else is kept.
    ///
    /// # Errors
    /// When it does not end in time or ends badly.
    pub async fn stop(mut self) -> Result<(), EmbeddedError> {
        self.signal(libc::SIGINT);
        match tokio::time::timeout(STOP, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(EmbeddedError::Ended { status, log: log_tail(&self.log) }),
            Ok(Err(cause)) => Err(EmbeddedError::Program { program: "postgres", cause }),
            Err(_) => Err(EmbeddedError::Silent(self.log.clone())),
        }
    }

    fn signal(&self, signal: i32) {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            // SAFETY: the process is our child and was not waited for, so the id is still its own.
            #[expect(unsafe_code, reason = "the standard library can only send SIGKILL")]
            unsafe {
                libc::kill(pid, signal);
            }
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), EmbeddedError> {
        let give_up = tokio::time::Instant::now() + START;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(EmbeddedError::Ended { status, log: log_tail(&self.log) });
            }
            if connect(&self.url(OWNER, "postgres")).await.is_ok() {
                return Ok(());
            }
            if tokio::time::Instant::now() > give_up {
                return Err(EmbeddedError::Silent(self.log.clone()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn prepare(&self) -> Result<(), EmbeddedError> {
        let client = connect(&self.url(OWNER, "postgres")).await?;
        let exists = "SELECT FROM pg_database WHERE datname = $1";
        if client.query_opt(exists, &[&DATABASE]).await?.is_none() {
            client.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
        }
        // Migrations make the role when they meet a database of somebody
        // else; here it may log in, since only we can reach the socket.
        client
            .batch_execute(
                "DO $$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'omnichat_app') THEN
                        CREATE ROLE omnichat_app LOGIN NOINHERIT;
                    END IF;
                END $$",
            )
            .await?;
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal(libc::SIGINT);
    }
}

async fn connect(url: &str) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "preparing connection ended");
        }
    });
    Ok(client)
}

async fn init(bin: &Path, data: &Path) -> Result<(), EmbeddedError> {
    let output = command(bin, "initdb")
        .arg("-D")
        .arg(data)
        .args(["-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C"])
        .args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"])
        .output()
        .await
        .map_err(|cause| EmbeddedError::Program { program: "initdb", cause })?;
    if output.status.success() {
        return Ok(());
    }
    // A half-made folder would be taken for a good one next time.
    if let Ok(entries) = fs::read_dir(data) {
        for entry in entries.flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
    Err(EmbeddedError::Init(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

fn spawn(bin: &Path, data: &Path, socket_dir: &Path, log: &Path) -> Result<Child, EmbeddedError> {
    let folder = |cause| EmbeddedError::Folder { path: log.to_owned(), cause };
    let out = fs::File::create(log).map_err(folder)?;
    let mut command = command(bin, "postgres");
    command
        .arg("-D")
        .arg(data)
        .arg("-k")
        .arg(socket_dir)
        .args(["-c", "listen_addresses="])
        .args(["-c", "max_connections=60"])
        .args(["-c", "shared_buffers=256MB"])
        .args(["-c", "jit=off"])
        .args(["-c", "wal_compression=on"])
        .stdout(out.try_clone().map_err(folder)?)
        .stderr(out);
    end_with_parent(&mut command);
    command.spawn().map_err(|cause| EmbeddedError::Program { program: "postgres", cause })
}

/// Whether PostgreSQL ended because another one still has the data.
fn is_taken(log: &str) -> bool {
    ["postmaster.pid", "pre-existing shared memory"].iter().any(|sign| log.contains(sign))
}

/// Makes the kernel stop PostgreSQL when the server is gone, however it went.
#[cfg(target_os = "linux")]
fn end_with_parent(command: &mut Command) {
    // SAFETY: between fork and exec only prctl is called, which is async-signal-safe.
    #[expect(unsafe_code, reason = "the standard library has no parent-death signal")]
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT);
            Ok(())
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn end_with_parent(_command: &mut Command) {}

fn command(bin: &Path, program: &str) -> Command {
    let mut command = Command::new(bin.join(program));
    if is_root() {
        command.gid(UNPRIVILEGED).uid(UNPRIVILEGED);
    }
    command.env_clear().env("PATH", "/usr/bin:/bin").env("TZ", "UTC").stdin(Stdio::null()).current_dir("/");
    // Ctrl-C in a terminal reaches the whole group; PostgreSQL must outlive
    // the requests that are being finished.
    command.process_group(0);
    command
}

fn is_root() -> bool {
    // SAFETY: geteuid has no preconditions.
    #[expect(unsafe_code, reason = "the standard library does not tell the user id")]
    unsafe {
        libc::geteuid() == 0
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    if is_root() {
        chown(path, Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// Whether the user nobody can get to a folder: it and every folder above let others through.
fn all_may_enter(folder: &Path) -> Result<(), EmbeddedError> {
    for above in folder.ancestors().filter(|path| !path.as_os_str().is_empty()) {
        let mode = fs::metadata(above)
            .map_err(|cause| EmbeddedError::Folder { path: above.to_owned(), cause })?
            .permissions()
            .mode();
        if mode & 0o001 == 0 {
            return Err(EmbeddedError::Closed(above.to_owned()));
        }
    }
    Ok(())
}

fn log_tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().rev().take(8).collect();
    lines.reverse();
    lines.join("\n")
}
