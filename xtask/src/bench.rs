//! `cargo xtask bench`: measures the built release and writes `dist/bench/table.md` and `dist/bench/results.json`.

use anyhow::{Result, bail};
use serde_json::json;

use crate::build::{self, Mode};
use crate::paths::Paths;
use crate::{files, say, setup, shell};

/// Builds the release, and lets the server's benchmark measure it. The sizes of the bundles are known here; the
/// benchmark reads them from the file that `OMNICHAT_BENCH_SIZES` names, and writes into `OMNICHAT_BENCH_DIR`.
pub fn bench(paths: &Paths, options: &[&str]) -> Result<()> {
    setup::setup(paths)?;
    build::build(paths, Mode::Release)?;
    let folder = paths.dist.join("bench");
    let sizes = build::sizes(paths)?
        .into_iter()
        .map(|size| json!({ "name": size.name, "raw": size.raw, "gzip": size.gzip, "brotli": size.brotli }));
    let sizes_file = folder.join("sizes.json");
    files::write(&sizes_file, serde_json::to_string_pretty(&sizes.collect::<Vec<_>>())?)?;

    say::heading("Measuring");
    shell::cargo(&paths.root)
        .args(["bench", "--quiet", "--package", "server", "--bench", "omnichat", "--"])
        .args(options)
        .envs(paths.environment())
        .env("OMNICHAT_BENCH_SIZES", &sizes_file)
        .env("OMNICHAT_BENCH_DIR", &folder)
        .env("OMNICHAT_BIN", paths.server(Mode::Release))
        .show()?;
    for name in ["table.md", "results.json"] {
        if !folder.join(name).exists() {
            bail!("the benchmark wrote no {}", folder.join(name).display());
        }
    }
    say::heading(format!("Written to {}", folder.display()));
    Ok(())
}
