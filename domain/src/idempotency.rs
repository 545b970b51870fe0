//! Requests that a client may send twice: the answer to the first is kept
//! for a day and given to the second.
//!
//! The row is written before the work begins. While it has no answer the
//! work is going on, or the process ended in the middle of it; after a
//! minute the next request with the key takes it over.

use crate::{Error, Omnichat, Result, accounts::Caller, database::TenantTx, schema::idempotency_keys as keys};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{ErrorCode, Timestamp};
use uuid::Uuid;

/// Seconds that an answer is kept.
const KEPT: i64 = 24 * 3600;
/// Seconds after which work without an answer counts as broken off.
const BROKEN_OFF: i64 = 60;
/// Longest key, in characters.
const KEY_CHARS: usize = 255;

/// What to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is the first: do the work, then [`finish`] or [`abandon`].
    First(Claim),
    /// The answer to the first.
    Again {
        /// Its HTTP status.
        status: u16,
        /// Its body.
        body: Vec<u8>,
    },
}

/// The right to do the work for a key, until somebody takes it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    caller: Uuid,
    key: String,
    since: Timestamp,
}

/// Claims a key of the caller for a request with this fingerprint.
///
/// # Errors
/// `invalid` for a key that is none, `idempotency_mismatch` when it belongs
/// to another request, `conflict` while the first is being worked on.
pub async fn begin(product: &Omnichat, caller: &Caller, key: &str, fingerprint: Vec<u8>) -> Result<Begun> {
    let is_fine = (1..=KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_fine {
        let message = format!("An Idempotency-Key has 1 to {KEY_CHARS} visible ASCII characters, without spaces.");
        return Err(types::Error::invalid(message).field("Idempotency-Key").into());
    }
    let (key, caller_id) = (key.to_owned(), id_of(caller));
    product
        .db()
        .tenant(caller.tenant(), async move |tx: &mut TenantTx| {
            let (tenant, now) = (tx.tenant(), Timestamp::now());
            diesel::delete(keys::table)
                .filter(keys::tenant_id.eq(tenant))
                .filter(keys::created_at.lt(now.plus_seconds(-KEPT)))
                .execute(tx.conn())
                .await?;
            let inserted = diesel::insert_into(keys::table)
                .values((
                    keys::tenant_id.eq(tenant),
                    keys::caller.eq(caller_id),
                    keys::key.eq(&key),
                    keys::fingerprint.eq(&fingerprint),
                    keys::created_at.eq(now),
                ))
                .on_conflict_do_nothing()
                .execute(tx.conn())
                .await?;
            if inserted == 1 {
                return Ok(Begun::First(Claim { caller: caller_id, key, since: now }));
            }
            again(tx, caller_id, key, &fingerprint).await
        })
        .await
}

/// What the row of an earlier request says.
async fn again(tx: &mut TenantTx, caller: Uuid, key: String, fingerprint: &[u8]) -> Result<Begun> {
    type Row = (Vec<u8>, Option<i32>, Option<Vec<u8>>, Timestamp);
    let (tenant, now) = (tx.tenant(), Timestamp::now());
    let found: Option<Row> = keys::table
        .filter(keys::tenant_id.eq(tenant))
        .filter(keys::caller.eq(caller))
        .filter(keys::key.eq(&key))
        .select((keys::fingerprint, keys::status, keys::body, keys::created_at))
        .for_update()
        .first(tx.conn())
        .await
        .optional()?;
    // It was given up this very moment.
    let Some((first, status, body, since)) = found else { return Err(in_work()) };
    if first != fingerprint {
        let message = "This Idempotency-Key was used for another request. Send a new one with a new request.";
        let error = types::Error::new(ErrorCode::IdempotencyMismatch, message);
        return Err(error.field("Idempotency-Key").into());
    }
    if let (Some(status), Some(body)) = (status.and_then(|status| u16::try_from(status).ok()), body) {
        return Ok(Begun::Again { status, body });
    }
    if now.seconds_since(since) < BROKEN_OFF {
        return Err(in_work());
    }
    diesel::update(keys::table)
        .filter(keys::tenant_id.eq(tenant))
        .filter(keys::caller.eq(caller))
        .filter(keys::key.eq(&key))
        .set(keys::created_at.eq(now))
        .execute(tx.conn())
        .await?;
    Ok(Begun::First(Claim { caller, key, since: now }))
}

fn in_work() -> Error {
    let message = "The first request with this Idempotency-Key is still being worked on. Ask again in a moment.";
    types::Error::new(ErrorCode::Conflict, message).retry_after(1).into()
}

/// Keeps the answer for those who send the request again.
///
/// # Errors
/// When the database does not answer.
pub async fn finish(product: &Omnichat, caller: &Caller, claim: Claim, status: u16, body: Vec<u8>) -> Result<()> {
    product
        .db()
        .tenant(caller.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::update(keys::table)
                .filter(keys::tenant_id.eq(tenant))
                .filter(keys::caller.eq(claim.caller))
                .filter(keys::key.eq(claim.key))
                .filter(keys::created_at.eq(claim.since))
                .set((keys::status.eq(i32::from(status)), keys::body.eq(body)))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

/// Gives the key back: nothing was done, and the request may be sent again.
///
/// # Errors
/// When the database does not answer.
pub async fn abandon(product: &Omnichat, caller: &Caller, claim: Claim) -> Result<()> {
    product
        .db()
        .tenant(caller.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::delete(keys::table)
                .filter(keys::tenant_id.eq(tenant))
                .filter(keys::caller.eq(claim.caller))
                .filter(keys::key.eq(claim.key))
                .filter(keys::created_at.eq(claim.since))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

/// Keys of different callers never meet.
fn id_of(caller: &Caller) -> Uuid {
    caller.key().map(|key| key.0).or_else(|| caller.user().map(|user| user.0)).unwrap_or(Uuid::nil())
}
