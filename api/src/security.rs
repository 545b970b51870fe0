//! What the people who run a business should know of its safety.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{Result, SecurityNoticeId, security::SecurityNotice};

/// What was noticed in the last three months, the latest first, 100 at most. Needs `audit.read`.
#[server(prefix = "/api", endpoint = "security/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_security_notices() -> Result<Vec<SecurityNotice>> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::security::list(&caller::product(), &permit).await?)
    })
    .await
}

/// Marks a notice as dealt with. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "security/settle", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn settle_security_notice(id: SecurityNoticeId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::security::settle(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Signs the person out everywhere that a notice is about. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "security/sign-out", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn sign_person_out(id: SecurityNoticeId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::security::sign_person_out(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Revokes the API key that a notice is about. Needs `keys.manage`.
#[server(prefix = "/api", endpoint = "security/revoke-key", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn revoke_noticed_key(id: SecurityNoticeId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::security::revoke_key(&caller::product(), &permit, id).await?)
    })
    .await
}
