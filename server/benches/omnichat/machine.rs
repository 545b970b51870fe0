//! The machine, and what a process takes of it.

use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};

/// What the figures belong to.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Name of the processor.
    pub processor: String,
    /// Cores that can be used.
    pub cores: usize,
    /// Memory in MiB.
    pub memory: u64,
    /// Version of the kernel.
    pub kernel: String,
    /// When it was measured.
    pub date: String,
    /// What was measured.
    pub commit: String,
    /// Load average of the last minute before the run: others who were at work.
    pub load: f64,
}

impl Machine {
    /// Looks around.
    pub fn look(checkout: &Path) -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").ok();
        let processor = processor.as_deref().and_then(|text| value(text, "model name"));
        let memory = fs::read_to_string("/proc/meminfo").ok();
        let memory = memory.as_deref().and_then(|text| value(text, "MemTotal")).and_then(|text| kilobytes(&text));
        let git = |arguments: &[&str]| output(Command::new("git").current_dir(checkout).args(arguments));
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|text| !text.is_empty());
        let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
        let load = fs::read_to_string("/proc/loadavg").ok();
        Self {
            processor: processor
                .or_else(|| output(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"])))
                .unwrap_or_else(|| "unknown processor".to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: memory.unwrap_or_default() / 1024,
            kernel: output(Command::new("uname").args(["-sr"])).unwrap_or_default(),
            date: output(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"])).unwrap_or_default(),
            commit: if changed { format!("{commit} with changes") } else { commit },
            load: load.and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or_default(),
        }
    }

    /// For a program.
    pub fn json(&self) -> Value {
        json!({
            "processor": self.processor, "cores": self.cores, "memory_mib": self.memory, "kernel": self.kernel,
            "date": self.date, "commit": self.commit, "load_before": self.load,
        })
    }
}

/// Memory of a process in use, in bytes.
pub fn resident_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok();
    let kilobytes = match status {
        Some(status) => value(&status, "VmRSS").and_then(|text| kilobytes(&text)),
        None => output(Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]))
            .and_then(|text| text.parse().ok()),
    };
    kilobytes.unwrap_or_default() * 1024
}

/// Processor time that a process has taken, in seconds; only Linux tells.
pub fn processor_seconds(process: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything; fields 14 and 15 are counted after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    // SAFETY: sysconf only reads.
    #[expect(unsafe_code, reason = "the standard library does not tell the length of a tick")]
    let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) };
    Some(ticks / f64::from(u32::try_from(per_second).ok()?))
}

/// Lets this process and its children open as many files as the system permits.
#[expect(unsafe_code, reason = "the standard library cannot set limits")]
pub fn raise_open_files() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a valid pointer to a value of their own type.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            let _stays_as_it_was = libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}

/// The value in a line `name : value`.
fn value(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kilobytes(text: &str) -> Option<u64> {
    text.split(' ').next()?.parse().ok()
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
