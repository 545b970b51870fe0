//! `omnichat admin`: who runs the platform, and a second factor that is lost.

use crate::{
    Failure,
    config::{Secret, Storage},
    console,
    database::with_database,
    secrets::SecretKeys,
};
use domain::{accounts, platform};

/// Makes a user a platform admin, or takes that back. The server may go on working.
///
/// # Errors
/// When nobody has the address, nobody proved it, or the database does not answer.
pub async fn set(storage: &Storage, email: &str, is_admin: bool) -> Result<(), Failure> {
    let is_known = with_database(storage, async |db| Ok(platform::set_admin(db, email, is_admin).await?)).await?;
    if !is_known {
        return Err(Failure::advice(format!("nobody has an account with the address {email}. Register it first")));
    }
    let words = if is_admin {
        "runs the platform, once a second step at sign-in is turned on under Settings, Your account"
    } else {
        "does not run the platform any more"
    };
    console::say(&format!("{email} {words}. A running server knows it within seconds."));
    Ok(())
}

/// Takes a lost second factor off a user. The server may go on working, and
/// sends the mail about it.
///
/// # Errors
/// When nobody proved the address, there is no factor, or the database does not answer.
pub async fn clear_second_factor(storage: &Storage, secret: &Secret, email: &str) -> Result<(), Failure> {
    with_database(storage, async |db| {
        // The same keys as the server's, which reads the mail.
        let keys = SecretKeys::read(&storage.data_dir, secret)?.keys();
        Ok(accounts::clear_second_factor(db, &keys, email).await?)
    })
    .await?;
    console::say(&format!(
        "The second step at sign-in of {email} is off, and a mail tells them. Their sessions have ended; what is open \
         in a browser stops within seconds."
    ));
    Ok(())
}
