//! Where things are: the server's program, its parts, a data folder of its own.

use anyhow::{Context, Result, bail};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
};

/// The folders and files of this run.
#[derive(Clone, Debug)]
pub struct Places {
    /// The checkout.
    pub checkout: PathBuf,
    /// The release server.
    pub program: PathBuf,
    /// ONNX Runtime's library.
    pub onnxruntime: PathBuf,
    /// PDFium's library.
    pub pdfium: PathBuf,
    /// The model's folder.
    pub model: PathBuf,
    /// PostgreSQL's folder.
    pub postgres: PathBuf,
    /// Data of this run; removed afterwards.
    pub data: PathBuf,
    /// Where the results go.
    pub results: PathBuf,
    /// Where the server listens.
    pub listen: SocketAddr,
}

impl Places {
    /// Finds everything and makes the data folder.
    ///
    /// # Errors
    /// When a part is missing; says what to do.
    pub fn find(is_english: bool) -> Result<Self> {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the crate has no parent")?.to_owned();
        // PostgreSQL does not run as root, and the user it becomes must reach the data.
        let shared = Path::new("/var/lib/omnichat");
        let home = if is_root() { shared.to_owned() } else { checkout.join(".omnichat") };
        let part = |variable: &str, name: &str| -> Result<PathBuf> {
            if let Some(given) = std::env::var_os(variable) {
                return Ok(PathBuf::from(given));
            }
            let path = home.join("parts").join(name);
            if !path.exists() {
                bail!("{} is missing: run `cargo xtask setup` first", path.display());
            }
            Ok(path)
        };
        let onnxruntime = match part("OMNICHAT_ONNXRUNTIME", "onnxruntime")? {
            folder if folder.is_dir() => library(&folder)?,
            file => file,
        };
        let model = part("OMNICHAT_MODEL_DIR", "model-multilingual")?;
        let model = if is_english { model.with_file_name("model") } else { model };
        let program = std::env::var_os("OMNICHAT_BIN");
        let program = program.map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_omnichat")), PathBuf::from);
        let results = std::env::var_os("OMNICHAT_BENCH_DIR");
        remove_old(&home);
        let data = home.join(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        Ok(Self {
            program,
            onnxruntime,
            pdfium: match part("OMNICHAT_PDFIUM", "pdfium")? {
                folder if folder.is_dir() => {
                    folder.join(if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" })
                }
                file => file,
            },
            model,
            postgres: part("OMNICHAT_POSTGRES_DIR", "postgres")?,
            results: results.map_or_else(|| checkout.join("dist/bench"), PathBuf::from),
            listen: TcpListener::bind("127.0.0.1:0")?.local_addr()?,
            data,
            checkout,
        })
    }

    /// The server's program with a command and the places that every command needs.
    pub fn command(&self, command: &[&str]) -> Command {
        let mut program = Command::new(&self.program);
        program.args(command).arg("--data-dir").arg(self.data.join("data"));
        program.arg("--postgres-dir").arg(&self.postgres).arg("--onnxruntime").arg(&self.onnxruntime);
        if command.first() == Some(&"serve") {
            program.arg("--pdfium").arg(&self.pdfium);
        }
        program.arg("--model-dir").arg(&self.model);
        // A setting of the person who runs this must not become part of the figures.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("OMNICHAT_") || name.starts_with("DATABASE_") {
                program.env_remove(&*name);
            }
        }
        program
    }

    /// Makes an API key for a business, while no server runs.
    ///
    /// # Errors
    /// When the program fails.
    pub fn api_key(&self, business: &str) -> Result<String> {
        let output = self.command(&["api-key", "create", "--business", business]).output()?;
        let told = String::from_utf8_lossy(&output.stdout);
        let key = told.lines().find(|line| line.starts_with("oc_"));
        match key {
            Some(key) if output.status.success() => Ok(key.trim().to_owned()),
            _ => bail!("no API key was made: {told}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Removes the data of this run.
    pub fn remove(&self) {
        let _gone = fs::remove_dir_all(&self.data);
    }
}

fn library(folder: &Path) -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libonnxruntime.")));
    found.sort();
    found.pop().with_context(|| format!("no ONNX Runtime in {}: run `cargo xtask setup` first", folder.display()))
}

/// Removes what runs that were killed have left behind.
fn remove_old(home: &Path) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ended = |pid: &str| !Path::new("/proc").join(pid).exists();
        if cfg!(target_os = "linux") && name.strip_prefix("bench-").is_some_and(ended) {
            let _others = fs::remove_dir_all(entry.path());
        }
    }
}

#[expect(unsafe_code, reason = "the standard library does not tell the user id")]
fn is_root() -> bool {
    // SAFETY: geteuid has no preconditions.
    unsafe { libc::geteuid() == 0 }
}
