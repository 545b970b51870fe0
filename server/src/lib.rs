//! The omnichat process: command line, configuration, HTTP, sockets, static
//! files and the life of its parts. What the product does lives in `domain`.

// The dashboard's view is one deep type.
#![recursion_limit = "512"]

mod admin;
mod backup;
pub mod cli;
pub mod config;
mod console;
mod database;
mod embedding;
mod extract;
mod failure;
mod folder;
mod healthcheck;
mod keys;
pub mod rest;
mod secrets;
pub mod seed;
mod serve;
mod telemetry;
pub mod web;

pub use failure::Failure;

use clap::Parser;
use std::process::ExitCode;

/// Reads the command line, does what it says, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match cli::run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::complain(&format!("omnichat: {failure}"));
            ExitCode::FAILURE
        }
    }
}
