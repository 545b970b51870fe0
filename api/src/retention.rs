//! How long data is kept.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{Result, retention::RetentionRules};

/// The rules by which old data is deleted. Needs `settings.read`.
#[server(prefix = "/api", endpoint = "retention/rules", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_retention_rules() -> Result<RetentionRules> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::retention::rules(&caller::product(), &permit).await?)
    })
    .await
}

/// Changes the rules; they are applied within the hour. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "retention/update", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn update_retention_rules(rules: RetentionRules) -> Result<RetentionRules> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::retention::update_rules(&caller::product(), &permit, rules).await?)
    })
    .await
}
