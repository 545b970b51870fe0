//! Passwords: argon2id, a few at a time, away from the threads that serve.

use crate::{Error, Result, give_way};
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::{Output, ParamsString, Salt, SaltString, rand_core::OsRng},
};
use std::sync::{LazyLock, Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use types::{ErrorCode, limits};

/// Each hashing takes 19 MiB and some 20 ms of a core; more at once would
/// starve everything else.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// What hashings work in, kept from one to the next: freed by ever other
/// threads, some hundreds of megabytes would stay with the allocator.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Verified when there is no such user, so that both cases take as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Checks that a new password is long enough and not absurdly long.
pub(super) fn check(password: &str) -> Result<()> {
    let refuse = |code, message: String| Err(Error::Refused(types::Error::new(code, message).field("password")));
    if password.chars().count() < limits::PASSWORD_MIN_CHARS {
        let message =
            format!("Please use at least {} characters. A short sentence is fine.", limits::PASSWORD_MIN_CHARS);
        return refuse(ErrorCode::Invalid, message);
    }
    if password.len() > limits::PASSWORD_MAX_BYTES {
        return refuse(
            ErrorCode::TooLarge,
            format!("Please keep the password under {} bytes.", limits::PASSWORD_MAX_BYTES),
        );
    }
    Ok(())
}

/// The hash to store of a password.
pub(super) async fn hash(password: String) -> Result<String> {
    run(slot().await?, move || hash_now(&password)).await?
}

/// Whether a password is the one of a stored hash. Without a hash it takes
/// just as long and is false.
pub(super) async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    verify_if(password, stored, || Ok(())).await
}

/// The same, when `may` says so as it is its turn: a try that is refused is no work.
pub(super) async fn verify_if(
    password: String,
    stored: Option<String>,
    may: impl FnOnce() -> Result<()>,
) -> Result<bool> {
    let slot = slot().await?;
    may()?;
    if password.len() > limits::PASSWORD_MAX_BYTES {
        return Ok(false);
    }
    run(slot, move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&stored) else { return false };
        known & is_of(&password, &parsed).unwrap_or(false)
    })
    .await
}

async fn slot() -> Result<SemaphorePermit<'static>> {
    SLOTS.acquire().await.map_err(|error| Error::Internal(error.to_string()))
}

/// Does it on a thread of its own, which lets others go first: guesses must not make anybody's message wait. The slot
/// is taken until it is done, whether or not somebody still waits for it.
async fn run<T: Send + 'static>(
    slot: SemaphorePermit<'static>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let (done, result) = tokio::sync::oneshot::channel();
    let hashing = move || {
        give_way();
        let _nobody_waits = done.send(work());
        drop(slot);
    };
    let started = std::thread::Builder::new().name("password".to_owned()).spawn(hashing);
    started.map_err(|error| Error::Internal(format!("password thread: {error}")))?;
    result.await.map_err(|error| Error::Internal(format!("password thread: {error}")))
}

fn hash_now(password: &str) -> Result<String> {
    let broken = |error: argon2::password_hash::Error| Error::Internal(format!("password hash: {error}"));
    let salt = SaltString::generate(&mut OsRng);
    // 19 MiB, two passes, one lane: OWASP's first recommendation.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    let stored = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(broken)?,
        salt: Some(salt.as_salt()),
        hash: Some(output(password, salt.as_salt(), params).map_err(broken)?),
    };
    Ok(stored.to_string())
}

/// Whether a stored hash is the one of this password. Compares in constant time.
fn is_of(password: &str, stored: &PasswordHash<'_>) -> argon2::password_hash::Result<bool> {
    let (Some(salt), Some(hash)) = (stored.salt, stored.hash) else { return Ok(false) };
    Ok(output(password, salt, Params::try_from(stored)?)? == hash)
}

fn output(password: &str, salt: Salt<'_>, params: Params) -> argon2::password_hash::Result<Output> {
    let mut buffer = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut buffer)?;
    let blocks = params.block_count();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let kept = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = kept().pop().unwrap_or_default();
    memory.resize(blocks, Block::default());
    let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
    let hashed = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut memory);
    kept().push(memory);
    hashed?;
    Output::new(&hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_and_by_no_other() {
        let stored = hash_now("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let parsed = PasswordHash::new(&stored).unwrap();
        assert!(is_of("correct horse battery", &parsed).unwrap());
        assert!(!is_of("correct horse batter", &parsed).unwrap());
        // One that the library itself made.
        use argon2::{PasswordHasher as _, PasswordVerifier as _};
        let salt = SaltString::generate(&mut OsRng);
        let theirs = Argon2::default().hash_password(b"another one", &salt).unwrap();
        assert!(is_of("another one", &theirs).unwrap());
        Argon2::default().verify_password(b"correct horse battery", &parsed).unwrap();
    }
}
