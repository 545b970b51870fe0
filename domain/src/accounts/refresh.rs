//! Refresh tokens: exchanged for the next pair of tokens, and good once.
//!
//! Somebody who presents an old refresh token may have stolen it, or the
//! rightful owner's browser was robbed of the new one; in both cases the
//! session ends, with everything that was handed out for it.
//!
//! A token is `session.secret.stamp`. The stamp tells a token that we made, so
//! that one that somebody made up costs no look into the database, and ends
//! nobody's session. Releases before stamps made `session.secret`. Such a one
//! is looked up too, so that an update signs nobody out, but only so many are
//! in a minute, of all the world; it gets a stamp when it is exchanged.

use super::{
    SignedIn,
    devices::{Ends, end},
    impersonation, marks,
    marks::Marks,
    sessions::{Begun, REFRESH_SECONDS, Start, caller, hand_out},
};
use crate::{
    Network, Omnichat, Result,
    database::SystemTx,
    keys::{Keys, Stamped, hash_secret, random_secret},
    rates::Subject,
    schema::sessions,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{SessionId, TenantId, Timestamp, UserId};

/// Two tabs may refresh at the same moment; the second gets by with the
/// previous token for so many seconds.
const GRACE_SECONDS: i64 = 30;
/// Characters of a random secret.
const SECRET_CHARS: usize = 43;

/// What stands behind the session in its next token: a random secret and its
/// stamp. Both are hashed together, so that a server of the release before,
/// which takes all of it for the secret, takes the token too.
pub(super) fn next_secret(keys: &Keys, session: SessionId) -> String {
    let secret = random_secret();
    let stamp = keys.stamp(Stamped::Refresh, &format!("{session}.{secret}"));
    format!("{secret}.{stamp}")
}

/// A token as it was presented.
struct Presented {
    session: SessionId,
    hash: Vec<u8>,
    /// We handed it out, sooner or later.
    is_stamped: bool,
}

impl Presented {
    fn read(keys: &Keys, token: &str) -> Option<Self> {
        let (session, rest) = token.split_once('.')?;
        let (secret, stamp) = match rest.split_once('.') {
            Some((secret, stamp)) => (secret, Some(stamp)),
            None => (rest, None),
        };
        let session = session.parse::<SessionId>().ok().filter(|_| secret.len() == SECRET_CHARS)?;
        let body = format!("{session}.{secret}");
        if stamp.is_some_and(|stamp| !keys.is_stamped(Stamped::Refresh, &body, stamp)) {
            return None;
        }
        Some(Self { session, hash: hash_secret(rest), is_stamped: stamp.is_some() })
    }
}

#[derive(diesel::Queryable)]
struct SessionRow {
    user: UserId,
    tenant: TenantId,
    refresh_hash: Vec<u8>,
    previous_refresh_hash: Option<Vec<u8>>,
    rotated_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    impersonated_by: Option<UserId>,
    parent_id: Option<SessionId>,
    is_tenant_bound: bool,
}

/// What to do with a refresh token.
#[derive(Debug, PartialEq)]
enum Verdict {
    Rotate,
    Grace,
    /// It was good once.
    Reused,
    /// It never was.
    Wrong,
}

/// What came of it.
enum Outcome {
    Begun(Begun),
    /// The session goes on, without whoever presented this.
    Refused,
    /// The session has ended before.
    Over,
    /// The session was ended for it.
    Ended(Marks),
}

/// Exchanges a refresh token for the next pair of tokens. What is no good is
/// counted for the network that it comes `from`.
///
/// # Errors
/// `unauthenticated` when it is unknown, expired, or used a second time; in
/// the last case the session ends. `too_many_requests` when it cannot be
/// judged right now, and may be good later.
pub async fn refresh(product: &Omnichat, token: &str, from: Network) -> Result<SignedIn> {
    let guesser = Subject::BadCredentials(from);
    let refuse = || {
        let _counted = product.rates().take(guesser);
        Err(types::Error::unauthenticated().into())
    };
    let presented = Presented::read(product.keys(), token).ok_or_else(types::Error::unauthenticated)?;
    let (session, is_stamped) = (presented.session, presented.is_stamped);
    if product.stale().has_ended(session) {
        return Err(types::Error::unauthenticated().into());
    }
    if !is_stamped {
        product.rates().look(guesser).check()?;
        product.rates().look_at_unstamped(from)?;
    }
    let inside = product.clone();
    let work = async move |tx: &mut SystemTx| exchange(tx, &inside, &presented).await;
    match product.db().system(work).await? {
        Outcome::Begun(begun) => hand_out(product, begun),
        Outcome::Refused => refuse(),
        Outcome::Over => {
            // Ours, and over for good: the database need not be asked again.
            if is_stamped {
                product.stale().mark(super::Whose::Session(session));
            }
            refuse()
        }
        Outcome::Ended(marks) => {
            marks::tell(product, &marks);
            refuse()
        }
    }
}

/// Ends the session that a refresh token is of, and the one that an admin came from. Whoever logs out is out: a token
/// without a stamp that has to wait before it is exchanged does not have to for this. It is one look by a primary
/// key, and strangers' requests are limited for each network. What is no good ends nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn log_out_by_token(product: &Omnichat, token: &str) -> Result<()> {
    let Some(presented) = Presented::read(product.keys(), token) else { return Ok(()) };
    if product.stale().has_ended(presented.session) {
        return Ok(());
    }
    type Row = (Vec<u8>, Option<Vec<u8>>, Option<SessionId>);
    let work = async move |tx: &mut SystemTx| {
        let row: Option<Row> = sessions::table
            .filter(sessions::id.eq(presented.session))
            .filter(sessions::revoked_at.is_null())
            .select((sessions::refresh_hash, sessions::previous_refresh_hash, sessions::parent_id))
            .first(tx.conn())
            .await
            .optional()?;
        let is_its = |(now, before, _): &Row| *now == presented.hash || before.as_ref() == Some(&presented.hash);
        let Some((_, _, parent)) = row.filter(is_its) else { return Ok(None) };
        Ok(Some(end(tx, Ends::Session(parent.unwrap_or(presented.session))).await?))
    };
    if let Some(ended) = product.db().system(work).await? {
        marks::tell(product, &ended);
    }
    Ok(())
}

