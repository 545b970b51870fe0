//! The end-to-end tests: the built release in a real Chromium.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::paths::{Paths, is_root};
use crate::{files, hash, shell};

/// Where systems put their Chromium or Chrome.
const BROWSERS: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Runs Playwright in `end2end/`.
pub fn end_to_end(paths: &Paths) -> Result<String> {
    let folder = paths.root.join("end2end");
    install_packages(&folder)?;
    let mut run = shell::program("npx")
        .args(["--no-install", "playwright", "test"])
        .folder(&folder)
        .envs(paths.environment())
        .env("OMNICHAT_BIN", paths.server(crate::build::Mode::Release))
        .env("FORCE_COLOR", "0");
    if let Some(browser) = browser(&folder)? {
        run = run.env("OMNICHAT_CHROMIUM", browser);
    }
    Ok(summary(&run.read_all()?))
}

/// `npm ci`, when the lock file is another than the last time.
fn install_packages(folder: &Path) -> Result<()> {
    let wanted = hash::of_file(&folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let npm = shell::program("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.folder(folder).quiet()?;
    files::write(&stamp, wanted)
}

/// A Chromium of the system; else one is installed: by the system for root on Debian, else by Playwright, which then
/// finds it by itself.
fn browser(folder: &Path) -> Result<Option<PathBuf>> {
    if let Some(chosen) = std::env::var_os("OMNICHAT_CHROMIUM").map(PathBuf::from) {
        if chosen.exists() {
            return Ok(Some(chosen));
        }
        bail!("OMNICHAT_CHROMIUM names {}, which does not exist", chosen.display());
    }
    let installed = || BROWSERS.iter().map(PathBuf::from).find(|path| path.exists());
    if let Some(browser) = installed() {
        return Ok(Some(browser));
    }
    if is_root() && shell::exists("apt-get") {
        let apt = || shell::program("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
        apt().args(["update", "--quiet"]).quiet()?;
        apt().args(["install", "--quiet", "--yes", "--no-install-recommends", "chromium"]).quiet()?;
        return Ok(installed());
    }
    shell::program("npx").args(["--no-install", "playwright", "install", "chromium"]).folder(folder).quiet()?;
    Ok(None)
}

/// Playwright's closing line: `12 passed (34.5s)`.
fn summary(told: &str) -> String {
    let passed = told.lines().rev().map(str::trim).find(|line| line.contains(" passed"));
    passed.unwrap_or_default().to_owned()
}
