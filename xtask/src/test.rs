//! `cargo xtask test`: every check there is, one after the other, with its time.

mod browser;
mod checks;
mod fuzz;
mod supply;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::build::{self, Mode};
use crate::paths::Paths;
use crate::{say, setup, tidy};

/// What to test.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Full,
    /// Everything but the release build and the browser.
    Fast,
}

/// The steps so far.
struct Report {
    passed: usize,
    failed: Vec<String>,
}

/// Fuzzes the REST API of a server that is built already.
pub fn fuzz(paths: &Paths, mode: Mode) -> Result<()> {
    setup::setup(paths)?;
    say::line(fuzz::fuzz(paths, mode)?);
    Ok(())
}

/// Runs the checks. A failure does not stop those that do not depend on it.
pub fn test(paths: &Paths, extent: Extent) -> Result<()> {
    let start = Instant::now();
    setup::setup(paths)?;
    let mut report = Report { passed: 0, failed: Vec::new() };

    say::heading("Checking");
    report.step("formatting", || checks::formatting(paths));
    report.step("tidiness", || tidy::tidy(paths));
    report.step("licences and sources of crates", || supply::crates(paths));
    report.step("published faults of crates", || supply::advisories(paths));
    report.step("published faults of npm packages", || supply::npm(paths));
    for lint in &checks::LINTS {
        report.step(&format!("clippy {}", lint.name), || checks::clippy(paths, lint));
    }
    say::heading("Testing");
    for suite in &checks::SUITES {
        report.step(suite.name, || checks::suite(paths, suite));
    }
    report.step("examples in the documentation", || checks::documentation(paths));
    if extent == Extent::Full {
        let built = report.step("release build", || build::build(paths, Mode::Release).map(|()| String::new()));
        if built {
            report.step("end to end in a browser", || browser::end_to_end(paths));
            report.step("REST API, fuzzed", || fuzz::fuzz(paths, Mode::Release));
        }
    }

    say::heading(format!("Took {}", say::duration(start.elapsed())));
    for name in &report.failed {
        say::line(format!("failed: {name}"));
    }
    say::line(format!("{} passed, {} failed", report.passed, report.failed.len()));
    if report.failed.is_empty() { Ok(()) } else { bail!("some checks failed") }
}

impl Report {
    /// Runs one step; the text that it returns is shown beside its time.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<String>) -> bool {
        let start = Instant::now();
        say::begin(name);
        let result = work();
        let time = say::duration(start.elapsed());
        match result {
            Ok(note) => {
                self.passed += 1;
                say::end(format!("{time:<9} {note}").trim_end());
                true
            }
            Err(error) => {
                self.failed.push(name.to_owned());
                say::end(format!("{time:<9} FAILED"));
                say::line(format!("\n{error:#}\n"));
                false
            }
        }
    }
}
