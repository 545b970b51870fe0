//! `cargo xtask build`: both browser bundles, the loader and the styles, then the server that carries them.

mod bundle;
mod esbuild;
mod site;

use anyhow::{Result, bail};

use crate::paths::Paths;
use crate::{files, say, sbom, shell};

/// The target of the browser bundles.
pub const WASM: &str = "wasm32-unknown-unknown";

/// How thoroughly to build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Small and fast, as it is shipped.
    Release,
    /// Quickly built, with names in stack traces.
    Dev,
}

impl Mode {
    /// The profile of the browser bundles.
    pub const fn wasm_profile(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Dev => "wasm-dev",
        }
    }
}

/// Builds the site and the server.
pub fn build(paths: &Paths, mode: Mode) -> Result<()> {
    site(paths, mode)?;
    server(paths, mode)?;
    if mode == Mode::Release {
        say::step("made of", sbom::write(paths)?.display());
    }
    Ok(())
}

/// Builds `dist/site`.
pub fn site(paths: &Paths, mode: Mode) -> Result<()> {
    wasm_bindgen_version(paths)?;
    let _alone = files::lock(&paths.target.join("bundles/lock"))?;
    say::heading("Building the browser bundles");
    let widget = bundle::build(paths, mode, "widget", "widget")?;
    let app = bundle::build(paths, mode, "frontend", "app")?;
    site::assemble(paths, mode, &app, &widget)
}

/// Builds the server.
pub fn server(paths: &Paths, mode: Mode) -> Result<()> {
    say::heading("Building the server");
    let cargo = shell::cargo(&paths.root).args(["build", "--quiet", "--package", "server", "--bin", "omnichat"]);
    match mode {
        Mode::Release => cargo.arg("--release").show(),
        Mode::Dev => cargo.show(),
    }
}

/// The version of wasm-bindgen. The library that writes the JavaScript glue must be exactly as old as the one
/// compiled into the bundles.
pub fn wasm_bindgen_version(paths: &Paths) -> Result<String> {
    let lock = files::read(&paths.root.join("Cargo.lock"))?;
    match (locked(&lock, "wasm-bindgen"), locked(&lock, "wasm-bindgen-cli-support")) {
        (Some(bundles), Some(tool)) if bundles == tool => Ok(tool.to_owned()),
        (bundles, tool) => bail!(
            "Cargo.lock has wasm-bindgen {} and wasm-bindgen-cli-support {}: they must be equal; set the second in \
             xtask/Cargo.toml",
            bundles.unwrap_or("nowhere"),
            tool.unwrap_or("nowhere")
        ),
    }
}

/// The version of a package in `Cargo.lock`.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_are_read_from_the_lock_file() {
        let lock =
            "[[package]]\nname = \"a-b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"a\"\nversion = \"2.0.0\"\n";
        assert_eq!(super::locked(lock, "a"), Some("2.0.0"));
        assert_eq!(super::locked(lock, "c"), None);
    }
}
