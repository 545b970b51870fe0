//! `omnichat api-key create`.

use crate::{Failure, cli::Standalone, console, seed, serve::with_product};
use domain::accounts;
use types::accounts::NewApiKey;

/// Makes a key for a business and prints it.
///
/// # Errors
/// When there is no such business, or a part is missing.
pub async fn create(settings: Standalone, business: Option<&str>, new: NewApiKey) -> Result<(), Failure> {
    let key = with_product(&settings, async |product, data_dir| {
        let tenant = match business {
            Some(slug) => accounts::tenant_by_slug(product, slug)
                .await?
                .ok_or_else(|| Failure::advice(format!("there is no business \"{slug}\" in this database")))?,
            None => seed::tenant(product, data_dir).await?,
        };
        Ok(accounts::issue_api_key(product, tenant, new).await?)
    })
    .await?;
    console::say(&key);
    Ok(())
}
