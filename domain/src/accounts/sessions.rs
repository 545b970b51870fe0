//! Signing in and staying signed in.
//!
//! A sign-in is a session row. The browser holds a short access token, which
//! is checked without the database, and a refresh token, which is exchanged
//! for the next pair and good once. Somebody who presents an old refresh
//! token may have stolen it, or the rightful owner's browser was robbed of
//! the new one; in both cases the session ends.

use super::{Agent, passwords, register::normal_email};
use crate::{
    Error, Omnichat, Result,
    database::SystemTx,
    keys::{hash_secret, random_secret},
    schema::{memberships, sessions, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use types::{ErrorCode, SessionId, TenantId, Timestamp, UserId, accounts::Role};

/// Life of an access token, in seconds. A revoked session ends within it.
pub const ACCESS_SECONDS: i64 = 600;
/// Life of a session without use, in seconds.
pub const REFRESH_SECONDS: i64 = 30 * 24 * 3600;
/// Two tabs may refresh at the same moment; the second gets by with the
/// previous token for so many seconds.
const GRACE_SECONDS: i64 = 30;
/// Failed sign-ins of one address from one IP in a quarter of an hour.
const TRIES: u32 = 8;
/// Failed sign-ins from one IP in a quarter of an hour, whatever the address.
const TRIES_PER_IP: u32 = 60;
const TRIES_WITHIN: Duration = Duration::from_secs(900);
const AUDIENCE: &str = "access";

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Address of the client.
    pub ip: String,
    /// What the browser calls itself, cut to 200 characters.
    pub user_agent: String,
}

/// What a browser gets when somebody has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// The permission.
    pub agent: Agent,
    /// Access token, good for [`ACCESS_SECONDS`].
    pub access: String,
    /// Refresh token, good once within [`REFRESH_SECONDS`]; none when another
    /// tab has just got it.
    pub refresh: Option<String>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("agent", &self.agent).finish_non_exhaustive()
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: UserId,
    tid: TenantId,
    sid: SessionId,
    role: Role,
    name: String,
}

/// Signs a user in.
///
/// # Errors
/// `wrong_credentials`, the same for an unknown address and a wrong password;
/// `too_many_requests` after too many tries.
pub async fn log_in(product: &Omnichat, email: &str, password: &str, device: &Device) -> Result<SignedIn> {
    let email = normal_email(email);
    let by_ip = format!("login {}", device.ip);
    let by_email = format!("login {} {}", device.ip, email.chars().take(254).collect::<String>());
    product.throttle().count(&by_ip, TRIES_PER_IP, TRIES_WITHIN)?;
    product.throttle().count(&by_email, TRIES, TRIES_WITHIN)?;
    let found: Option<(UserId, String, TenantId)> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = users::table
                .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
                .filter(users::email.eq(email))
                .order(memberships::created_at)
                .select((users::id, users::password_hash, memberships::tenant_id))
                .first(tx.conn())
                .await;
            Ok(found.optional()?)
        })
        .await?;
    let stored = found.as_ref().map(|(_, hash, _)| hash.clone());
    let matches = passwords::verify(password.to_owned(), stored).await?;
    match found {
        Some((user, _, tenant)) if matches => {
            product.throttle().forget(&by_email);
            start(product, tenant, user, device).await
        }
        _ => Err(Error::refused(
            ErrorCode::WrongCredentials,
            "E-mail or password is wrong. Please check both and try again.",
        )),
    }
}

/// Starts a session of a user in a tenant.
pub(super) async fn start(product: &Omnichat, tenant: TenantId, user: UserId, device: &Device) -> Result<SignedIn> {
    let session = SessionId::new();
    let secret = random_secret();
    let hash = hash_secret(&secret);
    let device = device.clone();
    let (role, name) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::insert_into(sessions::table)
                .values((
                    sessions::id.eq(session),
                    sessions::user_id.eq(user),
                    sessions::tenant_id.eq(tenant),
                    sessions::refresh_hash.eq(hash),
                    sessions::ip.eq(device.ip),
                    sessions::user_agent.eq(device.user_agent),
                    sessions::expires_at.eq(Timestamp::now().plus_seconds(REFRESH_SECONDS)),
                ))
                .execute(tx.conn())
                .await?;
            role_and_name(tx, tenant, user).await
        })
        .await?;
    let agent = Agent { tenant, user, session, role, name };
    signed_in(product, agent, Some(secret))
}

