//! Telling what a text means, by the tenant's own classifier.

use super::heads::Loaded;
use crate::{
    Error, Omnichat, Result,
    accounts::{Permit, ReadKnowledge},
    database::TenantTx,
    schema::{intent_models as models, intents},
};
use ai::intents::Head;
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::{collections::HashMap, sync::Arc};
use types::{
    ErrorCode, IntentId, TenantId, Timestamp,
    intents::{Classified, Likely},
    limits,
};

/// What a text means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meant {
    /// The intent; none when it is unknown.
    pub(crate) intent: Option<IntentId>,
    /// Probability of the likeliest intent.
    pub(crate) probability: f32,
    /// The likeliest intents.
    likeliest: Vec<(IntentId, f32)>,
}

/// What a text means; none when the tenant has no classifier, and then nothing is embedded.
pub(crate) async fn make_out(
    product: &Omnichat,
    tenant: TenantId,
    found: Trained,
    text: &str,
) -> Result<Option<Meant>> {
    let Some(loaded) = load(product, tenant, found).await? else { return Ok(None) };
    let text: String = text.trim().chars().take(limits::QUESTION_CHARS).collect();
    // In the queue of what may wait: visitors' questions go first.
    let vector = product.embedder().embed_passages(vec![text.clone()]).await?.pop().unwrap_or_default();
    Ok(Some(meant(&loaded, &text, &vector)))
}

/// Tells what a text means.
///
/// # Errors
/// When there is no text, or nothing was trained yet.
pub async fn classify(product: &Omnichat, permit: &Permit<ReadKnowledge>, text: &str) -> Result<Classified> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > limits::MESSAGE_CHARS {
        return Err(types::Error::invalid("Please write a sentence of at most 10,000 characters.")
            .field("text")
            .into());
    }
    let text: String = text.chars().take(limits::QUESTION_CHARS).collect();
    let own = product.clone();
    let found = product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| find(&own, tx).await).await?;
    let Some(loaded) = load(product, permit.tenant(), found).await? else {
        let message = "The intents have not been trained yet. Train them first.";
        return Err(Error::refused(ErrorCode::Conflict, message));
    };
    let vector = product.embedder_of(permit.tenant()).embed_question(&text).await?;
    let meant = meant(&loaded, &text, &vector);
    let names: HashMap<IntentId, String> = product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let names: Vec<(IntentId, String)> = intents::table
                .filter(intents::tenant_id.eq(tenant))
                .select((intents::id, intents::name))
                .load(tx.conn())
                .await?;
            Ok(names.into_iter().collect())
        })
        .await?;
    // An intent may have been deleted since the training.
    let intent_id = meant.intent.filter(|id| names.contains_key(id));
    let likely = |(intent_id, probability): (IntentId, f32)| {
        Some(Likely { intent: names.get(&intent_id)?.clone(), intent_id, probability })
    };
    Ok(Classified {
        intent: intent_id.and_then(|id| names.get(&id).cloned()),
        intent_id,
        probability: meant.probability,
        likeliest: meant.likeliest.into_iter().filter_map(likely).collect(),
    })
}

fn meant(loaded: &Loaded, text: &str, vector: &[f32]) -> Meant {
    let verdict = loaded.head.classify(text, vector);
    let label = |intent: u32| loaded.labels.get(intent as usize).copied();
    let likely = |(intent, probability): (u32, f32)| Some((label(intent)?, probability));
    Meant {
        intent: verdict.intent.and_then(label),
        probability: verdict.probability,
        likeliest: verdict.likeliest.into_iter().filter_map(likely).collect(),
    }
}

/// The classifier of a tenant, as it was found.
pub(crate) enum Trained {
    /// There is none that reads vectors of the model in use.
    Nothing,
    /// It is in memory.
    Kept(Arc<Loaded>),
    /// It is still to be read from its bytes.
    Stored(Timestamp, Vec<u8>, Vec<IntentId>),
}

/// Whether the tenant has a classifier that reads vectors of the model in use.
pub(crate) async fn is_trained(product: &Omnichat, tx: &mut TenantTx) -> Result<bool> {
    let own = models::table
        .filter(models::tenant_id.eq(tx.tenant()))
        .filter(models::head.is_not_null())
        .filter(models::model.eq(product.embedder().model_name()));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(tx.conn()).await?)
}

/// Whether the tenant has a classifier that reads vectors of another model alone.
pub(crate) async fn is_of_another_model(product: &Omnichat, tx: &mut TenantTx) -> Result<bool> {
    let others = models::table
        .filter(models::tenant_id.eq(tx.tenant()))
        .filter(models::head.is_not_null())
        .filter(models::model.ne(product.embedder().model_name()));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(tx.conn()).await?)
}

/// Looks for the tenant's classifier.
pub(crate) async fn find(product: &Omnichat, tx: &mut TenantTx) -> Result<Trained> {
    type Row = (Option<Timestamp>, Option<Vec<u8>>, Vec<IntentId>);
    let tenant = tx.tenant();
    let own = models::table
        .filter(models::tenant_id.eq(tenant))
        .filter(models::head.is_not_null())
        .filter(models::model.eq(product.embedder().model_name()));
    let trained: Option<Option<Timestamp>> = own.select(models::trained_at).first(tx.conn()).await.optional()?;
    let Some(trained_at) = trained.flatten() else { return Ok(Trained::Nothing) };
    if let Some(loaded) = product.heads().recall(tenant, trained_at) {
        return Ok(Trained::Kept(loaded));
    }
    let stored: Row = own.select((models::trained_at, models::head, models::labels)).first(tx.conn()).await?;
    Ok(match stored {
        (Some(at), Some(head), labels) => Trained::Stored(at, head, labels),
        _ => Trained::Nothing,
    })
}

async fn load(product: &Omnichat, tenant: TenantId, found: Trained) -> Result<Option<Arc<Loaded>>> {
    let (trained_at, bytes, labels) = match found {
        Trained::Nothing => return Ok(None),
        Trained::Kept(loaded) => return Ok(Some(loaded)),
        Trained::Stored(trained_at, bytes, labels) => (trained_at, bytes, labels),
    };
    let head = tokio::task::spawn_blocking(move || Head::from_bytes(&bytes))
        .await
        .map_err(|panic| Error::Internal(format!("a classifier could not be read: {panic}")))?;
    // One of another version of the program is of no use until the next training.
    let Some(head) = head.filter(|head| head.intents() == labels.len()) else {
        tracing::warn!(%tenant, "the stored classifier of intents cannot be read; train it again");
        return Ok(None);
    };
    let loaded = Arc::new(Loaded { head, labels });
    product.heads().remember(tenant, trained_at, loaded.clone());
    Ok(Some(loaded))
}
