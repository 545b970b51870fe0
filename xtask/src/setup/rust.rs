//! The WebAssembly target of the Rust compiler.

use std::path::Path;

use anyhow::Result;

use super::Outcome;
use crate::build::WASM;
use crate::shell;

/// Adds the target unless the compiler has it, wherever the compiler came from.
pub fn wasm_target(root: &Path) -> Result<Outcome> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = shell::program(rustc).args(["--print", "target-libdir", "--target", WASM]).folder(root).read()?;
    if Path::new(folder.trim()).exists() {
        return Ok(Outcome::Ready);
    }
    shell::program("rustup").args(["target", "add", WASM]).folder(root).quiet()?;
    Ok(Outcome::Installed)
}
