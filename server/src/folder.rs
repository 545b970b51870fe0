//! The data folder: held by one server at a time.

use crate::{Failure, config::Secret, secrets::SecretKeys};
use domain::database::embedded::not_anothers;
use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// A data folder that this process alone may use, until it is dropped or the process ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    // The system frees the lock with the process, however it ends.
    _lock: File,
}

impl DataFolder {
    /// Makes the folder when it is missing, and takes its lock.
    ///
    /// # Errors
    /// When it cannot be written, another server has it, or we are root and it is another user's; then nothing in it
    /// is touched.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        not_anothers(path)?;
        // Under root PostgreSQL runs as an unprivileged user who must pass through this folder.
        DirBuilder::new().recursive(true).mode(0o711).create(path).map_err(Failure::system(format!(
            "making the data folder {} (choose another with --data-dir)",
            path.display()
        )))?;
        let path = path.canonicalize().map_err(Failure::system(format!("finding {}", path.display())))?;
        let file = path.join("lock");
        let mut lock =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(&file).map_err(
                Failure::system(format!(
                    "writing to the data folder {} (choose another with --data-dir)",
                    path.display()
                )),
            )?;
        match lock.try_lock() {
            Ok(()) => {
                // Only for people who look into the folder.
                let _unimportant = lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id()));
                Ok(Self { path, _lock: lock })
            }
            Err(fs::TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _unimportant = lock.read_to_string(&mut holder);
                Err(Failure::advice(format!(
                    "another omnichat (process {}) uses the data folder {}. Stop it first, or choose another folder with --data-dir",
                    holder.trim(),
                    path.display()
                )))
            }
            Err(fs::TryLockError::Error(error)) => Err(Failure::system(format!("locking {}", file.display()))(error)),
        }
    }

    /// Whether a process has the folder. Changes nothing in it, whoever's it is.
    #[must_use]
    pub fn is_held(path: &Path) -> bool {
        let lock = File::open(path.join("lock"));
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)))
    }

    /// Where it is, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret keys: from the settings, or kept in this folder, made when there is none.
    ///
    /// # Errors
    /// When one is malformed or cannot be kept.
    pub fn secret_keys(&self, secret: &Secret) -> Result<SecretKeys, Failure> {
        SecretKeys::read(&self.path, secret)
    }
}

/// Makes a file that its owner alone may read. One that is there, or a link, is not followed and not written to.
///
/// # Errors
/// When it cannot be made, or is there already.
pub fn create_private(file: &Path) -> io::Result<File> {
    let made = OpenOptions::new().create_new(true).write(true).mode(0o600).open(file)?;
    // Whatever the mask was.
    made.set_permissions(Permissions::from_mode(0o600))?;
    Ok(made)
}

/// Writes a file into the data folder that its owner alone may read: whole, or not at all.
///
/// # Errors
/// When the folder cannot be written, or we are root and it is another user's, who could not read the file.
pub fn write_private(file: &Path, text: &str) -> Result<(), Failure> {
    file.parent().map_or(Ok(()), not_anothers)?;
    let parts = file.with_extension("part");
    let write = || {
        // One of a process that was killed.
        let _missing = fs::remove_file(&parts);
        let mut out = create_private(&parts)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        fs::rename(&parts, file)?;
        // The name is on the disk when its folder is.
        file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    write().map_err(Failure::system(format!("writing {}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("omnichat-{name}-{}", std::process::id()));
        let _missing = fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn one_process_at_a_time_has_the_folder() {
        let path = scratch("lock");
        let held = DataFolder::open(&path).unwrap();
        let refused = DataFolder::open(&path).unwrap_err().to_string();
        assert!(refused.contains("another omnichat") && refused.contains("--data-dir"), "{refused}");
        assert!(DataFolder::is_held(&path));
        drop(held);
        assert!(!DataFolder::is_held(&path) && !DataFolder::is_held(&path.join("none")));
        DataFolder::open(&path).unwrap();
        fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn the_secret_key_is_made_once_and_kept_private() {
        use std::os::unix::fs::PermissionsExt;
        let path = scratch("key");
        let folder = DataFolder::open(&path).unwrap();
        let none = Secret::default();
        let first = folder.secret_keys(&none).unwrap();
        assert_eq!(first, folder.secret_keys(&none).unwrap());
        assert_eq!(fs::metadata(path.join("secret.key")).unwrap().permissions().mode() & 0o777, 0o600);
        for damaged in ["nonsense", "", &format!("{}\nnonsense", "01".repeat(32))] {
            fs::write(path.join("secret.key"), damaged).unwrap();
            assert!(folder.secret_keys(&none).is_err(), "{damaged} was taken");
        }
        fs::remove_dir_all(&path).unwrap();
    }
}
