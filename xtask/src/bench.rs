//! `cargo xtask bench`: measures the built release and writes `dist/bench/table.md` and `dist/bench/results.json`.

use anyhow::{Result, bail};

use crate::build::{self, Mode};
use crate::paths::Paths;
use crate::{files, say, setup, shell};

/// Builds the release, and lets the server's benchmark measure it. Options go to the benchmark: `--quick`,
/// `--english`, `--data FOLDER`, `--only GROUP,GROUP`.
pub fn bench(paths: &Paths, options: &[&str]) -> Result<()> {
    setup::setup(paths)?;
    // The benchmark's own build makes the server as well.
    build::site(paths, Mode::Release)?;
    let folder = paths.dist.join("bench");
    for name in ["table.md", "results.json"] {
        files::remove(&folder.join(name))?;
    }

    say::heading("Measuring");
    shell::cargo(&paths.root)
        .args(["bench", "--quiet", "--package", "server", "--bench", "omnichat", "--"])
        .args(options)
        .envs(paths.environment())
        .env("OMNICHAT_BENCH_SITE", paths.site())
        .env("OMNICHAT_BENCH_DIR", &folder)
        .show()?;
    for name in ["table.md", "results.json"] {
        if !folder.join(name).exists() {
            bail!("the benchmark wrote no {}", folder.join(name).display());
        }
    }
    Ok(())
}
