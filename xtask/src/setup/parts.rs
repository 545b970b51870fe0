//! The store of parts: every version in a folder of its own, and a link with the plain name to the one in use.
//!
//! A version appears by one rename when it is complete, and the link changes by one rename: an interrupted set-up
//! leaves nothing half-done, and a server that is running keeps the version it started with.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::Outcome;
use super::pins::{Finish, Part, Recipe, Wheel};
use crate::{files, hash, shell};

const UNPACK: &str = include_str!("../../tools/unpack.py");

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
        if let Finish::Build(recipe) = &part.finish {
            build(recipe, &incoming, &downloads)?;
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

/// Makes the part's files out of what was unpacked; the scripts lie in a folder of their own meanwhile.
fn build(recipe: &Recipe, folder: &Path, scratch: &Path) -> Result<()> {
    for (name, text) in recipe.scripts {
        files::write(&scratch.join(name), text)?;
    }
    let Some((script, _)) = recipe.scripts.first() else { bail!("there is no script to build with") };
    // Isolated: nothing of the caller's own modules gets in, and no compiled copies are left. That leaves out the
    // script's folder as well.
    let start = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_path(sys.argv.pop(1) + '/' + \
                 sys.argv.pop(1), run_name='__main__')";
    shell::program("python3").args(["-I", "-B", "-c", start]).arg(scratch).arg(script).arg(folder).quiet()?;
    for (name, text) in recipe.notes {
        files::write(&folder.join(name), text)?;
    }
    for raw in recipe.raw {
        files::remove(&folder.join(raw))?;
    }
    for (name, sha256) in recipe.results {
        let found = hash::of_file(&folder.join(name))?;
        if found != *sha256 {
            bail!("the built {name} has the hash {found}, expected {sha256}");
        }
    }
    Ok(())
}
