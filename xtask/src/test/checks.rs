//! The checks that Cargo makes.

use anyhow::Result;

use crate::build::WASM;
use crate::paths::Paths;
use crate::shell;

/// One run of clippy. Each package has its own features and target: together they would be other programs.
pub struct Lint {
    /// What is checked.
    pub name: &'static str,
    arguments: &'static [&'static str],
}

/// Everything that clippy looks at.
pub const LINTS: [Lint; 13] = [
    Lint { name: "fuzz", arguments: &["-p", "fuzz", "--all-targets"] },
    Lint { name: "types", arguments: &["-p", "types", "--all-targets"] },
    Lint { name: "types, all features", arguments: &["-p", "types", "--all-targets", "--all-features"] },
    Lint { name: "ai", arguments: &["-p", "ai", "--all-targets"] },
    Lint { name: "domain", arguments: &["-p", "domain", "--all-targets"] },
    Lint { name: "api, native client", arguments: &["-p", "api", "--all-targets"] },
    Lint { name: "api, browser client", arguments: &["-p", "api", "--target", WASM] },
    Lint { name: "api, server", arguments: &["-p", "api", "--features", "ssr"] },
    Lint { name: "app, server", arguments: &["-p", "app", "--features", "ssr", "--all-targets"] },
    Lint { name: "frontend, browser", arguments: &["-p", "frontend", "--target", WASM] },
    Lint { name: "widget, browser", arguments: &["-p", "widget", "--target", WASM] },
    Lint { name: "server", arguments: &["-p", "server", "--all-targets"] },
    Lint { name: "xtask", arguments: &["-p", "xtask", "--all-targets"] },
];

/// One run of tests.
pub struct Suite {
    /// What is tested.
    pub name: &'static str,
    packages: &'static [&'static str],
}

/// Everything that Cargo tests. The rooms of the server are one build, as they are in the server; the widget wants
/// other features of the same libraries.
pub const SUITES: [Suite; 4] = [
    Suite { name: "unit and integration tests", packages: &["fuzz", "types", "ai", "domain", "api", "app", "server"] },
    Suite { name: "tests of the native client", packages: &["api"] },
    Suite { name: "tests of the widget", packages: &["widget"] },
    Suite { name: "tests of xtask", packages: &["xtask"] },
];

/// Whether everything is formatted.
pub fn formatting(paths: &Paths) -> Result<String> {
    shell::cargo(&paths.root).args(["fmt", "--all", "--", "--check"]).quiet()?;
    Ok(String::new())
}

/// Runs clippy; a warning is a failure.
pub fn clippy(paths: &Paths, lint: &Lint) -> Result<String> {
    let cargo = shell::cargo(&paths.root).args(["clippy", "--quiet", "--locked"]).args(lint.arguments);
    cargo.args(["--", "--deny", "warnings"]).quiet()?;
    Ok(String::new())
}

/// Runs tests, with nextest where it is installed.
pub fn suite(paths: &Paths, suite: &Suite) -> Result<String> {
    let nextest = shell::cargo(&paths.root).args(["nextest", "--version"]).quiet().is_ok();
    let cargo = shell::cargo(&paths.root).envs(paths.environment());
    let cargo = if nextest {
        cargo.args(["nextest", "run", "--locked", "--no-fail-fast", "--no-tests=pass", "--color=never"])
    } else {
        cargo.args(["test", "--locked", "--no-fail-fast", "--color=never"])
    };
    let packages = suite.packages.iter().flat_map(|package| ["--package", package]);
    let told = cargo.args(packages).read_all()?;
    Ok(summary(&told))
}

/// The examples in the documentation of what other people's programs use, and its links.
pub fn documentation(paths: &Paths) -> Result<String> {
    let packages = ["--locked", "--package", "types", "--package", "api"];
    let told = shell::cargo(&paths.root).args(["test", "--doc", "--color=never"]).args(packages).read_all()?;
    let links = shell::cargo(&paths.root).env("RUSTDOCFLAGS", "--deny warnings");
    links.args(["doc", "--no-deps", "--quiet"]).args(packages).quiet()?;
    Ok(summary(&told))
}

/// How many tests passed, from what nextest or Cargo printed.
fn summary(told: &str) -> String {
    let passed: usize = told
        .lines()
        .filter(|line| line.contains(" tests run: ") || line.contains(" test run: ") || line.contains("test result:"))
        .filter_map(|line| line.split(" passed").next()?.split_whitespace().next_back()?.parse::<usize>().ok())
        .sum();
    format!("{passed} tests passed")
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_kinds_of_summary_are_understood() {
        let nextest = "     Summary [   0.012s] 12 tests run: 12 passed, 0 skipped";
        assert_eq!(super::summary(nextest), "12 tests passed");
        let cargo = "test result: ok. 3 passed; 0 failed; 0 ignored\n\ntest result: ok. 4 passed; 0 failed";
        assert_eq!(super::summary(cargo), "7 tests passed");
    }
}
