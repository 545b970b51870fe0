//! Training the classifier: started by a person, done by a job in seconds.

use super::{
    change::lock,
    model::{self, FINGERPRINT},
    rows,
};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    audit,
    database::TenantTx,
    jobs::Job,
    schema::{intent_examples as examples, intent_models as models},
};
use ai::intents::{Example, FEWEST, IntentError, Trained};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use types::{
    ErrorCode, ExampleId, IntentId, TenantId, Timestamp,
    audit::AuditAction,
    intents::{Intent, IntentModel, ModelState},
};

/// Examples that are embedded before their vectors are stored.
const AT_ONCE: usize = 64;

/// Starts the training.
///
/// # Errors
/// When there are too few examples, or one is under way.
pub async fn train(product: &Omnichat, permit: &Permit<ManageKnowledge>) -> Result<IntentModel> {
    let caller = permit.caller().clone();
    let embedder = product.embedder().model_name();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            lock(tx).await?;
            if model::read(tx, embedder).await?.state == ModelState::Training {
                let message = "The AI is learning the intents already. Please wait until it has finished.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            let intents = rows(tx, None).await?;
            check(&intents)?;
            diesel::insert_into(models::table)
                .values((models::tenant_id.eq(tenant), models::state.eq(ModelState::Training)))
                .on_conflict(models::tenant_id)
                .do_update()
                .set((
                    models::state.eq(ModelState::Training),
                    models::error.eq(None::<String>),
                    models::updated_at.eq(Timestamp::now()),
                ))
                .execute(tx.conn())
                .await?;
            let count: i64 = intents.iter().map(|intent| intent.examples).sum();
            let details = [("intents", intents.len().to_string()), ("examples", count.to_string())];
            audit::record(tx, &caller, AuditAction::IntentsTrained, "", &details).await?;
            tx.enqueue(&Job::TrainIntents).await?;
            model::read(tx, embedder).await
        })
        .await
}

fn check(intents: &[Intent]) -> Result<()> {
    let fewest = i64::try_from(FEWEST).unwrap_or(i64::MAX);
    if intents.len() < 2 {
        let message = "At least two intents are needed, so that there is something to tell apart.";
        return Err(types::Error::invalid(message).into());
    }
    if let Some(thin) = intents.iter().find(|intent| intent.examples < fewest) {
        let message =
            format!("“{}” needs at least {FEWEST} examples; with ten or more it is told much better.", thin.name);
        return Err(types::Error::invalid(message).into());
    }
    Ok(())
}

/// An example as it is stored.
struct Held {
    id: ExampleId,
    intent: IntentId,
    text: String,
    vector: Option<Vec<f32>>,
}

/// Job: embeds what is new, trains, measures, and puts the classifier into use.
pub(crate) async fn train_intents(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let embedder = product.embedder().model_name();
    let Some((fingerprint, names, mut held)) = read(product, tenant, embedder).await? else { return Ok(()) };
    embed(product, tenant, &mut held, embedder).await?;
    let mut by_intent: BTreeMap<IntentId, Vec<Held>> = BTreeMap::new();
    for example in held {
        by_intent.entry(example.intent).or_default().push(example);
    }
    // Examples may have been taken away while it waited.
    by_intent.retain(|_, examples| examples.len() >= FEWEST);
    let labels: Vec<(IntentId, String)> =
        by_intent.keys().map(|id| (*id, names.get(id).cloned().unwrap_or_default())).collect();
    let called = embed_names(product, &labels).await?;
    let examples: Vec<Example> = (0..)
        .zip(by_intent.into_values())
        .flat_map(|(intent, examples)| {
            examples.into_iter().map(move |one| Example {
                text: one.text,
                vector: one.vector.unwrap_or_default(),
                intent,
                is_name: false,
            })
        })
        .chain(called)
        .collect();
    match learn(examples).await? {
        Ok(trained) => store(product, tenant, trained, labels, fingerprint, embedder).await,
        Err(refused @ (IntentError::TooFew | IntentError::TooMany)) => fail(product, tenant, refused.to_string()).await,
        Err(error) => Err(Error::Internal(format!("intents could not be trained: {error}"))),
    }
}

/// The intents' names as examples: with few others, what one is called says a lot.
async fn embed_names(product: &Omnichat, labels: &[(IntentId, String)]) -> Result<Vec<Example>> {
    let texts: Vec<String> = labels.iter().map(|(_, name)| ai::intents::words_of(name)).collect();
    let vectors = product.embedder().embed_passages(texts.clone()).await?;
    let named = (0..).zip(texts).zip(vectors).filter(|((_, text), _)| !text.is_empty());
    Ok(named.map(|((intent, text), vector)| Example { text, vector, intent, is_name: true }).collect())
}

/// Called when the job was given up.
pub(crate) async fn train_failed(product: &Omnichat, tenant: TenantId) -> Result<()> {
    fail(product, tenant, "The training went wrong. Please try again.".to_owned()).await
}