async fn exchange(tx: &mut SystemTx, product: &Omnichat, presented: &Presented) -> Result<Outcome> {
    let session = presented.session;
    let row: Option<SessionRow> = sessions::table
        .filter(sessions::id.eq(session))
        .select((
            sessions::user_id,
            sessions::tenant_id,
            sessions::refresh_hash,
            sessions::previous_refresh_hash,
            sessions::rotated_at,
            sessions::expires_at,
            sessions::revoked_at,
            sessions::impersonated_by,
            sessions::parent_id,
            sessions::is_tenant_bound,
        ))
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    let now = Timestamp::now();
    let Some(row) = row.filter(|row| row.revoked_at.is_none() && row.expires_at > now) else {
        return Ok(Outcome::Over);
    };
    let verdict = judge(&row, presented, now);
    match verdict {
        Verdict::Rotate | Verdict::Grace => {}
        Verdict::Wrong => return Ok(Outcome::Refused),
        Verdict::Reused => {
            tracing::warn!(tenant = %row.tenant, "an old refresh token was presented; its session has ended");
            return Ok(Outcome::Ended(end(tx, Ends::Session(session)).await?));
        }
    }
    let by = row.impersonated_by.zip(row.parent_id);
    if let Some((admin, own)) = by
        && !impersonation::is_good(tx, admin, own, product.admins_need_factor()).await?
    {
        return Ok(Outcome::Over);
    }
    // A session in which somebody works as somebody else ends at its hour.
    let expires_at = if by.is_some() { row.expires_at } else { now.plus_seconds(REFRESH_SECONDS) };
    let next = (verdict == Verdict::Rotate).then(|| next_secret(product.keys(), session));
    if let Some(next) = &next {
        diesel::update(sessions::table.filter(sessions::id.eq(session)))
            .set((
                sessions::previous_refresh_hash.eq(Some(row.refresh_hash)),
                sessions::refresh_hash.eq(hash_secret(next)),
                sessions::rotated_at.eq(now),
                sessions::last_seen_at.eq(now),
                sessions::expires_at.eq(expires_at),
            ))
            .execute(tx.conn())
            .await?;
    }
    let start = Start { tenant: row.tenant, user: row.user, impersonated_by: by, is_tenant_bound: row.is_tenant_bound };
    let caller = caller(tx, session, &start).await?;
    Ok(Outcome::Begun(Begun { caller, secret: next, expires_at, read_at: now, ended: Marks::default() }))
}

fn judge(row: &SessionRow, presented: &Presented, now: Timestamp) -> Verdict {
    // Hashes of 256 random bits: comparing them in variable time tells nothing useful.
    if row.refresh_hash == presented.hash {
        return Verdict::Rotate;
    }
    let is_previous = row.previous_refresh_hash.as_ref() == Some(&presented.hash);
    if is_previous && now.seconds_since(row.rotated_at) <= GRACE_SECONDS {
        Verdict::Grace
    } else if is_previous || presented.is_stamped {
        Verdict::Reused
    } else {
        Verdict::Wrong
    }
}
