//! The server as a child of this process.

use crate::places::Places;
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

/// Longest wait for a start: PostgreSQL makes its files, the model is loaded.
const START: Duration = Duration::from_secs(120);
/// Longest wait for an end.
const STOP: Duration = Duration::from_secs(30);

/// Limits on what comes from one place, and how much in a minute.
const LIMITS: [&str; 7] = [
    "requests-per-minute",
    "key-requests-per-minute",
    "tenant-requests-per-minute",
    "visitor-messages-per-minute",
    "new-conversations-per-minute",
    "network-connections",
    "network-sockets",
];

/// A running server; stopped when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    log: PathBuf,
    /// Its address.
    pub url: String,
}

impl Server {
    /// Starts the release server with its settings as they are, except for the
    /// limits on how much comes in a minute: everything here comes from one place.
    ///
    /// # Errors
    /// When it does not get ready, with what it said.
    pub async fn start(places: &Places) -> Result<Self> {
        Self::start_with(places, &[]).await
    }

    /// The same with further options.
    ///
    /// # Errors
    /// When it does not get ready, with what it said.
    pub async fn start_with(places: &Places, options: &[&str]) -> Result<Self> {
        let unlimited = LIMITS.map(|limit| format!("--{limit}=0"));
        let options = unlimited.iter().map(String::as_str).chain(options.iter().copied());
        Self::start_as_shipped(places, &options.collect::<Vec<_>>()).await
    }

    /// Starts the release server with every limit as it ships, and these options.
    ///
    /// # Errors
    /// When it does not get ready, with what it said.
    pub async fn start_as_shipped(places: &Places, options: &[&str]) -> Result<Self> {
        let log = places.data.join("server.log");
        let out = File::create(&log)?;
        let mut command = places.command(&["serve"]);
        command.arg("--listen").arg(places.listen.to_string()).args(options);
        let child = command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).spawn();
        let child = child.with_context(|| format!("cannot start {}", places.program.display()))?;
        let mut server = Self { child, log, url: format!("http://{}", places.listen) };
        server.wait_until_ready().await?;
        Ok(server)
    }

    /// Its process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let mut lines: Vec<&str> = text.lines().rev().take(20).collect();
        lines.reverse();
        lines.join("\n")
    }

    /// Stops it as its owner would.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(mut self) -> Result<()> {
        self.terminate();
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("the server ended with {status}:\n{}", self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the server did not stop within {} s:\n{}", STOP.as_secs(), self.log_tail());
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}:\n{}", self.log_tail());
            }
            let answer = http.get(format!("{}/readyz", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server was not ready within {} s:\n{}", START.as_secs(), self.log_tail());
    }

    #[expect(unsafe_code, reason = "the standard library can only kill at once")]
    fn terminate(&self) {
        if let Ok(process) = i32::try_from(self.child.id()) {
            // SAFETY: the process is our child and was not waited for, so the id is still its own.
            unsafe {
                libc::kill(process, libc::SIGTERM);
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.terminate();
            let deadline = Instant::now() + STOP;
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ended = self.child.kill();
            let _reaped = self.child.wait();
        }
    }
}
