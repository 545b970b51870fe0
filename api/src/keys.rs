//! Keys with which programs call.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    ApiKeyId, Result,
    accounts::{ApiKey, NewApiKey},
};

/// The API keys of the tenant, newest first. Needs `keys.manage`.
#[server(prefix = "/api", endpoint = "keys/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_keys() -> Result<Vec<ApiKey>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::list_api_keys(&caller::product(), &permit).await?)
    })
    .await
}

/// Makes an API key. The key itself is in this answer and nowhere else. Needs `keys.manage`.
#[server(prefix = "/api", endpoint = "keys/create", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn create_key(new: NewApiKey) -> Result<(String, ApiKey)> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::create_api_key(&caller::product(), &permit, new).await?)
    })
    .await
}

/// Revokes an API key: it is good for nothing from now on. Needs `keys.manage`.
#[server(prefix = "/api", endpoint = "keys/revoke", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn revoke_key(id: ApiKeyId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::revoke_api_key(&caller::product(), &permit, id).await?)
    })
    .await
}
