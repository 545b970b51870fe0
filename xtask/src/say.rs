//! What a person reads: one calm line a step.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

use std::fmt::Display;
use std::io::Write;
use std::time::Duration;

/// Prints one line.
pub fn line(text: impl Display) {
    println!("{text}");
}

/// Prints a heading with an empty line before it.
pub fn heading(text: impl Display) {
    println!("\n{text}");
}

/// Prints `  name ........ outcome`.
pub fn step(name: impl Display, outcome: impl Display) {
    println!("  {:<36} {outcome}", name.to_string());
}

/// Prints the name of a step that may take long; [`end`] completes the line.
pub fn begin(name: impl Display) {
    print!("  {:<36} ", name.to_string());
    let _closed = std::io::stdout().flush();
}

/// Completes the line of [`begin`].
pub fn end(outcome: impl Display) {
    println!("{outcome}");
}

/// Prints what went wrong.
pub fn error(text: impl Display) {
    let _closed = writeln!(std::io::stderr(), "error: {text}");
}

/// A duration as a person would say it: `0.4 s`, `12 s`, `3 m 20 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", time.as_secs_f64()),
        10..=119 => format!("{seconds} s"),
        _ => format!("{} m {:02} s", seconds / 60, seconds % 60),
    }
}

/// A number of bytes as `1,234`.
pub fn bytes(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(bytes(7), "7");
        assert_eq!(bytes(1234), "1,234");
        assert_eq!(bytes(1_234_567), "1,234,567");
        assert_eq!(duration(Duration::from_millis(450)), "0.5 s");
        assert_eq!(duration(Duration::from_secs(200)), "3 m 20 s");
    }
}
