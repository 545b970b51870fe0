//! Signing in and staying signed in.
//!
//! A sign-in is a session row. The browser holds a short access token, which
//! is checked without the database, and a refresh token, which is exchanged
//! for the next pair; see [`super::refresh`].

use super::{
    Caller, Member, Whose,
    devices::{Ends, end, end_oldest, forget},
    guesses::check_password,
    impersonation::IMPERSONATION_SECONDS,
    marks::Marks,
    permission::{Runs, Signed, Who, held},
    refresh::next_secret,
    second_factor::{Entry, RightPassword, start_after_password},
};
use crate::{
    Error, Network, Omnichat, Result,
    database::SystemTx,
    keys::{Keys, hash_secret},
    schema::{memberships, roles, sessions, tenants, users},
    security::note_sign_in,
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl,
};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};
use types::{
    ErrorCode, SessionId, TenantId, Timestamp, UserId,
    accounts::{Permissions, Role},
};

/// Life of an access token, in seconds. A revoked session ends within it.
pub const ACCESS_SECONDS: i64 = 600;
/// Life of a session without use, in seconds.
pub const REFRESH_SECONDS: i64 = 30 * 24 * 3600;
const AUDIENCE: &str = "access";

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Device {
    /// Address of the client.
    pub ip: IpAddr,
    /// What the browser calls itself, cut to 200 characters.
    pub user_agent: String,
    /// The cookie by which a browser says who signed in with it before, unchecked.
    pub known: Option<String>,
}

impl Device {
    /// The network that the client is in: what is counted for it is counted by this.
    #[must_use]
    pub fn network(&self) -> Network {
        Network::of(self.ip)
    }
}

impl Default for Device {
    /// Somebody of whom nothing is known.
    fn default() -> Self {
        Self { ip: Ipv4Addr::UNSPECIFIED.into(), user_agent: String::new(), known: None }
    }
}

/// What a browser gets when somebody has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who it is.
    pub caller: Caller,
    /// When it began, or was renewed.
    pub at: Timestamp,
    /// Access token, good for [`ACCESS_SECONDS`].
    pub access: String,
    /// Refresh token, good once within [`REFRESH_SECONDS`]; none when another
    /// tab has just got it.
    pub refresh: Option<String>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("caller", &self.caller).finish_non_exhaustive()
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    /// Milliseconds: a change in the same second makes a token stale.
    made: Timestamp,
    sub: UserId,
    tid: TenantId,
    sid: SessionId,
    name: String,
    role: Role,
    /// Those of a role of the tenant's own; a built-in role says its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    perm: Option<Permissions>,
    /// The platform admin who works as the user, with the admin's own session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    imp: Option<(UserId, SessionId)>,
    /// Bound to the tenant whose provider vouched for the user.
    #[serde(default, skip_serializing_if = "is_false")]
    bound: bool,
    /// What the user runs. Older tokens say yes or no here; they are not read, and asked for again.
    #[serde(default, skip_serializing_if = "Runs::is_nothing")]
    adm: Runs,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Signs a user in, or asks for a code when there is a second factor.
///
/// # Errors
/// `wrong_credentials`, the same for an unknown address and a wrong password;
/// `too_many_requests` after too many tries.
pub async fn log_in(product: &Omnichat, email: &str, password: &str, device: &Device) -> Result<Entry> {
    let right = check_password(product, email, password, device).await?;
    start_after_password(product, right, device).await
}

/// Signs in the server itself, for its demo. It could read a second factor's
/// secret, so it is not asked for a code.
///
/// # Errors
/// Those of [`log_in`].
pub async fn log_in_as_server(product: &Omnichat, email: &str, password: &str, device: &Device) -> Result<SignedIn> {
    let RightPassword { user, tenant, .. } = check_password(product, email, password, device).await?;
    start(product, Start::of(tenant, user), device).await
}

/// A session to be started.
pub(crate) struct Start {
    pub tenant: TenantId,
    pub user: UserId,
    /// The admin's user and session, when an admin works as the user.
    pub impersonated_by: Option<(UserId, SessionId)>,
    pub is_tenant_bound: bool,
}

