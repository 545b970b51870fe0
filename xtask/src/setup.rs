//! `cargo xtask setup`: installs what is missing, each part pinned by version and SHA-256.

mod node;
mod parts;
pub mod pins;
pub mod python;
mod rust;

use std::time::Instant;

use anyhow::Result;

use crate::paths::Paths;
use crate::say;

/// What a step did.
enum Outcome {
    /// It was there already.
    Ready,
    /// It was installed just now.
    Installed,
}

/// Installs what is missing. A second call takes no time.
pub fn setup(paths: &Paths) -> Result<()> {
    say::line(format!("Setting up (parts in {})", paths.parts.display()));
    step("WebAssembly target", || rust::wasm_target(&paths.root))?;
    step("binaryen and esbuild", || node::build_tools(paths))?;
    let store = parts::Store::open(&paths.parts)?;
    for part in pins::parts()? {
        step(&part.title, || store.provide(&part))?;
    }
    Ok(())
}

fn step(name: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
    let start = Instant::now();
    match work()? {
        Outcome::Ready => say::step(name, "ready"),
        Outcome::Installed => say::step(name, format!("installed in {}", say::duration(start.elapsed()))),
    }
    Ok(())
}
