//! What PostgreSQL writes: a file for each start, a few of them, none without bound.

use super::{
    EmbeddedError,
    place::{Place, at},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// Logs that are kept.
const KEPT: usize = 6;
/// Bytes of one log; more begins anew, and what was before stays for as long again.
const LONGEST: u64 = 8 * 1024 * 1024;
/// Bytes at the end of a log that are read for an error message.
const TAIL: u64 = 4 * 1024;

/// Opens the log of a start, and forgets the oldest.
///
/// # Errors
/// When the folder cannot be written.
pub fn open(place: &Place) -> Result<(PathBuf, File), EmbeddedError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    // As wide as every one of this millennium, so that their names are in the order of their times.
    let path = place.logs.join(format!("{now:015}.log"));
    // At its end, wherever that is now: it is cut when it grows too long.
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(at(&path))?;
    if let Err(error) = prune(&place.logs) {
        tracing::warn!(%error, folder = %place.logs.display(), "old logs of PostgreSQL cannot be removed");
    }
    Ok((path, file))
}

fn prune(folder: &Path) -> io::Result<()> {
    let mut logs: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    logs.sort();
    let surplus = logs.len().saturating_sub(KEPT);
    logs.into_iter().take(surplus).try_for_each(fs::remove_file)
}

/// Cuts a log that has grown too long; what was in it stays beside it until the next time.
pub fn bound(log: &Path) {
    let is_long = fs::metadata(log).is_ok_and(|metadata| metadata.len() > LONGEST);
    if !is_long {
        return;
    }
    let cut = fs::copy(log, log.with_extension("old")).and_then(|_| File::options().write(true).open(log)?.set_len(0));
    if let Err(error) = cut {
        tracing::warn!(%error, log = %log.display(), "the log of PostgreSQL cannot be cut");
    }
}

/// The last lines.
pub fn tail(log: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().rev().take(8).collect();
    lines.reverse();
    lines.join("\n")
}