impl Start {
    /// A plain session of a user in a tenant.
    pub const fn of(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, user, impersonated_by: None, is_tenant_bound: false }
    }

    const fn seconds(&self) -> i64 {
        if self.impersonated_by.is_some() { IMPERSONATION_SECONDS } else { REFRESH_SECONDS }
    }
}

/// A session whose tokens are not handed out yet.
pub(crate) struct Begun {
    pub(super) caller: Caller,
    /// The secret of the next refresh token, with its stamp; none keeps the one handed out.
    pub(super) secret: Option<String>,
    pub(super) expires_at: Timestamp,
    /// When the rights were read: a change after that makes the token stale.
    pub(super) read_at: Timestamp,
    /// What ended to make room for it; told when the tokens are handed out.
    pub(super) ended: Marks,
}

/// Starts a session of a user in a tenant.
pub(super) async fn start(product: &Omnichat, start: Start, device: &Device) -> Result<SignedIn> {
    let (own, inside) = (device.clone(), product.clone());
    let work = async move |tx: &mut SystemTx| begin(tx, inside.keys(), &start, own).await;
    let begun = product.db().system(work).await?;
    let signed_in = hand_out(product, begun)?;
    note_sign_in(product, &signed_in.caller, device);
    Ok(signed_in)
}

/// Writes a session's row. What it is begun by is checked under the user's lock, or after this:
/// whoever takes an account back changes the user first, and then ends the sessions that there are.
pub(crate) async fn begin(tx: &mut SystemTx, keys: &Keys, start: &Start, device: Device) -> Result<Begun> {
    let _locked: UserId =
        users::table.filter(users::id.eq(start.user)).select(users::id).for_share().first(tx.conn()).await?;
    let session = SessionId::new();
    let secret = next_secret(keys, session);
    let read_at = Timestamp::now();
    let expires_at = read_at.plus_seconds(start.seconds());
    // Who works as somebody takes nobody's place.
    let ended = if start.impersonated_by.is_none() { end_oldest(tx, start.user).await? } else { Marks::default() };
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::user_id.eq(start.user),
            sessions::tenant_id.eq(start.tenant),
            sessions::refresh_hash.eq(hash_secret(&secret)),
            sessions::ip.eq(device.ip.to_string()),
            sessions::user_agent.eq(device.user_agent),
            sessions::expires_at.eq(expires_at),
            sessions::impersonated_by.eq(start.impersonated_by.map(|(user, _)| user)),
            sessions::parent_id.eq(start.impersonated_by.map(|(_, session)| session)),
            sessions::is_tenant_bound.eq(start.is_tenant_bound),
        ))
        .execute(tx.conn())
        .await?;
    Ok(Begun { caller: caller(tx, session, start).await?, secret: Some(secret), expires_at, read_at, ended })
}

/// The user of a session with what they may do by now.
pub(super) async fn caller(tx: &mut SystemTx, session: SessionId, start: &Start) -> Result<Caller> {
    type Row = (Role, Option<Vec<String>>, String, (bool, bool, bool), Option<Timestamp>, String);
    let read_at = Timestamp::now();
    let found: Option<Row> = users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .inner_join(tenants::table.on(tenants::id.eq(memberships::tenant_id)))
        .left_join(
            roles::table
                .on(roles::tenant_id.eq(memberships::tenant_id).and(roles::id.nullable().eq(memberships::role_id))),
        )
        .filter(users::id.eq(start.user))
        .filter(memberships::tenant_id.eq(start.tenant))
        .select((
            memberships::role,
            roles::permissions.nullable(),
            users::name,
            (users::is_platform_admin, users::email_verified_at.is_not_null(), users::totp_enabled_at.is_not_null()),
            tenants::suspended_at,
            tenants::suspended_reason,
        ))
        .first(tx.conn())
        .await
        .optional()?;
    let (role, permissions, name, (is_admin, is_proved, has_factor), suspended_at, reason) =
        found.ok_or_else(types::Error::unauthenticated)?;
    // A platform admin may look into a suspended business, its people may not.
    if suspended_at.is_some() && start.impersonated_by.is_none() {
        return Err(suspended(&reason));
    }
    Ok(Caller {
        tenant: start.tenant,
        name,
        ip: String::new(),
        permissions: held(role, permissions.map(Permissions::from_names), start.impersonated_by.is_some()),
        who: Who::User(Signed {
            user: start.user,
            session,
            role,
            impersonated_by: start.impersonated_by.map(|(user, _)| user),
            parent: start.impersonated_by.map(|(_, session)| session),
            is_tenant_bound: start.is_tenant_bound,
            runs: Runs::of(is_admin, is_proved, has_factor),
            read_at,
        }),
    })
}

