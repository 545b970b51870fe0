//! Proof of an address: that whoever holds an account reads the mails to it.
//!
//! Anybody can register any address. Until it is proved, the account is good
//! for the business that was registered with it and for nothing else: it is
//! not matched, invites nobody, gets no other business, no second factor and
//! no mail but the one that proves it. Only this module writes a proof down.

mod clear;

pub(crate) use clear::{Cleared, clear, leave_others};

use super::Caller;
use crate::{
    Error, Omnichat, Result,
    database::{SystemTx, TenantTx},
    schema::{memberships, user_tokens, users},
};
use diesel::{
    ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl,
    dsl::{exists, select},
};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, Timestamp, UserId, accounts::Role};

/// An address that its holder proved: by a link that was mailed to it, or on
/// the word of whoever runs the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedEmail(String);

impl ProvedEmail {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a user, if it was proved.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(tx: &mut SystemTx, user: UserId) -> Result<Option<Self>> {
        let found = users::table
            .filter(users::id.eq(user))
            .filter(users::email_verified_at.is_not_null())
            .select(users::email)
            .first(tx.conn())
            .await
            .optional()?;
        Ok(found.map(Self))
    }

    /// The addresses of a business's owners that were proved, so many at most.
    pub(crate) async fn of_owners(tx: &mut TenantTx, most: i64) -> Result<Vec<Self>> {
        let tenant = tx.tenant();
        let found: Vec<String> = users::table
            .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
            .filter(memberships::tenant_id.eq(tenant))
            .filter(memberships::role.eq(Role::Owner))
            .filter(users::email_verified_at.is_not_null())
            .order(users::id)
            .limit(most)
            .select(users::email)
            .load(tx.conn())
            .await?;
        Ok(found.into_iter().map(Self).collect())
    }

    /// One that was never proved, for tests of what mails say.
    #[cfg(test)]
    pub(crate) fn for_test(email: &str) -> Self {
        Self(email.to_owned())
    }
}

/// Who has an account under an address.
#[derive(Debug)]
pub(crate) enum Holder {
    Nobody,
    /// Somebody who claims the address.
    Unproved(UserId),
    /// Somebody who reads the mails to it.
    Proved(UserId, ProvedEmail),
}

/// Who has an account under an address in its stored form. Until the
/// transaction ends nobody proves it and nobody else is made of it.
pub(crate) async fn holder(tx: &mut SystemTx, email: &str) -> Result<Holder> {
    let found: Option<(UserId, bool)> = users::table
        .filter(users::email.eq(email))
        .select((users::id, users::email_verified_at.is_not_null()))
        .for_no_key_update()
        .first(tx.conn())
        .await
        .optional()?;
    Ok(match found {
        None => Holder::Nobody,
        Some((user, false)) => Holder::Unproved(user),
        Some((user, true)) => Holder::Proved(user, ProvedEmail(email.to_owned())),
    })
}

/// The address was proved by the holder of the account: signed in, and with a
/// link that was mailed to it. What stands on the account is theirs and stays.
pub(super) async fn by_holder(tx: &mut SystemTx, user: UserId, email: &str) -> Result<()> {
    note(tx, user, email).await.map(|_| ())
}

/// Whoever runs the server vouches for the address.
pub(super) async fn by_word(tx: &mut SystemTx, user: UserId, email: &str) -> Result<()> {
    note(tx, user, email).await.map(|_| ())
}

/// The address was proved by a mailed link alone. If that is its first proof,
/// whoever set something up on the account before may have been anybody:
/// it is cleared, and the links that were mailed so far are good no more.
pub(super) async fn by_link(tx: &mut SystemTx, user: UserId, email: &str) -> Result<Cleared> {
    if !note(tx, user, email).await? {
        return Ok(Cleared::default());
    }
    diesel::delete(user_tokens::table.filter(user_tokens::user_id.eq(user))).execute(tx.conn()).await?;
    clear(tx, user).await
}

/// Writes the proof down. False when it was there before.
async fn note(tx: &mut SystemTx, user: UserId, email: &str) -> Result<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(user)).filter(users::email.eq(email)))
        .filter(users::email_verified_at.is_null())
        .set(users::email_verified_at.eq(Timestamp::now()))
        .execute(tx.conn())
        .await?;
    Ok(changed > 0)
}

/// Says that a caller may ask others into the business: by mails in its name,
/// or by a provider that lets them in.
#[derive(Clone, Copy, Debug)]
pub(super) struct MayAsk(());

/// Whether a caller may ask others in, who answer with addresses of their
/// own: only those who proved theirs. For a program, and for somebody for whom
/// the business's own provider vouched, an owner must have done it.
///
/// # Errors
/// `forbidden` before that.
pub(super) async fn may_ask(product: &Omnichat, caller: &Caller) -> Result<MayAsk> {
    let tenant = caller.tenant();
    let own = caller.member().ok().filter(|member| !member.is_tenant_bound()).map(|member| member.user());
    let is_proved: bool = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let proved = memberships::table
                .inner_join(users::table.on(users::id.eq(memberships::user_id)))
                .filter(memberships::tenant_id.eq(tenant))
                .filter(users::email_verified_at.is_not_null());
            let found = match own {
                Some(user) => select(exists(proved.filter(users::id.eq(user)))).get_result(tx.conn()).await,
                None => select(exists(proved.filter(memberships::role.eq(Role::Owner)))).get_result(tx.conn()).await,
            };
            Ok(found?)
        })
        .await?;
    if is_proved {
        return Ok(MayAsk(()));
    }
    let message = match own {
        Some(_) => UNPROVED,
        None => {
            "No owner of this business has confirmed their e-mail address yet. Please ask one to open the link in the mail."
        }
    };
    Err(Error::refused(ErrorCode::Forbidden, message))
}

/// What is refused to a signed-in user whose address is not proved.
const UNPROVED: &str = "Please confirm your e-mail address first: open the link that we mailed to it. \
    \"Send it again\" above the page mails a new one.";

/// Refuses a signed-in user whose address is not proved.
pub(super) async fn check(tx: &mut SystemTx, user: UserId) -> Result<ProvedEmail> {
    ProvedEmail::of(tx, user).await?.ok_or_else(|| Error::refused(ErrorCode::Forbidden, UNPROVED))
}
