//! Passwords that are forgotten or changed, and addresses that are proved.

use super::{
    Device, InPerson, Member, Whose, devices,
    devices::Ends,
    known_device::forget_devices,
    marks::{self, mark},
    name_of, passwords,
    proof::{self, ProvedEmail},
    register::email_of,
    tokens::{self, Purpose},
};
use crate::{
    Error, Network, Omnichat, Result,
    database::SystemTx,
    mail::{self, texts},
    rates::Tried,
    schema::users,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use types::{ErrorCode, UserId};

const HOUR: Duration = Duration::from_secs(3600);
/// Resets asked for, or tried, from one IP in an hour.
const RESETS_PER_IP: u32 = 30;
/// An answer to "I forgot my password" takes this long, whether or not a
/// mail was written: far longer than writing one.
const ANSWER_AFTER: Duration = Duration::from_millis(250);
/// Verification mails to one user in an hour.
const VERIFICATIONS: u32 = 5;
/// Tries of the current password in a quarter of an hour.
const TRIES: u32 = 8;

/// Mails a link with which a new password is chosen, if the address has an
/// account. Whether it has one is told by neither the answer nor its time.
///
/// # Errors
/// `invalid` when it is no address, `too_many_requests` after too many tries
/// from one network.
pub async fn request_password_reset(product: &Omnichat, email: &str, device: &Device) -> Result<()> {
    let email = email_of(email)?;
    product.throttle().count(Tried::Resets(device.network()), RESETS_PER_IP, HOUR)?;
    let (sent, ()) = tokio::join!(send_reset(product, email), tokio::time::sleep(ANSWER_AFTER));
    sent
}

async fn send_reset(product: &Omnichat, email: String) -> Result<()> {
    let inside = product.clone();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let user: Option<UserId> =
                users::table.filter(users::email.eq(&email)).select(users::id).first(tx.conn()).await.optional()?;
            let Some(user) = user else { return Ok(()) };
            // Whoever works nowhere has nothing to sign in to.
            let Some(tenant) = tokens::tenant_of(tx, user).await? else { return Ok(()) };
            // Enough were mailed already, and each of them is good.
            let Some(secret) = tokens::make(tx, user, &email, Purpose::PasswordReset).await? else { return Ok(()) };
            let link = format!("{}/reset?token={secret}", inside.public_url());
            mail::enqueue_system(tx, &inside, tenant, &texts::password_reset(&email, &link)).await
        })
        .await
}

/// Whether a link for a new password could be used now. One that could not is counted for the network that it comes
/// `from`.
///
/// # Errors
/// `not_found` when it could not, `too_many_requests` after too many of those.
pub async fn check_reset(product: &Omnichat, token: &str, from: Network) -> Result<()> {
    let token = token.to_owned();
    let look = product.db().system(async move |tx: &mut SystemTx| {
        tokens::peek(tx, &token, Purpose::PasswordReset).await?.map(|_| ()).ok_or_else(tokens::dead_link)
    });
    product.rates().look_for(from, look).await
}

/// Sets a new password with a mailed link, and ends every session of the
/// user. Signing in follows, with the second factor if there is one. When it
/// is the first proof of the address, whatever stood on the account is cleared.
/// Gives the user, whose device this is; no other is known any more.
///
/// # Errors
/// `not_found` when the link was used or is too old, `invalid` when the
/// password cannot be one.
pub async fn reset_password(product: &Omnichat, token: &str, password: &str, device: &Device) -> Result<UserId> {
    passwords::check(password)?;
    product.throttle().count(Tried::Resets(device.network()), RESETS_PER_IP, HOUR)?;
    // Hashing is work: not for whoever guesses.
    check_reset(product, token, device.network()).await?;
    let hash = passwords::hash(password.to_owned()).await?;
    let (token, inside) = (token.to_owned(), product.clone());
    let (user, cleared, ended) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let (user, email) = tokens::take(tx, &token, Purpose::PasswordReset).await?;
            let cleared = proof::by_link(tx, user, &email).await?;
            set_password(tx, &inside, user, &hash).await?;
            let ended = devices::end(tx, Ends::User(user)).await?;
            Ok((user, cleared, ended.and(mark(tx.conn(), [Whose::User(user)]).await?)))
        })
        .await?;
    cleared.forget(product);
    devices::forget(product, &ended);
    product.signals().forget_places(user);
    Ok(user)
}

/// Stores a password, makes links for another one worthless, and tells the user.
async fn set_password(tx: &mut SystemTx, product: &Omnichat, user: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(user)))
        .set(users::password_hash.eq(Some(hash)))
        .execute(tx.conn())
        .await?;
    forget_devices(tx, user).await?;
    tokens::drop_all(tx, user, Purpose::PasswordReset).await?;
    // Whoever reads the mails to an address that nobody proved may be a stranger.
    let Some(email) = ProvedEmail::of(tx, user).await? else { return Ok(()) };
    let Some(tenant) = tokens::tenant_of(tx, user).await? else { return Ok(()) };
    let sign_in = format!("{}/login", product.public_url());
    mail::enqueue_system(tx, product, tenant, &texts::password_changed(&email, &sign_in)).await
}