/// The business was suspended by the platform.
pub(super) fn suspended(reason: &str) -> Error {
    let because = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
    let message = format!("This business is suspended{because}. Please write to the people who run this server.");
    Error::refused(ErrorCode::Suspended, message)
}

/// The tokens of a session.
pub(crate) fn hand_out(product: &Omnichat, begun: Begun) -> Result<SignedIn> {
    let Begun { mut caller, secret, expires_at, read_at, ended } = begun;
    forget(product, &ended);
    let Who::User(signed) = &mut caller.who else {
        return Err(Error::Internal("a program cannot have a session".to_owned()));
    };
    let now = Timestamp::now();
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        exp: now.plus_seconds(ACCESS_SECONDS).min(expires_at).0 / 1000,
        made: read_at,
        sub: signed.user,
        tid: caller.tenant,
        sid: signed.session,
        name: caller.name.clone(),
        role: signed.role,
        perm: (signed.role == Role::Custom).then_some(caller.permissions),
        imp: signed.impersonated_by.zip(signed.parent),
        bound: signed.is_tenant_bound,
        adm: signed.runs,
    };
    signed.runs = signed.runs.here(product.admins_need_factor());
    let access = product.keys().sign(&claims).map_err(|error| Error::Internal(format!("access token: {error}")))?;
    let refresh = secret.map(|secret| format!("{}.{secret}", signed.session));
    Ok(SignedIn { caller, at: read_at, access, refresh })
}

/// The user that an access token stands for.
///
/// # Errors
/// `unauthenticated` when it is forged, expired, or older than a change of
/// the session, the user's rights or the tenant.
pub fn verify_access(product: &Omnichat, token: &str) -> Result<Caller> {
    let claims: Claims = product.keys().verify(token, AUDIENCE).map_err(|_| types::Error::unauthenticated())?;
    let caller = Caller {
        tenant: claims.tid,
        name: claims.name,
        ip: String::new(),
        permissions: held(claims.role, claims.perm, claims.imp.is_some()),
        who: Who::User(Signed {
            user: claims.sub,
            session: claims.sid,
            role: claims.role,
            impersonated_by: claims.imp.map(|(user, _)| user),
            parent: claims.imp.map(|(_, session)| session),
            is_tenant_bound: claims.bound,
            runs: claims.adm.here(product.admins_need_factor()),
            read_at: claims.made,
        }),
    };
    check_fresh(product, &caller)?;
    Ok(caller)
}

/// Whether somebody who was let in may still be there: what takes its place
/// among those who are told of an end asks again, so that no end falls in
/// between, and so does what waited for a body. No database is asked.
///
/// # Errors
/// `unauthenticated` when the session, the user's rights or the tenant have
/// changed since those rights were read.
pub fn check_still_in(product: &Omnichat, member: &Member) -> Result<()> {
    check_fresh(product, member)
}

/// Refuses a user whose rights were read before the session ended, or the user's rights or the tenant changed.
fn check_fresh(product: &Omnichat, caller: &Caller) -> Result<()> {
    let Who::User(signed) = &caller.who else { return Ok(()) };
    let whose = [Whose::Session(signed.session), Whose::User(signed.user), Whose::Tenant(caller.tenant)];
    // Who works as somebody does so by the leave of their own session.
    let own = signed.impersonated_by.zip(signed.parent);
    let own = own.map(|(admin, session)| [Whose::User(admin), Whose::Session(session)]);
    if product.stale().is_stale(signed.read_at, whose.into_iter().chain(own.into_iter().flatten())) {
        return Err(types::Error::unauthenticated().into());
    }
    Ok(())
}

/// Ends a session, its sockets included.
///
/// # Errors
/// When the database does not answer.
pub async fn log_out(product: &Omnichat, session: SessionId) -> Result<()> {
    let ended = product.db().system(async move |tx: &mut SystemTx| end(tx, Ends::Session(session)).await).await?;
    forget(product, &ended);
    Ok(())
}
