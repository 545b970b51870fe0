//! What somebody should look at: FAQ drafts, and answers that may be wrong.

use super::gaps;
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, ReadKnowledge},
    database::TenantTx,
    knowledge,
    schema::reviews,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId, ErrorCode, GroupId, MessageId, ReviewId, SourceId, Timestamp, UserId,
    answers::Citation,
    teaching::{AnswerDraft, Decision, REVIEWS_SHOWN, Review, ReviewKind, ReviewReason, ReviewStatus},
};

/// Open reviews of a tenant above which nothing is put there by itself.
const MOST_OPEN: i64 = 500;

/// A review to be put into the queue.
pub(super) struct New {
    pub(super) kind: ReviewKind,
    pub(super) reason: ReviewReason,
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) conversation: Option<ConversationId>,
    pub(super) message: Option<MessageId>,
    pub(super) group: Option<GroupId>,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    id: ReviewId,
    #[diesel(sql_type = sql_types::Text)]
    kind: ReviewKind,
    #[diesel(sql_type = sql_types::Text)]
    reason: ReviewReason,
    #[diesel(sql_type = sql_types::Text)]
    question: String,
    #[diesel(sql_type = sql_types::Text)]
    answer: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Jsonb>)]
    citations: Option<serde_json::Value>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Float>)]
    confidence: Option<f32>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    conversation_id: Option<ConversationId>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    group_id: Option<GroupId>,
    #[diesel(sql_type = sql_types::Text)]
    status: ReviewStatus,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    source_id: Option<SourceId>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    created_at: Timestamp,
}

impl From<Row> for Review {
    fn from(row: Row) -> Self {
        let citations: Vec<Citation> =
            row.citations.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
        let mut sources: Vec<String> = citations.into_iter().map(|citation| citation.title).collect();
        sources.dedup();
        Self {
            id: row.id,
            kind: row.kind,
            reason: row.reason,
            question: row.question,
            answer: row.answer,
            sources,
            confidence: row.confidence,
            conversation_id: row.conversation_id,
            status: row.status,
            source_id: row.source_id,
            created_at: row.created_at,
        }
    }
}

/// Open reviews, newest first, 50 at most.
///
/// # Errors
/// When the database does not answer.
pub async fn list_reviews(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<Vec<Review>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let rows = read(tx, Some(ReviewStatus::Open), None, None, REVIEWS_SHOWN).await?;
            Ok(rows.into_iter().map(Review::from).collect())
        })
        .await
}

/// Reviews of any status that were made before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse_reviews(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    before: Option<ReviewId>,
    limit: u32,
) -> Result<Vec<Review>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let rows = read(tx, None, before, None, limit).await?;
            Ok(rows.into_iter().map(Review::from).collect())
        })
        .await
}

async fn read(
    tx: &mut TenantTx,
    status: Option<ReviewStatus>,
    before: Option<ReviewId>,
    only: Option<ReviewId>,
    limit: u32,
) -> Result<Vec<Row>> {
    let tenant = tx.tenant();
    let rows = diesel::sql_query(
        "SELECT reviews.id, reviews.kind, reviews.reason, reviews.question, reviews.answer, messages.citations,
            messages.confidence, reviews.conversation_id, reviews.group_id, reviews.status, reviews.source_id,
            reviews.created_at
         FROM reviews LEFT JOIN messages
            ON messages.tenant_id = $1 AND messages.id = reviews.message_id AND reviews.kind = 'answer'
         WHERE reviews.tenant_id = $1 AND ($2::text IS NULL OR reviews.status = $2)
            AND ($3::uuid IS NULL OR reviews.id < $3) AND ($4::uuid IS NULL OR reviews.id = $4)
         ORDER BY reviews.id DESC LIMIT $5",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Nullable<sql_types::Text>, _>(status)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(before)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(only)
    .bind::<sql_types::BigInt, _>(i64::from(limit))
    .load(tx.conn())
    .await?;
    Ok(rows)
}

async fn one(tx: &mut TenantTx, id: ReviewId) -> Result<Row> {
    read(tx, None, None, Some(id), 1).await?.into_iter().next().ok_or_else(|| types::Error::not_found("review").into())
}

/// Decides about an open review. What is learned becomes a source, and the
/// group that the question belongs to is answered.
///
/// # Errors
/// When it is not there, is decided already, or cannot be learned as it is.
pub async fn decide_review(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: ReviewId,
    decision: Decision,
) -> Result<Review> {
    let by = permit.user();
    let status = if decision == Decision::Reject { ReviewStatus::Rejected } else { ReviewStatus::Accepted };
    // Claimed first, so that two people who decide at once make one source.
    let row = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            one(tx, id).await?;
            if !decide(tx, id, status, by).await? {
                let message = "Somebody has decided about this already. Please reload the page.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            one(tx, id).await
        })
        .await?;
    let Decision::Learn(AnswerDraft { question, answer }) = decision else { return Ok(row.into()) };
    let added = knowledge::add_faq(product, permit, &question, &answer).await;
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let this = reviews::table.filter(reviews::tenant_id.eq(tenant)).filter(reviews::id.eq(id));
            match added {
                Ok(source) => {
                    diesel::update(this).set(reviews::source_id.eq(Some(source.id))).execute(tx.conn()).await?;
                    if let Some(group) = row.group_id {
                        gaps::answered_by(tx, group, source.id).await?;
                    }
                    Ok(Ok(one(tx, id).await?.into()))
                }
                Err(why) => {
                    diesel::update(this).set(reviews::status.eq(ReviewStatus::Open)).execute(tx.conn()).await?;
                    Ok(Err(why))
                }
            }
        })
        .await?
}

