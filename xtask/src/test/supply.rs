//! What other people's code brings in: known faults, licences, doubles, where it comes from.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::paths::Paths;
use crate::setup::python;
use crate::{files, shell};

/// Where advisories about crates are published. cargo-deny names its copy by this address.
const ADVISORIES: &str = "https://github.com/rustsec/advisory-db";
/// Another place for them, for machines that do not reach that one: a folder with a copy of the repository, or a URL.
const ELSEWHERE: &str = "OMNICHAT_ADVISORY_DB";

/// Folders with packages of npm: the tools of the build, and those of the tests.
const NPM: [&str; 2] = ["xtask/tools", "end2end"];

/// Licences, doubles and sources of all crates: needs no network.
pub fn crates(paths: &Paths) -> Result<String> {
    deny(paths)?.args(["check", "licenses", "bans", "sources"]).quiet()?;
    Ok(String::new())
}

/// What it means that nobody could be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// A note: the other checks count, on a machine without a way out too.
    IsNoted,
    /// A failure: before a release somebody must have looked.
    Fails,
}

impl Unasked {
    fn because(self, why: String) -> Result<String> {
        match self {
            Self::IsNoted => Ok(why),
            Self::Fails => bail!("{why}"),
        }
    }
}

/// Published faults of the crates. Whoever cannot reach the database is told so, and not that all is well.
pub fn advisories(paths: &Paths, unasked: Unasked) -> Result<String> {
    let fetched = with_elsewhere(deny(paths)?.args(["fetch", "db"]))?.quiet();
    if let Err(error) = &fetched
        && std::env::var_os(ELSEWHERE).is_some()
    {
        bail!("{ELSEWHERE} names no database of advisories: {error}");
    }
    let Some(day) = newest(&paths.private.join("advisories"))? else {
        let why = format!("NOT CHECKED: {ADVISORIES} could not be reached; {ELSEWHERE} can name a copy");
        return unasked.because(why);
    };
    if fetched.is_err() {
        // Which versions were taken back stands in the registry's index, of which Cargo keeps what it read.
        deny(paths)?.args(["--offline", "check", "advisories"]).quiet()?;
        let why = format!("none open in an old copy, of {day}: {ADVISORIES} could not be reached");
        return unasked.because(why);
    }
    with_elsewhere(deny(paths)?.args(["check", "advisories"]))?.quiet()?;
    Ok(format!("none open in the database of {day}"))
}

/// Published faults of the npm packages, asked of the registry. None of them is shipped; they make and test what is.
pub fn npm(paths: &Paths, unasked: Unasked) -> Result<String> {
    for folder in NPM {
        let asked = shell::program("npm").args(["audit", "--json", "--package-lock-only", "--fetch-retries=0"]);
        // It ends with an error both when there are faults and when it could not ask.
        let told = asked.folder(&paths.root.join(folder)).read_any()?;
        match faults(&told) {
            Some(found) if found.is_empty() => {}
            Some(found) => bail!("`npm audit` in {folder}: {}", found.join(", ")),
            None => return unasked.because("NOT CHECKED: the registry answers no audit".to_owned()),
        }
    }
    Ok("no known faults".to_owned())
}

/// The packages with faults in the answer of `npm audit`; nothing when it is no such answer.
fn faults(told: &str) -> Option<Vec<String>> {
    let answer: Value = serde_json::from_str(told.get(told.find('{')?..)?).ok()?;
    let packages = answer.get("vulnerabilities")?.as_object()?;
    let name = |(name, fault): (&String, &Value)| {
        format!("{name} ({})", fault.get("severity").and_then(Value::as_str).unwrap_or("unknown"))
    };
    Some(packages.iter().map(name).collect())
}

fn deny(paths: &Paths) -> Result<shell::Run> {
    let program = python::programs(paths, "cargo-deny")?.join("cargo-deny");
    Ok(shell::program(program).arg("--locked").folder(&paths.root))
}

/// Lets git go to the other place whenever it is asked for the usual one.
fn with_elsewhere(run: shell::Run) -> Result<shell::Run> {
    // Nobody is there to answer, and a line that gives nothing is given up.
    let patience =
        [("GIT_TERMINAL_PROMPT", "0"), ("GIT_HTTP_LOW_SPEED_LIMIT", "1000"), ("GIT_HTTP_LOW_SPEED_TIME", "20")];
    let run = run.envs(patience);
    let Some(place) = std::env::var_os(ELSEWHERE).filter(|place| !place.is_empty()) else { return Ok(run) };
    let folder = Path::new(&place);
    let place = if folder.exists() { folder.canonicalize()?.into_os_string() } else { place };
    let key = format!("url.{}.insteadOf", place.to_string_lossy());
    Ok(run.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", key).env("GIT_CONFIG_VALUE_0", ADVISORIES))
}

/// The day of the newest advisory in the copy that cargo-deny made; nothing when there is none.
fn newest(copies: &Path) -> Result<Option<String>> {
    let Some(copy) = files::list(copies)?.into_iter().find(|path| path.is_dir()) else { return Ok(None) };
    let day = shell::program("git").arg("--git-dir").arg(copy.join(".git")).args(["log", "-1", "--format=%cs"]).read();
    Ok(day.ok().map(|day| day.trim().to_owned()).filter(|day| !day.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::{Unasked, faults};

    #[test]
    fn who_could_not_ask_has_not_checked_before_a_release() {
        let why = || "NOT CHECKED: nobody answers".to_owned();
        assert_eq!(Unasked::IsNoted.because(why()).unwrap(), why());
        assert_eq!(Unasked::Fails.because(why()).unwrap_err().to_string(), why());
    }

    #[test]
    fn an_answer_is_told_from_a_refusal() {
        let good = r#"{"auditReportVersion":2,"vulnerabilities":{},"metadata":{}}"#;
        assert_eq!(faults(good), Some(Vec::new()));
        let bad = r#"npm warn x
            {"vulnerabilities":{"esbuild":{"severity":"high"}}}"#;
        assert_eq!(faults(bad), Some(vec!["esbuild (high)".to_owned()]));
        assert_eq!(faults(r#"{"message":"405 Method Not Allowed","error":{}}"#), None);
        assert_eq!(faults("no JSON"), None);
    }
}
