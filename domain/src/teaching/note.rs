//! The job that notes a question which was not answered well, in the group of
//! questions that mean the same.

use super::{
    public, reviews, tidy_groups,
    worth::{in_context, is_question},
};
use crate::{
    Omnichat, Result,
    database::TenantTx,
    schema::{messages, question_groups, sources, unanswered_questions},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, dsl::exists, select, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    ConversationId, GroupId, MessageId, SourceId, TenantId, Timestamp,
    answers::Citation,
    inbox::{Feedback, SenderType},
    knowledge::SourceStatus,
    limits,
    teaching::{GapReason, GapStatus, ReviewKind, ReviewReason},
};

/// Cosine from which two questions are of one meaning. On 2,000 questions of
/// Banking77, whose 77 intents lie close together, 78 % of a group are then of
/// one intent, and precision and recall together (F0.5) are at their best
/// (`ai/examples/gaps`). Measured with all-MiniLM-L6-v2; cosines of another model may lie elsewhere.
const SAME_MEANING: f64 = 0.70;
/// Groups of one tenant; the one that was not asked for the longest goes.
const GROUPS: i64 = 5_000;
/// The contact's messages before a question among which is looked for what it leans on.
const LOOKED_BACK: i64 = 6;

/// A question and the answer that the AI gave.
struct Asked {
    content: String,
    /// The question with what it leans on, when it does.
    in_full: Option<String>,
    at: Timestamp,
    answer: Option<Given>,
}

impl Asked {
    fn question(&self) -> &str {
        self.in_full.as_deref().unwrap_or(&self.content)
    }
}

struct Given {
    id: MessageId,
    content: String,
    confidence: Option<f32>,
    feedback: Option<Feedback>,
    citations: Vec<Citation>,
}

/// Job: puts a question into the nearest group, or into a new one. Runs once or more and counts once.
pub(crate) async fn note_gap(
    product: &Omnichat,
    tenant: TenantId,
    conversation: ConversationId,
    message: MessageId,
    reason: GapReason,
) -> Result<()> {
    let asked = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(asked) = read(tx, conversation, message).await? else { return Ok(None) };
            let is_down = asked.answer.as_ref().is_some_and(|given| given.feedback == Some(Feedback::Down));
            if reason == GapReason::ThumbsDown && !is_down {
                // Taken back meanwhile.
                forget(tx, message, asked.answer.as_ref()).await?;
                return Ok(None);
            }
            Ok(Some(asked))
        })
        .await?;
    let Some(asked) = asked.filter(|asked| is_question(&asked.content)) else { return Ok(()) };
    let text: String = asked.question().trim().chars().take(limits::QUESTION_CHARS).collect();
    let vector = product.embedder_of(tenant).embed_question(&text).await?;
    let model = product.embedder().model_name();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            lock(tx).await?;
            let Some(group) = put(tx, conversation, message, reason, &asked, &vector, model).await? else {
                return Ok(());
            };
            if let (GapReason::ThumbsDown, Some(given)) = (reason, &asked.answer)
                && !given.citations.is_empty()
            {
                let new = reviews::New {
                    kind: ReviewKind::Answer,
                    reason: ReviewReason::ThumbsDown,
                    question: public(asked.question()),
                    answer: given.content.clone(),
                    conversation: Some(conversation),
                    message: Some(given.id),
                    group: Some(group),
                };
                reviews::propose(tx, new).await?;
            }
            Ok(())
        })
        .await
}

/// Two questions that mean the same must not make two groups at once.
pub(super) async fn lock(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))")
        .bind::<sql_types::Uuid, _>(tenant)
        .execute(tx.conn())
        .await?;
    Ok(())
}

type AnswerRow = (MessageId, String, Option<f32>, Option<Feedback>, serde_json::Value);

async fn read(tx: &mut TenantTx, conversation: ConversationId, message: MessageId) -> Result<Option<Asked>> {
    let tenant = tx.tenant();
    let question: Option<(String, Timestamp)> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.eq(message))
        .filter(messages::sender_type.eq(SenderType::Contact))
        .select((messages::content, messages::created_at))
        .first(tx.conn())
        .await
        .optional()?;
    let Some((content, at)) = question else { return Ok(None) };
    // An answer carries the id of its question.
    let answer: Option<AnswerRow> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::client_id.eq(types::ClientId(message.0)))
        .filter(messages::sender_type.eq(SenderType::Ai))
        .select((messages::id, messages::content, messages::confidence, messages::feedback, messages::citations))
        .first(tx.conn())
        .await
        .optional()?;
    let answer = answer.map(|(id, content, confidence, feedback, citations)| {
        let citations = serde_json::from_value(citations).unwrap_or_default();
        Given { id, content, confidence, feedback, citations }
    });
    let earlier: Vec<String> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.lt(message))
        .filter(messages::sender_type.eq(SenderType::Contact))
        .order(messages::id.desc())
        .limit(LOOKED_BACK)
        .select(messages::content)
        .load(tx.conn())
        .await?;
    let in_full = in_context(&content, earlier.iter().map(String::as_str));
    Ok(Some(Asked { content, in_full, at, answer }))
}

