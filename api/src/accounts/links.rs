//! What links in mails lead to: invitations, new passwords, proved addresses.
//! The forms work without JavaScript.

use crate::{ApiClient, codec::Postcard};
use server_fn::codec::PostUrl;
use server_fn_macro_default::server;
use types::{Result, people::InvitationOffer};

/// What an invitation offers. Public, for whoever has its link.
#[server(prefix = "/api", endpoint = "invitation/offer", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_invitation(token: String) -> Result<InvitationOffer> {
    use crate::caller;
    caller::respond(async {
        Ok(domain::accounts::invitation_offer(&caller::product(), &token, caller::device().network()).await?)
    })
    .await
}

/// Accepts an invitation as somebody new. The answer sets the session cookies
/// and leads to the inbox; somebody with a second factor is led to the sign-in.
#[server(prefix = "/api", endpoint = "invitation/accept", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn accept_invitation(token: String, name: String, password: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<AcceptInvitation, _>(&[("name", &name)], async {
        let device = caller::device();
        let product = caller::product();
        match Box::pin(domain::accounts::accept_invitation(&product, &token, &name, &password, &device)).await? {
            Some(signed_in) => caller::start_session(&signed_in, "/inbox"),
            None => leptos_axum::redirect("/login"),
        }
        Ok(())
    })
    .await
}

/// Joins the business of an invitation with the account that is signed in,
/// and goes over there.
#[server(prefix = "/api", endpoint = "invitation/join", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn join_business(token: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<JoinBusiness, _>(&[], async {
        let own = caller::member()?.in_person()?;
        let joined = domain::accounts::join_business(&caller::product(), &own, &token, &caller::device()).await?;
        caller::start_session(&joined, "/inbox");
        Ok(())
    })
    .await
}

/// Mails a link for a new password, if the address has an account. Answers
/// the same whether or not it has one.
#[server(prefix = "/api", endpoint = "accounts/forgot", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn request_password_reset(email: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<RequestPasswordReset, _>(&[("email", &email)], async {
        domain::accounts::request_password_reset(&caller::product(), &email, &caller::device()).await?;
        leptos_axum::redirect("/forgot?sent=true");
        Ok(())
    })
    .await
}

/// Whether a link for a new password is still good.
#[server(prefix = "/api", endpoint = "accounts/reset-link", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn check_reset(token: String) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        Ok(domain::accounts::check_reset(&caller::product(), &token, caller::device().network()).await?)
    })
    .await
}

/// Sets a new password with a mailed link. Ends every session of the user,
/// the one of this browser included, which stays known as theirs.
#[server(prefix = "/api", endpoint = "accounts/reset", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn reset_password(token: String, password: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<ResetPassword, _>(&[], async {
        let device = caller::device();
        let product = caller::product();
        let user = Box::pin(domain::accounts::reset_password(&product, &token, &password, &device)).await?;
        caller::keep_device(user);
        leptos_axum::redirect("/reset?done=true");
        Ok(())
    })
    .await
}

/// Notes that an address is its holder's, who is signed in and opened the
/// link that was mailed to it.
#[server(prefix = "/api", endpoint = "accounts/verify", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn verify_email(token: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<VerifyEmail, _>(&[], async {
        let own = caller::member()?.in_person()?;
        domain::accounts::verify_email(&caller::product(), &own, &token).await?;
        leptos_axum::redirect("/verify?done=true");
        Ok(())
    })
    .await
}
