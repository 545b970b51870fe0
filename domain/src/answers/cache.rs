//! Answers of language models that are remembered for questions that mean the
//! same. They are good for one version of the knowledge and one way to speak.

mod sense;

use super::{compose::Ask, endpoints::Chosen};
use crate::{Error, Omnichat, Result, database::TenantTx, knowledge};
use ai::redact::redact;
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use types::{TenantId, answers::Citation};
use uuid::Uuid;

/// How close in meaning a question must be (cosine). The words decide, so it may be too low for a model.
const SIMILAR: f64 = 0.95;
/// The closest ones that are looked at.
const LOOKED_AT: i64 = 5;
/// Answers of one tenant.
const KEPT: i64 = 1_000;

/// What an answer is remembered under.
#[derive(Debug)]
pub(super) struct Key {
    version: i64,
    vector: Vec<f32>,
    sense: Vec<i32>,
    /// Each model that may have written it, with the way it was told to speak and the form of the vector.
    models: Vec<String>,
    manner: String,
}

/// A remembered answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) confidence: f32,
    pub(super) model: String,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = sql_types::Array<sql_types::Integer>)]
    terms: Vec<i32>,
    #[diesel(sql_type = sql_types::Jsonb)]
    answer: serde_json::Value,
}

impl Key {
    /// None for a question that leans on what was said before, or says something private. `form` is
    /// that of the question's vector: one of another embedding model must never be compared with it.
    pub(super) fn of(ask: &Ask<'_>, chosen: &[Chosen], form: &str) -> Option<Self> {
        if !ask.history.is_empty() || redact(ask.question) != ask.question {
            return None;
        }
        let spoken = format!("{}\n{}\n{}\n{form}", ask.settings.manner(), ask.business.name, ask.business.description);
        let digest = Sha256::digest(spoken.as_bytes());
        let manner: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Some(Self {
            version: ask.version,
            vector: ask.found.question.vector.clone(),
            sense: sense::of(ask.question),
            models: chosen.iter().map(|one| format!("{} {manner}", one.name())).collect(),
            manner,
        })
    }
}

/// The answer to a question that means the same, if nothing has changed since.
pub(super) async fn recall(product: &Omnichat, tenant: TenantId, key: &Key) -> Result<Option<Known>> {
    product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            let version = knowledge::knowledge_version(tx).await?;
            if version != key.version {
                return Ok(None);
            }
            let rows: Vec<Row> = diesel::sql_query(
                "SELECT id, terms, answer FROM answer_cache
                 WHERE tenant_id = $1 AND version = $2 AND model = ANY($3) AND created_at > now() - interval '7 days'
                    AND 1 - (embedding <=> $4::real[]::halfvec) >= $5
                 ORDER BY embedding <=> $4::real[]::halfvec LIMIT $6",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::BigInt, _>(version)
            .bind::<sql_types::Array<sql_types::Text>, _>(&key.models)
            .bind::<sql_types::Array<sql_types::Float>, _>(&key.vector)
            .bind::<sql_types::Double, _>(SIMILAR)
            .bind::<sql_types::BigInt, _>(LOOKED_AT)
            .load(tx.conn())
            .await?;
            let Some(row) = rows.into_iter().find(|row| row.terms == key.sense) else { return Ok(None) };
            diesel::sql_query("UPDATE answer_cache SET hits = hits + 1 WHERE tenant_id = $1 AND id = $2")
                .bind::<sql_types::Uuid, _>(tenant)
                .bind::<sql_types::Uuid, _>(row.id)
                .execute(tx.conn())
                .await?;
            let known = serde_json::from_value(row.answer);
            known.map(Some).map_err(|error| Error::stored("remembered answer", error))
        })
        .await
}

/// Remembers an answer. It must never cost anybody an answer, so a failure is only logged.
pub(super) async fn remember(product: &Omnichat, tenant: TenantId, key: &Key, model: &str, known: Known) {
    let model = format!("{model} {}", key.manner);
    let stored = product
        .db()
        .tenant(tenant, async |tx: &mut TenantTx| {
            let answer = serde_json::to_value(&known).map_err(|error| Error::Internal(error.to_string()))?;
            diesel::sql_query(
                "INSERT INTO answer_cache (tenant_id, id, version, embedding, terms, model, answer)
                 VALUES ($1, $2, $3, $4::real[]::halfvec, $5, $6, $7)",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(Uuid::now_v7())
            .bind::<sql_types::BigInt, _>(key.version)
            .bind::<sql_types::Array<sql_types::Float>, _>(&key.vector)
            .bind::<sql_types::Array<sql_types::Integer>, _>(&key.sense)
            .bind::<sql_types::Text, _>(&model)
            .bind::<sql_types::Jsonb, _>(answer)
            .execute(tx.conn())
            .await?;
            // What is out of date, and the oldest beyond the limit.
            diesel::sql_query(
                "DELETE FROM answer_cache WHERE tenant_id = $1 AND (
                    version < $2 OR created_at < now() - interval '7 days' OR id IN (
                        SELECT id FROM answer_cache WHERE tenant_id = $1 ORDER BY id DESC OFFSET $3))",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::BigInt, _>(key.version)
            .bind::<sql_types::BigInt, _>(KEPT)
            .execute(tx.conn())
            .await?;
            Ok(())
        })
        .await;
    if let Err(error) = stored {
        tracing::warn!(%tenant, %error, "an answer could not be remembered");
    }
}
