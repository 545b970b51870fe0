//! Answers of which the AI was only just sure enough: a few a day are looked at.

use super::{gaps, public, reviews};
use crate::{Result, database::TenantTx, schema::messages};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{
    MessageId, Timestamp,
    inbox::Message,
    teaching::{ReviewKind, ReviewReason},
};

/// Above the threshold by less than this is only just sure.
const JUST_ABOVE: f32 = 0.1;
/// Answers of a tenant in a day.
const A_DAY: i64 = 20;
const DAY: i64 = 24 * 60 * 60;

/// Puts an answer into the review when it is one of those. For the
/// transaction that stores the answer.
pub(crate) async fn sample_answer(
    tx: &mut TenantTx,
    question: MessageId,
    answer: &Message,
    threshold: f32,
) -> Result<()> {
    let Some(confidence) = answer.confidence.filter(|_| !answer.citations.is_empty()) else { return Ok(()) };
    if !(threshold..threshold + JUST_ABOVE).contains(&confidence) {
        return Ok(());
    }
    let a_day_ago = Timestamp::now().plus_seconds(-DAY);
    if reviews::made_since(tx, ReviewReason::Unsure, a_day_ago).await? >= A_DAY {
        return Ok(());
    }
    let tenant = tx.tenant();
    let asked: Option<String> = messages::table
        .filter(messages::tenant_id.eq(tenant))
        .filter(messages::id.eq(question))
        .select(messages::content)
        .first(tx.conn())
        .await
        .optional()?;
    let Some(asked) = asked else { return Ok(()) };
    let new = reviews::New {
        kind: ReviewKind::Answer,
        reason: ReviewReason::Unsure,
        question: public(&asked),
        answer: answer.content.clone(),
        conversation: Some(answer.conversation_id),
        message: Some(answer.id),
        group: gaps::group_of(tx, question).await?,
    };
    reviews::propose(tx, new).await
}
