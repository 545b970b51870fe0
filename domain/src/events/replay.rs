//! What a client missed while it was away.

use super::{
    for_visitor,
    hub::{Listener, Outgoing, encode},
};
use crate::{
    Error, Omnichat, Result,
    database::TenantTx,
    schema::{events, tenant_sequences},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    limits::RESUME_EVENTS,
    realtime::{Event, ServerFrame},
};

/// The answer to "I have seen everything up to this number".
#[derive(Debug)]
pub enum Replay {
    /// What came after, in order.
    Frames {
        /// Encoded frames with their numbers.
        frames: Vec<Outgoing>,
        /// The tenant's event number when this was read.
        sequence: u64,
    },
    /// Too much was missed, or it is not kept any more: take a new snapshot.
    TooOld,
}

#[derive(diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = events)]
struct Row {
    sequence: i64,
    payload: serde_json::Value,
}

/// Everything that `listener` may see after the number `after`.
///
/// # Errors
/// When the database does not answer.
pub async fn replay(product: &Omnichat, listener: &Listener, after: u64) -> Result<Replay> {
    let listener = *listener;
    product
        .db()
        .tenant(listener.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let latest = latest(tx).await?;
            let after_number = i64::try_from(after).unwrap_or(i64::MAX);
            if after > latest {
                // A number from the future: the client talked to another database.
                return Ok(Replay::TooOld);
            }
            if after < latest && !is_kept(tx, after_number).await? {
                return Ok(Replay::TooOld);
            }
            let mut query = events::table
                .filter(events::tenant_id.eq(tenant))
                .filter(events::sequence.gt(after_number))
                .filter(events::sequence.le(i64::try_from(latest).unwrap_or(i64::MAX)))
                .order(events::sequence)
                .limit(RESUME_EVENTS + 1)
                .select(Row::as_select())
                .into_boxed();
            if let Listener::Visitor { contact, .. } = listener {
                query = query.filter(events::contact_id.eq(contact));
            }
            let rows: Vec<Row> = query.load(tx.conn()).await?;
            if i64::try_from(rows.len()).unwrap_or(i64::MAX) > RESUME_EVENTS {
                return Ok(Replay::TooOld);
            }
            let mut frames = Vec::with_capacity(rows.len());
            for row in rows {
                let event: Event =
                    serde_json::from_value(row.payload).map_err(|error| Error::stored("event", error))?;
                let visible = match listener {
                    Listener::Agent { .. } => Some(event),
                    Listener::Visitor { .. } => for_visitor(&event),
                };
                let sequence = row.sequence.unsigned_abs();
                if let Some(event) = visible {
                    frames.push(encode(Some(sequence), &ServerFrame::Event { sequence, event }));
                }
            }
            Ok(Replay::Frames { frames, sequence: latest })
        })
        .await
}

/// Whether what came after a number is still there: old events are deleted from the beginning.
async fn is_kept(tx: &mut TenantTx, after: i64) -> Result<bool> {
    let tenant = tx.tenant();
    let first: Option<i64> = events::table
        .filter(events::tenant_id.eq(tenant))
        .order(events::sequence)
        .select(events::sequence)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(first.is_some_and(|first| first <= after.saturating_add(1)))
}

/// The tenant's event number. Read it before the data of a snapshot: what
/// happens in between is then told again, which does no harm.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(tx: &mut TenantTx) -> Result<u64> {
    let tenant = tx.tenant();
    let number: i64 = tenant_sequences::table
        .filter(tenant_sequences::tenant_id.eq(tenant))
        .select(tenant_sequences::event)
        .first(tx.conn())
        .await?;
    Ok(number.unsigned_abs())
}
