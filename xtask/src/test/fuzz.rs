//! The REST API, fuzzed by its own description with schemathesis.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::build::Mode;
use crate::paths::Paths;
use crate::setup::python;
use crate::{files, shell};

/// Longest wait for the server: its private PostgreSQL makes its files first.
const START: Duration = Duration::from_secs(120);

/// Starts the built server on data of its own and lets schemathesis call it.
pub fn fuzz(paths: &Paths, mode: Mode) -> Result<String> {
    let schemathesis = python::programs(paths, "schemathesis")?.join("schemathesis");
    // Beside the server's own data, where PostgreSQL's user can get in.
    let data = paths.data.with_file_name("fuzz-data");
    files::remove(&data)?;
    let server = Server::start(paths, mode, &data)?;
    let tools = paths.root.join("xtask/tools");
    let told = shell::program("python3")
        .arg(tools.join("rest.py"))
        .arg(schemathesis)
        .arg(&server.url)
        .arg(tools.join("schemathesis.toml"))
        .folder(&paths.private)
        .read_all();
    let log = server.stop();
    files::remove(&data)?;
    let told = told.with_context(|| format!("the server's log is in {}", log.display()))?;
    Ok(summary(&told))
}

/// A running server; ended when dropped.
struct Server {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Server {
    fn start(paths: &Paths, mode: Mode, data: &Path) -> Result<Self> {
        // Free a moment ago; nobody else takes it in between but by accident.
        let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = paths.private.join("fuzz.log");
        let out = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = shell::program(paths.server(mode)).arg("serve").into_command();
        for limit in ["requests", "key-requests", "tenant-requests"] {
            command.arg(format!("--{limit}-per-minute=0"));
        }
        command.args(["--listen", &listen.to_string()]).arg("--data-dir").arg(data).envs(paths.environment());
        let child = command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).spawn();
        let child = child.context("the built server cannot be started")?;
        let mut server = Self { child, url: format!("http://{listen}"), log };
        server.wait(&paths.server(mode), &listen.to_string())?;
        Ok(server)
    }

    fn wait(&mut self, program: &Path, listen: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            let asked = shell::program(program).args(["healthcheck", "--listen", listen]);
            if asked.quiet().is_ok() {
                return Ok(());
            }
            if self.child.try_wait()?.is_some() || start.elapsed() > START {
                bail!("the server did not start; its log is in {}", self.log.display());
            }
            sleep(Duration::from_millis(200));
        }
    }

    /// Stops it as its owner would, so that its PostgreSQL ends as well.
    fn stop(mut self) -> PathBuf {
        self.end();
        self.log.clone()
    }

    #[expect(unsafe_code, reason = "the standard library can only kill")]
    fn end(&mut self) {
        if let Ok(id) = libc::pid_t::try_from(self.child.id())
            && self.child.try_wait().is_ok_and(|ended| ended.is_none())
        {
            // SAFETY: the child has not been waited for yet, so the id is still its own.
            unsafe {
                libc::kill(id, libc::SIGTERM);
            }
            let _ended = self.child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Schemathesis's closing figures: `1200 generated, 1150 passed, 50 skipped`.
fn summary(told: &str) -> String {
    let cases = told.lines().map(str::trim).find(|line| line.contains(" generated, "));
    cases.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_figures_are_found() {
        let told = "Test cases:\n  396 generated, 396 passed\n\nSeed: 1\n";
        assert_eq!(super::summary(told), "396 generated, 396 passed");
    }
}
