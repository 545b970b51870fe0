//! `omnichat api-key create`.

use crate::{Failure, cli::Standalone, console, serve::with_product};
use domain::accounts;

/// Makes a key for a business and prints it.
///
/// # Errors
/// When there is no such business, or a part is missing.
pub async fn create(settings: Standalone, business: &str, name: &str) -> Result<(), Failure> {
    let key = with_product(&settings, async |product, _| {
        let tenant = accounts::tenant_by_slug(product, business).await?;
        let tenant = tenant.ok_or_else(|| {
            Failure::advice(format!(
                "there is no business \"{business}\". Its short name stands in the dashboard under Settings"
            ))
        })?;
        Ok(accounts::create_api_key(product, tenant, name).await?)
    })
    .await?;
    console::say(&key);
    Ok(())
}
