//! The two ends of an impersonation: whether the admin may still work as
//! somebody else, and the way back to the admin's own session.

use super::{
    marks::Marks,
    permission::Runs,
    refresh::next_secret,
    sessions::{Begun, REFRESH_SECONDS, Start, caller},
};
use crate::{
    Result,
    database::SystemTx,
    keys::{Keys, hash_secret},
    schema::{sessions, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{SessionId, TenantId, Timestamp, UserId};

/// Life of a session in which a platform admin works as somebody, in seconds, used or not.
pub(super) const IMPERSONATION_SECONDS: i64 = 3600;

/// Whether somebody still runs the platform, with a second factor where one
/// is needed, and is still signed in by that session.
pub(crate) async fn is_good(tx: &mut SystemTx, admin: UserId, own: SessionId, needs_factor: bool) -> Result<bool> {
    let found: Option<(bool, bool, bool)> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::id.eq(own))
        .filter(sessions::user_id.eq(admin))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(Timestamp::now()))
        .select((
            users::is_platform_admin,
            users::email_verified_at.is_not_null(),
            users::totp_enabled_at.is_not_null(),
        ))
        .first(tx.conn())
        .await
        .optional()?;
    let runs = found.map(|(is_admin, is_proved, has_factor)| Runs::of(is_admin, is_proved, has_factor));
    Ok(runs.is_some_and(|runs| runs.here(needs_factor) == Runs::Platform))
}

/// Goes on with a session of a user whose refresh token nobody holds any
/// more: it gets the next one, as if it had been refreshed. None when the
/// session has ended.
pub(crate) async fn go_on(tx: &mut SystemTx, keys: &Keys, user: UserId, session: SessionId) -> Result<Option<Begun>> {
    let now = Timestamp::now();
    let found: Option<(TenantId, bool, Vec<u8>)> = sessions::table
        .filter(sessions::id.eq(session))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::impersonated_by.is_null())
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select((sessions::tenant_id, sessions::is_tenant_bound, sessions::refresh_hash))
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    let Some((tenant, is_tenant_bound, before)) = found else { return Ok(None) };
    let secret = next_secret(keys, session);
    let expires_at = now.plus_seconds(REFRESH_SECONDS);
    diesel::update(sessions::table.filter(sessions::id.eq(session)))
        .set((
            // A tab that was refreshing while the admin left and came back is no thief.
            sessions::previous_refresh_hash.eq(Some(before)),
            sessions::refresh_hash.eq(hash_secret(&secret)),
            sessions::rotated_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(tx.conn())
        .await?;
    let start = Start { is_tenant_bound, ..Start::of(tenant, user) };
    let caller = caller(tx, session, &start).await?;
    Ok(Some(Begun { caller, secret: Some(secret), expires_at, read_at: now, ended: Marks::default() }))
}
