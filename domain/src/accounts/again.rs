//! Judging whoever calls once more, when what they sent has come in at last:
//! a body may be minutes on its way, and its sender be removed meanwhile.

use super::{
    Caller, Member, api_key, check_still_in, impersonation,
    permission::Who,
    sessions::{Start, caller},
};
use crate::{Network, Omnichat, Result, database::SystemTx, schema::sessions};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{SessionId, Timestamp};

/// Whoever calls, with what they may do by now. A user of whom nothing changed costs no look into the database; of
/// another one the session is looked up. A program is looked up by its `key`, which is remembered for a moment.
///
/// # Errors
/// `unauthenticated` when the session has ended, the user works there no more, or the key was revoked; `suspended`
/// with the tenant.
pub async fn judge_again(product: &Omnichat, before: Caller, key: &str, from: Network) -> Result<Caller> {
    let by_now = match before.member() {
        Ok(member) if check_still_in(product, &member).is_ok() => return Ok(before),
        Ok(member) => by_session(product, &member).await?,
        Err(_) => api_key(product, key, from).await?,
    };
    Ok(Caller { ip: before.ip, ..by_now })
}

/// The user of a session, as the database knows them.
async fn by_session(product: &Omnichat, member: &Member) -> Result<Caller> {
    let (session, needs_factor) = (member.session(), product.admins_need_factor());
    let start = Start {
        tenant: member.tenant(),
        user: member.user(),
        impersonated_by: member.impersonated_by().zip(member.parent()),
        is_tenant_bound: member.is_tenant_bound(),
    };
    let mut found = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            if !is_live(tx, session).await? || !is_by_leave(tx, &start, needs_factor).await? {
                return Err(types::Error::unauthenticated().into());
            }
            caller(tx, session, &start).await
        })
        .await?;
    if let Who::User(signed) = &mut found.who {
        signed.runs = signed.runs.here(needs_factor);
    }
    Ok(found)
}

async fn is_live(tx: &mut SystemTx, session: SessionId) -> Result<bool> {
    let live: i64 = sessions::table
        .filter(sessions::id.eq(session))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(Timestamp::now()))
        .count()
        .get_result(tx.conn())
        .await?;
    Ok(live > 0)
}

/// Whether nobody else works in the session, or somebody who still may.
async fn is_by_leave(tx: &mut SystemTx, start: &Start, needs_factor: bool) -> Result<bool> {
    match start.impersonated_by {
        Some((admin, own)) => impersonation::is_good(tx, admin, own, needs_factor).await,
        None => Ok(true),
    }
}
