//! Registering, signing in, and who is signed in.

mod links;
mod own;
mod people;

pub use links::*;
pub use own::*;
pub use people::*;

use crate::{ApiClient, codec::Postcard};
use server_fn::codec::PostUrl;
use server_fn_macro_default::server;
use types::{
    Result,
    accounts::{CurrentUser, Tenant},
};

/// Opens an account for a business and signs its owner in. The answer sets
/// the session cookies and leads to onboarding.
#[server(prefix = "/api", endpoint = "accounts/register", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn register(business: String, name: String, email: String, password: String) -> Result<()> {
    use crate::caller;
    let typed = [("business", business.clone()), ("name", name.clone()), ("email", email.clone())];
    let typed = typed.each_ref().map(|(field, value)| (*field, value.as_str()));
    caller::respond_to_form::<Register, _>(&typed, async {
        let registration = types::accounts::Registration { business, name, email, password };
        let signed_in = domain::accounts::register(&caller::product(), registration, &caller::device()).await?;
        caller::start_session(&signed_in, "/onboarding");
        Ok(())
    })
    .await
}

/// Signs a user in. The answer sets the session cookies and leads to `next`,
/// a path of the dashboard; with a second factor it leads to the page that
/// asks for a code instead, see [`crate::sign_in::log_in_code`].
#[server(prefix = "/api", endpoint = "accounts/login", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn log_in(email: String, password: String, #[server(default)] next: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<LogIn, _>(&[("email", &email)], async {
        let entry = domain::accounts::log_in(&caller::product(), &email, &password, &caller::device()).await?;
        caller::enter(&entry, &next);
        Ok(())
    })
    .await
}

/// Ends the session of this browser.
#[server(prefix = "/api", endpoint = "accounts/logout", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn log_out() -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let product = caller::product();
        if let Ok(member) = caller::member() {
            // A platform admin who works as somebody leaves both sessions.
            let own = match member.impersonated_by() {
                Some(_) => domain::platform::stop(&product, &member).await?,
                None => None,
            };
            let session = own.and_then(|own| Some(own.caller.member().ok()?.session())).unwrap_or(member.session());
            domain::accounts::log_out(&product, session).await?;
        } else if let Some(token) = caller::refresh_token() {
            // It may be good, and have come when it could not be exchanged.
            domain::accounts::log_out_by_token(&product, &token).await?;
        }
        caller::end_session("/login");
        Ok(())
    })
    .await
}

/// The signed-in user, or none.
#[server(prefix = "/api", endpoint = "accounts/me", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn me() -> Result<Option<CurrentUser>> {
    use crate::caller;
    caller::respond(async {
        match caller::member() {
            Ok(member) => Ok(Some(domain::accounts::current_user(&caller::product(), &member).await?)),
            Err(_) => Ok(None),
        }
    })
    .await
}

/// Changes what the business is called and what it does. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "accounts/business", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn update_business(name: String, #[server(default)] description: String) -> Result<Tenant> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::update_business(&caller::product(), &permit, &name, &description).await?)
    })
    .await
}

/// Marks the onboarding as done. Needs `settings.manage`.
#[server(prefix = "/api", endpoint = "accounts/onboarded", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn finish_onboarding() -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::finish_onboarding(&caller::product(), &permit).await?)
    })
    .await
}
