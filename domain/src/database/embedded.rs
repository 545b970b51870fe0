//! A private PostgreSQL: made on the first start, run as a child of the
//! server, reached through a socket in the data directory alone.

mod access;
mod earlier;
mod error;
mod logs;
mod place;
mod user;

pub use error::EmbeddedError;
pub use user::not_anothers;

use place::Place;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::Instant,
};

/// How long one start may take while its process lives; recovery after a crash is part of it.
const START: Duration = Duration::from_secs(300);
/// How long a PostgreSQL that ends while it starts is started again.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest pause between two starts.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a fast shutdown may take.
const STOP: Duration = Duration::from_secs(20);
/// How often the length of the log is looked at.
const LOOK: Duration = Duration::from_secs(60);
/// Name of the role that owns the tables.
const OWNER: &str = "omnichat_owner";
/// Name of the role that the server works as.
const RESTRICTED: &str = "omnichat_app";
/// Name of the database.
const DATABASE: &str = "omnichat";

/// A running private PostgreSQL. Dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    child: Child,
    socket_dir: PathBuf,
    log: PathBuf,
}

impl Postgres {
    /// Starts PostgreSQL from `postgres_dir` on the data in `data_dir`, which
    /// is made when it is empty. As root it drops to an unprivileged user.
    ///
    /// # Errors
    /// With what is missing and what to do about it.
    pub async fn start(postgres_dir: &Path, data_dir: &Path) -> Result<Self, EmbeddedError> {
        Self::start_as(postgres_dir, data_dir, None).await
    }

    /// The same as a user of this machine with a name, who then owns the data. For root alone: others are who they are.
    ///
    /// # Errors
    /// With what is missing and what to do about it.
    pub async fn start_as(postgres_dir: &Path, data_dir: &Path, user: Option<&str>) -> Result<Self, EmbeddedError> {
        let place = Place::find(postgres_dir, data_dir, user)?;
        let give_up = Instant::now() + PATIENCE;
        let mut pause = Duration::from_millis(100);
        loop {
            let error = match Self::try_start(&place).await {
                Err(error) if error.may_pass() && Instant::now() + pause < give_up => error,
                done => return done,
            };
            tracing::warn!(%error, "PostgreSQL did not start and is started again");
            tokio::time::sleep(pause).await;
            pause = PAUSE.min(pause * 2);
        }
    }

    async fn try_start(place: &Place) -> Result<Self, EmbeddedError> {
        earlier::end(place).await?;
        place.claim()?;
        if !place.data.join("PG_VERSION").exists() {
            init(place).await?;
        }
        let (log, out) = logs::open(place)?;
        let child = spawn(place, out)?;
        let mut postgres = Self { child, socket_dir: place.socket_dir.clone(), log };
        postgres.wait_until_ready().await?;
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
        self.url(RESTRICTED, DATABASE)
    }

    /// A connection string for a role and a database of this PostgreSQL.
    #[must_use]
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("host='{}' user={user} dbname={database}", self.socket_dir.display())
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
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                ended = self.child.wait() => return match ended {
                    Ok(status) => EmbeddedError::Ended { status, log: logs::tail(&self.log) },
                    Err(cause) => EmbeddedError::Program { program: "postgres", cause },
                },
                _ = look.tick() => logs::bound(&self.log),
            }
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
            Ok(Ok(status)) => Err(EmbeddedError::Ended { status, log: logs::tail(&self.log) }),
            Ok(Err(cause)) => Err(EmbeddedError::Program { program: "postgres", cause }),
            Err(_) => Err(EmbeddedError::Silent(self.log.clone())),
        }
    }

    fn signal(&self, signal: i32) {
        // Our child, and not waited for: the number is still its own.
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            earlier::signal(pid, signal);
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), EmbeddedError> {
        let give_up = Instant::now() + START;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(EmbeddedError::Ended { status, log: logs::tail(&self.log) });
            }
            if connect(&self.url(OWNER, "postgres")).await.is_ok() {
                return Ok(());
            }
            if Instant::now() > give_up {
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

/// Makes the data. It is in its place when it is complete, so that no crash leaves half of it there.
async fn init(place: &Place) -> Result<(), EmbeddedError> {
    place.clear_incoming()?;
    let mut command = command(place, "initdb");
    command
        .arg("-D")
        .arg(&place.incoming)
        .args(["-U", OWNER, "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8", "--locale=C"])
        .args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    end_with_parent(&mut command, libc::SIGKILL);
    let output = command.output().await.map_err(|cause| EmbeddedError::Program { program: "initdb", cause })?;
    if !output.status.success() {
        return Err(EmbeddedError::Init(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    place.take_incoming()
}

fn spawn(place: &Place, log: std::fs::File) -> Result<Child, EmbeddedError> {
    let program = |cause| EmbeddedError::Program { program: "postgres", cause };
    let setting = |name: &str, file: PathBuf| format!("{name}={}", file.display());
    let mut command = command(place, "postgres");
    command
        .arg("-D")
        .arg(&place.data)
        .arg("-k")
        .arg(&place.socket_dir)
        .args(["-c", &setting("hba_file", access::rules_file(place))])
        .args(["-c", &setting("ident_file", access::users_file(place))])
        .args(["-c", "listen_addresses="])
        .args(["-c", "max_connections=60"])
        .args(["-c", "shared_buffers=256MB"])
        .args(["-c", "jit=off"])
        .args(["-c", "wal_compression=on"])
        .stdout(log.try_clone().map_err(program)?)
        .stderr(log);
    end_with_parent(&mut command, libc::SIGINT);
    command.spawn().map_err(program)
}

/// Makes the kernel send a signal to the program when the server is gone, however it went.
#[cfg(target_os = "linux")]
fn end_with_parent(command: &mut Command, signal: i32) {
    // SAFETY: between fork and exec only prctl is called, which is async-signal-safe.
    #[expect(unsafe_code, reason = "the standard library has no parent-death signal")]
    unsafe {
        command.pre_exec(move || {
            libc::prctl(libc::PR_SET_PDEATHSIG, signal);
            Ok(())
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn end_with_parent(_command: &mut Command, _signal: i32) {}

fn command(place: &Place, program: &str) -> Command {
    let mut command = Command::new(place.bin.join(program));
    if let Some(account) = &place.account {
        command.gid(account.gid).uid(account.uid);
    }
    command.env_clear().env("PATH", "/usr/bin:/bin").env("TZ", "UTC").stdin(Stdio::null()).current_dir("/");
    // Ctrl-C in a terminal reaches the whole group; PostgreSQL must outlive
    // the requests that are being finished.
    command.process_group(0);
    command
}
