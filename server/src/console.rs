//! Words for the person at the terminal, as opposed to the log.

use std::io::Write;

/// Writes a line to the standard output. A closed terminal is no reason to stop.
pub fn say(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}

/// Writes a line to the standard error.
pub fn complain(line: &str) {
    let _closed = writeln!(std::io::stderr(), "{line}");
}
