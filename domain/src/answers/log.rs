//! What models did: the list, and what it came to by day and model.

use super::actions::first_id;
use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadInbox, ReadKnowledge},
    database::TenantTx,
};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::{
    AiActionId, ConversationId, Timestamp,
    answers::{AiLogEntry, AiLogFilter, AiLogPage, AiTotal},
};

/// Entries of one page.
const PAGE: i64 = 50;
/// Characters of a question or an answer that are shown.
const TEXT_CHARS: i32 = 600;
/// Most days whose totals are given.
const DAYS: u32 = 366;
/// Most lines of totals.
const TOTALS: i64 = 2_000;

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    id: AiActionId,
    #[diesel(sql_type = sql_types::Timestamptz)]
    ts: Timestamp,
    #[diesel(sql_type = sql_types::Text)]
    action_type: String,
    #[diesel(sql_type = sql_types::Text)]
    model: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    endpoint: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Float>)]
    confidence: Option<f32>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Integer>)]
    tokens: Option<i32>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Integer>)]
    input_tokens: Option<i32>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Integer>)]
    output_tokens: Option<i32>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::BigInt>)]
    micro_dollars: Option<i64>,
    #[diesel(sql_type = sql_types::Integer)]
    milliseconds: i32,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    error: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    conversation_id: Option<ConversationId>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    question: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    answer: Option<String>,
}

/// A page of what models did, newest first; `before` is the page's `next`.
/// Questions and answers are for those who may read conversations.
///
/// # Errors
/// When the database does not answer.
pub async fn log(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    filter: AiLogFilter,
    before: Option<AiActionId>,
) -> Result<AiLogPage> {
    let may_read = permit.caller().permit::<ReadInbox>().is_ok();
    let rows: Vec<Row> = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let rows = diesel::sql_query(
                "SELECT done.id, done.ts, done.action_type, done.model, done.endpoint, done.confidence, done.tokens,
                    done.input_tokens, done.output_tokens, round(done.cost * 1000000)::bigint AS micro_dollars,
                    done.milliseconds, done.error, done.conversation_id,
                    left(asked.content, $7) AS question, left(said.content, $7) AS answer
                 FROM ai_actions AS done
                 LEFT JOIN messages AS asked ON $6 AND asked.tenant_id = $1 AND asked.id = done.input_ref
                 LEFT JOIN messages AS said ON $6 AND said.tenant_id = $1 AND said.id = done.output_ref
                 WHERE done.tenant_id = $1
                    AND ($2 = '' OR done.action_type = $2)
                    AND ($3 = '' OR done.model = $3)
                    AND (NOT $4 OR done.error IS NOT NULL)
                    AND ($5::uuid IS NULL OR done.id < $5)
                 ORDER BY done.id DESC LIMIT $8",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Text, _>(filter.action)
            .bind::<sql_types::Text, _>(filter.model)
            .bind::<sql_types::Bool, _>(filter.failed)
            .bind::<sql_types::Nullable<sql_types::Uuid>, _>(before)
            .bind::<sql_types::Bool, _>(may_read)
            .bind::<sql_types::Integer, _>(TEXT_CHARS)
            .bind::<sql_types::BigInt, _>(PAGE + 1)
            .load(tx.conn())
            .await?;
            Ok(rows)
        })
        .await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = rows.len() > page;
    let entries: Vec<AiLogEntry> = rows.into_iter().take(page).map(transfer).collect();
    let next = entries.last().filter(|_| has_more).map(|last| last.id);
    Ok(AiLogPage { entries, next })
}

fn transfer(row: Row) -> AiLogEntry {
    AiLogEntry {
        id: row.id,
        at: row.ts,
        action: row.action_type,
        model: row.model,
        endpoint: row.endpoint,
        confidence: row.confidence,
        is_estimate: row.tokens.is_none() && row.input_tokens.is_some(),
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
        micro_dollars: row.micro_dollars,
        milliseconds: row.milliseconds,
        error: row.error,
        conversation: row.conversation_id,
        question: row.question,
        answer: row.answer,
    }
}

#[derive(diesel::QueryableByName)]
struct TotalRow {
    #[diesel(sql_type = sql_types::Text)]
    day: String,
    #[diesel(sql_type = sql_types::Text)]
    model: String,
    #[diesel(sql_type = sql_types::BigInt)]
    calls: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    failed: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    tokens: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    micro_dollars: i64,
    #[diesel(sql_type = sql_types::Integer)]
    p50: i32,
}

/// What models did in the last `days`, by day (UTC) and model, the newest day first.
///
/// # Errors
/// When the range is empty or longer than a year, or the database does not answer.
pub async fn totals(product: &Omnichat, permit: &Permit<ReadKnowledge>, days: u32) -> Result<Vec<AiTotal>> {
    if !(1..=DAYS).contains(&days) {
        return Err(types::Error::invalid(format!("Totals are for 1 to {DAYS} days.")).field("days").into());
    }
    let today = Timestamp::now().0.div_euclid(86_400_000);
    let from = Timestamp((today + 1 - i64::from(days)) * 86_400_000);
    let rows: Vec<TotalRow> = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let rows = diesel::sql_query(
                "SELECT to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, model, count(*) AS calls,
                    count(*) FILTER (WHERE error IS NOT NULL) AS failed,
                    coalesce(sum(coalesce(input_tokens, 0)::bigint + coalesce(output_tokens, 0)), 0)::bigint AS tokens,
                    coalesce(round(sum(cost) * 1000000), 0)::bigint AS micro_dollars,
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY milliseconds) AS p50
                 FROM ai_actions WHERE tenant_id = $1 AND id >= $2
                 GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT $3",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(first_id(from))
            .bind::<sql_types::BigInt, _>(TOTALS)
            .load(tx.conn())
            .await?;
            Ok(rows)
        })
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| AiTotal {
            day: row.day,
            model: row.model,
            calls: row.calls,
            failed: row.failed,
            tokens: row.tokens,
            micro_dollars: row.micro_dollars,
            p50_milliseconds: row.p50,
        })
        .collect())
}