/// Changes the password of a user who knows it, and ends their other sessions. No other device is known any more.
///
/// # Errors
/// `invalid` when the current password is wrong or the new one cannot be one,
/// `too_many_requests` after too many tries.
pub async fn change_password(product: &Omnichat, own: &InPerson, current: &str, new: &str) -> Result<()> {
    passwords::check(new)?;
    let (user, session) = (own.user(), own.session());
    let tries = Tried::PasswordOf(user);
    product.throttle().count(tries, TRIES, Duration::from_secs(900))?;
    let stored: Option<String> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            Ok(users::table.filter(users::id.eq(user)).select(users::password_hash).first(tx.conn()).await?)
        })
        .await?;
    if !passwords::verify(current.to_owned(), stored).await? {
        let message =
            "This is not your current password. Please try again, or choose \"Forgot your password?\" at sign-in.";
        return Err(types::Error::invalid(message).field("current").into());
    }
    product.throttle().forget(tries);
    let hash = passwords::hash(new.to_owned()).await?;
    let inside = product.clone();
    let ended = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            set_password(tx, &inside, user, &hash).await?;
            devices::end(tx, Ends::Others(user, session)).await
        })
        .await?;
    devices::forget(product, &ended);
    product.signals().forget_places(user);
    Ok(())
}

/// Changes what the user is called, everywhere.
///
/// # Errors
/// When the name is empty or too long.
pub async fn rename_self(product: &Omnichat, own: &InPerson, name: &str) -> Result<()> {
    let name = name_of(name, "name", "yourself")?;
    let user = own.user();
    let renamed = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::update(users::table.filter(users::id.eq(user)))
                .set(users::name.eq(name))
                .execute(tx.conn())
                .await?;
            // The name travels in access tokens.
            mark(tx.conn(), [Whose::User(user)]).await
        })
        .await?;
    marks::tell(product, &renamed);
    Ok(())
}

/// Mails a link that proves the user's address, unless it is proved.
///
/// # Errors
/// `too_many_requests` after too many mails.
pub async fn send_verification(product: &Omnichat, own: &InPerson) -> Result<()> {
    product.throttle().count(Tried::Verifications(own.user()), VERIFICATIONS, HOUR)?;
    verification(product, own.user()).await
}

/// The same, without regard to how often it was asked for.
pub(super) async fn verification(product: &Omnichat, user: UserId) -> Result<()> {
    let inside = product.clone();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let email: Option<String> = users::table
                .filter(users::id.eq(user))
                .filter(users::email_verified_at.is_null())
                .select(users::email)
                .first(tx.conn())
                .await
                .optional()?;
            let Some(email) = email else { return Ok(()) };
            let Some(tenant) = tokens::tenant_of(tx, user).await? else { return Ok(()) };
            let Some(secret) = tokens::make(tx, user, &email, Purpose::VerifyEmail).await? else {
                let message = "Links were mailed to this address already, and each of them is good. Please look for them, among unwanted mails too.";
                return Err(Error::refused(ErrorCode::TooManyRequests, message));
            };
            let link = format!("{}/verify?token={secret}", inside.public_url());
            mail::enqueue_system(tx, &inside, tenant, &texts::verify_email(&email, &link)).await
        })
        .await
}

/// Notes that an address is its holder's: they opened the link that was
/// mailed to it, and they are signed in as the user whom it is about. One
/// without the other proves nothing: somebody else may have registered the
/// address, and waits for its owner to click.
///
/// # Errors
/// `not_found` when the link was used or is too old, `forbidden` for another
/// user's link.
pub async fn verify_email(product: &Omnichat, own: &InPerson, token: &str) -> Result<()> {
    let (token, signed_in) = (token.to_owned(), own.user());
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let (user, email) = tokens::peek(tx, &token, Purpose::VerifyEmail).await?.ok_or_else(tokens::dead_link)?;
            if user != signed_in {
                let message = format!(
                    "This link was mailed to {email}, and you are signed in with another address. Log out, sign in \
                     with {email}, and open the link again."
                );
                return Err(Error::refused(ErrorCode::Forbidden, message));
            }
            let (user, email) = tokens::take(tx, &token, Purpose::VerifyEmail).await?;
            proof::by_holder(tx, user, &email).await
        })
        .await
}

/// Whoever runs the server vouches for the address of somebody who is signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn vouch(product: &Omnichat, member: &Member) -> Result<()> {
    let user = member.user();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let email: String = users::table.filter(users::id.eq(user)).select(users::email).first(tx.conn()).await?;
            proof::by_word(tx, user, &email).await
        })
        .await
}
