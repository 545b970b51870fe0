//! The folders of the private PostgreSQL, and whose they are. What the server reads and writes there is its own;
//! PostgreSQL owns its data and the folder of its socket and nothing else.

use super::{
    EmbeddedError, access,
    user::{self, Account, is_root},
};
use std::{
    fs, io,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
};

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The programs.
    pub bin: PathBuf,
    /// The data.
    pub data: PathBuf,
    /// Data that is being made: it gets its name when it is complete.
    pub incoming: PathBuf,
    /// The socket.
    pub socket_dir: PathBuf,
    /// A log for each start.
    pub logs: PathBuf,
    /// Who may sign in.
    pub access: PathBuf,
    /// As whom PostgreSQL runs; none for as whom we run.
    pub account: Option<Account>,
}

impl Place {
    /// Finds the folders, and the user that PostgreSQL runs as.
    ///
    /// # Errors
    /// With what is missing and what to do about it.
    pub fn find(postgres_dir: &Path, data_dir: &Path, named: Option<&str>) -> Result<Self, EmbeddedError> {
        let bin = postgres_dir.join("bin");
        if !bin.join("postgres").exists() {
            return Err(EmbeddedError::Missing(postgres_dir.to_owned()));
        }
        user::not_anothers(data_dir)?;
        let root = data_dir.join("postgres");
        fs::create_dir_all(&root).map_err(at(&root))?;
        // As the kernel tells where processes are.
        let root = root.canonicalize().map_err(at(&root))?;
        let account = user::choose(named, &root.join("data"))?;
        if let Some(account) = &account {
            all_may_enter(&bin, account)?;
            all_may_enter(data_dir, account)?;
        }
        Ok(Self {
            bin,
            data: root.join("data"),
            incoming: root.join("incoming"),
            socket_dir: root.join("socket"),
            logs: root.join("logs"),
            access: root.join("access"),
            account,
        })
    }

    /// Makes the folders and gives each to whom it belongs. Nothing may be running in them.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn claim(&self) -> Result<(), EmbeddedError> {
        let (passage, readable) = if is_root() { (0o711, 0o755) } else { (0o700, 0o700) };
        if let Some(root) = self.data.parent() {
            ours(root, passage)?;
            // Older versions wrote one log for all starts here.
            let _missing = fs::remove_file(root.join("log"));
        }
        ours(&self.logs, 0o700)?;
        ours(&self.access, readable)?;
        self.its_own(&self.socket_dir)?;
        if self.data.exists() {
            self.its_own(&self.data)?;
        }
        access::write(self)
    }

    /// An empty folder for data that is being made.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn clear_incoming(&self) -> Result<(), EmbeddedError> {
        match fs::remove_dir_all(&self.incoming) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&self.incoming)(error)),
            _ => {}
        }
        self.its_own(&self.incoming)
    }

    /// Puts complete data in its place, for good.
    ///
    /// # Errors
    /// When something else is there already.
    pub fn take_incoming(&self) -> Result<(), EmbeddedError> {
        let moved = fs::rename(&self.incoming, &self.data);
        let kept = moved.and_then(|()| self.data.parent().map_or(Ok(()), |root| fs::File::open(root)?.sync_all()));
        kept.map_err(at(&self.data))
    }

    fn its_own(&self, folder: &Path) -> Result<(), EmbeddedError> {
        let own = || {
            fs::create_dir_all(folder)?;
            if let Some(account) = &self.account {
                user::give(folder, account)?;
            }
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        };
        own().map_err(at(folder))
    }
}

fn ours(folder: &Path, mode: u32) -> Result<(), EmbeddedError> {
    let own = || {
        fs::create_dir_all(folder)?;
        if is_root() {
            chown(folder, Some(0), Some(0))?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(mode))
    };
    own().map_err(at(folder))
}

/// For `map_err`: a folder cannot be used.
pub fn at(path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.to_owned();
    move |cause| EmbeddedError::Folder { path, cause }
}

/// Whether another user can get to a folder: it and every folder above let others through.
fn all_may_enter(folder: &Path, account: &Account) -> Result<(), EmbeddedError> {
    for above in folder.ancestors().filter(|path| !path.as_os_str().is_empty()) {
        let mode = fs::metadata(above).map_err(at(above))?.permissions().mode();
        if mode & 0o001 == 0 {
            return Err(EmbeddedError::Closed { user: account.name.clone(), path: above.to_owned() });
        }
    }
    Ok(())
}
