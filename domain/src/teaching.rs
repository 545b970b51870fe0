//! How people teach the AI: questions without a good answer, drafts and
//! answers to look at, and the test bench.

mod again;
mod cases;
mod gaps;
mod matching;
mod note;
mod replies;
mod reviews;
mod runs;
mod sample;
mod table;
mod worth;

pub use cases::{add_test, browse_tests, delete_test, import_taught, import_tests, test_bench};
pub use gaps::{answer_gap, browse_gaps, check_gap, list_gaps, set_gap_dismissed};
pub use replies::{save_answer, suggest_answer};
pub use reviews::{browse_reviews, decide_review, list_reviews};
pub use runs::{start_tests, test_run};

pub(crate) use again::{embed_gaps_again, has_gaps_of_another_model};
pub(crate) use note::note_gap;
pub(crate) use replies::look_at_reply;
pub(crate) use runs::{run_failed, run_tests};
pub(crate) use sample::sample_answer;
pub(crate) use worth::is_like_an_answer;

use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadKnowledge},
    database::TenantTx,
    schema::{question_groups, reviews as review_table},
};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    limits,
    teaching::{GapStatus, ReviewStatus, TeachingCounts},
};

/// What waits for somebody who teaches the AI.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<TeachingCounts> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let gaps = question_groups::table
                .filter(question_groups::tenant_id.eq(tenant))
                .filter(question_groups::status.eq(GapStatus::Open))
                .filter(question_groups::question_count.gt(0))
                .count()
                .get_result(tx.conn())
                .await?;
            Ok(TeachingCounts { gaps, reviews: open_reviews(tx).await? })
        })
        .await
}

async fn open_reviews(tx: &mut TenantTx) -> Result<i64> {
    let tenant = tx.tenant();
    let open = review_table::table
        .filter(review_table::tenant_id.eq(tenant))
        .filter(review_table::status.eq(ReviewStatus::Open))
        .count()
        .get_result(tx.conn())
        .await?;
    Ok(open)
}

/// What is left of groups whose questions were deleted: those without one
/// disappear, of the others nothing of what is gone stays in the centre.
pub(crate) async fn tidy_groups(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    for statement in [
        "DELETE FROM question_groups AS held WHERE tenant_id = $1 AND NOT EXISTS (
            SELECT FROM unanswered_questions AS asked WHERE asked.tenant_id = $1 AND asked.group_id = held.id)",
        "UPDATE question_groups AS held SET question_count = now.count, last_asked_at = now.last, centre = (
            SELECT l2_normalize(avg(asked.embedding)) FROM unanswered_questions AS asked
            WHERE asked.tenant_id = $1 AND asked.group_id = held.id)
         FROM (
            SELECT group_id, count(*)::int AS count, max(asked_at) AS last FROM unanswered_questions
            WHERE tenant_id = $1 GROUP BY group_id
         ) AS now
         WHERE held.tenant_id = $1 AND held.id = now.group_id AND held.question_count <> now.count",
    ] {
        diesel::sql_query(statement).bind::<sql_types::Uuid, _>(tenant).execute(tx.conn()).await?;
    }
    Ok(())
}

/// A question as it is shown and stored outside its conversation: without what points at a person.
fn public(question: &str) -> String {
    ai::redact::redact(question.trim()).chars().take(limits::FAQ_QUESTION_CHARS).collect()
}
