//! The people of a business, their roles, and who was invited.

use crate::{ApiClient, codec::Postcard};
use server_fn_macro_default::server;
use types::{
    InvitationId, Result, RoleId, UserId,
    accounts::Permissions,
    people::{RoleChoice, Team},
};

/// Everybody in the business, everybody who was invited, and every role. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "people/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_team() -> Result<Team> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::team(&caller::product(), &permit).await?)
    })
    .await
}

/// Gives a person another role, from their next call on. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "people/role", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn set_role(user: UserId, role: RoleChoice) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::set_role(&caller::product(), &permit, user, role).await?)
    })
    .await
}

/// Removes a person from the business. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "people/remove", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn remove_person(user: UserId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::remove_person(&caller::product(), &permit, user).await?)
    })
    .await
}

/// Makes a role of named permissions. Needs `people.manage` and each of them.
#[server(prefix = "/api", endpoint = "roles/create", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn create_role(name: String, permissions: Permissions) -> Result<RoleId> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::create_role(&caller::product(), &permit, &name, permissions).await?)
    })
    .await
}

/// Changes a role for everybody who has it. Needs `people.manage` and each permission.
#[server(prefix = "/api", endpoint = "roles/update", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn update_role(id: RoleId, name: String, permissions: Permissions) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::update_role(&caller::product(), &permit, id, &name, permissions).await?)
    })
    .await
}

/// Deletes a role that nobody has. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "roles/delete", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn delete_role(id: RoleId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::delete_role(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Invites somebody by mail. Needs `people.manage` and what the role permits.
#[server(prefix = "/api", endpoint = "invitations/create", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn invite(email: String, role: RoleChoice) -> Result<InvitationId> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::invite(&caller::product(), &permit, &email, role).await?)
    })
    .await
}

/// Mails an invitation again, with a new link. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "invitations/resend", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn resend_invitation(id: InvitationId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::resend_invitation(&caller::product(), &permit, id).await?)
    })
    .await
}

/// Takes an invitation back. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "invitations/revoke", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn revoke_invitation(id: InvitationId) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::revoke_invitation(&caller::product(), &permit, id).await?)
    })
    .await
}
