//! What a person reads while it runs.
#![expect(clippy::print_stdout, reason = "a program for a terminal speaks to it")]

use std::fmt::Display;

/// Prints one line.
pub fn line(text: impl Display) {
    println!("{text}");
}

/// Prints a heading with an empty line before it.
pub fn heading(text: impl Display) {
    println!("\n{text}");
}
