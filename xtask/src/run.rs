//! `cargo xtask run`: everything that stands between a clone and a running demo.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Child;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::build::{self, Mode};
use crate::paths::Paths;
use crate::{say, setup, shell};

/// The signal that arrived last and has not been passed on yet; 0 for none.
static ARRIVED: AtomicI32 = AtomicI32::new(0);

/// Sets up, builds, and runs the server with the demo business until it is told to stop. The server prints its
/// address, the demo sign-in and the demo shop.
pub fn run(paths: &Paths, mode: Mode, options: &[&str]) -> Result<()> {
    setup::setup(paths)?;
    build::build(paths, mode)?;
    say::heading("Starting (Ctrl-C stops everything)");
    let mut command = shell::program(paths.server(mode))
        .args(["serve", "--demo"])
        .args(options)
        .folder(&paths.root)
        .envs(paths.environment())
        .env("OMNICHAT_DATA_DIR", &paths.data)
        .into_command();
    // A group of its own: a Ctrl-C reaches the server once, from here, and not a second time from the terminal.
    command.process_group(0);
    listen();
    let mut server = command.spawn().with_context(|| format!("cannot start {}", paths.server(mode).display()))?;
    let status = loop {
        match ARRIVED.swap(0, Ordering::Relaxed) {
            0 => {}
            signal => pass_on(&server, signal),
        }
        if let Some(status) = server.try_wait()? {
            break status;
        }
        sleep(Duration::from_millis(50));
    };
    match (status.success(), status.signal()) {
        (true, _) | (_, Some(libc::SIGINT | libc::SIGTERM)) => Ok(()),
        _ => bail!("the server ended with {status}"),
    }
}

extern "C" fn remember(signal: libc::c_int) {
    ARRIVED.store(signal, Ordering::Relaxed);
}

/// From now on Ctrl-C and friends are kept for the server instead of ending this process.
#[expect(unsafe_code, reason = "the standard library does not handle signals")]
fn listen() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: the handler only stores to an atomic, which is allowed at any moment.
        unsafe {
            libc::signal(signal, remember as extern "C" fn(libc::c_int) as libc::sighandler_t);
        }
    }
}

#[expect(unsafe_code, reason = "the standard library can only kill")]
fn pass_on(server: &Child, signal: libc::c_int) {
    let Ok(id) = libc::pid_t::try_from(server.id()) else { return };
    // The terminal has gone away: stop as if asked to.
    let signal = if signal == libc::SIGHUP { libc::SIGTERM } else { signal };
    // SAFETY: the child has not been waited for yet, so the id is still its own.
    unsafe {
        libc::kill(id, signal);
    }
}
