//! What visitors may want: intents with their examples, and the classifier
//! that a tenant trains from them.

mod change;
mod classify;
mod heads;
mod model;
mod train;

pub use change::{add_examples, change, create, delete};
pub use classify::classify;
pub use model::model;
pub use train::train;

pub(crate) use classify::{find, is_of_another_model, is_trained, make_out};
pub(crate) use heads::Heads;
pub(crate) use train::{train_failed, train_intents};

use crate::{
    Omnichat, Result,
    accounts::{Permit, ReadKnowledge},
    database::TenantTx,
    schema::intent_examples as examples,
};
use diesel::{ExpressionMethods, QueryDsl, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    ExampleId, IntentId, Timestamp,
    intents::{Intent, IntentBook, IntentDetail, IntentExample},
    limits,
};

#[derive(Debug, diesel::QueryableByName)]
struct IntentRow {
    #[diesel(sql_type = sql_types::Uuid)]
    id: IntentId,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    description: String,
    #[diesel(sql_type = sql_types::BigInt)]
    examples: i64,
    #[diesel(sql_type = sql_types::Timestamptz)]
    created_at: Timestamp,
    #[diesel(sql_type = sql_types::Timestamptz)]
    updated_at: Timestamp,
}

impl From<IntentRow> for Intent {
    fn from(row: IntentRow) -> Self {
        let IntentRow { id, name, description, examples, created_at, updated_at } = row;
        Self { id, name, description, examples, created_at, updated_at }
    }
}

/// Every intent in the order of their names, or the one with an id.
async fn rows(tx: &mut TenantTx, id: Option<IntentId>) -> Result<Vec<Intent>> {
    let tenant = tx.tenant();
    let rows: Vec<IntentRow> = diesel::sql_query(
        "SELECT held.id, held.name, held.description, held.created_at, held.updated_at, (
            SELECT count(*) FROM intent_examples AS example
            WHERE example.tenant_id = $1 AND example.intent_id = held.id) AS examples
         FROM intents AS held WHERE held.tenant_id = $1 AND ($2 IS NULL OR held.id = $2)
         ORDER BY lower(held.name), held.id LIMIT $3",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(id)
    .bind::<sql_types::BigInt, _>(i64::try_from(limits::INTENTS).unwrap_or(i64::MAX))
    .load(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Intent::from).collect())
}

/// One intent with its examples.
async fn detail(tx: &mut TenantTx, id: IntentId) -> Result<IntentDetail> {
    let tenant = tx.tenant();
    let Some(intent) = rows(tx, Some(id)).await?.pop() else {
        return Err(types::Error::not_found("intent").into());
    };
    let texts: Vec<(ExampleId, String)> = examples::table
        .filter(examples::tenant_id.eq(tenant))
        .filter(examples::intent_id.eq(id))
        .order(examples::id)
        .select((examples::id, examples::text))
        .load(tx.conn())
        .await?;
    let examples = texts.into_iter().map(|(id, text)| IntentExample { id, text }).collect();
    Ok(IntentDetail { intent, examples })
}

/// The intents and their classifier.
///
/// # Errors
/// When the database does not answer.
pub async fn book(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<IntentBook> {
    let embedder = product.embedder().model_name();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            Ok(IntentBook { intents: rows(tx, None).await?, model: model::read(tx, embedder).await? })
        })
        .await
}

/// The intents, those made last first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<Vec<Intent>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let mut all = rows(tx, None).await?;
            all.sort_by_key(|intent| std::cmp::Reverse(intent.id));
            Ok(all)
        })
        .await
}

/// An intent with its examples.
///
/// # Errors
/// When it is not there.
pub async fn get(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: IntentId) -> Result<IntentDetail> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| detail(tx, id).await).await
}
