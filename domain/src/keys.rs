//! Signing and encryption. Every key is derived from the one secret of the
//! installation, each for one purpose.

use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::RngCore as _;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// First byte of everything encrypted, so that another scheme can follow.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

/// Why a text could not be encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It was encrypted with another secret, or changed since.
    #[error("the stored secret cannot be decrypted: OMNICHAT_SECRET_KEY is not the one it was stored with")]
    Undecryptable,
    /// The cipher refused.
    #[error("encryption failed")]
    Encryption,
}

/// Signing and encryption keys of this installation.
pub struct Keys {
    cipher: Aes256Gcm,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Derives the keys from 32 random bytes.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        let signing = derive(secret, b"omnichat token signing v1");
        let encryption = derive(secret, b"omnichat secret encryption v1");
        Self {
            cipher: Aes256Gcm::new(&encryption.into()),
            encoding: EncodingKey::from_secret(&signing),
            decoding: DecodingKey::from_secret(&signing),
        }
    }

    /// Signs claims as a JWT. The claims carry `aud` and `exp` themselves.
    ///
    /// # Errors
    /// When the claims cannot be written as JSON.
    pub fn sign<T: Serialize>(&self, claims: &T) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
    }

    /// The claims of a JWT that we signed for `audience` and that has not expired.
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
        Ok(jsonwebtoken::decode::<T>(token, &self.decoding, &validation)?.claims)
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
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| KeyError::Encryption)?;
        let mut stored = vec![VERSION];
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// Decrypts what [`Keys::encrypt`] made.
    ///
    /// # Errors
    /// When it was made with another secret or context, or was changed.
    pub fn decrypt(&self, stored: &[u8], context: &str) -> Result<String, KeyError> {
        let [VERSION, rest @ ..] = stored else { return Err(KeyError::Undecryptable) };
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(KeyError::Undecryptable)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let plain = self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| KeyError::Undecryptable)?;
        String::from_utf8(plain).map_err(|_| KeyError::Undecryptable)
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
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_in_its_own_place_and_unchanged() {
        let keys = Keys::new(&[7; 32]);
        let mut stored = keys.encrypt("gsk_123", "tenant a, llm key").unwrap();
        assert_eq!(keys.decrypt(&stored, "tenant a, llm key").unwrap(), "gsk_123");
        assert!(keys.decrypt(&stored, "tenant b, llm key").is_err());
        assert!(Keys::new(&[8; 32]).decrypt(&stored, "tenant a, llm key").is_err());
        *stored.last_mut().unwrap() ^= 1;
        assert!(keys.decrypt(&stored, "tenant a, llm key").is_err());
        assert!(keys.decrypt(b"", "tenant a, llm key").is_err());
    }
}
