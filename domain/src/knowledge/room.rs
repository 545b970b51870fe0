//! How many bytes the knowledge of a tenant may hold: weighed once, at the end
//! of each transaction that has made it larger. What shrinks or stays is never refused.

use crate::{Error, Result, database::TenantTx, platform};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use futures::{FutureExt as _, future::BoxFuture};
use types::{ErrorCode, SourceId};

/// What a refusal is about.
const FIELD: &str = "storage";
const MEGABYTE: i64 = 1024 * 1024;

/// The text of all sources and the files that wait to be read. Sizes are known without reading
/// what they are of.
pub(crate) const HELD_BYTES: &str = "
    (SELECT coalesce(sum(octet_length(content)), 0)::bigint FROM sources WHERE tenant_id = $1)
    + (SELECT coalesce(sum(octet_length(bytes)), 0)::bigint FROM source_files WHERE tenant_id = $1)";

#[derive(diesel::QueryableByName)]
struct Held {
    #[diesel(sql_type = sql_types::BigInt)]
    bytes: i64,
}

/// Says that there are so many bytes that were not there before.
pub(super) fn adds(tx: &mut TenantTx, bytes: usize) {
    tx.has_grown(i64::try_from(bytes).unwrap_or(i64::MAX), weigh);
}

/// Says, before it is done, that a source holds so many bytes from now on instead of its text and
/// the file that it was to be taken from.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn replaces(tx: &mut TenantTx, id: SourceId, bytes: usize) -> Result<()> {
    let before: Held = diesel::sql_query(
        "SELECT octet_length(content) + coalesce((
            SELECT octet_length(bytes) FROM source_files WHERE tenant_id = $1 AND source_id = $2
         ), 0)::bigint AS bytes FROM sources WHERE tenant_id = $1 AND id = $2",
    )
    .bind::<sql_types::Uuid, _>(tx.tenant())
    .bind::<sql_types::Uuid, _>(id)
    .get_result(tx.conn())
    .await?;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    tx.has_grown(bytes.saturating_sub(before.bytes), weigh);
    Ok(())
}

fn weigh(tx: &mut TenantTx) -> BoxFuture<'_, Result<()>> {
    refuse_too_much(tx).boxed()
}

/// Refuses what makes the knowledge larger than it may be. Called when nothing else is locked any
/// more: two who add at once are weighed one after the other.
async fn refuse_too_much(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))")
        .bind::<sql_types::Uuid, _>(tenant)
        .execute(tx.conn())
        .await?;
    let held: Held = diesel::sql_query(format!("SELECT {HELD_BYTES} AS bytes"))
        .bind::<sql_types::Uuid, _>(tenant)
        .get_result(tx.conn())
        .await?;
    let most = platform::limits_in(tx).await?.storage_mb();
    if held.bytes > i64::from(most) * MEGABYTE {
        let message = format!("This would make your sources larger than {most} MB together. Delete some first.");
        return Err(Error::Refused(types::Error::new(ErrorCode::TooLarge, message).field(FIELD)));
    }
    Ok(())
}

/// The sentence of a refusal for want of room; none for any other error.
pub(super) fn no_room(error: &Error) -> Option<String> {
    match error {
        Error::Refused(refusal) if refusal.field.as_deref() == Some(FIELD) => Some(refusal.message.clone()),
        _ => None,
    }
}
