//! `cargo xtask fuzz-decoders`: every decoder of outside bytes under libFuzzer, before a release.
//!
//! The targets are tests whose names begin with `fuzz_`; `cargo xtask test` runs them for a moment. Here they are
//! built with coverage counters, which the stable compiler can do, and run for minutes each.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::paths::Paths;
use crate::{files, say, shell};

/// The packages with targets, all in their libraries.
const PACKAGES: [&str; 4] = ["types", "ai", "domain", "server"];
/// What libFuzzer is told of the code: which places an input reached, and what was compared there. The first is what
/// `.cargo/config.toml` sets and these flags replace.
const FLAGS: &str = "--cfg erase_components -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Minutes for each target before a release.
const MINUTES: u64 = 10;

/// A target in a built test program.
struct Target {
    program: PathBuf,
    /// Its whole name, with the modules.
    test: String,
}

/// Reads `[--minutes N] [part of a target's name]`, and runs the targets one after the other.
pub fn fuzz(paths: &Paths, arguments: &[&str]) -> Result<()> {
    let (minutes, wanted) = read(arguments)?;
    let folder = paths.target.join("fuzz");
    say::heading("Building with coverage counters");
    let mut targets = Vec::new();
    for package in PACKAGES {
        say::begin(package);
        let start = Instant::now();
        let found = targets_of(&build(paths, &folder, package)?)?;
        say::end(format!("{} targets in {}", found.len(), say::duration(start.elapsed())));
        targets.extend(found.into_iter().filter(|target| wanted.is_none_or(|wanted| target.test.contains(wanted))));
    }
    if targets.is_empty() {
        bail!("no target is called {}", wanted.unwrap_or_default());
    }
    say::heading(format!("Fuzzing, {} each", say::duration(Duration::from_secs(minutes * 60))));
    let mut failed = Vec::new();
    for target in &targets {
        let name = target.test.rsplit("::").next().unwrap_or(&target.test);
        say::begin(name);
        match run(target, &folder, minutes) {
            Ok(told) => say::end(told),
            Err(error) => {
                say::end("FAILED");
                say::line(format!("\n{error:#}\n"));
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let place = folder.join("failed");
    bail!("{} failed; the inputs are in {}: make each a seed of its target", failed.join(", "), place.display())
}

fn read<'a>(arguments: &[&'a str]) -> Result<(u64, Option<&'a str>)> {
    match arguments {
        [] => Ok((MINUTES, None)),
        ["--minutes", minutes, rest @ ..] => {
            let minutes = minutes.parse().ok().filter(|minutes| *minutes > 0);
            Ok((minutes.context("--minutes takes a whole number, such as 10")?, rest.first().copied()))
        }
        [target] if !target.starts_with('-') => Ok((MINUTES, Some(target))),
        _ => bail!("usage: cargo xtask fuzz-decoders [--minutes N] [target]"),
    }
}

/// Builds the unit tests of a package; gives the program.
fn build(paths: &Paths, folder: &Path, package: &str) -> Result<PathBuf> {
    let told = shell::cargo(&paths.root)
        .args(["test", "--no-run", "--locked", "--lib", "--quiet", "--message-format=json", "--profile=fuzz"])
        .args(["--package", package, "--features", "fuzz/libfuzzer"])
        // With a target named, what runs while compiling is built without counters.
        .args(["--target", &host(paths)?])
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", folder)
        .read()?;
    program(&told).with_context(|| format!("Cargo named no test program of {package}"))
}

/// The test program in what Cargo wrote, one JSON document a line.
fn program(told: &str) -> Option<PathBuf> {
    let messages = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let built: Vec<PathBuf> = messages
        .filter(|message| message.pointer("/profile/test").and_then(Value::as_bool) == Some(true))
        .filter_map(|message| message.get("executable").and_then(Value::as_str).map(PathBuf::from))
        .collect();
    built.into_iter().next_back()
}

fn host(paths: &Paths) -> Result<String> {
    let told = shell::program("rustc").arg("-vV").folder(&paths.root).read()?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it runs on")
}

fn targets_of(program: &Path) -> Result<Vec<Target>> {
    let listed = shell::program(program).args(["--list", "--format=terse"]).read()?;
    let tests = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let targets = tests.filter(|test| test.rsplit("::").next().is_some_and(|name| name.starts_with("fuzz_")));
    Ok(targets.map(|test| Target { program: program.to_owned(), test: test.to_owned() }).collect())
}

fn run(target: &Target, folder: &Path, minutes: u64) -> Result<String> {
    files::create_folder(folder)?;
    let told = shell::program(&target.program)
        .args(["--exact", &target.test, "--nocapture", "--test-threads=1"])
        .folder(folder)
        .env("OMNICHAT_FUZZ_SECONDS", (minutes * 60).to_string())
        .env("OMNICHAT_FUZZ_FOLDER", folder)
        .read_all()?;
    Ok(figures(&told))
}

/// libFuzzer's closing figures in one line.
fn figures(told: &str) -> String {
    let figure = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(&format!("stat::{name}:")));
        line.and_then(|number| number.trim().parse::<u64>().ok()).map_or_else(|| "?".to_owned(), say::bytes)
    };
    format!("{} inputs, {} MiB at most", figure("number_of_executed_units"), figure("peak_rss_mb"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        assert_eq!(read(&[]).unwrap(), (10, None));
        assert_eq!(read(&["pages"]).unwrap(), (10, Some("pages")));
        assert_eq!(read(&["--minutes", "2", "pages"]).unwrap(), (2, Some("pages")));
        assert!(read(&["--minutes", "soon"]).is_err() && read(&["--fast"]).is_err());
    }

    #[test]
    fn programs_and_figures_are_found() {
        let told = "{\"reason\":\"x\",\"profile\":{\"test\":false},\"executable\":null}\nno JSON\n\
            {\"profile\":{\"test\":true},\"executable\":\"/a/types-1\"}\n";
        assert_eq!(program(told), Some(PathBuf::from("/a/types-1")));
        let told = "Done 7 runs\nstat::number_of_executed_units: 123456\nstat::peak_rss_mb:              44\n";
        assert_eq!(figures(told), "123,456 inputs, 44 MiB at most");
    }
}