async fn role_and_name(tx: &mut SystemTx, tenant: TenantId, user: UserId) -> Result<(Role, String)> {
    let found = users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .filter(users::id.eq(user))
        .filter(memberships::tenant_id.eq(tenant))
        .select((memberships::role, users::name))
        .first::<(Role, String)>(tx.conn())
        .await
        .optional()?;
    Ok(found.ok_or_else(types::Error::unauthenticated)?)
}

fn signed_in(product: &Omnichat, agent: Agent, secret: Option<String>) -> Result<SignedIn> {
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        exp: Timestamp::now().plus_seconds(ACCESS_SECONDS).0 / 1000,
        sub: agent.user,
        tid: agent.tenant,
        sid: agent.session,
        role: agent.role,
        name: agent.name.clone(),
    };
    let access = product.keys().sign(&claims).map_err(|error| Error::Internal(format!("access token: {error}")))?;
    let refresh = secret.map(|secret| format!("{}.{secret}", agent.session));
    Ok(SignedIn { agent, access, refresh })
}

/// The permission in an access token.
///
/// # Errors
/// `unauthenticated` when it is forged or expired.
pub fn verify_access(product: &Omnichat, token: &str) -> Result<Agent> {
    let claims: Claims = product.keys().verify(token, AUDIENCE).map_err(|_| types::Error::unauthenticated())?;
    Ok(Agent { tenant: claims.tid, user: claims.sub, session: claims.sid, role: claims.role, name: claims.name })
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
}

/// What to do with a refresh token.
enum Verdict {
    Rotate,
    Grace,
    Revoke,
}

/// Exchanges a refresh token for the next pair of tokens.
///
/// # Errors
/// `unauthenticated` when it is unknown, expired, or used a second time; in
/// the last case the session is revoked.
pub async fn refresh(product: &Omnichat, token: &str) -> Result<SignedIn> {
    let (session, secret) = token
        .split_once('.')
        .and_then(|(id, secret)| Some((id.parse::<SessionId>().ok()?, secret.to_owned())))
        .ok_or_else(types::Error::unauthenticated)?;
    let presented = hash_secret(&secret);
    let next = random_secret();
    let next_hash = hash_secret(&next);
    let outcome = product
        .db()
        .system(async move |tx: &mut SystemTx| {
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
                ))
                .for_update()
                .first(tx.conn())
                .await
                .optional()?;
            let now = Timestamp::now();
            let Some(row) = row.filter(|row| row.revoked_at.is_none() && row.expires_at > now) else { return Ok(None) };
            let this = diesel::update(sessions::table.filter(sessions::id.eq(session)));
            let is_rotated = match judge(&row, &presented, now) {
                Verdict::Rotate => {
                    this.set((
                        sessions::previous_refresh_hash.eq(Some(row.refresh_hash)),
                        sessions::refresh_hash.eq(next_hash),
                        sessions::rotated_at.eq(now),
                        sessions::expires_at.eq(now.plus_seconds(REFRESH_SECONDS)),
                    ))
                    .execute(tx.conn())
                    .await?;
                    true
                }
                Verdict::Grace => false,
                Verdict::Revoke => {
                    this.set(sessions::revoked_at.eq(now)).execute(tx.conn()).await?;
                    tracing::warn!(%session, tenant = %row.tenant, "old refresh token presented; session revoked");
                    return Ok(None);
                }
            };
            let (role, name) = role_and_name(tx, row.tenant, row.user).await?;
            Ok(Some((Agent { tenant: row.tenant, user: row.user, session, role, name }, is_rotated)))
        })
        .await?;
    let (agent, is_rotated) = outcome.ok_or_else(types::Error::unauthenticated)?;
    signed_in(product, agent, is_rotated.then_some(next))
}

fn judge(row: &SessionRow, presented: &[u8], now: Timestamp) -> Verdict {
    // Hashes of 256 random bits: comparing them in variable time tells nothing useful.
    if row.refresh_hash == presented {
        Verdict::Rotate
    } else if row.previous_refresh_hash.as_deref() == Some(presented)
        && now.seconds_since(row.rotated_at) <= GRACE_SECONDS
    {
        Verdict::Grace
    } else {
        Verdict::Revoke
    }
}

/// Ends a session.
///
/// # Errors
/// When the database does not answer.
pub async fn log_out(product: &Omnichat, session: SessionId) -> Result<()> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            diesel::update(sessions::table.filter(sessions::id.eq(session)).filter(sessions::revoked_at.is_null()))
                .set(sessions::revoked_at.eq(Timestamp::now()))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}
