//! `cargo xtask test`: every check there is, one after the other, with its time.

mod browser;
mod checks;
mod fuzz;
mod supply;

use std::time::Instant;

use anyhow::{Result, bail};

use supply::Unasked;

use crate::build::{self, Mode};
use crate::paths::Paths;
use crate::{say, sbom, setup, tidy};

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
    report.supply(paths, Unasked::IsNoted);
    for lint in &checks::LINTS {
        report.step(&format!("clippy {}", lint.name), || checks::clippy(paths, lint));
    }
    // The suites look at real pages, and at the widget as it is loaded.
    let mode = if extent == Extent::Full { Mode::Release } else { Mode::Dev };
    let built = report.step("browser bundles", || build::site(paths, mode).map(|()| String::new()));
    say::heading("Testing");
    for suite in &checks::SUITES {
        report.step(suite.name, || checks::suite(paths, suite));
    }
    report.step("examples in the documentation", || checks::documentation(paths));
    if extent == Extent::Full {
        let built = built
            && report.step("release build", || {
                build::server(paths, Mode::Release)?;
                sbom::write(paths).map(|file| file.display().to_string())
            });
        if built {
            report.step("end to end in a browser", || browser::end_to_end(paths));
            report.step("REST API, fuzzed", || fuzz::fuzz(paths, Mode::Release));
        }
    }

    say::heading(format!("Took {}", say::duration(start.elapsed())));
    report.end()
}

/// Only the checks of other people's code, before a release: fails when somebody could not be asked.
pub fn supply(paths: &Paths) -> Result<()> {
    let mut report = Report { passed: 0, failed: Vec::new() };
    report.supply(paths, Unasked::Fails);
    report.end()
}

impl Report {
    fn supply(&mut self, paths: &Paths, unasked: Unasked) {
        self.step("licences and sources of crates", || supply::crates(paths));
        self.step("published faults of crates", || supply::advisories(paths, unasked));
        self.step("published faults of npm packages", || supply::npm(paths, unasked));
    }

    fn end(&self) -> Result<()> {
        for name in &self.failed {
            say::line(format!("failed: {name}"));
        }
        say::line(format!("{} passed, {} failed", self.passed, self.failed.len()));
        if self.failed.is_empty() { Ok(()) } else { bail!("some checks failed") }
    }

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
