//! The store of parts: every version in a folder of its own, and a link with the plain name to the one in use.
//!
//! A version appears by one rename when it is complete, and the link changes by one rename: an interrupted set-up
//! leaves nothing half-done, and a server that is running keeps the version it started with.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::Outcome;
use super::pins::{Finish, Part, Wheel};
use crate::{files, hash, shell};

const UNPACK: &str = include_str!("../../tools/unpack.py");
const BUILD_MODEL: &str = include_str!("../../tools/build_model.py");

/// The folder of parts, held by this process alone while it is open.
pub struct Store {
    folder: PathBuf,
    _lock: File,
}

impl Store {
    /// Opens the store, after whoever is setting up right now.
    pub fn open(folder: &Path) -> Result<Self> {
        let store = folder.join("store");
        let home = folder.parent().filter(|home| !home.exists());
        files::create_folder(&store)?;
        for shared in home.into_iter().chain([folder, &store]) {
            open_to_all(shared)?;
        }
        Ok(Self { folder: folder.to_owned(), _lock: files::lock(&folder.join("lock"))? })
    }

    /// Makes sure that the part is there in the pinned version.
    pub fn provide(&self, part: &Part) -> Result<Outcome> {
        let version = Path::new("store").join(&part.version);
        let wanted = version.join(&part.inside);
        let link = self.folder.join(part.name);
        let complete = self.folder.join(&version);
        if complete.exists() {
            if fs::read_link(&link).is_ok_and(|found| found == wanted) {
                return Ok(Outcome::Ready);
            }
        } else {
            self.install(part, &complete).with_context(|| format!("cannot install {}", part.title))?;
        }
        self.point(&link, &wanted)?;
        Ok(Outcome::Installed)
    }

    fn install(&self, part: &Part, complete: &Path) -> Result<()> {
        let incoming = self.folder.join(format!("incoming-{}", part.name));
        files::empty_folder(&incoming)?;
        // Finished downloads stay until the part is complete: the next try goes on from there.
        let downloads = self.folder.join(format!("downloads-{}", part.name));
        let wheel = download(&part.wheel, &downloads)?;
        let unpack = shell::program("python3").args(["-c", UNPACK]).arg(&wheel).arg(&incoming);
        unpack.arg(part.wheel.strip.to_string()).args(&part.wheel.files).quiet()?;
        open_to_all(&incoming)?;
        if let Finish::BuildModel { sha256 } = part.finish {
            build_model(&incoming, sha256)?;
        }
        fs::rename(&incoming, complete).with_context(|| format!("cannot create {}", complete.display()))?;
        files::remove(&downloads)
    }

    fn point(&self, link: &Path, target: &Path) -> Result<()> {
        let next = self.folder.join("next-link");
        files::remove(&next)?;
        symlink(target, &next)?;
        if link.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
            files::remove(link)?;
        }
        fs::rename(&next, link).with_context(|| format!("cannot create {}", link.display()))
    }
}

/// PostgreSQL runs as a user of its own when the server runs as root: it must get in, whatever the umask.
fn open_to_all(folder: &Path) -> Result<()> {
    let permissions = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder, permissions).with_context(|| format!("cannot open {} to all", folder.display()))
}

/// Lets pip fetch one wheel: it knows the machine's mirrors and proxies, and it checks the hash.
fn download(wheel: &Wheel, folder: &Path) -> Result<PathBuf> {
    check_pip()?;
    files::create_folder(folder)?;
    let requirements = folder.join("requirements.txt");
    files::write(&requirements, format!("{} --hash=sha256:{}\n", wheel.requirement, wheel.sha256))?;
    shell::program("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"])
        // The libraries inside do not depend on the Python version: ask for one, whatever python3 is.
        .args(["--only-binary=:all:", "--implementation=cp", "--python-version=3.11", "--abi=cp311", "--abi=none"])
        .args(["--platform", wheel.platform])
        .arg("--requirement")
        .arg(&requirements)
        .arg("--dest")
        .arg(folder)
        .quiet()?;
    for path in files::list(folder)? {
        if path.extension().is_some_and(|extension| extension == "whl") && hash::of_file(&path)? == wheel.sha256 {
            return Ok(path);
        }
    }
    bail!("pip brought no file with the pinned hash for {}", wheel.requirement)
}

fn check_pip() -> Result<()> {
    let version = shell::program("python3").args(["-m", "pip", "--version"]);
    let Err(error) = version.quiet() else {
        return Ok(());
    };
    if error.to_string().contains("No module named pip") {
        bail!("Python is here, but its package installer is not; try `apt-get install python3-pip`");
    }
    Err(error)
}

fn build_model(folder: &Path, sha256: &str) -> Result<()> {
    let graph = folder.join("model.onnx");
    shell::program("python3").args(["-c", BUILD_MODEL]).arg(folder).arg(&graph).quiet()?;
    files::remove(&folder.join("model.safetensors"))?;
    let found = hash::of_file(&graph)?;
    if found != sha256 {
        bail!("the built model has the hash {found}, expected {sha256}");
    }
    // Stored with each vector: those of the full weights are close, and not the same.
    std::fs::write(folder.join("omnichat.json"), "{\"name\": \"all-MiniLM-L6-v2-int8\"}\n")?;
    Ok(())
}
