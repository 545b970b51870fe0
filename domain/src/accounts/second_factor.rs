//! The second factor: a code from an app, beside the password.
//!
//! The secret is stored sealed. A code is good once, and few may be tried.
//! For the day on which the phone is lost there are backup codes; they are
//! stored as hashes under the secret, so they end with it.

mod codes;
mod entry;
mod lost;

pub use entry::{CHALLENGE_SECONDS, Challenge, Entry, log_in_code};
pub(super) use entry::{RightPassword, start_after_password};
pub use lost::clear_second_factor;

use super::{
    Caller, InPerson, Whose, devices,
    devices::Ends,
    marks::{self, mark},
    passwords,
    proof::{self, ProvedEmail},
};
use crate::{
    Error, Keys, Omnichat, Result, audit,
    database::SystemTx,
    error::OrNotFound as _,
    mail::{self, texts},
    rates::Tried,
    schema::{backup_codes, users},
};
use codes::{Secret, Typed};
use diesel::{ExpressionMethods, NullableExpressionMethods as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use types::{
    ErrorCode, Timestamp, UserId,
    audit::{ActorType, AuditAction},
    sign_in::{SecondFactor, SecondFactorSetup},
};

/// Codes that one user may try in a quarter of an hour, from wherever: of a
/// million codes three are right at a time.
const TRIES: u32 = 8;
const TRIES_WITHIN: Duration = Duration::from_secs(900);
/// Users whose secrets are sealed anew in one transaction.
const BATCH: i64 = 200;

/// What is stored of a user.
#[derive(diesel::Queryable)]
struct Stored {
    password_hash: Option<String>,
    secret: Option<Vec<u8>>,
    enabled_at: Option<Timestamp>,
    last_step: i64,
}

impl Stored {
    /// The row, locked: two codes at once are tried one after the other.
    async fn lock(tx: &mut SystemTx, user: UserId) -> Result<Self> {
        users::table
            .filter(users::id.eq(user))
            .select((users::password_hash, users::totp_secret, users::totp_enabled_at, users::totp_last_step))
            .for_update()
            .first(tx.conn())
            .await
            .or_not_found("user")
    }

    fn open(&self, product: &Omnichat, user: UserId) -> Result<Option<Secret>> {
        let Some(sealed) = &self.secret else { return Ok(None) };
        let text =
            product.keys().decrypt(sealed, &place(user)).map_err(|error| Error::stored("second factor", error))?;
        Secret::from_text(&text).map(Some)
    }

    /// Uses up a code of an enabled factor; false when it is not good.
    async fn spend(&self, tx: &mut SystemTx, product: &Omnichat, user: UserId, code: &str) -> Result<bool> {
        let Some(secret) = self.open(product, user)?.filter(|_| self.enabled_at.is_some()) else { return Ok(false) };
        match Typed::read(code) {
            Some(Typed::Now(digits)) => match secret.step_of(&digits, Timestamp::now(), self.last_step)? {
                Some(step) => note_step(tx, user, step).await.map(|()| true),
                None => Ok(false),
            },
            Some(Typed::Backup(letters)) => {
                let hash = secret.hash(user, &letters)?;
                let used =
                    backup_codes::table.filter(backup_codes::user_id.eq(user)).filter(backup_codes::code_hash.eq(hash));
                Ok(diesel::delete(used).execute(tx.conn()).await? == 1)
            }
            None => Ok(false),
        }
    }
}

/// The second factor of a user.
///
/// # Errors
/// When the database does not answer.
pub async fn second_factor(product: &Omnichat, person: &InPerson) -> Result<SecondFactor> {
    let user = person.user();
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let enabled_at = users::table
                .filter(users::id.eq(user))
                .select(users::totp_enabled_at)
                .first(tx.conn())
                .await
                .or_not_found("user")?;
            let left: i64 =
                backup_codes::table.filter(backup_codes::user_id.eq(user)).count().get_result(tx.conn()).await?;
            Ok(SecondFactor { enabled_at, backup_codes: u32::try_from(left).unwrap_or_default() })
        })
        .await
}

