//! `omnichat admin grant` and `omnichat admin revoke`.

use crate::{Failure, config::Storage, console, database::with_database};
use domain::platform;

/// Makes a user a platform admin, or takes that back. The server may go on working.
///
/// # Errors
/// When nobody has the address, or the database does not answer.
pub async fn set(storage: &Storage, email: &str, is_admin: bool) -> Result<(), Failure> {
    let is_known = with_database(storage, async |db| Ok(platform::set_admin(db, email, is_admin).await?)).await?;
    if !is_known {
        return Err(Failure::advice(format!("nobody has an account with the address {email}. Register it first")));
    }
    let words = if is_admin { "runs the platform" } else { "does not run the platform any more" };
    console::say(&format!("{email} {words}. A running server knows it within ten minutes, or at the next sign-in."));
    Ok(())
}
