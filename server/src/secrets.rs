//! The secret keys: given by the settings, or kept in the data folder, and
//! how a new one takes the place of the old.
//!
//! The file in the folder holds the current key in its first line. While what
//! is stored is encrypted anew, the key before it is in the second.

use crate::{
    Failure,
    config::{Secret, Storage},
    console,
    database::{Database, running_app_url},
    folder::{DataFolder, write_private},
};
use domain::{
    Keys,
    database::{Db, embedded::not_anothers},
    events::Hub,
    keys::{OLD_KEYS, Rotated, rotate},
};
use rand::RngCore;
use std::{fs, io::ErrorKind, path::Path};

/// Name of the file in the data folder.
const FILE: &str = "secret.key";

/// 32 random bytes.
type Key = [u8; 32];

/// The key that makes what is new, and those whose work is still accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKeys {
    /// Signs and encrypts.
    pub current: Key,
    /// Verify and decrypt.
    pub old: Vec<Key>,
}

impl std::fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKeys")
    }
}

impl SecretKeys {
    /// From the settings, or kept in the folder, made when there is none.
    ///
    /// # Errors
    /// When one is malformed or cannot be kept.
    pub fn read(folder: &Path, secret: &Secret) -> Result<Self, Failure> {
        let given: Vec<&str> =
            secret.old_secret_keys.iter().map(|key| key.trim()).filter(|key| !key.is_empty()).collect();
        let old: Option<Vec<Key>> = given.iter().map(|key| parse(key)).collect();
        let mut old = old.filter(|old| old.len() <= OLD_KEYS).ok_or_else(|| {
            Failure::advice(format!(
                "OMNICHAT_OLD_SECRET_KEYS must be keys of 64 hexadecimal digits, separated by commas, {OLD_KEYS} at most"
            ))
        })?;
        let current = match &secret.secret_key {
            Some(given) => parse(given).ok_or_else(|| {
                Failure::advice("OMNICHAT_SECRET_KEY must be 64 hexadecimal digits; `openssl rand -hex 32` makes some")
            })?,
            None => {
                let kept = kept(folder)?;
                old.splice(0..0, kept.old);
                old.truncate(OLD_KEYS);
                kept.current
            }
        };
        Ok(Self { current, old })
    }

    /// The same, but makes nothing: none when none is given and none is kept, as beside a server that has its key
    /// elsewhere.
    ///
    /// # Errors
    /// When one is malformed or cannot be read.
    pub fn find(folder: &Path, secret: &Secret) -> Result<Option<Self>, Failure> {
        let is_there = secret.secret_key.is_some() || folder.join(FILE).exists();
        if is_there { Self::read(folder, secret).map(Some) } else { Ok(None) }
    }

    /// What seals and signs.
    #[must_use]
    pub fn keys(&self) -> Keys {
        Keys::new(&self.current, &self.old)
    }
}

/// `omnichat rotate-secrets`.
///
/// # Errors
/// When the database does not answer, or a stored secret cannot be read.
pub async fn rotate_secrets(storage: &Storage, secret: &Secret, is_new: bool) -> Result<(), Failure> {
    if is_new && secret.secret_key.is_some() {
        return Err(Failure::advice(
            "the secret key comes from OMNICHAT_SECRET_KEY, so the new one must be put there: `openssl rand -hex 32` \
             makes one. Move the present key to OMNICHAT_OLD_SECRET_KEYS, start the server, and run `omnichat rotate-secrets`",
        ));
    }
    if secret.secret_key.is_none() {
        // The file is written in the end, beside a server too.
        not_anothers(&storage.data_dir)?;
    }
    // A server that works is left alone, but it must know the key: a new one is made while none has the folder.
    let running = if is_new { None } else { running_app_url(storage) };
    let (url, opened) = match running {
        Some(url) => (url, None),
        None => {
            let folder = DataFolder::open(&storage.data_dir)?;
            let database = Database::open(storage, &folder).await?;
            (database.app_url.clone(), Some((folder, database)))
        }
    };
    let rotated = rotate_all(storage, secret, is_new, &url, opened.as_ref().map(|(_, database)| database)).await;
    if let Some((_folder, database)) = opened {
        database.close().await?;
    }
    let Rotated { changed, unreadable } = rotated?;
    console::say(&format!("Stored secrets encrypted anew: {changed}. Any other has the current key."));
    if unreadable > 0 {
        return Err(Failure::advice(format!(
            "{unreadable} businesses or people have a stored secret that none of the keys opens. Put the key it was stored with into \
             OMNICHAT_OLD_SECRET_KEYS and run this again, or have them enter it anew"
        )));
    }
    Ok(())
}

