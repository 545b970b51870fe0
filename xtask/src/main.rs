//! What a person types: `cargo xtask <command>` sets up, builds, runs, tests and measures Omnichat.

mod bench;
mod build;
mod crash;
mod decoders;
mod files;
mod hash;
mod paths;
mod run;
mod say;
mod sbom;
mod setup;
mod shell;
mod test;
mod tidy;
mod trunk;

use std::process::ExitCode;

use anyhow::{Result, bail};

use build::Mode;
use paths::Paths;
use test::Extent;

const HELP: &str = "\
cargo xtask <command>

  run [--dev] [options]   set up, build and start Omnichat with the demo business;
                          options go to `omnichat serve`, for example --listen 0.0.0.0:3000
  setup                   install what is missing: build tools, ONNX Runtime, PDFium, embedding model, PostgreSQL
  build [--dev]           build the browser bundles and the server
  site [--dev]            only the browser bundles, into dist/site
  test [--fast]           every check; --fast leaves out the release build and the browser
  fuzz [--dev]            only the REST API of the server that is built, by its own description
  crash [--starts N]      kill the server and its PostgreSQL at any moment and start again, N times (500), under load
  fuzz-decoders [--minutes 10] [target]
                          every decoder of outside bytes under libFuzzer, before a release
  supply                  only what other people's code brings in: faults, licences, sources; before a release:
                          fails when the lists of faults could not be asked
  bench [options]         measure, and write dist/bench/table.md and dist/bench/results.json
  tidy                    the rules of the house that no compiler checks
  trunk                   build the widget with Trunk as well, and compare the two
  help                    print this

Nothing is installed outside the checkout, except the compiler's WebAssembly target, a browser for the tests, and,
for root, the folder /var/lib/omnichat. OMNICHAT_PARTS_DIR and OMNICHAT_DATA_DIR choose other folders.";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["help" | "--help" | "-h", ..] => say::line(HELP),
        ["run", "--dev", options @ ..] => run::run(&Paths::find()?, Mode::Dev, options)?,
        ["run", options @ ..] => run::run(&Paths::find()?, Mode::Release, options)?,
        ["setup"] => setup::setup(&Paths::find()?)?,
        ["build"] | ["build", "--release"] => build(Mode::Release)?,
        ["build", "--dev"] => build(Mode::Dev)?,
        ["site"] => site(Mode::Release)?,
        ["site", "--dev"] => site(Mode::Dev)?,
        ["test"] => test::test(&Paths::find()?, Extent::Full)?,
        ["test", "--fast"] => test::test(&Paths::find()?, Extent::Fast)?,
        ["fuzz"] => test::fuzz(&Paths::find()?, Mode::Release)?,
        ["fuzz", "--dev"] => test::fuzz(&Paths::find()?, Mode::Dev)?,
        ["crash"] => crash::crash(&Paths::find()?, crash::STARTS)?,
        ["crash", "--starts", number] => crash::crash(&Paths::find()?, number)?,
        ["supply"] => test::supply(&Paths::find()?)?,
        ["fuzz-decoders", options @ ..] => decoders::fuzz(&Paths::find()?, options)?,
        ["bench", options @ ..] => bench::bench(&Paths::find()?, options)?,
        ["trunk"] => trunk::trunk(&Paths::find()?)?,
        ["tidy"] => say::line(tidy::tidy(&Paths::find()?)?),
        _ => bail!("there is no such command: {}\n\n{HELP}", arguments.join(" ")),
    }
    Ok(())
}

fn build(mode: Mode) -> Result<()> {
    let paths = Paths::find()?;
    setup::setup(&paths)?;
    build::build(&paths, mode)
}

fn site(mode: Mode) -> Result<()> {
    let paths = Paths::find()?;
    setup::setup(&paths)?;
    build::site(&paths, mode)
}
