//! The npm packages of the build pipeline, in a private folder, pinned by a committed lock file.

use std::fs;

use anyhow::{Result, bail};

use super::Outcome;
use crate::paths::Paths;
use crate::{files, hash, shell};

const OLDEST_NODE: u32 = 20;

/// Installs binaryen and esbuild beside the checkout's other private things.
pub fn build_tools(paths: &Paths) -> Result<Outcome> {
    let source = paths.root.join("xtask/tools");
    let lock = source.join("package-lock.json");
    let wanted = hash::of_file(&lock)?;
    let stamp = paths.tools().join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(Outcome::Ready);
    }
    check_node()?;
    let incoming = paths.private.join("tools-incoming");
    files::empty_folder(&incoming)?;
    for name in ["package.json", "package-lock.json"] {
        files::write(&incoming.join(name), files::read_bytes(&source.join(name))?)?;
    }
    // No package needs its install script: esbuild's only speeds up its own start.
    shell::program("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .folder(&incoming)
        .quiet()?;
    files::write(&incoming.join("stamp"), wanted)?;
    files::replace(&incoming, &paths.tools())?;
    Ok(Outcome::Installed)
}

fn check_node() -> Result<()> {
    let version = shell::program("node").arg("--version").read()?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("Node.js {} is too old; install version {OLDEST_NODE} or newer", version.trim()),
    }
}