/// False when it was decided before.
async fn decide(tx: &mut TenantTx, id: ReviewId, status: ReviewStatus, by: Option<UserId>) -> Result<bool> {
    let tenant = tx.tenant();
    let open = reviews::table
        .filter(reviews::tenant_id.eq(tenant))
        .filter(reviews::id.eq(id))
        .filter(reviews::status.eq(ReviewStatus::Open));
    let changed = diesel::update(open)
        .set((reviews::status.eq(status), reviews::decided_by.eq(by), reviews::decided_at.eq(Some(Timestamp::now()))))
        .execute(tx.conn())
        .await?;
    Ok(changed > 0)
}

/// Puts a review into the queue by itself: once for each message, and not when too many wait.
pub(super) async fn propose(tx: &mut TenantTx, new: New) -> Result<()> {
    if super::open_reviews(tx).await? < MOST_OPEN {
        insert(tx, new).await?;
    }
    Ok(())
}

/// Puts a review into the queue that somebody asked for. An open draft of the
/// same question is replaced; a decided one stays as it is, beside the new one.
pub(super) async fn ask_for(tx: &mut TenantTx, new: New) -> Result<ReviewId> {
    let tenant = tx.tenant();
    let replaced: Option<ReviewId> = match new.message {
        None => None,
        Some(message) => {
            let open = reviews::table
                .filter(reviews::tenant_id.eq(tenant))
                .filter(reviews::message_id.eq(message))
                .filter(reviews::kind.eq(new.kind))
                .filter(reviews::status.eq(ReviewStatus::Open));
            diesel::update(open)
                .set((
                    reviews::question.eq(&new.question),
                    reviews::answer.eq(&new.answer),
                    reviews::reason.eq(new.reason),
                ))
                .returning(reviews::id)
                .get_result(tx.conn())
                .await
                .optional()?
        }
    };
    if let Some(id) = replaced {
        return Ok(id);
    }
    if super::open_reviews(tx).await? >= 2 * MOST_OPEN {
        let message = "Too many drafts wait in the review. Please ask somebody to look at them first.";
        return Err(Error::refused(ErrorCode::TooLarge, message));
    }
    let (again, new) = (New { message: None, ..copy(&new) }, new);
    match insert(tx, new).await? {
        Some(id) => Ok(id),
        None => insert(tx, again).await?.ok_or_else(|| Error::Internal("a review was not stored".to_owned())),
    }
}

fn copy(new: &New) -> New {
    New { question: new.question.clone(), answer: new.answer.clone(), ..*new }
}

async fn insert(tx: &mut TenantTx, new: New) -> Result<Option<ReviewId>> {
    let tenant = tx.tenant();
    let id = diesel::insert_into(reviews::table)
        .values((
            reviews::tenant_id.eq(tenant),
            reviews::id.eq(ReviewId::new()),
            reviews::kind.eq(new.kind),
            reviews::reason.eq(new.reason),
            reviews::question.eq(new.question),
            reviews::answer.eq(new.answer),
            reviews::conversation_id.eq(new.conversation),
            reviews::message_id.eq(new.message),
            reviews::group_id.eq(new.group),
        ))
        .on_conflict_do_nothing()
        .returning(reviews::id)
        .get_result(tx.conn())
        .await
        .optional()?;
    Ok(id)
}

/// Takes an open review back.
pub(super) async fn withdraw(tx: &mut TenantTx, message: MessageId, reason: ReviewReason) -> Result<()> {
    let tenant = tx.tenant();
    diesel::delete(
        reviews::table
            .filter(reviews::tenant_id.eq(tenant))
            .filter(reviews::message_id.eq(message))
            .filter(reviews::reason.eq(reason))
            .filter(reviews::status.eq(ReviewStatus::Open)),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Open drafts of a question that somebody has answered otherwise.
pub(super) async fn settle(tx: &mut TenantTx, question: MessageId, source: SourceId, by: Option<UserId>) -> Result<()> {
    let tenant = tx.tenant();
    let draft: Option<ReviewId> = reviews::table
        .filter(reviews::tenant_id.eq(tenant))
        .filter(reviews::message_id.eq(question))
        .filter(reviews::kind.eq(ReviewKind::Faq))
        .select(reviews::id)
        .first(tx.conn())
        .await
        .optional()?;
    if let Some(id) = draft
        && decide(tx, id, ReviewStatus::Accepted, by).await?
    {
        let this = reviews::table.filter(reviews::tenant_id.eq(tenant)).filter(reviews::id.eq(id));
        diesel::update(this).set(reviews::source_id.eq(Some(source))).execute(tx.conn()).await?;
    }
    Ok(())
}

/// How many reviews of a reason were made since a time.
pub(super) async fn made_since(tx: &mut TenantTx, reason: ReviewReason, since: Timestamp) -> Result<i64> {
    let tenant = tx.tenant();
    let count = reviews::table
        .filter(reviews::tenant_id.eq(tenant))
        .filter(reviews::reason.eq(reason))
        .filter(reviews::created_at.gt(since))
        .count()
        .get_result(tx.conn())
        .await?;
    Ok(count)
}
