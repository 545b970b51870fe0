//! The data folder: held by one server at a time, with the secret key in it.

use crate::{Failure, config::Secret};
use rand::RngCore;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
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
    /// When it cannot be written, or another server has it.
    pub fn open(path: &Path) -> Result<Self, Failure> {
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

    /// Where it is, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret key: from the settings, or kept in this folder, made when there is none.
    ///
    /// # Errors
    /// When it is malformed or cannot be kept.
    pub fn secret_key(&self, secret: &Secret) -> Result<[u8; 32], Failure> {
        if let Some(given) = &secret.secret_key {
            return parse_key(given).ok_or_else(|| {
                Failure::advice("OMNICHAT_SECRET_KEY must be 64 hexadecimal digits; `openssl rand -hex 32` makes some")
            });
        }
        let file = self.path.join("secret.key");
        match fs::read_to_string(&file) {
            Ok(text) => parse_key(&text).ok_or_else(|| {
                Failure::advice(format!(
                    "{} is damaged: it must hold 64 hexadecimal digits. Put back a copy; without it everybody signs in again and stored keys of businesses are lost",
                    file.display()
                ))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut key = [0; 32];
                rand::rng().fill_bytes(&mut key);
                write_private(&file, &key.iter().map(|byte| format!("{byte:02x}")).collect::<String>())?;
                Ok(key)
            }
            Err(error) => Err(Failure::system(format!("reading {}", file.display()))(error)),
        }
    }
}

/// Writes a file that its owner alone may read: whole, or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_private(file: &Path, text: &str) -> Result<(), Failure> {
    let parts = file.with_extension("part");
    let write = || {
        let mut out = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&parts)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        fs::rename(&parts, file)
    };
    write().map_err(Failure::system(format!("writing {}", file.display())))
}

fn parse_key(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; 32];
    for (place, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *place = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
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
        drop(held);
        DataFolder::open(&path).unwrap();
        fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn the_secret_key_is_made_once_and_kept_private() {
        use std::os::unix::fs::PermissionsExt;
        let path = scratch("key");
        let folder = DataFolder::open(&path).unwrap();
        let none = Secret { secret_key: None };
        let first = folder.secret_key(&none).unwrap();
        assert_eq!(first, folder.secret_key(&none).unwrap());
        assert_eq!(fs::metadata(path.join("secret.key")).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(path.join("secret.key"), "nonsense").unwrap();
        assert!(folder.secret_key(&none).is_err());
        assert!(folder.secret_key(&Secret { secret_key: Some("abc".to_owned()) }).is_err());
        assert_eq!(folder.secret_key(&Secret { secret_key: Some("01".repeat(32)) }).unwrap(), [1; 32]);
        fs::remove_dir_all(&path).unwrap();
    }
}
