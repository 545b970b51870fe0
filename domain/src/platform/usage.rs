//! How much a business uses, in numbers.

use crate::{Result, database::TenantTx, knowledge::HELD_BYTES};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::platform::TenantUsage;

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = sql_types::BigInt)]
    messages: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    ai_answers: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    conversations: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    contacts: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    sources: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    passages: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    seats: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    api_keys: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    source_bytes: i64,
}

/// Counts in the tenant's own transaction. Nothing but numbers leaves it.
///
/// A version 7 id begins with its milliseconds, so the rows of this month are
/// a range of the primary key and no other row is read.
pub(super) async fn read(tx: &mut TenantTx) -> Result<TenantUsage> {
    let tenant = tx.tenant();
    let counted: Counted = diesel::sql_query(format!(
        "WITH month AS (
            SELECT (lpad(to_hex((extract(epoch FROM date_trunc('month', now(), 'UTC')) * 1000)::bigint), 12, '0')
                || repeat('0', 20))::uuid AS since
         )
         SELECT
            (SELECT count(*) FROM messages WHERE tenant_id = $1 AND id >= (SELECT since FROM month)
                AND NOT is_note AND sender_type <> 'system') AS messages,
            (SELECT count(*) FROM ai_actions WHERE tenant_id = $1 AND id >= (SELECT since FROM month)
                AND action_type <> 'test') AS ai_answers,
            (SELECT count(*) FROM conversations WHERE tenant_id = $1) AS conversations,
            (SELECT count(*) FROM contacts WHERE tenant_id = $1) AS contacts,
            (SELECT count(*) FROM sources WHERE tenant_id = $1) AS sources,
            (SELECT coalesce(sum(documents), 0) FROM term_statistics WHERE tenant_id = $1 AND term = 0) AS passages,
            (SELECT count(*) FROM memberships WHERE tenant_id = $1) AS seats,
            (SELECT count(*) FROM api_keys WHERE tenant_id = $1) AS api_keys,
            {HELD_BYTES} AS source_bytes",
    ))
    .bind::<sql_types::Uuid, _>(tenant)
    .get_result(tx.conn())
    .await?;
    let Counted { messages, ai_answers, conversations, contacts, sources, passages, seats, api_keys, source_bytes } =
        counted;
    Ok(TenantUsage { messages, ai_answers, conversations, contacts, sources, passages, seats, api_keys, source_bytes })
}