/// Takes back what a thumb down had brought about.
async fn forget(tx: &mut TenantTx, message: MessageId, answer: Option<&Given>) -> Result<()> {
    let tenant = tx.tenant();
    let gone = diesel::delete(
        unanswered_questions::table
            .filter(unanswered_questions::tenant_id.eq(tenant))
            .filter(unanswered_questions::message_id.eq(message))
            .filter(unanswered_questions::reason.eq(GapReason::ThumbsDown)),
    )
    .execute(tx.conn())
    .await?;
    if let Some(given) = answer {
        reviews::withdraw(tx, given.id, ReviewReason::ThumbsDown).await?;
    }
    if gone > 0 {
        tidy_groups(tx).await?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Near {
    #[diesel(sql_type = sql_types::Uuid)]
    id: GroupId,
    #[diesel(sql_type = sql_types::Text)]
    status: GapStatus,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    source_id: Option<SourceId>,
    #[diesel(sql_type = sql_types::Double)]
    similarity: f64,
}

/// Stores the question; gives its group, or none when the message is gone.
async fn put(
    tx: &mut TenantTx,
    conversation: ConversationId,
    message: MessageId,
    reason: GapReason,
    asked: &Asked,
    vector: &[f32],
    model: &str,
) -> Result<Option<GroupId>> {
    let tenant = tx.tenant();
    let known: Option<GroupId> = unanswered_questions::table
        .filter(unanswered_questions::tenant_id.eq(tenant))
        .filter(unanswered_questions::message_id.eq(message))
        .select(unanswered_questions::group_id)
        .first(tx.conn())
        .await
        .optional()?;
    if known.is_some() {
        return Ok(known);
    }
    let is_there = messages::table.filter(messages::tenant_id.eq(tenant)).filter(messages::id.eq(message));
    if !select(exists(is_there)).get_result::<bool>(tx.conn()).await? {
        return Ok(None);
    }
    let near = nearest(tx, vector, model).await?.filter(|near| near.similarity >= SAME_MEANING);
    let group = match &near {
        Some(near) => near.id,
        None => make(tx, asked.at, vector, model).await?,
    };
    diesel::sql_query(
        "INSERT INTO unanswered_questions
            (tenant_id, message_id, group_id, conversation_id, reason, confidence, embedding, asked_at, in_full)
         VALUES ($1, $2, $3, $4, $5, $6, $7::real[]::halfvec, $8, $9)",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(message)
    .bind::<sql_types::Uuid, _>(group)
    .bind::<sql_types::Uuid, _>(conversation)
    .bind::<sql_types::Text, _>(reason)
    .bind::<sql_types::Nullable<sql_types::Float>, _>(asked.answer.as_ref().and_then(|given| given.confidence))
    .bind::<sql_types::Array<sql_types::Float>, _>(vector)
    .bind::<sql_types::Timestamptz, _>(asked.at)
    .bind::<sql_types::Nullable<sql_types::Text>, _>(asked.in_full.as_deref())
    .execute(tx.conn())
    .await?;
    tidy_groups(tx).await?;
    if let Some(near) = near
        && reason == GapReason::HandedOff
        && near.status == GapStatus::Answered
        && is_unanswered_since(tx, near.source_id, asked.at).await?
    {
        let this = question_groups::table
            .filter(question_groups::tenant_id.eq(tenant))
            .filter(question_groups::id.eq(near.id));
        diesel::update(this).set(question_groups::status.eq(GapStatus::Open)).execute(tx.conn()).await?;
    }
    Ok(Some(group))
}

async fn nearest(tx: &mut TenantTx, vector: &[f32], model: &str) -> Result<Option<Near>> {
    let tenant = tx.tenant();
    let near: Vec<Near> = diesel::sql_query(
        "SELECT id, status, source_id, 1 - (centre <=> (SELECT $2::real[]::halfvec)) AS similarity
         FROM question_groups WHERE tenant_id = $1 AND model = $3
         ORDER BY similarity DESC LIMIT 1",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Array<sql_types::Float>, _>(vector)
    .bind::<sql_types::Text, _>(model)
    .load(tx.conn())
    .await?;
    Ok(near.into_iter().next())
}

async fn make(tx: &mut TenantTx, at: Timestamp, vector: &[f32], model: &str) -> Result<GroupId> {
    let tenant = tx.tenant();
    let id = GroupId::new();
    diesel::sql_query(
        "WITH surplus AS (
            DELETE FROM question_groups WHERE tenant_id = $1 AND id IN (
                SELECT id FROM question_groups WHERE tenant_id = $1 ORDER BY last_asked_at DESC OFFSET $6)
        )
        INSERT INTO question_groups (tenant_id, id, centre, model, last_asked_at)
        VALUES ($1, $2, $3::real[]::halfvec, $4, $5)",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(id)
    .bind::<sql_types::Array<sql_types::Float>, _>(vector)
    .bind::<sql_types::Text, _>(model)
    .bind::<sql_types::Timestamptz, _>(at)
    .bind::<sql_types::BigInt, _>(GROUPS - 1)
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// The AI could have known the answer of a group when the question was asked, or it is gone.
async fn is_unanswered_since(tx: &mut TenantTx, source: Option<SourceId>, asked: Timestamp) -> Result<bool> {
    let Some(source) = source else { return Ok(true) };
    let tenant = tx.tenant();
    let found: Option<(SourceStatus, Timestamp)> = sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::id.eq(source))
        .select((sources::status, sources::updated_at))
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found.is_none_or(|(status, ready)| status == SourceStatus::Ready && asked > ready))
}
