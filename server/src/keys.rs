//! `omnichat api-key create`.

use crate::{
    Failure,
    config::{Secret, Storage},
    console,
    database::with_database,
    secrets::SecretKeys,
    seed,
};
use domain::accounts;
use types::accounts::NewApiKey;

/// Makes a key for a business and prints it. The server may go on working.
///
/// # Errors
/// When there is no such business, or the database does not answer.
pub async fn create(storage: &Storage, secret: &Secret, business: Option<&str>, new: NewApiKey) -> Result<(), Failure> {
    let (key, is_stamped) = with_database(storage, async |db| {
        let tenant = match business {
            Some(slug) => accounts::tenant_by_slug(db, slug)
                .await?
                .ok_or_else(|| Failure::advice(format!("there is no business \"{slug}\" in this database")))?,
            None => seed::tenant(db, &storage.data_dir).await?,
        };
        // The server's, which is to know the key for one of ours by them.
        let keys = SecretKeys::find(&storage.data_dir, secret)?.map(|keys| keys.keys());
        let key = accounts::issue_api_key_in(db, keys.as_ref(), tenant, new).await?;
        Ok((key, keys.is_some()))
    })
    .await?;
    console::say(&key);
    if !is_stamped {
        console::complain(
            "The server's secret key is not known here, so this API key has no stamp: it is good, but may be told to \
             wait after a restart while others send made-up ones. Give OMNICHAT_SECRET_KEY, or the server's \
             --data-dir, to make one with a stamp.",
        );
    }
    Ok(())
}
