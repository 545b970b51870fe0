//! Backups that are encrypted with age: for the holders of keys, or with a passphrase. After the first line, which
//! says so, the file is what `age` writes and reads; inside is a backup as it is without.

use crate::Failure;
use age::{
    DecryptError, Decryptor, Encryptor, Identity, IdentityFile, Recipient, scrypt, secrecy::SecretString, x25519,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
};

/// Says what the file is; the number rises when the form changes.
const FORMAT: &str = "omnichat encrypted backup 1";
/// The hardest passphrase that is tried, as a power of two: some minutes.
const HARDEST: u8 = 22;

/// Whom a backup is encrypted for.
#[derive(Clone, Debug, Default, Args)]
pub struct Lock {
    /// Encrypt for whoever holds the key to this public key, "age1…", as `age-keygen` makes them. May be given several
    /// times; each of the keys opens it.
    #[arg(long = "recipient", value_name = "AGE1…", conflicts_with = "passphrase_file")]
    pub recipients: Vec<String>,
    /// Encrypt with the passphrase in this file.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// What opens an encrypted backup.
#[derive(Clone, Debug, Default, Args)]
pub struct Unlock {
    /// A file with the key that opens an encrypted backup, "AGE-SECRET-KEY-1…", as `age-keygen` writes it. May be
    /// given several times.
    #[arg(long = "identity", value_name = "FILE")]
    pub identities: Vec<PathBuf>,
    /// A file with the passphrase that opens it.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// The first line. It tells whoever finds the file whom to ask.
#[derive(Serialize, Deserialize)]
pub struct Label {
    format: String,
    /// Public keys; none when there is a passphrase.
    recipients: Vec<String>,
}

impl Label {
    /// The label of a first line, when it is one.
    pub fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok().filter(|label: &Self| label.format == FORMAT)
    }
}

/// What encrypts, ready to begin.
pub struct Sealer {
    encryptor: Encryptor,
    label: Label,
}

impl Lock {
    /// What encrypts; none when nothing was asked for.
    ///
    /// # Errors
    /// When a key or the passphrase cannot be used.
    pub fn sealer(&self) -> Result<Option<Sealer>, Failure> {
        let label = Label { format: FORMAT.to_owned(), recipients: self.recipients.clone() };
        if let Some(file) = &self.passphrase_file {
            return Ok(Some(Sealer { encryptor: Encryptor::with_user_passphrase(passphrase(file)?), label }));
        }
        if self.recipients.is_empty() {
            return Ok(None);
        }
        let mut recipients = Vec::new();
        for text in &self.recipients {
            recipients.push(text.trim().parse::<x25519::Recipient>().map_err(|_| {
                Failure::advice(format!(
                    "\"{text}\" is no public key of age: it begins with age1, and `age-keygen` prints it"
                ))
            })?);
        }
        let encryptor = Encryptor::with_recipients(recipients.iter().map(|one| one as &dyn Recipient))
            .map_err(|error| Failure::advice(error.to_string()))?;
        Ok(Some(Sealer { encryptor, label }))
    }
}

impl Sealer {
    /// Writes the label, and then all of `head` and `from`, encrypted. Takes no memory to speak of.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub fn seal(self, head: &str, mut from: impl Read, mut to: File) -> io::Result<File> {
        writeln!(to, "{}", serde_json::to_string(&self.label)?)?;
        let mut sealed = self.encryptor.wrap_output(to)?;
        writeln!(sealed, "{head}")?;
        io::copy(&mut from, &mut sealed)?;
        sealed.finish()
    }
}

impl Unlock {
    /// Whether something was given that opens encrypted backups.
    pub fn is_given(&self) -> bool {
        !self.identities.is_empty() || self.passphrase_file.is_some()
    }

    /// What was encrypted, to be read.
    ///
    /// # Errors
    /// When no key or a wrong one was given; says which are right.
    pub fn open(&self, label: &Label, file: BufReader<File>) -> Result<Box<dyn BufRead + Send>, Failure> {
        let identities = self.keys()?;
        if identities.is_empty() {
            let with = match label.recipients.as_slice() {
                [] => "with a passphrase: name the file that it is in with --passphrase-file".to_owned(),
                some => format!("for {}: name the file with its key with --identity", some.join(", ")),
            };
            return Err(Failure::advice(format!("the backup is encrypted {with}")));
        }
        let opened = Decryptor::new_buffered(file)
            .and_then(|sealed| sealed.decrypt(identities.iter().map(|one| &**one as &dyn Identity)))
            .map_err(|error| explain(&error, label))?;
        Ok(Box::new(BufReader::new(opened)))
    }

    fn keys(&self) -> Result<Vec<Box<dyn Identity>>, Failure> {
        let mut keys: Vec<Box<dyn Identity>> = Vec::new();
        for path in &self.identities {
            let unusable = |error: &dyn std::fmt::Display| {
                Failure::advice(format!("{} holds no keys of age, one a line: {error}", path.display()))
            };
            let file = File::open(path).map_err(Failure::system(format!("reading {}", path.display())))?;
            let read = IdentityFile::from_buffer(BufReader::new(file)).map_err(|error| unusable(&error))?;
            for key in read.into_identities().map_err(|error| unusable(&error))? {
                keys.push(key);
            }
        }
        if let Some(file) = &self.passphrase_file {
            let mut key = scrypt::Identity::new(passphrase(file)?);
            key.set_max_work_factor(HARDEST);
            keys.push(Box::new(key));
        }
        Ok(keys)
    }
}

fn explain(error: &DecryptError, label: &Label) -> Failure {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
            Failure::advice(match label.recipients.as_slice() {
                [] => "the passphrase does not open this backup, which was encrypted with another one".to_owned(),
                some => format!("no key that was given opens this backup, which was encrypted for {}", some.join(", ")),
            })
        }
        other => Failure::advice(format!("the encrypted backup cannot be read, it may be damaged: {other}")),
    }
}

fn passphrase(file: &Path) -> Result<SecretString, Failure> {
    let text = fs::read_to_string(file).map_err(Failure::system(format!("reading {}", file.display())))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(Failure::advice(format!("{} holds no passphrase", file.display()))),
        passphrase => Ok(SecretString::from(passphrase.to_owned())),
    }
}