type Read = (Vec<u8>, BTreeMap<IntentId, String>, Vec<Held>);

/// The examples, or none when no training is wanted any more.
async fn read(product: &Omnichat, tenant: TenantId, embedder: &str) -> Result<Option<Read>> {
    #[derive(diesel::QueryableByName)]
    struct Begun {
        #[diesel(sql_type = sql_types::Binary)]
        fingerprint: Vec<u8>,
    }
    type Row = (ExampleId, IntentId, String, Option<Vec<f32>>, Option<String>);
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            // First: an example that is added in between makes the classifier out of date.
            let begun: Vec<Begun> = diesel::sql_query(format!(
                "SELECT {FINGERPRINT} AS fingerprint FROM intent_models WHERE tenant_id = $1 AND state = 'training'"
            ))
            .bind::<sql_types::Uuid, _>(tenant)
            .load(tx.conn())
            .await?;
            let Some(begun) = begun.into_iter().next() else { return Ok(None) };
            let names = rows(tx, None).await?.into_iter().map(|intent| (intent.id, intent.name)).collect();
            let found: Vec<Row> = examples::table
                .filter(examples::tenant_id.eq(tenant))
                .order((examples::intent_id, examples::id))
                .select((examples::id, examples::intent_id, examples::text, examples::embedding, examples::model))
                .load(tx.conn())
                .await?;
            let held = found
                .into_iter()
                .map(|(id, intent, text, vector, model)| {
                    let vector = vector.filter(|_| model.as_deref() == Some(embedder));
                    Held { id, intent, text, vector }
                })
                .collect();
            Ok(Some((begun.fingerprint, names, held)))
        })
        .await
}

/// Embeds examples that have no vector of this model yet, and keeps the vectors.
async fn embed(product: &Omnichat, tenant: TenantId, held: &mut [Held], embedder: &str) -> Result<()> {
    let mut missing: Vec<&mut Held> = held.iter_mut().filter(|example| example.vector.is_none()).collect();
    for some in missing.chunks_mut(AT_ONCE) {
        let texts = some.iter().map(|example| example.text.clone()).collect();
        let vectors = product.embedder().embed_passages(texts).await?;
        let mut stored = Vec::with_capacity(some.len());
        for (example, vector) in some.iter_mut().zip(vectors) {
            stored.push((example.id, vector.clone()));
            example.vector = Some(vector);
        }
        product
            .db()
            .tenant(tenant, async move |tx: &mut TenantTx| {
                let tenant = tx.tenant();
                for (id, vector) in stored {
                    diesel::update(examples::table.filter(examples::tenant_id.eq(tenant)).filter(examples::id.eq(id)))
                        .set((examples::embedding.eq(Some(vector)), examples::model.eq(Some(embedder))))
                        .execute(tx.conn())
                        .await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

/// Trains on a thread of its own; whoever goes away stops it.
async fn learn(examples: Vec<Example>) -> Result<Result<Trained, IntentError>> {
    struct StopWhenGone(Arc<AtomicBool>);
    impl Drop for StopWhenGone {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = StopWhenGone(Arc::default());
    let told = stop.0.clone();
    let done = tokio::task::spawn_blocking(move || ai::intents::train(&examples, &told)).await;
    done.map_err(|panic| Error::Internal(format!("training of intents ended early: {panic}")))
}

async fn store(
    product: &Omnichat,
    tenant: TenantId,
    trained: Trained,
    labels: Vec<(IntentId, String)>,
    fingerprint: Vec<u8>,
    embedder: &str,
) -> Result<()> {
    let report = serde_json::to_value(model::report(trained.report, &labels))
        .map_err(|error| Error::Internal(error.to_string()))?;
    let ids: Vec<IntentId> = labels.into_iter().map(|(id, _)| id).collect();
    let head = tokio::task::spawn_blocking(move || trained.head.to_bytes())
        .await
        .map_err(|panic| Error::Internal(format!("a classifier could not be written: {panic}")))?;
    let now = Timestamp::now();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::update(models::table.filter(models::tenant_id.eq(tenant)))
                .set((
                    models::state.eq(ModelState::Ready),
                    models::error.eq(None::<String>),
                    models::head.eq(Some(head)),
                    models::labels.eq(ids),
                    models::report.eq(Some(report)),
                    models::model.eq(embedder),
                    models::fingerprint.eq(Some(fingerprint)),
                    models::trained_at.eq(Some(now)),
                    models::updated_at.eq(now),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}

async fn fail(product: &Omnichat, tenant: TenantId, why: String) -> Result<()> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::update(models::table.filter(models::tenant_id.eq(tenant)))
                .set((
                    models::state.eq(ModelState::Failed),
                    models::error.eq(Some(why)),
                    models::updated_at.eq(Timestamp::now()),
                ))
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}
