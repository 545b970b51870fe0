//! What a person types: `cargo xtask <command>` sets up, builds, runs, tests and measures Omnichat.

mod build;
mod files;
mod hash;
mod paths;
mod say;
mod setup;
mod shell;

use anyhow::{Result, bail};

use build::Mode;
use paths::Paths;

const HELP: &str = "\
cargo xtask <command>

  setup             install what is missing: build tools, ONNX Runtime, embedding model, PostgreSQL
  build [--dev]     build the browser bundles and the server
  help              print this

Nothing is installed outside the checkout, except the compiler's WebAssembly target and, for root, the folder
/var/lib/omnichat. OMNICHAT_PARTS_DIR and OMNICHAT_DATA_DIR choose other folders.";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some((command, options)) = arguments.split_first() else {
        say::line(HELP);
        return Ok(());
    };
    match (*command, options) {
        ("help" | "--help" | "-h", _) => say::line(HELP),
        ("setup", []) => setup::setup(&Paths::find()?)?,
        ("build", [] | ["--release"]) => with_setup(|paths| build::build(paths, Mode::Release))?,
        ("build", ["--dev"]) => with_setup(|paths| build::build(paths, Mode::Dev))?,
        _ => bail!("there is no such command: {}\n\n{HELP}", arguments.join(" ")),
    }
    Ok(())
}

/// Sets up, then does the work.
fn with_setup(work: impl FnOnce(&Paths) -> Result<()>) -> Result<()> {
    let paths = Paths::find()?;
    setup::setup(&paths)?;
    work(&paths)
}