/// Makes a secret, which is asked for only after it was confirmed. It takes
/// the password: who finds an open session must not lock its owner out. And
/// it takes a proved address: a factor that a stranger set up would lock the
/// address's owner out.
///
/// # Errors
/// `wrong_credentials`, `forbidden` before the address is proved, or
/// `conflict` when the factor is on.
pub async fn begin_second_factor(product: &Omnichat, person: &InPerson, password: &str) -> Result<SecondFactorSetup> {
    check_password(product, person, password).await?;
    let user = person.user();
    let secret = Secret::random();
    let sealed =
        product.keys().encrypt(&secret.text(), &place(user)).map_err(|error| Error::Internal(error.to_string()))?;
    let email = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let stored = Stored::lock(tx, user).await?;
            let email = proof::check(tx, user).await?;
            if stored.enabled_at.is_some() {
                return Err(Error::refused(ErrorCode::Conflict, "The second factor is on already. Turn it off first."));
            }
            diesel::update(users::table.filter(users::id.eq(user)))
                .set(users::totp_secret.eq(Some(sealed)))
                .execute(tx.conn())
                .await?;
            Ok(email)
        })
        .await?;
    Ok(SecondFactorSetup { key: secret.groups(), qr: secret.picture(email.as_str())? })
}

/// Turns the factor on, once its app has shown a right code, and ends the
/// user's other sessions: from now on each of them has passed the factor.
/// Gives the backup codes, which are shown once.
///
/// # Errors
/// `wrong_credentials` for a wrong code, `forbidden` before the address is
/// proved, `conflict` when there is nothing to confirm, `too_many_requests`.
pub async fn confirm_second_factor(product: &Omnichat, person: &InPerson, code: &str) -> Result<Vec<String>> {
    let (user, code, caller, inside) = (person.user(), code.to_owned(), Caller::clone(person), product.clone());
    let session = person.session();
    count_try(product, user)?;
    let (made, ended) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let stored = Stored::lock(tx, user).await?;
            let email = proof::check(tx, user).await?;
            let secret = stored.open(&inside, user)?.filter(|_| stored.enabled_at.is_none()).ok_or_else(|| {
                Error::refused(ErrorCode::Conflict, "There is nothing to confirm. Reload the page and begin again.")
            })?;
            let step = match Typed::read(&code) {
                Some(Typed::Now(digits)) => secret.step_of(&digits, Timestamp::now(), stored.last_step)?,
                _ => None,
            };
            note_step(tx, user, step.ok_or_else(wrong_code)?).await?;
            diesel::update(users::table.filter(users::id.eq(user)))
                .set(users::totp_enabled_at.eq(Some(Timestamp::now())))
                .execute(tx.conn())
                .await?;
            record(tx, &caller, AuditAction::SecondFactorEnabled).await?;
            let notice = texts::second_factor_added(&email, &sign_in_page(&inside));
            mail::enqueue_system(tx, &inside, caller.tenant(), &notice).await?;
            let codes = renew_codes(tx, user, &secret).await?;
            let ended = devices::end(tx, Ends::Others(user, session)).await?;
            // Tokens say what the factor opens.
            Ok((codes, ended.and(mark(tx.conn(), [Whose::User(user)]).await?)))
        })
        .await?;
    devices::forget(product, &ended);
    product.throttle().forget(Tried::CodesOf(user));
    Ok(made)
}

/// Makes new backup codes; the old ones are good for nothing.
///
/// # Errors
/// `wrong_credentials` for a wrong code, `too_many_requests`.
pub async fn renew_backup_codes(product: &Omnichat, person: &InPerson, code: &str) -> Result<Vec<String>> {
    let (user, code, caller, inside) = (person.user(), code.to_owned(), Caller::clone(person), product.clone());
    count_try(product, user)?;
    let made = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let stored = Stored::lock(tx, user).await?;
            let secret = stored.open(&inside, user)?.ok_or_else(wrong_code)?;
            if !stored.spend(tx, &inside, user, &code).await? {
                return Err(wrong_code());
            }
            record(tx, &caller, AuditAction::BackupCodesRenewed).await?;
            renew_codes(tx, user, &secret).await
        })
        .await?;
    product.throttle().forget(Tried::CodesOf(user));
    Ok(made)
}

/// Turns the factor off. It takes the password and a code.
///
/// # Errors
/// `wrong_credentials`, `too_many_requests`.
pub async fn end_second_factor(product: &Omnichat, person: &InPerson, password: &str, code: &str) -> Result<()> {
    check_password(product, person, password).await?;
    let (user, code, caller, inside) = (person.user(), code.to_owned(), Caller::clone(person), product.clone());
    count_try(product, user)?;
    let changed = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let stored = Stored::lock(tx, user).await?;
            if !stored.spend(tx, &inside, user, &code).await? {
                return Err(wrong_code());
            }
            remove(tx, user).await?;
            if let Some(email) = ProvedEmail::of(tx, user).await? {
                let notice = texts::second_factor_removed(&email, &sign_in_page(&inside));
                mail::enqueue_system(tx, &inside, caller.tenant(), &notice).await?;
            }
            record(tx, &caller, AuditAction::SecondFactorDisabled).await?;
            mark(tx.conn(), [Whose::User(user)]).await
        })
        .await?;
    marks::tell(product, &changed);
    product.throttle().forget(Tried::CodesOf(user));
    Ok(())
}

