//! Questions that were not answered well, grouped by meaning: seeing them,
//! answering them, and seeing that they are answered.

use super::public;
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, ReadKnowledge},
    answers,
    database::TenantTx,
    error::OrNotFound as _,
    knowledge,
    schema::{messages, question_groups as groups, sources, unanswered_questions as asked},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _, sql_types};
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;
use types::{
    ConversationId, ErrorCode, GroupId, MessageId, SourceId, Timestamp,
    answers::AnswerKind,
    knowledge::SourceStatus,
    teaching::{AnswerDraft, GAPS_SHOWN, Gap, GapCheck, GapQuestion, GapReason, GapStatus},
};

/// Questions of a group that are shown.
const QUESTIONS_SHOWN: i64 = 5;

#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = groups)]
struct GroupRow {
    id: GroupId,
    status: GapStatus,
    question_count: i32,
    source_id: Option<SourceId>,
    last_asked_at: Timestamp,
    created_at: Timestamp,
}

#[derive(diesel::QueryableByName)]
struct QuestionRow {
    #[diesel(sql_type = sql_types::Uuid)]
    group_id: GroupId,
    #[diesel(sql_type = sql_types::Uuid)]
    message_id: MessageId,
    #[diesel(sql_type = sql_types::Uuid)]
    conversation_id: ConversationId,
    #[diesel(sql_type = sql_types::Text)]
    content: String,
    #[diesel(sql_type = sql_types::Text)]
    reason: GapReason,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Float>)]
    confidence: Option<f32>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    asked_at: Timestamp,
}

/// Groups of questions, those that were asked most first, 100 at most.
///
/// # Errors
/// When the database does not answer.
pub async fn list_gaps(product: &Omnichat, permit: &Permit<ReadKnowledge>, status: GapStatus) -> Result<Vec<Gap>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let rows: Vec<GroupRow> = groups::table
                .filter(groups::tenant_id.eq(tenant))
                .filter(groups::status.eq(status))
                .filter(groups::question_count.gt(0))
                .order((groups::question_count.desc(), groups::last_asked_at.desc()))
                .limit(GAPS_SHOWN)
                .select(GroupRow::as_select())
                .load(tx.conn())
                .await?;
            with_questions(tx, rows).await
        })
        .await
}

/// Groups of any status that were noted before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse_gaps(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    before: Option<GroupId>,
    limit: u32,
) -> Result<Vec<Gap>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let mut query = groups::table
                .filter(groups::tenant_id.eq(tenant))
                .filter(groups::question_count.gt(0))
                .order(groups::id.desc())
                .limit(i64::from(limit))
                .select(GroupRow::as_select())
                .into_boxed();
            if let Some(before) = before {
                query = query.filter(groups::id.lt(before));
            }
            let rows: Vec<GroupRow> = query.load(tx.conn()).await?;
            with_questions(tx, rows).await
        })
        .await
}

async fn with_questions(tx: &mut TenantTx, rows: Vec<GroupRow>) -> Result<Vec<Gap>> {
    let tenant = tx.tenant();
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.id.0).collect();
    let questions: Vec<QuestionRow> = diesel::sql_query(
        "SELECT wanted.id AS group_id, latest.*
         FROM unnest($2::uuid[]) AS wanted (id), LATERAL (
            SELECT asked.message_id, asked.conversation_id, coalesce(asked.in_full, messages.content) AS content,
                asked.reason, asked.confidence, asked.asked_at
            FROM unanswered_questions AS asked
            JOIN messages ON messages.tenant_id = $1 AND messages.id = asked.message_id
            WHERE asked.tenant_id = $1 AND asked.group_id = wanted.id
            ORDER BY asked.asked_at DESC LIMIT $3
         ) AS latest",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Array<sql_types::Uuid>, _>(ids)
    .bind::<sql_types::BigInt, _>(QUESTIONS_SHOWN)
    .load(tx.conn())
    .await?;
    let mut of_group: BTreeMap<GroupId, Vec<GapQuestion>> = BTreeMap::new();
    for row in questions {
        of_group.entry(row.group_id).or_default().push(GapQuestion {
            message_id: row.message_id,
            conversation_id: row.conversation_id,
            text: public(&row.content),
            reason: row.reason,
            confidence: row.confidence,
            asked_at: row.asked_at,
        });
    }
    Ok(rows
        .into_iter()
        .map(|row| Gap {
            id: row.id,
            status: row.status,
            count: i64::from(row.question_count),
            questions: of_group.remove(&row.id).unwrap_or_default(),
            source_id: row.source_id,
            last_asked_at: row.last_asked_at,
            created_at: row.created_at,
        })
        .collect())
}

