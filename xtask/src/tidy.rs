//! `cargo xtask tidy`: the rules of the house that no compiler checks.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::paths::Paths;
use crate::{files, say, shell};

/// A Rust file with more lines is more than one idea.
const LONGEST: usize = 500;

/// The rooms, and which rooms each may use: only earlier ones, and not even all of them.
const ROOMS: [(&str, &[&str]); 10] = [
    ("fuzz", &[]),
    ("types", &["fuzz"]),
    ("ai", &["types", "fuzz"]),
    ("domain", &["types", "ai", "fuzz"]),
    ("api", &["types", "domain"]),
    ("app", &["types", "api"]),
    ("frontend", &["app"]),
    ("widget", &["types", "api"]),
    ("server", &["types", "ai", "domain", "api", "app", "fuzz"]),
    ("xtask", &[]),
];

/// Folders that nobody wrote.
const SKIPPED: [&str; 8] =
    [".git", ".omnichat", "target", "dist", "node_modules", "test-results", "report", "playwright-report"];

/// Words that promise work for later. Put together here, so that this file does not contain them.
const PROMISES: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimpl", "emented!("),
];

/// Ways to keep a test from running.
const SKIPS: [&str; 5] = [
    concat!("#[ign", "ore"),
    concat!("test.sk", "ip("),
    concat!("test.fi", "xme("),
    concat!("test.on", "ly("),
    concat!("describe.sk", "ip("),
];

/// Folders of some machine. They are checked where a path begins.
const PLACES: [&str; 4] = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/Use", "rs/")];

/// Checks the checkout, and lists everything that is wrong with it.
pub fn tidy(paths: &Paths) -> Result<String> {
    let enter = |folder: &Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        !SKIPPED.contains(&&*name) && folder != paths.target
    };
    let mut complaints = Vec::new();
    let sources: Vec<PathBuf> = files::walk(&paths.root, &enter)?.into_iter().filter(|path| is_source(path)).collect();
    for path in &sources {
        let text = files::read(path)?;
        let name = path.strip_prefix(&paths.root).unwrap_or(path).display().to_string();
        complaints.extend(complaints_about(&name, &text));
    }
    complaints.extend(rooms(paths)?);
    if complaints.is_empty() {
        return Ok(format!("{} files", sources.len()));
    }
    for complaint in &complaints {
        say::line(complaint);
    }
    bail!("{} things to tidy", complaints.len())
}

fn is_source(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    ["rs", "toml", "css", "sql", "js", "ts", "py", "html", "sh"].contains(&&*extension)
}

fn complaints_about(name: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if name.ends_with(".rs") {
        let lines = text.lines().count();
        if lines > LONGEST {
            complaints.push(format!("{name}: {lines} lines; split it, {LONGEST} is the limit"));
        }
        if !text.starts_with("//!") {
            complaints.push(format!("{name}:1: start with a //! sentence that says what the file is for"));
        }
    }
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        for promise in PROMISES.iter().filter(|promise| has_word(line, promise)) {
            complaints.push(format!("{name}:{number}: {promise}: do it now, or write an issue"));
        }
        for skip in SKIPS.iter().filter(|skip| line.contains(*skip)) {
            complaints.push(format!("{name}:{number}: {skip}: a test that does not run proves nothing"));
        }
        for place in PLACES.iter().filter(|place| begins_path(line, place)) {
            complaints.push(format!("{name}:{number}: {place} is a folder of somebody's machine"));
        }
    }
    complaints
}

/// Whether a word is in the line, and not as part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        !joins(before) && (!word.ends_with(char::is_alphanumeric) || !joins(after))
    })
}

/// Whether an absolute path begins with this folder: `/a/b`, but not `src/a/b` or `https://host/a/b`.
fn begins_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || "._-}/~".contains(letter))
    })
}

/// Every crate depends only on the rooms that it may use.
fn rooms(paths: &Paths) -> Result<Vec<String>> {
    let metadata = shell::cargo(&paths.root).args(["metadata", "--no-deps", "--format-version", "1"]).read()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let list = |value: &serde_json::Value, key: &str| value.get(key).and_then(|value| value.as_array()).cloned();
    let name_of = |value: &serde_json::Value| value.get("name").and_then(|name| name.as_str()).map(str::to_owned);
    let mut complaints = Vec::new();
    for package in list(&metadata, "packages").unwrap_or_default() {
        let Some(name) = name_of(&package) else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == name) else {
            complaints.push(format!("{name}: an unknown room; give it a line in xtask/src/tidy.rs"));
            continue;
        };
        for dependency in list(&package, "dependencies").unwrap_or_default() {
            let inside = dependency.get("path").is_some_and(|path| !path.is_null());
            match name_of(&dependency) {
                Some(other) if inside && !allowed.contains(&other.as_str()) => {
                    complaints.push(format!("{name}/Cargo.toml: {name} must not use {other}"));
                }
                _ => {}
            }
        }
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_words() {
        let word = PROMISES[0];
        assert!(has_word(&format!("// {word}: later"), word));
        assert!(!has_word(&format!("let MASTO{word}N = 1;"), word));
    }

    #[test]
    fn paths_are_absolute_paths() {
        let folder = PLACES[1];
        assert!(begins_path(&format!("\"{folder}main\""), folder));
        assert!(!begins_path(&format!("src{folder}main"), folder));
    }

    #[test]
    fn long_and_nameless_files_are_found() {
        let long = "//! Long.\n".to_owned() + &"\n".repeat(LONGEST);
        assert_eq!(complaints_about("a.rs", &long).len(), 1);
        assert_eq!(complaints_about("a.rs", "fn main() {}\n").len(), 1);
        assert_eq!(complaints_about("a.css", &long).len(), 0);
    }
}
