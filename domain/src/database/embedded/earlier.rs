//! The PostgreSQL of an earlier life. After a crash of the server, or of PostgreSQL's first process, others may still
//! be at work on the data. Nothing is started before the last of them has ended; those that do not are ended. We hold
//! the data folder's lock, so nobody else's server can be theirs.

use super::{EmbeddedError, place::Place};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// After this, a PostgreSQL that was asked to end is told to end at once; its data is recovered at the next start.
const POLITE: Duration = Duration::from_secs(15);
/// Processes whose first process is gone end by themselves, unless they are stuck.
const ORPHANED: Duration = Duration::from_secs(3);
/// From telling to ending it.
const LAST: Duration = Duration::from_secs(4);
/// Longest wait for a process that was killed: one that waits for a disk cannot end.
const LONGEST: Duration = Duration::from_secs(60);

/// What is running on the data.
struct Found {
    processes: Vec<i32>,
    /// All processes could be seen.
    is_certain: bool,
}

/// Comes back when nothing runs on the data any more.
///
/// # Errors
/// When something cannot be ended.
pub async fn end(place: &Place) -> Result<(), EmbeddedError> {
    let began = Instant::now();
    let mut told = 0;
    for data in [&place.data, &place.incoming] {
        loop {
            let found = running(data);
            let Some(first) = found.processes.first().copied() else {
                if found.is_certain {
                    forget(place, data);
                }
                break;
            };
            if began.elapsed() > LONGEST {
                return Err(EmbeddedError::StillRuns(first));
            }
            urge(data, &found.processes, began.elapsed(), &mut told);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(())
}

/// Asks, tells, and then ends what runs; each once, but for the last.
fn urge(data: &Path, processes: &[i32], waited: Duration, told: &mut u32) {
    let postmaster = postmaster(data).filter(|pid| processes.contains(pid));
    let patience = if postmaster.is_some() { POLITE } else { ORPHANED };
    if waited > patience + LAST {
        processes.iter().for_each(|pid| signal(*pid, libc::SIGKILL));
    } else if waited > patience && *told < 2 {
        *told = 2;
        tracing::warn!(?processes, "an earlier PostgreSQL does not end and is ended");
        match postmaster {
            Some(pid) => signal(pid, libc::SIGQUIT),
            None => processes.iter().for_each(|pid| signal(*pid, libc::SIGQUIT)),
        }
    } else if *told < 1 {
        *told = 1;
        tracing::info!(?processes, "waiting for an earlier PostgreSQL to end");
        if let Some(pid) = postmaster {
            signal(pid, libc::SIGINT);
        }
    }
}

/// Removes the marks of a PostgreSQL that was killed: the number in them may belong to another process by now, for
/// which a new one would wait for ever.
fn forget(place: &Place, data: &Path) {
    for mark in [data.join("postmaster.pid"), socket(place, ".lock"), socket(place, "")] {
        let _missing = fs::remove_file(mark);
    }
}

fn socket(place: &Place, ending: &str) -> PathBuf {
    place.socket_dir.join(format!(".s.PGSQL.5432{ending}"))
}

/// The first process, as the data says.
fn postmaster(data: &Path) -> Option<i32> {
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1)
}

/// Every process of PostgreSQL works in the folder of its data.
#[cfg(target_os = "linux")]
fn running(data: &Path) -> Found {
    use std::{io::ErrorKind, os::unix::fs::MetadataExt as _};
    let mut found = Found { processes: Vec::new(), is_certain: true };
    let Ok(owner) = fs::metadata(data).map(|metadata| metadata.uid()) else { return found };
    let Ok(all) = fs::read_dir("/proc") else { return Found { is_certain: false, ..found } };
    for entry in all.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        match fs::read_link(entry.path().join("cwd")) {
            Ok(folder) if folder == data => found.processes.push(pid),
            // In a container, root may not look into processes of others. The first one names its data.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let is_owners = entry.metadata().is_ok_and(|metadata| metadata.uid() == owner);
                if is_owners && names(&entry.path().join("cmdline"), data) {
                    found.processes.push(pid);
                }
                found.is_certain &= !is_owners;
            }
            _ => {}
        }
    }
    found
}

#[cfg(target_os = "linux")]
fn names(command_line: &Path, data: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt as _;
    let words = fs::read(command_line).unwrap_or_default();
    words.split(|byte| *byte == 0).any(|word| word == data.as_os_str().as_bytes())
}

/// The first process, if it is still one of this data.
#[cfg(not(target_os = "linux"))]
fn running(data: &Path) -> Found {
    let is_ours = |pid: &i32| {
        let asked = std::process::Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output();
        asked.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(&*data.to_string_lossy()))
    };
    Found { processes: postmaster(data).filter(is_ours).into_iter().collect(), is_certain: false }
}

/// Sends a signal to a process that was found just now.
pub fn signal(pid: i32, signal: i32) {
    // SAFETY: kill has no preconditions; the number is greater than 1, so it means no group of processes.
    #[expect(unsafe_code, reason = "the standard library can only kill children")]
    unsafe {
        libc::kill(pid, signal);
    }
}