async fn one(tx: &mut TenantTx, id: GroupId) -> Result<Gap> {
    let row = row(tx, id).await?;
    let found = with_questions(tx, vec![row]).await?;
    found.into_iter().next().ok_or_else(|| types::Error::not_found("group of questions").into())
}

async fn row(tx: &mut TenantTx, id: GroupId) -> Result<GroupRow> {
    let tenant = tx.tenant();
    groups::table
        .filter(groups::tenant_id.eq(tenant))
        .filter(groups::id.eq(id))
        .select(GroupRow::as_select())
        .for_update()
        .first(tx.conn())
        .await
        .or_not_found("group of questions")
}

/// Writes the answer to a group of questions: it becomes a source, and the group is answered.
///
/// # Errors
/// When the group is not there or is answered already, or the question or the answer is missing or too long.
pub async fn answer_gap(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: GroupId,
    draft: &AnswerDraft,
) -> Result<Gap> {
    // Claimed first, so that two people who answer at once make one source.
    let before = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let row = row(tx, id).await?;
            if row.status == GapStatus::Answered {
                let message = "Somebody has answered these questions already. Please reload the page.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            set_status(tx, id, GapStatus::Answered).await?;
            Ok(row.status)
        })
        .await?;
    let added = knowledge::add_faq(product, permit, &draft.question, &draft.answer).await;
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| match added {
            Ok(source) => {
                answered_by(tx, id, source.id).await?;
                Ok(Ok(one(tx, id).await?))
            }
            Err(why) => {
                set_status(tx, id, before).await?;
                Ok(Err(why))
            }
        })
        .await?
}

/// Notes that a source answers a group from now on.
pub(super) async fn answered_by(tx: &mut TenantTx, id: GroupId, source: SourceId) -> Result<()> {
    let tenant = tx.tenant();
    diesel::update(groups::table.filter(groups::tenant_id.eq(tenant)).filter(groups::id.eq(id)))
        .set((groups::status.eq(GapStatus::Answered), groups::source_id.eq(Some(source))))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The group that a message belongs to.
pub(super) async fn group_of(tx: &mut TenantTx, message: MessageId) -> Result<Option<GroupId>> {
    let tenant = tx.tenant();
    let group = asked::table
        .filter(asked::tenant_id.eq(tenant))
        .filter(asked::message_id.eq(message))
        .select(asked::group_id)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(group)
}

async fn set_status(tx: &mut TenantTx, id: GroupId, status: GapStatus) -> Result<()> {
    let tenant = tx.tenant();
    diesel::update(groups::table.filter(groups::tenant_id.eq(tenant)).filter(groups::id.eq(id)))
        .set(groups::status.eq(status))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Dismisses a group that nobody wants to answer, or opens it again.
///
/// # Errors
/// When the group is not there.
pub async fn set_gap_dismissed(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: GroupId,
    is_dismissed: bool,
) -> Result<Gap> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            row(tx, id).await?;
            set_status(tx, id, if is_dismissed { GapStatus::Dismissed } else { GapStatus::Open }).await?;
            one(tx, id).await
        })
        .await
}

/// Tries the latest question of an answered group, once its answer was read.
///
/// # Errors
/// When the group is not there or has no answer, or the model is not available.
pub async fn check_gap(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: GroupId) -> Result<GapCheck> {
    let (question, status, error) = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let found = row(tx, id).await?;
            let Some(source) = found.source_id else { return Err(types::Error::not_found("answer").into()) };
            let (status, error): (SourceStatus, Option<String>) = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::id.eq(source))
                .select((sources::status, sources::error))
                .first(tx.conn())
                .await
                .or_not_found("answer")?;
            let (latest, in_full): (MessageId, Option<String>) = asked::table
                .filter(asked::tenant_id.eq(tenant))
                .filter(asked::group_id.eq(id))
                .order(asked::asked_at.desc())
                .select((asked::message_id, asked::in_full))
                .first(tx.conn())
                .await
                .or_not_found("question")?;
            let question: String = messages::table
                .filter(messages::tenant_id.eq(tenant))
                .filter(messages::id.eq(latest))
                .select(messages::content)
                .first(tx.conn())
                .await
                .or_not_found("question")?;
            Ok((in_full.unwrap_or(question), status, error))
        })
        .await?;
    let mut check = GapCheck {
        is_ready: status == SourceStatus::Ready,
        error,
        question: public(&question),
        is_answered: false,
        answer: String::new(),
        confidence: 0.0,
    };
    if check.is_ready {
        let answer = answers::bench(product, permit.tenant(), &question).await?;
        check.is_answered = answer.kind != AnswerKind::HandOff;
        check.answer = answer.text;
        check.confidence = answer.confidence;
    }
    Ok(check)
}
