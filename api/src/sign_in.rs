//! Signing in by more than a password: the second factor, and the provider of
//! a company.

use crate::{ApiClient, codec::Postcard};
use server_fn::codec::PostUrl;
use server_fn_macro_default::server;
use types::{
    Result,
    sign_in::{OidcProviderUpdate, OidcTest, SecondFactor, SecondFactorSetup, SignInSettings},
};

/// Signs in after a right password, by a code of the app or a backup code.
/// The challenge is in a cookie. The answer sets the session cookies and
/// leads to `next`, a path of the dashboard.
#[server(prefix = "/api", endpoint = "sign-in/code", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn log_in_code(code: String, #[server(default)] next: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<LogInCode, _>(&[], async {
        let challenge = caller::challenge()?;
        let signed_in = domain::accounts::log_in_code(&caller::product(), &challenge, &code, &caller::device()).await?;
        caller::finish_entry(&signed_in, &next);
        Ok(())
    })
    .await
}

/// The second factor of the signed-in user, who must be there in person.
#[server(prefix = "/api", endpoint = "sign-in/factor", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_second_factor() -> Result<SecondFactor> {
    use crate::caller;
    caller::respond(async {
        let person = caller::member()?.in_person()?;
        Ok(domain::accounts::second_factor(&caller::product(), &person).await?)
    })
    .await
}

/// Makes the secret of a second factor, to be confirmed.
#[server(prefix = "/api", endpoint = "sign-in/factor/begin", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn begin_second_factor(password: String) -> Result<SecondFactorSetup> {
    use crate::caller;
    caller::respond(async {
        let person = caller::member()?.in_person()?;
        Ok(domain::accounts::begin_second_factor(&caller::product(), &person, &password).await?)
    })
    .await
}

/// Turns the second factor on by a first code, and gives the backup codes.
#[server(prefix = "/api", endpoint = "sign-in/factor/confirm", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn confirm_second_factor(code: String) -> Result<Vec<String>> {
    use crate::caller;
    caller::respond(async {
        let person = caller::member()?.in_person()?;
        Ok(domain::accounts::confirm_second_factor(&caller::product(), &person, &code).await?)
    })
    .await
}

/// Makes new backup codes; the old ones are good for nothing.
#[server(prefix = "/api", endpoint = "sign-in/factor/codes", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn renew_backup_codes(code: String) -> Result<Vec<String>> {
    use crate::caller;
    caller::respond(async {
        let person = caller::member()?.in_person()?;
        Ok(domain::accounts::renew_backup_codes(&caller::product(), &person, &code).await?)
    })
    .await
}

/// Turns the second factor off.
#[server(prefix = "/api", endpoint = "sign-in/factor/end", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn end_second_factor(password: String, code: String) -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let person = caller::member()?.in_person()?;
        Ok(domain::accounts::end_second_factor(&caller::product(), &person, &password, &code).await?)
    })
    .await
}

/// How people sign in through their company. Needs `people.manage`.
#[server(prefix = "/api", endpoint = "sign-in/settings", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_sign_in_settings() -> Result<SignInSettings> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::oidc::settings(&caller::product(), &permit).await?)
    })
    .await
}

/// Sets up or changes the provider. Needs `people.manage`, and whatever an
/// admin may do, because the provider vouches for them too.
#[server(prefix = "/api", endpoint = "sign-in/provider", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn update_provider(update: OidcProviderUpdate) -> Result<SignInSettings> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::oidc::update(&caller::product(), &permit, update).await?)
    })
    .await
}

/// Removes the provider and ends every session it has vouched for. Needs
/// `people.manage`.
#[server(prefix = "/api", endpoint = "sign-in/provider/remove", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn remove_provider() -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::oidc::remove(&caller::product(), &permit).await?)
    })
    .await
}

/// Asks a provider what it says of itself, before anybody signs in. Needs
/// `people.manage`.
#[server(prefix = "/api", endpoint = "sign-in/provider/test", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn test_provider(issuer: String) -> Result<OidcTest> {
    use crate::caller;
    caller::respond(async {
        let permit = caller::permit()?;
        Ok(domain::accounts::oidc::test(&caller::product(), &permit, &issuer).await?)
    })
    .await
}
