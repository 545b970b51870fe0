//! Links that are mailed to a user: stored as hashes, good once, for a while.

use crate::{
    Error, Result,
    database::SystemTx,
    keys::{hash_secret, random_secret},
    schema::{memberships, tenants, user_tokens, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, TenantId, Timestamp, UserId};

/// Links for one purpose that are made for a user in an hour.
const AN_HOUR: i64 = 3;

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    PasswordReset,
    VerifyEmail,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::VerifyEmail => "verify_email",
        }
    }

    /// How long a link is good, in seconds.
    const fn seconds(self) -> i64 {
        match self {
            Self::PasswordReset => 3600,
            Self::VerifyEmail => 24 * 3600,
        }
    }
}

/// Makes the secret of a link to an address of the user. Older links stay
/// good: whoever asks for one may be a stranger, who must not spoil what was
/// mailed to the owner. None when [`AN_HOUR`] were made in the last hour,
/// all of which are good.
pub(super) async fn make(tx: &mut SystemTx, user: UserId, email: &str, purpose: Purpose) -> Result<Option<String>> {
    // Two requests at once would otherwise make one too many.
    let _locked: UserId =
        users::table.filter(users::id.eq(user)).select(users::id).for_no_key_update().first(tx.conn()).await?;
    let lately: i64 = user_tokens::table
        .filter(user_tokens::user_id.eq(user))
        .filter(user_tokens::purpose.eq(purpose.as_str()))
        .filter(user_tokens::created_at.gt(Timestamp::now().plus_seconds(-3600)))
        .count()
        .get_result(tx.conn())
        .await?;
    if lately >= AN_HOUR {
        return Ok(None);
    }
    let secret = random_secret();
    diesel::insert_into(user_tokens::table)
        .values((
            user_tokens::token_hash.eq(hash_secret(&secret)),
            user_tokens::user_id.eq(user),
            user_tokens::purpose.eq(purpose.as_str()),
            user_tokens::email.eq(email),
            user_tokens::created_at.eq(Timestamp::now()),
            user_tokens::expires_at.eq(Timestamp::now().plus_seconds(purpose.seconds())),
        ))
        .execute(tx.conn())
        .await?;
    Ok(Some(secret))
}

/// The user whose link it is, and the address that it was mailed to, if it
/// could be used now. Nothing is used up.
pub(super) async fn peek(tx: &mut SystemTx, secret: &str, purpose: Purpose) -> Result<Option<(UserId, String)>> {
    let found = user_tokens::table
        .filter(user_tokens::token_hash.eq(hash_secret(secret)))
        .filter(user_tokens::purpose.eq(purpose.as_str()))
        .filter(user_tokens::expires_at.gt(Timestamp::now()))
        .select((user_tokens::user_id, user_tokens::email))
        .first(tx.conn())
        .await;
    Ok(found.optional()?)
}

/// Uses a link up, and with it every other one of the user for this purpose.
/// Gives the user and the address that it proves.
pub(super) async fn take(tx: &mut SystemTx, secret: &str, purpose: Purpose) -> Result<(UserId, String)> {
    let taken: Option<(UserId, String)> = diesel::delete(
        user_tokens::table
            .filter(user_tokens::token_hash.eq(hash_secret(secret)))
            .filter(user_tokens::purpose.eq(purpose.as_str()))
            .filter(user_tokens::expires_at.gt(Timestamp::now())),
    )
    .returning((user_tokens::user_id, user_tokens::email))
    .get_result(tx.conn())
    .await
    .optional()?;
    let (user, email) = taken.ok_or_else(dead_link)?;
    drop_all(tx, user, purpose).await?;
    Ok((user, email))
}

/// Makes every link of a user for a purpose worthless.
pub(super) async fn drop_all(tx: &mut SystemTx, user: UserId, purpose: Purpose) -> Result<()> {
    diesel::delete(
        user_tokens::table.filter(user_tokens::user_id.eq(user)).filter(user_tokens::purpose.eq(purpose.as_str())),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same for a link that never was, was used, or is too old.
pub(super) fn dead_link() -> Error {
    Error::refused(ErrorCode::NotFound, "This link was used already or is too old. Please ask for a new one.")
}

/// The business on whose behalf mails of the user's own are sent: one they
/// work in, a suspended one last.
pub(super) async fn tenant_of(tx: &mut SystemTx, user: UserId) -> Result<Option<TenantId>> {
    let found = memberships::table
        .inner_join(tenants::table.on(tenants::id.eq(memberships::tenant_id)))
        .filter(memberships::user_id.eq(user))
        .order((tenants::suspended_at.is_not_null(), memberships::created_at))
        .select(memberships::tenant_id)
        .first(tx.conn())
        .await;
    Ok(found.optional()?)
}
