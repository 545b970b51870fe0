//! `cargo xtask crash`: start after start under load, whatever was killed before. The tests make a few of them.

use anyhow::{Context, Result};

use crate::paths::Paths;
use crate::{say, setup, shell};

/// Starts when nobody says how many.
pub const STARTS: &str = "500";

/// Kills and starts the debug server so many times; a second each, or a little more.
pub fn crash(paths: &Paths, starts: &str) -> Result<()> {
    starts.parse::<u32>().with_context(|| format!("--starts takes a number, not \"{starts}\""))?;
    setup::setup(paths)?;
    say::heading(format!("Starting {starts} times"));
    shell::cargo(&paths.root)
        .args(["test", "--locked", "--package", "server", "--test", "server", "--"])
        .args(["--exact", "crash::starts::it_comes_up_again_whatever_was_killed", "--nocapture"])
        .envs(paths.environment())
        .env("OMNICHAT_CRASH_STARTS", starts)
        .show()
}
