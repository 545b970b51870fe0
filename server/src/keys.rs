//! `omnichat api-key create`.

use crate::{Failure, config::Storage, console, database::with_database, seed};
use domain::accounts;
use types::accounts::NewApiKey;

/// Makes a key for a business and prints it. The server may go on working.
///
/// # Errors
/// When there is no such business, or the database does not answer.
pub async fn create(storage: &Storage, business: Option<&str>, new: NewApiKey) -> Result<(), Failure> {
    let key = with_database(storage, async |db| {
        let tenant = match business {
            Some(slug) => accounts::tenant_by_slug(db, slug)
                .await?
                .ok_or_else(|| Failure::advice(format!("there is no business \"{slug}\" in this database")))?,
            None => seed::tenant(db, &storage.data_dir).await?,
        };
        Ok(accounts::issue_api_key_in(db, tenant, new).await?)
    })
    .await?;
    console::say(&key);
    Ok(())
}