async fn rotate_all(
    storage: &Storage,
    secret: &Secret,
    is_new: bool,
    url: &str,
    own: Option<&Database>,
) -> Result<Rotated, Failure> {
    if let Some(database) = own {
        database.migrate().await?;
    }
    let folder = storage.data_dir.as_path();
    if is_new {
        add_key(folder)?;
    }
    let keys = SecretKeys::read(folder, secret)?;
    let db = Db::new(url, 2, Hub::default())?;
    let rotated = rotate(&db, &keys.keys()).await;
    db.close();
    let rotated = rotated?;
    // Only now: until everything is encrypted anew the old key is needed, after a crash as well.
    if secret.secret_key.is_none() && rotated.unreadable == 0 {
        forget_old_key(folder)?;
    }
    Ok(rotated)
}

/// Puts a new key before the one in the folder. A change that was not finished is finished first.
fn add_key(folder: &Path) -> Result<(), Failure> {
    let kept = kept(folder)?;
    if kept.old.is_empty() {
        write(folder, &[random(), kept.current])?;
    }
    Ok(())
}

fn forget_old_key(folder: &Path) -> Result<(), Failure> {
    let kept = kept(folder)?;
    if kept.old.is_empty() { Ok(()) } else { write(folder, &[kept.current]) }
}

/// The keys in the folder, made when there is none.
fn kept(folder: &Path) -> Result<SecretKeys, Failure> {
    let file = folder.join(FILE);
    match fs::read_to_string(&file) {
        Ok(text) => {
            let keys: Option<Vec<Key>> = text.trim().lines().map(parse).collect();
            let mut keys = keys.unwrap_or_default().into_iter();
            let damaged = || {
                Failure::advice(format!(
                    "{} is damaged: it must hold 64 hexadecimal digits. Put back a copy; without it everybody signs in again and stored keys of businesses are lost",
                    file.display()
                ))
            };
            Ok(SecretKeys { current: keys.next().ok_or_else(damaged)?, old: keys.collect() })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let current = random();
            write(folder, &[current])?;
            Ok(SecretKeys { current, old: Vec::new() })
        }
        Err(error) => Err(Failure::system(format!("reading {}", file.display()))(error)),
    }
}

fn write(folder: &Path, keys: &[Key]) -> Result<(), Failure> {
    let hex = |key: &Key| key.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    write_private(&folder.join(FILE), &keys.iter().map(hex).collect::<Vec<_>>().join("\n"))
}

fn random() -> Key {
    let mut key = [0; 32];
    rand::rng().fill_bytes(&mut key);
    key
}

/// Whether a text is what the file of secret keys holds: one key on each line.
pub fn are_keys(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| parse(line.trim()).is_some())
}

fn parse(text: &str) -> Option<Key> {
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

    #[test]
    fn keys_are_given_by_the_settings() {
        let nowhere = Path::new("/nowhere/at/all");
        assert_eq!(SecretKeys::find(nowhere, &Secret::default()).unwrap(), None);
        let (one, two) = ("01".repeat(32), "02".repeat(32));
        let read = |current: &str, old: &[&str]| {
            let old_secret_keys = old.iter().map(|key| (*key).to_owned()).collect();
            SecretKeys::read(nowhere, &Secret { secret_key: Some(current.to_owned()), old_secret_keys })
        };
        assert_eq!(read(&one, &[""]).unwrap(), SecretKeys { current: [1; 32], old: vec![] });
        assert_eq!(read(&one, &[&two, " "]).unwrap(), SecretKeys { current: [1; 32], old: vec![[2; 32]] });
        assert!(read("abc", &[]).unwrap_err().to_string().contains("openssl rand"));
        for wrong in [&["short"][..], &[two.as_str(); OLD_KEYS + 1]] {
            assert!(read(&one, wrong).unwrap_err().to_string().contains("OMNICHAT_OLD_SECRET_KEYS"));
        }
        read(&one, &[two.as_str(); OLD_KEYS]).unwrap();
    }

    #[test]
    fn a_new_key_keeps_the_old_one_until_the_end() {
        let folder = std::env::temp_dir().join(format!("omnichat-new-key-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let read = || SecretKeys::read(&folder, &Secret::default()).unwrap();
        let first = read();
        add_key(&folder).unwrap();
        let both = read();
        assert!(both.current != first.current && both.old == [first.current]);
        // What was broken off in between is finished and does not lose the first key.
        add_key(&folder).unwrap();
        assert_eq!(read(), both);
        forget_old_key(&folder).unwrap();
        assert_eq!(read(), SecretKeys { current: both.current, old: vec![] });
        fs::remove_dir_all(&folder).unwrap();
    }
}