/// Takes the factor and its backup codes off a user.
async fn remove(tx: &mut SystemTx, user: UserId) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(user)))
        .set((
            users::totp_enabled_at.eq(None::<Timestamp>),
            users::totp_secret.eq(None::<Vec<u8>>),
            // The next secret has codes of its own.
            users::totp_last_step.eq(0),
        ))
        .execute(tx.conn())
        .await?;
    diesel::delete(backup_codes::table.filter(backup_codes::user_id.eq(user))).execute(tx.conn()).await?;
    Ok(())
}

/// Users after one by id whose secret was not sealed with the current key are
/// sealed anew, so many at a time. Gives the last of them, how many were
/// changed, and how many cannot be opened.
pub(crate) async fn reseal_secrets(
    tx: &mut SystemTx,
    keys: &Keys,
    after: Option<UserId>,
) -> Result<(Option<UserId>, usize, usize)> {
    let rows: Vec<(UserId, Vec<u8>)> = users::table
        .filter(users::totp_secret.is_not_null())
        .filter(users::id.gt(after.unwrap_or(UserId(uuid::Uuid::nil()))))
        .select((users::id, users::totp_secret.assume_not_null()))
        .order(users::id)
        .limit(BATCH)
        .for_update()
        .load(tx.conn())
        .await?;
    let last = rows.last().map(|(user, _)| *user);
    let (mut changed, mut unreadable) = (0, 0);
    for (user, sealed) in rows {
        match keys.reseal(&sealed, &place(user)) {
            Ok(None) => {}
            Ok(Some(anew)) => {
                let row = diesel::update(users::table.filter(users::id.eq(user)));
                row.set(users::totp_secret.eq(Some(anew))).execute(tx.conn()).await?;
                changed += 1;
            }
            Err(error) => {
                tracing::error!(%user, %error, "a secret cannot be sealed anew");
                unreadable += 1;
            }
        }
    }
    Ok((last, changed, unreadable))
}

async fn check_password(product: &Omnichat, person: &InPerson, password: &str) -> Result<()> {
    let user = person.user();
    let key = Tried::PasswordOf(user);
    product.throttle().count(key, TRIES, TRIES_WITHIN)?;
    let stored =
        product.db().system(async move |tx: &mut SystemTx| Ok(Stored::lock(tx, user).await?.password_hash)).await?;
    if !passwords::verify(password.to_owned(), stored).await? {
        let error = types::Error::new(ErrorCode::WrongCredentials, "This is not your password. Please try again.");
        return Err(error.field("password").into());
    }
    product.throttle().forget(key);
    Ok(())
}

async fn note_step(tx: &mut SystemTx, user: UserId, step: i64) -> Result<()> {
    diesel::update(users::table.filter(users::id.eq(user)))
        .set(users::totp_last_step.eq(step))
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn renew_codes(tx: &mut SystemTx, user: UserId, secret: &Secret) -> Result<Vec<String>> {
    diesel::delete(backup_codes::table.filter(backup_codes::user_id.eq(user))).execute(tx.conn()).await?;
    let made = codes::backup_codes();
    for code in &made {
        let hash = secret.hash(user, &code.replace('-', ""))?;
        diesel::insert_into(backup_codes::table)
            .values((backup_codes::user_id.eq(user), backup_codes::code_hash.eq(hash)))
            .execute(tx.conn())
            .await?;
    }
    Ok(made)
}

async fn record(tx: &mut SystemTx, caller: &Caller, action: AuditAction) -> Result<()> {
    audit::record_in(tx, caller.tenant(), ActorType::User, caller, action, caller.name(), &[]).await
}

fn sign_in_page(product: &Omnichat) -> String {
    format!("{}/login", product.public_url())
}

fn count_try(product: &Omnichat, user: UserId) -> Result<()> {
    product.throttle().count(Tried::CodesOf(user), TRIES, TRIES_WITHIN)
}

fn wrong_code() -> Error {
    let message = "This code is not right, or was used already. Wait for the next one and try again.";
    types::Error::new(ErrorCode::WrongCredentials, message).field("code").into()
}

/// Where a secret belongs; sealed with it, a secret is worth nothing elsewhere.
fn place(user: UserId) -> String {
    format!("totp secret of user {user}")
}
