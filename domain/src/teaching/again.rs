//! Embedding the questions of groups again after the embedding model was changed,
//! so that a question asked tomorrow finds the group of those asked yesterday.

use super::{note::lock, tidy_groups};
use crate::{Omnichat, Result, database::TenantTx, jobs::Job};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::{GroupId, MessageId, TenantId, limits};

/// Groups of one run of the job; others wait for the lane too.
const GROUPS_AT_ONCE: i64 = 25;

/// Questions that are read and written together.
const AT_ONCE: i64 = 100;

#[derive(diesel::QueryableByName)]
struct GroupRow {
    #[diesel(sql_type = sql_types::Uuid)]
    id: GroupId,
}

#[derive(diesel::QueryableByName)]
struct QuestionRow {
    #[diesel(sql_type = sql_types::Uuid)]
    message_id: MessageId,
    #[diesel(sql_type = sql_types::Text)]
    content: String,
}

/// Whether the tenant has groups whose vectors are of another model.
pub(crate) async fn has_gaps_of_another_model(tx: &mut TenantTx, model: &str) -> Result<bool> {
    Ok(!groups(tx, model, 1).await?.is_empty())
}

/// Job: embeds the questions of some groups again, those that were asked last first; comes back as
/// long as there are more. Until a group is done it keeps the other model's name, so nothing is
/// compared with it.
pub(crate) async fn embed_gaps_again(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let model = product.embedder().model_name();
    let found = product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            tidy_groups(tx).await?;
            groups(tx, model, GROUPS_AT_ONCE).await
        })
        .await?;
    let mut done = 0;
    for group in found {
        let mut after = None;
        loop {
            let questions = questions(product, tenant, group, after).await?;
            let Some(last) = questions.last() else { break };
            after = Some(last.message_id);
            embed(product, tenant, questions).await?;
        }
        done += product.db().tenant(tenant, async |tx: &mut TenantTx| finish(tx, group, model).await).await?;
    }
    product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            // Without progress it would come back for ever.
            if done > 0 && has_gaps_of_another_model(tx, model).await? {
                tx.enqueue(&Job::EmbedGapsAgain).await?;
            }
            Ok(())
        })
        .await
}

async fn groups(tx: &mut TenantTx, model: &str, limit: i64) -> Result<Vec<GroupId>> {
    let tenant = tx.tenant();
    let rows: Vec<GroupRow> = diesel::sql_query(
        "SELECT id FROM question_groups WHERE tenant_id = $1 AND model <> $2 ORDER BY last_asked_at DESC LIMIT $3",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Text, _>(model)
    .bind::<sql_types::BigInt, _>(limit)
    .load(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn questions(
    product: &Omnichat,
    tenant: TenantId,
    group: GroupId,
    after: Option<MessageId>,
) -> Result<Vec<QuestionRow>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let rows = diesel::sql_query(
                "SELECT asked.message_id, coalesce(asked.in_full, messages.content) AS content
                 FROM unanswered_questions AS asked
                 JOIN messages ON messages.tenant_id = $1 AND messages.id = asked.message_id
                 WHERE asked.tenant_id = $1 AND asked.group_id = $2 AND ($3 IS NULL OR asked.message_id > $3)
                 ORDER BY asked.message_id LIMIT $4",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(group)
            .bind::<sql_types::Nullable<sql_types::Uuid>, _>(after)
            .bind::<sql_types::BigInt, _>(AT_ONCE)
            .load(tx.conn())
            .await?;
            Ok(rows)
        })
        .await
}

async fn embed(product: &Omnichat, tenant: TenantId, questions: Vec<QuestionRow>) -> Result<()> {
    let mut vectors = Vec::with_capacity(questions.len());
    for question in &questions {
        let text: String = question.content.trim().chars().take(limits::QUESTION_CHARS).collect();
        vectors.push(product.embedder_of(tenant).embed_question(&text).await?);
    }
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            for (question, vector) in questions.iter().zip(&vectors) {
                diesel::sql_query(
                    "UPDATE unanswered_questions SET embedding = $3::real[]::halfvec
                     WHERE tenant_id = $1 AND message_id = $2",
                )
                .bind::<sql_types::Uuid, _>(tenant)
                .bind::<sql_types::Uuid, _>(question.message_id)
                .bind::<sql_types::Array<sql_types::Float>, _>(vector)
                .execute(tx.conn())
                .await?;
            }
            Ok(())
        })
        .await
}

/// The group has the present model's vectors from here on; gives 1 when it is still there.
async fn finish(tx: &mut TenantTx, group: GroupId, model: &str) -> Result<usize> {
    let tenant = tx.tenant();
    lock(tx).await?;
    let changed = diesel::sql_query(
        "UPDATE question_groups SET model = $3, centre = now.centre
         FROM (
            SELECT l2_normalize(avg(embedding)) AS centre FROM unanswered_questions
            WHERE tenant_id = $1 AND group_id = $2
         ) AS now
         WHERE tenant_id = $1 AND id = $2 AND now.centre IS NOT NULL",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(group)
    .bind::<sql_types::Text, _>(model)
    .execute(tx.conn())
    .await?;
    Ok(changed)
}
