//! The omnichat process.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::main()
}
