//! What belongs to the user alone: name, password, sign-ins, and which
//! business they work in.

use crate::{ApiClient, codec::Postcard};
use server_fn::codec::PostUrl;
use server_fn_macro_default::server;
use types::{Result, SessionId, TenantId, people::OwnSession};

/// Goes over to another business that the user works in.
#[server(prefix = "/api", endpoint = "accounts/switch", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn switch_tenant(tenant: TenantId) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<SwitchTenant, _>(&[], async {
        let member = caller::member()?;
        let signed_in = domain::accounts::switch_tenant(&caller::product(), &member, tenant, &caller::device()).await?;
        caller::start_session(&signed_in, "/inbox");
        Ok(())
    })
    .await
}

/// Changes what the user is called.
#[server(prefix = "/api", endpoint = "accounts/name", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn rename_self(name: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<RenameSelf, _>(&[("name", &name)], async {
        let own = caller::member()?.in_person()?;
        Ok(domain::accounts::rename_self(&caller::product(), &own, &name).await?)
    })
    .await
}

/// Changes the password of a user who knows it, and ends their other sessions.
#[server(prefix = "/api", endpoint = "accounts/password", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn change_password(current: String, password: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<ChangePassword, _>(&[], async {
        let own = caller::member()?.in_person()?;
        domain::accounts::change_password(&caller::product(), &own, &current, &password).await?;
        caller::keep_device(own.user());
        Ok(())
    })
    .await
}

/// Mails the link again that proves the user's address.
#[server(prefix = "/api", endpoint = "accounts/send-verification", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn send_verification() -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<SendVerification, _>(&[], async {
        let own = caller::member()?.in_person()?;
        Ok(domain::accounts::send_verification(&caller::product(), &own).await?)
    })
    .await
}

/// Where the user is signed in, the one used last first.
#[server(prefix = "/api", endpoint = "sessions/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_sessions() -> Result<Vec<OwnSession>> {
    use crate::caller;
    caller::respond(async {
        let own = caller::member()?.in_person()?;
        Ok(domain::accounts::own_sessions(&caller::product(), &own).await?)
    })
    .await
}

/// Ends one of the user's sessions, its sockets included.
#[server(prefix = "/api", endpoint = "sessions/end", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn end_session(id: SessionId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let own = caller::member()?.in_person()?;
        Ok(domain::accounts::end_own_session(&caller::product(), &own, id).await?)
    })
    .await
}

/// Ends every session of the user but this one.
#[server(prefix = "/api", endpoint = "sessions/end-others", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn end_other_sessions() -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let own = caller::member()?.in_person()?;
        Ok(domain::accounts::end_other_sessions(&caller::product(), &own).await?)
    })
    .await
}
