//! `cargo xtask trunk`: builds the widget with Trunk, as those who develop it do, and compares the result with the
//! pipeline's.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::build::{self, Mode};
use crate::paths::Paths;
use crate::{files, say, setup, shell};

const TRUNK: &str = "0.21.14";

/// How far the two modules may differ in size, in percent: the same steps lead to the same module.
const TOLERANCE: u64 = 5;

/// Builds the widget with Trunk and compares. Installs Trunk into a cache outside the checkout when it is missing.
pub fn trunk(paths: &Paths) -> Result<()> {
    setup::setup(paths)?;
    build::site(paths, Mode::Release)?;
    say::heading("Building the widget with Trunk");
    let tools = tools_folder()?;
    install(&tools, "trunk", TRUNK, &["--locked"])?;
    let wasm_bindgen = build::wasm_bindgen_version(paths)?;
    install(&tools, "wasm-bindgen", &wasm_bindgen, &[])?;

    let search: Vec<PathBuf> = [tools.join("bin"), paths.tools().join("node_modules/.bin")].into();
    shell::program(tools.join("bin/trunk"))
        .args(["build", "--release", "--offline", "--quiet"])
        .folder(&paths.root)
        .env("PATH", with_path(&search)?)
        .env("CARGO_TARGET_DIR", &paths.target)
        .env("TRUNK_TOOLS_WASM_BINDGEN", &wasm_bindgen)
        // Trunk reads this variable as its own switch and wants `true` or `false`.
        .env("NO_COLOR", "true")
        .quiet()?;
    compare(paths)
}

/// Where tools are kept that take minutes to compile.
fn tools_folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    Ok(cache.or_else(home).context("set HOME")?.join("omnichat/tools"))
}

fn install(tools: &Path, program: &str, version: &str, options: &[&str]) -> Result<()> {
    let path = tools.join("bin").join(program);
    let found = shell::program(&path).arg("--version").read().unwrap_or_default();
    if found.split_whitespace().nth(1) == Some(version) {
        say::step(format!("{program} {version}"), "ready");
        return Ok(());
    }
    let package = if program == "wasm-bindgen" { "wasm-bindgen-cli" } else { program };
    say::begin(format!("{program} {version}"));
    // Unoptimised: it compiles in half the time, and is used once.
    shell::cargo(tools.parent().unwrap_or(tools))
        .args(["install", "--quiet", "--debug", package, "--version", version])
        .args(options)
        .arg("--root")
        .arg(tools)
        .env("CARGO_TARGET_DIR", tools.join("target"))
        .quiet()?;
    files::remove(&tools.join("target"))?;
    say::end("installed");
    Ok(())
}

fn with_path(first: &[PathBuf]) -> Result<OsString> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(first.iter().cloned().chain(std::env::split_paths(&inherited)))?)
}

fn compare(paths: &Paths) -> Result<()> {
    let ours = paths.target.join("bundles").join(Mode::Release.wasm_profile()).join("widget");
    let theirs = files::list(&paths.dist.join("trunk"))?;
    let find = |end: &str| {
        let found = theirs.iter().find(|path| path.to_string_lossy().ends_with(end));
        found.with_context(|| format!("Trunk wrote no file that ends in {end}"))
    };
    let exports = exports(&files::read(&ours.join("widget.js"))?);
    let others = self::exports(&files::read(find(".js")?)?);
    if exports != others {
        bail!("the pipeline's widget exports {exports:?}, Trunk's {others:?}");
    }
    let size = fs::metadata(ours.join("widget_bg.wasm"))?.len();
    let other = fs::metadata(find(".wasm")?)?.len();
    say::step("the pipeline's module", format!("{} bytes", say::bytes(size)));
    say::step("Trunk's module", format!("{} bytes, the same {} exports", say::bytes(other), exports.len()));
    if size.abs_diff(other) * 100 > size * TOLERANCE {
        bail!("the two modules differ by more than {TOLERANCE} %");
    }
    Ok(())
}

/// What the glue of wasm-bindgen offers to JavaScript.
fn exports(js: &str) -> BTreeSet<String> {
    let functions = js.lines().filter_map(|line| line.strip_prefix("export function "));
    functions.filter_map(|rest| rest.split('(').next()).map(str::to_owned).collect()
}
