//! Where things are: the checkout, the parts, the data, the built site.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::build::Mode;
use crate::shell;

/// The folders that the commands work with.
pub struct Paths {
    /// The checkout.
    pub root: PathBuf,
    /// Build tools and caches of this checkout; never committed.
    pub private: PathBuf,
    /// ONNX Runtime, PDFium, the embedding models, PostgreSQL.
    pub parts: PathBuf,
    /// The database and the files of the running server.
    pub data: PathBuf,
    /// Everything built: `dist/site` and `dist/bench`.
    pub dist: PathBuf,
    /// Cargo's target directory.
    pub target: PathBuf,
}

impl Paths {
    /// Finds the checkout and asks Cargo for its target directory.
    pub fn find() -> Result<Self> {
        let root = find_root()?;
        let private = root.join(".omnichat");
        // PostgreSQL refuses to run as root and is started as a user of its own, who cannot enter a private home.
        let home = if is_root() { PathBuf::from("/var/lib/omnichat") } else { private.clone() };
        let parts = folder_from("OMNICHAT_PARTS_DIR").unwrap_or_else(|| home.join("parts"));
        let data = folder_from("OMNICHAT_DATA_DIR").unwrap_or_else(|| home.join("data"));
        let target = target_directory(&root)?;
        Ok(Self { private, parts, data, dist: root.join("dist"), target, root })
    }

    /// The folder with the built site.
    pub fn site(&self) -> PathBuf {
        self.dist.join("site")
    }

    /// The npm packages of the build pipeline.
    pub fn tools(&self) -> PathBuf {
        self.private.join("tools")
    }

    /// The server's executable.
    pub fn server(&self, mode: Mode) -> PathBuf {
        let profile = match mode {
            Mode::Release => "release",
            Mode::Dev => "debug",
        };
        self.target.join(profile).join("omnichat")
    }

    /// What the server and the tests must know about the parts, as environment variables.
    pub fn environment(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("OMNICHAT_ONNXRUNTIME", self.parts.join("onnxruntime").join(onnxruntime_file())),
            ("OMNICHAT_PDFIUM", self.parts.join("pdfium").join(pdfium_file())),
            ("OMNICHAT_MODEL_DIR", self.parts.join("model-multilingual")),
            ("OMNICHAT_POSTGRES_DIR", self.parts.join("postgres")),
        ]
    }
}

/// The name of ONNX Runtime's library on this system.
pub const fn onnxruntime_file() -> &'static str {
    if cfg!(target_os = "macos") { "libonnxruntime.1.28.0.dylib" } else { "libonnxruntime.so.1.28.0" }
}

/// The name of PDFium's library on this system.
pub const fn pdfium_file() -> &'static str {
    if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" }
}

/// Whether this process runs as root.
#[expect(unsafe_code, reason = "the standard library has no way to ask for the user id")]
pub fn is_root() -> bool {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

fn folder_from(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Cargo names the crate's folder when it runs it; started by hand, look upwards for the workspace.
fn find_root() -> Result<PathBuf> {
    if let Some(manifest) = folder_from("CARGO_MANIFEST_DIR")
        && let Some(root) = manifest.parent()
    {
        return Ok(root.to_owned());
    }
    let here = std::env::current_dir()?;
    match here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").exists()) {
        Some(root) => Ok(root.to_owned()),
        None => bail!("run this inside a checkout of Omnichat"),
    }
}

fn target_directory(root: &Path) -> Result<PathBuf> {
    let metadata = shell::cargo(root).args(["metadata", "--no-deps", "--format-version", "1"]).read()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let folder = metadata.get("target_directory").and_then(|value| value.as_str());
    folder.map(PathBuf::from).context("cargo metadata names no target directory")
}
