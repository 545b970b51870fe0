//! Programs from Python packages, each in an environment of its own, pinned by version and hash.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::paths::Paths;
use crate::{files, hash, shell};

/// The folder of the programs of `xtask/tools/<name>.txt`, installed when that file is another than the last time.
pub fn programs(paths: &Paths, name: &str) -> Result<PathBuf> {
    let requirements = paths.root.join(format!("xtask/tools/{name}.txt"));
    let wanted = hash::of_file(&requirements)?;
    let folder = paths.private.join(name);
    let (programs, stamp) = (folder.join("bin"), folder.join("stamp"));
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(programs);
    }
    files::remove(&folder)?;
    let made = shell::program("python3").args(["-m", "venv"]).arg(&folder).quiet();
    made.context("Python cannot make an environment; try `apt-get install python3-venv`")?;
    shell::program(programs.join("python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"])
        .arg(&requirements)
        .quiet()?;
    files::write(&stamp, wanted)?;
    Ok(programs)
}
