//! Running other programs, with errors that say what to do.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

/// A program that is about to be run.
pub struct Run {
    command: Command,
    name: String,
}

/// Cargo, in a folder.
pub fn cargo(folder: &Path) -> Run {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Run::new(program, "cargo");
    // What Cargo told this program about its own crate is nobody else's business.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        run.command.env_remove(variable);
    }
    run.folder(folder)
}

/// Any other program.
pub fn program(path: impl AsRef<OsStr>) -> Run {
    let name = Path::new(path.as_ref()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Run::new(path, &name)
}

/// Whether a program can be started, judged by asking for its version.
pub fn exists(path: impl AsRef<OsStr>) -> bool {
    let mut command = Command::new(path);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Run {
    fn new(program: impl AsRef<OsStr>, name: &str) -> Self {
        Self { command: Command::new(program), name: name.to_owned() }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Runs in this folder.
    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets environment variables.
    pub fn envs<V: AsRef<OsStr>>(mut self, variables: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        self.command.envs(variables);
        self
    }

    /// The command as a person would type it.
    pub fn describe(&self) -> String {
        let arguments = self.command.get_args().map(|argument| argument.to_string_lossy().into_owned());
        [self.name.clone()].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
    }

    /// Runs with the terminal's own input and output.
    pub fn show(mut self) -> Result<()> {
        let status = self.command.status();
        let status = status.map_err(|error| self.cannot_start(&error))?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.describe());
        }
        Ok(())
    }

    /// Runs silently; the output appears only in the error.
    pub fn quiet(self) -> Result<()> {
        self.read().map(drop)
    }

    /// Runs silently and returns what it wrote to standard output.
    pub fn read(self) -> Result<String> {
        let name = self.describe();
        let output = self.succeed()?;
        String::from_utf8(output.stdout).with_context(|| format!("`{name}` wrote no text"))
    }

    /// Runs silently and returns everything that it wrote.
    pub fn read_all(self) -> Result<String> {
        let output = self.succeed()?;
        Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    }

    /// Runs silently and returns what it wrote to standard output, even when it ended with an error.
    pub fn read_any(mut self) -> Result<String> {
        let output = self.command.stdin(Stdio::null()).output();
        let output = output.map_err(|error| self.cannot_start(&error))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The command itself, for those who need more of it.
    pub fn into_command(self) -> Command {
        self.command
    }

    fn succeed(mut self) -> Result<Output> {
        let output = self.command.stdin(Stdio::null()).output();
        let output = output.map_err(|error| self.cannot_start(&error))?;
        if !output.status.success() {
            let told = [output.stdout, output.stderr].concat();
            bail!("`{}` ended with {}\n{}", self.describe(), output.status, String::from_utf8_lossy(&told).trim());
        }
        Ok(output)
    }

    fn cannot_start(&self, error: &std::io::Error) -> anyhow::Error {
        if error.kind() == ErrorKind::NotFound {
            return anyhow::anyhow!("`{}` is not installed, or not on the PATH. {}", self.name, advice(&self.name));
        }
        anyhow::anyhow!("cannot run `{}`: {error}", self.describe())
    }
}

fn advice(program: &str) -> &'static str {
    match program {
        "rustup" => "Install Rust with rustup: https://rustup.rs",
        "python3" => "Install Python 3, for example `apt-get install python3 python3-pip` or `brew install python`.",
        "node" | "npm" | "npx" => {
            "Install Node.js 20 or newer, for example `apt-get install nodejs npm` or `brew install node`."
        }
        _ => "Install it and try again.",
    }
}
