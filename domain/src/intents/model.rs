//! The state of a tenant's classifier, and how good it is.

use crate::{
    Error, Omnichat, Result,
    accounts::{Permit, ReadKnowledge},
    database::TenantTx,
};
use diesel::{OptionalExtension as _, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    IntentId, Timestamp,
    intents::{CONFUSIONS, IntentConfusion, IntentModel, IntentReport, IntentScore, ModelState, UnknownPoint},
};

/// What a classifier is trained from, as SQL: other examples or other names (which are examples
/// too), other bytes. An intent without examples is not trained, whatever it is called.
pub(super) const FINGERPRINT: &str = "(SELECT sha256(convert_to(coalesce(
        string_agg(held.id::text || chr(31) || held.name || chr(31) || (
            SELECT string_agg(text, chr(30) ORDER BY text) FROM intent_examples
            WHERE tenant_id = $1 AND intent_id = held.id), chr(29) ORDER BY held.id), ''), 'UTF8'))
    FROM intents AS held WHERE held.tenant_id = $1)";

#[derive(diesel::QueryableByName)]
struct ModelRow {
    #[diesel(sql_type = sql_types::Text)]
    state: ModelState,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    error: Option<String>,
    #[diesel(sql_type = sql_types::Bool)]
    is_in_use: bool,
    #[diesel(sql_type = sql_types::Bool)]
    is_changed: bool,
    #[diesel(sql_type = sql_types::Text)]
    model: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    trained_at: Option<Timestamp>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Jsonb>)]
    report: Option<serde_json::Value>,
}

/// The classifier; `embedder` is the model that texts are embedded by now.
pub(super) async fn read(tx: &mut TenantTx, embedder: &str) -> Result<IntentModel> {
    let tenant = tx.tenant();
    let row: Option<ModelRow> = diesel::sql_query(format!(
        "SELECT state, error, head IS NOT NULL AS is_in_use, model, trained_at, report,
            fingerprint IS DISTINCT FROM {FINGERPRINT} AS is_changed
         FROM intent_models WHERE tenant_id = $1"
    ))
    .bind::<sql_types::Uuid, _>(tenant)
    .get_result(tx.conn())
    .await
    .optional()?;
    let Some(row) = row else {
        return Ok(IntentModel {
            state: ModelState::None,
            error: None,
            is_in_use: false,
            is_out_of_date: false,
            trained_at: None,
            report: None,
        });
    };
    let is_readable = row.model == embedder;
    let report: Option<IntentReport> = row
        .report
        .map(serde_json::from_value)
        .transpose()
        .map_err(|error| Error::stored("report of intents", error))?;
    Ok(IntentModel {
        state: row.state,
        error: row.error,
        is_in_use: row.is_in_use && is_readable,
        is_out_of_date: row.is_in_use && (row.is_changed || !is_readable),
        trained_at: row.trained_at,
        report,
    })
}

/// The state of the classifier.
///
/// # Errors
/// When the database does not answer.
pub async fn model(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<IntentModel> {
    let embedder = product.embedder().model_name();
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| read(tx, embedder).await).await
}

/// A report in the words of the tenant: `labels` are the intents by their numbers.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a count is a smaller count")]
pub(super) fn report(report: ai::intents::Report, labels: &[(IntentId, String)]) -> IntentReport {
    let label = |intent: u32| labels.get(intent as usize);
    let name = |intent: u32| label(intent).map(|(_, name)| name.clone()).unwrap_or_default();
    let mut intents: Vec<IntentScore> = report
        .intents
        .into_iter()
        .filter_map(|score| {
            let (intent_id, name) = label(score.intent)?.clone();
            let ai::intents::IntentScore { examples, precision, recall, f1, .. } = score;
            Some(IntentScore { intent_id, name, examples, precision, recall, f1 })
        })
        .collect();
    intents.sort_by(|a, b| a.f1.total_cmp(&b.f1));
    let confusion = |one: ai::intents::Confusion| IntentConfusion {
        intent: name(one.intent),
        taken_for: name(one.taken_for),
        count: one.count,
    };
    let point = |one: ai::intents::UnknownPoint| UnknownPoint {
        threshold: one.threshold,
        kept: one.kept,
        refused: one.refused,
    };
    IntentReport {
        tested: report.tested,
        right: (f64::from(report.accuracy) * f64::from(report.tested)).round() as u32,
        accuracy: report.accuracy,
        macro_f1: report.macro_f1,
        intents,
        confusions: report.confusions.into_iter().take(CONFUSIONS).map(confusion).collect(),
        threshold: report.threshold,
        unknown: report.unknown.into_iter().map(point).collect(),
        milliseconds: report.milliseconds,
    }
}
