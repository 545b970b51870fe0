//! One Rust crate into one pair of WebAssembly and JavaScript.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{Mode, WASM, esbuild};
use crate::paths::Paths;
use crate::{files, hash, say, shell};

/// Raised when the steps below change, so that nobody keeps a bundle of the old recipe.
const RECIPE: u32 = 2;

/// What browsers since 2022 understand. `--all-features` writes modules that they refuse.
const WASM_OPT: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// A bundle that is ready to be named and compressed.
pub struct Bundle {
    /// The name without hash: `app` or `widget`.
    pub name: &'static str,
    /// The WebAssembly module.
    pub wasm: PathBuf,
    /// The JavaScript module; mentions the WebAssembly as `<name>_bg.wasm`.
    pub js: PathBuf,
}

/// Compiles a package and makes its bundle. Each package is built alone: together, Cargo would give both the
/// features of either, and the widget would carry half the dashboard.
pub fn build(paths: &Paths, mode: Mode, package: &str, name: &'static str) -> Result<Bundle> {
    let start = Instant::now();
    let profile = mode.wasm_profile();
    shell::cargo(&paths.root)
        .args(["build", "--quiet", "--package", package, "--lib", "--target", WASM, "--profile", profile])
        .show()?;
    let raw = paths.target.join(WASM).join(profile).join(format!("{package}.wasm"));
    let key = format!("{RECIPE} {} {}", hash::of_file(&raw)?, files::read(&paths.tools().join("stamp"))?);

    let folder = paths.target.join("bundles").join(profile).join(name);
    let bundle =
        Bundle { name, wasm: folder.join(format!("{name}_bg.wasm")), js: folder.join(format!("{name}.min.js")) };
    let stamp = folder.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == key) {
        say::step(name, "unchanged");
        return Ok(bundle);
    }
    files::empty_folder(&folder)?;
    bindgen(&raw, &folder, name, mode)?;
    if mode == Mode::Release {
        optimise(paths, &bundle.wasm)?;
    }
    esbuild::module(paths, &folder.join(format!("{name}.js")), &bundle.js)?;
    files::write(&stamp, key)?;
    say::step(name, format!("built in {}", say::duration(start.elapsed())));
    Ok(bundle)
}

fn bindgen(raw: &Path, folder: &Path, name: &str, mode: Mode) -> Result<()> {
    let release = mode == Mode::Release;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(raw).out_name(name).typescript(false).debug(!release);
    // Names are enough to read a stack trace; complete debug information is a hundred megabytes.
    bindgen.keep_debug(false).remove_name_section(release).remove_producers_section(release);
    bindgen.web(true)?.generate(folder).with_context(|| format!("wasm-bindgen cannot process {}", raw.display()))
}

fn optimise(paths: &Paths, wasm: &Path) -> Result<()> {
    let small = wasm.with_extension("small");
    let tool = paths.tools().join("node_modules/binaryen/bin/wasm-opt");
    shell::program("node").arg(tool).args(WASM_OPT).arg(wasm).arg("-o").arg(&small).quiet()?;
    files::replace(&small, wasm)
}
