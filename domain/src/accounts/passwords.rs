//! Passwords: argon2id, a few at a time, away from the threads that serve.

use crate::{Error, Result};
use argon2::{
    Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use std::sync::LazyLock;
use tokio::sync::Semaphore;
use types::{ErrorCode, limits};

/// Each hashing takes 19 MiB and some 20 ms of a core; more at once would
/// starve everything else.
static SLOTS: Semaphore = Semaphore::const_new(2);

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
    let _slot = slot().await?;
    run(move || hash_now(&password)).await?
}

/// Whether a password is the one of a stored hash. Without a hash it takes
/// just as long and is false.
pub(super) async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    if password.len() > limits::PASSWORD_MAX_BYTES {
        return Ok(false);
    }
    let _slot = slot().await?;
    run(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&stored) else { return false };
        let matches = argon2().verify_password(password.as_bytes(), &parsed).is_ok();
        known && matches
    })
    .await
}

async fn slot() -> Result<tokio::sync::SemaphorePermit<'static>> {
    SLOTS.acquire().await.map_err(|error| Error::Internal(error.to_string()))
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(format!("password task: {error}")))
}

fn hash_now(password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash =
        argon2().hash_password(password.as_bytes(), &salt).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(hash.to_string())
}

fn argon2() -> Argon2<'static> {
    // 19 MiB, two passes, one lane: OWASP's first recommendation.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}
