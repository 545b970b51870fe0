//! Signing and encryption. Every key is derived from the one secret of the
//! installation, each for one purpose. The secret can be changed: what was
//! made with one of the past is still read until it is made anew.

mod rotate;
mod stamp;

pub use rotate::{Rotated, rotate};
pub use stamp::Stamped;

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use rand::RngCore as _;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// First byte of what is encrypted: with the key's id behind it.
const VERSION: u8 = 2;
/// First byte of what was encrypted when there was one key.
const VERSION_WITHOUT_ID: u8 = 1;
const ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 12;
/// Most keys of the past that are accepted.
pub const OLD_KEYS: usize = 8;

/// Why a text could not be encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It was encrypted with another secret, or changed since.
    #[error(
        "the stored secret cannot be decrypted: neither OMNICHAT_SECRET_KEY nor one of OMNICHAT_OLD_SECRET_KEYS is the one it was stored with"
    )]
    Undecryptable,
    /// The cipher refused.
    #[error("encryption failed")]
    Encryption,
}

/// Signing and encryption keys of this installation: the current ones, and
/// those of the past, which open and verify but make nothing new.
pub struct Keys {
    current: Derived,
    old: Vec<Derived>,
}

/// What is derived from one secret.
struct Derived {
    id: [u8; ID_BYTES],
    cipher: Aes256Gcm,
    encoding: EncodingKey,
    decoding: DecodingKey,
    stamping: [u8; 32],
}

impl Derived {
    fn new(secret: &[u8; 32]) -> Self {
        let signing = derive(secret, b"omnichat token signing v1");
        let encryption = derive(secret, b"omnichat secret encryption v1");
        // Stored in clear beside each secret, so it is made of a value that opens nothing.
        let public: [u8; 32] = Sha256::digest(derive(secret, b"omnichat key id v1")).into();
        let [a, b, c, d, ..] = public;
        Self {
            id: [a, b, c, d],
            cipher: Aes256Gcm::new(&encryption.into()),
            encoding: EncodingKey::from_secret(&signing),
            decoding: DecodingKey::from_secret(&signing),
            stamping: derive(secret, b"omnichat token stamps v1"),
        }
    }

    fn open(&self, rest: &[u8], context: &str) -> Option<String> {
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        String::from_utf8(self.cipher.decrypt(&Nonce::from(*nonce), payload).ok()?).ok()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Derives the keys from 32 random bytes, and those of the past from theirs.
    #[must_use]
    pub fn new(current: &[u8; 32], old: &[[u8; 32]]) -> Self {
        let old = old.iter().filter(|secret| *secret != current).take(OLD_KEYS).map(Derived::new).collect();
        Self { current: Derived::new(current), old }
    }

    fn all(&self) -> impl Iterator<Item = &Derived> {
        std::iter::once(&self.current).chain(&self.old)
    }

    /// Signs claims as a JWT. The claims carry `aud` and `exp` themselves.
    ///
    /// # Errors
    /// When the claims cannot be written as JSON.
    pub fn sign<T: Serialize>(&self, claims: &T) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.current.encoding)
    }

    /// The claims of a JWT that we signed for `audience`, now or before the
    /// key was changed, and that has not expired.
    ///
    /// # Errors
    /// When it is forged, expired, or for another audience.
    pub fn verify<T: DeserializeOwned + Clone>(
        &self,
        token: &str,
        audience: &str,
    ) -> Result<T, jsonwebtoken::errors::Error> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "aud"]);
        validation.leeway = 5;
        let mut verified = jsonwebtoken::decode::<T>(token, &self.current.decoding, &validation);
        for old in &self.old {
            match &verified {
                Err(error) if *error.kind() == ErrorKind::InvalidSignature => {
                    verified = jsonwebtoken::decode::<T>(token, &old.decoding, &validation);
                }
                _ => break,
            }
        }
        Ok(verified?.claims)
    }

    /// Encrypts a secret of a tenant for storage. `context` says whose and
    /// what it is; it must be the same when decrypting, so that a value moved
    /// to another row is worth nothing.
    ///
    /// # Errors
    /// When the cipher refuses, which it does for gigabytes alone.
    pub fn encrypt(&self, plain: &str, context: &str) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: plain.as_bytes(), aad: context.as_bytes() };
        let sealed = self.current.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| KeyError::Encryption)?;
        let mut stored = vec![VERSION];
        stored.extend_from_slice(&self.current.id);
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// Decrypts what [`Keys::encrypt`] made, with this key or one of the past.
    ///
    /// # Errors
    /// When it was made with another secret or context, or was changed.
    pub fn decrypt(&self, stored: &[u8], context: &str) -> Result<String, KeyError> {
        let opened = match stored {
            [VERSION, a, b, c, d, rest @ ..] => {
                self.all().filter(|key| key.id == [*a, *b, *c, *d]).find_map(|key| key.open(rest, context))
            }
            [VERSION_WITHOUT_ID, rest @ ..] => self.all().find_map(|key| key.open(rest, context)),
            _ => None,
        };
        opened.ok_or(KeyError::Undecryptable)
    }

    /// Whether something encrypted was not made with the current key.
    #[must_use]
    pub fn needs_rotation(&self, stored: &[u8]) -> bool {
        !matches!(stored, [VERSION, a, b, c, d, ..] if self.current.id == [*a, *b, *c, *d])
    }

    /// Encrypts anew what was not made with the current key; nothing when it was.
    ///
    /// # Errors
    /// When none of the keys opens it.
    pub fn reseal(&self, stored: &[u8], context: &str) -> Result<Option<Vec<u8>>, KeyError> {
        if !self.needs_rotation(stored) {
            return Ok(None);
        }
        self.encrypt(&self.decrypt(stored, context)?, context).map(Some)
    }
}

fn derive(secret: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    // The secret is uniform, so one HMAC is a sound key derivation.
    match <Hmac<Sha256> as Mac>::new_from_slice(secret) {
        Ok(mut mac) => {
            mac.update(purpose);
            mac.finalize().into_bytes().into()
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

/// A random secret as 43 URL-safe characters: 256 bits.
#[must_use]
pub fn random_secret() -> String {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Hash under which a random secret is stored. It has 256 bits, so a fast hash is right.
#[must_use]
pub fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests;
