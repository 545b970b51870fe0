//! Things that a business sells. The AI learns each as a source of its own.

mod figures;
mod import;
mod save;

pub(crate) use figures::table;
pub use import::{import, preview};
pub use save::{add, change, delete};

use crate::{
    Error, Omnichat, Result,
    accounts::{Permit, ReadKnowledge},
    database::TenantTx,
};
use diesel::{OptionalExtension as _, sql_types};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, ProductId, SourceId, TenantId, Timestamp,
    knowledge::SourceStatus,
    products::{PRODUCTS_PAGE, Price, Product, ProductPage, ProductStatus},
};

/// Characters of a search that are looked for.
const SEARCH_CHARS: usize = 100;

#[derive(Debug, diesel::QueryableByName)]
struct ProductRow {
    #[diesel(sql_type = sql_types::Uuid)]
    id: ProductId,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    description: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::BigInt>)]
    thousandths: Option<i64>,
    #[diesel(sql_type = sql_types::Text)]
    currency: String,
    #[diesel(sql_type = sql_types::Text)]
    status: ProductStatus,
    #[diesel(sql_type = sql_types::Text)]
    extra_info: String,
    #[diesel(sql_type = sql_types::Uuid)]
    source_id: SourceId,
    #[diesel(sql_type = sql_types::Text)]
    learning: SourceStatus,
    #[diesel(sql_type = sql_types::Timestamptz)]
    created_at: Timestamp,
    #[diesel(sql_type = sql_types::Timestamptz)]
    updated_at: Timestamp,
}

impl ProductRow {
    fn product(self) -> Result<Product> {
        let price = self.thousandths.map(Price::from_thousandths).transpose();
        Ok(Product {
            price: price.map_err(|error| Error::stored("price", error))?,
            id: self.id,
            name: self.name,
            description: self.description,
            currency: self.currency,
            status: self.status,
            // An empty object says nothing.
            extra_info: if self.extra_info == "{}" { String::new() } else { self.extra_info },
            source_id: self.source_id,
            learning: self.learning,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// What is read of a product.
const COLUMNS: &str =
    "products.id, products.name, products.description, (products.price * 1000)::bigint AS thousandths,
    products.currency, products.status, products.extra_info::text AS extra_info, products.source_id,
    sources.status AS learning, products.created_at, products.updated_at
    FROM products JOIN sources ON sources.tenant_id = products.tenant_id AND sources.id = products.source_id";

/// A page of products, newest first, whose name or description holds `search`.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    search: &str,
    before: Option<ProductId>,
) -> Result<ProductPage> {
    let search: String = search.trim().chars().filter(|c| *c != '\0').take(SEARCH_CHARS).collect();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let mut products = part(tx, &search, before, PRODUCTS_PAGE + 1).await?;
            let most = usize::try_from(PRODUCTS_PAGE).unwrap_or(usize::MAX);
            let has_more = products.len() > most;
            products.truncate(most);
            let next = products.last().filter(|_| has_more).map(|last| last.id);
            Ok(ProductPage { total: count(tx, &search).await?, products, next })
        })
        .await
}

/// Products that were added before `before`, newest first, `limit` at most.
///
/// # Errors
/// When the database does not answer.
pub async fn browse(
    product: &Omnichat,
    permit: &Permit<ReadKnowledge>,
    before: Option<ProductId>,
    limit: u32,
) -> Result<Vec<Product>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| part(tx, "", before, i64::from(limit)).await)
        .await
}

/// One product.
///
/// # Errors
/// When it is not there.
pub async fn get(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: ProductId) -> Result<Product> {
    product.db().tenant(permit.tenant(), async move |tx: &mut TenantTx| read(tx, id).await).await
}

async fn read(tx: &mut TenantTx, id: ProductId) -> Result<Product> {
    let tenant = tx.tenant();
    let found: Option<ProductRow> =
        diesel::sql_query(format!("SELECT {COLUMNS} WHERE products.tenant_id = $1 AND products.id = $2"))
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(id)
            .get_result(tx.conn())
            .await
            .optional()?;
    found.ok_or_else(|| Error::refused(ErrorCode::NotFound, "This product is not there any more."))?.product()
}

async fn part(tx: &mut TenantTx, search: &str, before: Option<ProductId>, limit: i64) -> Result<Vec<Product>> {
    let tenant = tx.tenant();
    let rows: Vec<ProductRow> = diesel::sql_query(format!(
        "SELECT {COLUMNS}
         WHERE products.tenant_id = $1 AND ($2::uuid IS NULL OR products.id < $2)
            AND ($3 = '' OR strpos(lower(products.name || ' ' || products.description), lower($3)) > 0)
         ORDER BY products.id DESC LIMIT $4"
    ))
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Nullable<sql_types::Uuid>, _>(before)
    .bind::<sql_types::Text, _>(search)
    .bind::<sql_types::BigInt, _>(limit)
    .load(tx.conn())
    .await?;
    rows.into_iter().map(ProductRow::product).collect()
}

#[derive(Debug, diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

async fn count(tx: &mut TenantTx, search: &str) -> Result<i64> {
    let tenant = tx.tenant();
    let found: Count = diesel::sql_query(
        "SELECT count(*) AS count FROM products
         WHERE tenant_id = $1 AND ($2 = '' OR strpos(lower(name || ' ' || description), lower($2)) > 0)",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Text, _>(search)
    .get_result(tx.conn())
    .await?;
    Ok(found.count)
}

/// Stores the vector of a product, made of "name - description - price - status".
/// Called by the job that reads its source.
pub(crate) async fn embed(product: &Omnichat, tenant: TenantId, source: SourceId) -> Result<()> {
    let found: Option<ProductRow> = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let found = diesel::sql_query(format!(
                "SELECT {COLUMNS} WHERE products.tenant_id = $1 AND products.source_id = $2"
            ))
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(source)
            .get_result(tx.conn())
            .await
            .optional()?;
            Ok(found)
        })
        .await?;
    let Some(row) = found else { return Ok(()) };
    let found = row.product()?;
    let vectors = product.embedder().embed_passages(vec![save::embedded_text(&found)]).await?;
    let Some(vector) = vectors.into_iter().next() else { return Ok(()) };
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            diesel::sql_query("UPDATE products SET embedding = $3::real[]::vector WHERE tenant_id = $1 AND id = $2")
                .bind::<sql_types::Uuid, _>(tenant)
                .bind::<sql_types::Uuid, _>(found.id)
                .bind::<sql_types::Array<sql_types::Float>, _>(vector)
                .execute(tx.conn())
                .await?;
            Ok(())
        })
        .await
}
