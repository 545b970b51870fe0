//! Claiming: round by tenant, so that nobody waits for more than one job of each other tenant.

use super::{LEASE_SECONDS, Lane};
use crate::{
    Omnichat, Result,
    database::{Keep as _, SystemTx},
};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::{JobId, TenantId, Timestamp};
use uuid::Uuid;

/// A job that belongs to whoever claimed it until its lease runs out.
#[derive(Debug, diesel::QueryableByName)]
pub struct Claimed {
    /// Whose it is.
    #[diesel(sql_type = sql_types::Uuid)]
    pub tenant_id: TenantId,
    /// Which.
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: JobId,
    #[diesel(sql_type = sql_types::Jsonb)]
    pub(super) payload: serde_json::Value,
    #[diesel(sql_type = sql_types::Integer)]
    pub(super) attempts: i32,
    /// Others wait in the same lane.
    #[diesel(sql_type = sql_types::Bool)]
    pub(super) is_more: bool,
}

/// Whose turn it was last in a lane, as this process goes round.
#[derive(Clone, Copy, Debug)]
pub struct Turn(TenantId);

impl Default for Turn {
    fn default() -> Self {
        Self(TenantId(Uuid::nil()))
    }
}

/// From the tenant of the last turn to the next one with work, in the order of their ids, and
/// after the last one from the first again, up to and with that tenant. Each step is one look into
/// an index, whatever number of jobs a tenant has, and it stops at the first tenant that may go.
const NEXT: &str = "
    WITH RECURSIVE round (tenant_id, lap, is_found) AS (
        SELECT $5, 0, false
        UNION ALL
        SELECT coalesce(next.tenant_id, '00000000-0000-0000-0000-000000000000'),
            CASE WHEN next.tenant_id IS NULL THEN round.lap + 1 ELSE round.lap END,
            next.tenant_id IS NOT NULL
        FROM round LEFT JOIN LATERAL (
            SELECT tenant_id FROM jobs
            WHERE state = 'queued' AND kind = $1 AND tenant_id > round.tenant_id
            ORDER BY tenant_id LIMIT 1
        ) AS next ON true
        WHERE round.lap = 0 OR (round.lap = 1 AND round.tenant_id < $5)
    )
    UPDATE jobs SET leased_until = $2, attempts = attempts + 1
    WHERE (tenant_id, id) = (
        SELECT oldest.tenant_id, oldest.id
        FROM round CROSS JOIN LATERAL (
            SELECT tenant_id, id FROM jobs
            WHERE state = 'queued' AND kind = $1 AND tenant_id = round.tenant_id AND run_at <= $3
                AND (leased_until IS NULL OR leased_until < $3)
            ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED
        ) AS oldest
        WHERE round.is_found
            AND (SELECT count(*) FROM jobs AS running
                WHERE running.kind = $1 AND running.tenant_id = round.tenant_id
                    AND running.leased_until IS NOT NULL AND running.leased_until >= $3) < $6
            AND ($4 OR (SELECT suspended_at IS NULL FROM tenants WHERE tenants.id = round.tenant_id))
        LIMIT 1
    ) RETURNING tenant_id, id, payload, attempts, EXISTS (
        SELECT FROM jobs AS other
        WHERE other.state = 'queued' AND other.kind = $1 AND other.run_at <= $3
            AND (other.leased_until IS NULL OR other.leased_until < $3)
            AND (other.tenant_id, other.id) <> (jobs.tenant_id, jobs.id)
    ) AS is_more";

/// Takes the oldest job of the tenant whose turn it is: the next one that has work which is due
/// and less than its share under way, which is the smaller the more jobs of the lane, `taken`, are
/// under way in this process. Jobs of a suspended tenant wait until it may work again.
///
/// # Errors
/// When the database does not answer.
pub async fn claim(product: &Omnichat, lane: Lane, turn: &mut Turn, taken: usize) -> Result<Option<Claimed>> {
    let (after, share) = (turn.0, i64::try_from(lane.may_have(taken)).unwrap_or(i64::MAX));
    let claimed = product
        .db()
        .system_in_turn(lane, async move |tx: &mut SystemTx| {
            let claimed: Vec<Claimed> = diesel::sql_query(NEXT)
                .bind::<sql_types::Text, _>(lane.kind())
                .bind::<sql_types::Timestamptz, _>(Timestamp::now().plus_seconds(LEASE_SECONDS))
                .bind::<sql_types::Timestamptz, _>(Timestamp::now().plus_seconds(1))
                // A mail is to a person, who may work elsewhere too.
                .bind::<sql_types::Bool, _>(lane == Lane::Mail)
                .bind::<sql_types::Uuid, _>(after)
                .bind::<sql_types::BigInt, _>(share)
                .kept()
                .load(tx.conn())
                .await?;
            Ok(claimed.into_iter().next())
        })
        .await?;
    if let Some(claimed) = &claimed {
        turn.0 = claimed.tenant_id;
    }
    Ok(claimed)
}
