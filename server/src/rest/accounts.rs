//! Registering, signing in, and the business.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Product, Who},
};
use axum::{Extension, Json, http::StatusCode};
use domain::accounts::{ACCESS_SECONDS, Device, Entry, ManageSettings, ReadSettings, SignedIn};
use types::{
    Error, ErrorCode, Result,
    accounts::{CurrentUser, Registration, Tenant},
    rest::{Login, PasswordReset, Profile, Refresh, Tokens},
};

fn tokens(signed_in: SignedIn) -> Json<Tokens> {
    Json(Tokens {
        access_token: signed_in.access,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_SECONDS,
        refresh_token: signed_in.refresh,
    })
}

/// Open an account for a business
///
/// The answer signs its owner in. No cookie is set.
#[utoipa::path(post, path = "/auth/register", tag = "accounts", security(()), request_body = Registration, responses(
    (status = 201, description = "The tokens of the owner", body = Tokens),
    (status = 409, description = "The e-mail address has an account already"),
))]
pub async fn register(
    Product(product): Product,
    Extension(device): Extension<Device>,
    Body(new): Body<Registration>,
) -> Result<(StatusCode, Json<Tokens>), Problem> {
    Ok((StatusCode::CREATED, tokens(domain::accounts::register(&product, new, &device).await?)))
}

/// Sign in
///
/// Gives an access token for ten minutes and a refresh token for the next one. No cookie is set.
/// Whoever has a second factor sends a `code` of it as well; without it the refusal is `code_required`.
#[utoipa::path(post, path = "/auth/login", tag = "accounts", security(()), request_body = Login, responses(
    (status = 200, description = "The tokens", body = Tokens),
    (status = 401, description = "E-mail, password or code is wrong, or a code is needed as well"),
    (status = 403, description = "The business is suspended"),
))]
pub async fn log_in(
    Product(product): Product,
    Extension(device): Extension<Device>,
    Body(login): Body<Login>,
) -> Result<Json<Tokens>, Problem> {
    let challenge = match domain::accounts::log_in(&product, &login.email, &login.password, &device).await? {
        Entry::SignedIn(signed_in) => return Ok(tokens(*signed_in)),
        Entry::NeedsCode(challenge) => challenge,
    };
    let Some(code) = login.code.filter(|code| !code.trim().is_empty()) else {
        let message = "Send a code of your second factor, or a backup code, together with the password.";
        return Err(Error::new(ErrorCode::CodeRequired, message).field("code").into());
    };
    Ok(tokens(domain::accounts::log_in_code(&product, challenge.token(), &code, &device).await?))
}

/// Get the next tokens
///
/// A refresh token is good once. Whoever sends an old one ends the session: it may have been stolen.
#[utoipa::path(post, path = "/auth/refresh", tag = "accounts", security(()), request_body = Refresh, responses(
    (status = 200, description = "The next tokens", body = Tokens),
    (status = 401, description = "The refresh token is not good any more"),
    (status = 403, description = "The business is suspended"),
))]
pub async fn refresh(
    Product(product): Product,
    Extension(device): Extension<Device>,
    Body(body): Body<Refresh>,
) -> Result<Json<Tokens>, Problem> {
    Ok(tokens(domain::accounts::refresh(&product, &body.refresh_token, device.network()).await?))
}

/// Sign out
///
/// Ends the session of the access token. A key has none: revoke it instead.
#[utoipa::path(post, path = "/auth/logout", tag = "accounts", responses((status = 204, description = "Signed out")))]
pub async fn log_out(Product(product): Product, Who(caller): Who) -> Result<StatusCode, Problem> {
    domain::accounts::log_out(&product, caller.member()?.session()).await?;
    Ok(DONE)
}

/// Ask for a new password
///
/// Sends a link by mail, which is good for an hour. The answer is the same whether or not the address has an account.
#[utoipa::path(post, path = "/auth/password-reset", tag = "accounts", security(()), request_body = PasswordReset, responses(
    (status = 202, description = "If the address has an account, a mail is on its way"),
))]
pub async fn request_password_reset(
    Product(product): Product,
    Extension(device): Extension<Device>,
    Body(asked): Body<PasswordReset>,
) -> Result<StatusCode, Problem> {
    domain::accounts::request_password_reset(&product, &asked.email, &device).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Who is signed in
///
/// For users with an access token; a key gets 403.
#[utoipa::path(get, path = "/auth/me", tag = "accounts", responses(
    (status = 200, description = "The user, with the business worked in", body = CurrentUser),
))]
pub async fn me(Product(product): Product, Who(caller): Who) -> Result<Json<CurrentUser>, Problem> {
    Ok(Json(domain::accounts::current_user(&product, &caller.member()?).await?))
}

/// The business
///
/// Needs `settings.read`.
#[utoipa::path(get, path = "/users/profile", tag = "accounts", responses(
    (status = 200, description = "The business", body = Tenant),
))]
pub async fn get_profile(
    Product(product): Product,
    Allowed(permit): Allowed<ReadSettings>,
) -> Result<Json<Tenant>, Problem> {
    Ok(Json(domain::accounts::business(&product, &permit).await?))
}

/// Change the business
///
/// Needs `settings.manage`.
#[utoipa::path(put, path = "/users/profile", tag = "accounts", request_body = Profile, responses(
    (status = 200, description = "The business as it is now", body = Tenant),
))]
pub async fn update_profile(
    Product(product): Product,
    Allowed(permit): Allowed<ManageSettings>,
    Body(new): Body<Profile>,
) -> Result<Json<Tenant>, Problem> {
    Ok(Json(domain::accounts::update_business(&product, &permit, &new.name, &new.business_description).await?))
}
