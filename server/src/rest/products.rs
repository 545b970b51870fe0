//! Things that a business sells.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query, Raw},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::{ManageKnowledge, ReadKnowledge};
use serde::{Deserialize, Deserializer, de::Error as _};
use types::{
    ProductId, Result,
    knowledge::Imported,
    products::{self, ImportChoices, ImportPreview, NewProduct, ProductColumn},
    rest::Page,
};
use utoipa::IntoParams;

/// The products, newest first
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/products", tag = "knowledge", params(PageQuery), responses(
    (status = 200, description = "A page of products", body = Page<products::Product>),
))]
pub async fn list_products(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Query(query): Query<PageQuery>,
) -> Listed<products::Product> {
    let part = query.read(List::Products)?;
    let found = domain::products::browse(&product, &permit, part.after.map(ProductId), part.wanted()).await?;
    Ok(part.page(found, |product| product.id.0))
}

/// Add a product
///
/// Needs `knowledge.manage`. The AI learns it in the background.
#[utoipa::path(post, path = "/products", tag = "knowledge", request_body = NewProduct, responses(
    (status = 201, description = "The product", body = products::Product),
    (status = 409, description = "There is a product of this name, or the first request with this key is being worked on"),
))]
pub async fn add_product(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Body(new): Body<NewProduct>,
) -> Result<(StatusCode, Json<products::Product>), Problem> {
    Ok((StatusCode::CREATED, Json(domain::products::add(&product, &permit, new).await?)))
}

/// What the table itself does not say.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The currency (ISO 4217) of prices that name none.
    #[param(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// What each column holds, in their order, separated by commas, such as `name,price,ignored`: one of `name`,
    /// `variant`, `description`, `price`, `sale_price`, `currency`, `stock`, `sku`, `published`, `detail` and `ignored`.
    /// Without it the table is recognised, or guessed by the names of its columns.
    #[serde(default, deserialize_with = "columns")]
    #[param(value_type = Option<String>)]
    columns: Vec<ProductColumn>,
}

fn columns<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<ProductColumn>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| name.parse().map_err(|_| D::Error::custom(format!("“{name}” is nothing that a column holds"))))
        .collect()
}

impl ImportQuery {
    fn into_choices(self) -> ImportChoices {
        ImportChoices {
            is_other: !self.columns.is_empty(),
            columns: self.columns,
            currency: self.currency.unwrap_or_default(),
        }
    }
}

/// Take products from a table
///
/// Needs `knowledge.manage`. The body is an export of Shopify, WooCommerce, Magento, Shopware, Google Merchant or Square,
/// or CSV or Excel with a column `name`, and `description`, `price`, `currency` and `status` if there are any; other
/// columns become extra information. A product of the same name is changed. A price that can be read in two ways is
/// refused with its row.
#[utoipa::path(post, path = "/products/import", tag = "knowledge", params(ImportQuery), request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, description = "What came of the rows", body = Imported),
    (status = 409, description = "The first request with this key is being worked on"),
))]
pub async fn import_products(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Query(query): Query<ImportQuery>,
    Raw(bytes): Raw,
) -> Result<Json<Imported>, Problem> {
    Ok(Json(domain::products::import(&product, &permit, bytes, &query.into_choices()).await?))
}

/// See what an import of products would do
///
/// Needs `knowledge.manage`. Nothing is changed; `outcome` has the numbers that the import would have.
#[utoipa::path(post, path = "/products/import/preview", tag = "knowledge", params(ImportQuery), request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, description = "What was recognised, the first products, and what would come of the rows", body = ImportPreview),
    (status = 409, description = "The first request with this key is being worked on"),
))]
pub async fn preview_import(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Query(query): Query<ImportQuery>,
    Raw(bytes): Raw,
) -> Result<Json<ImportPreview>, Problem> {
    Ok(Json(domain::products::preview(&product, &permit, bytes, &query.into_choices()).await?))
}

/// A product
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/products/{id}", tag = "knowledge", params(("id" = ProductId, Path, description = "The product's id")), responses(
    (status = 200, description = "The product", body = products::Product),
))]
pub async fn get_product(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Id(id): Id<ProductId>,
) -> Result<Json<products::Product>, Problem> {
    Ok(Json(domain::products::get(&product, &permit, id).await?))
}

/// Change a product
///
/// Needs `knowledge.manage`. It is learned anew when something has changed.
#[utoipa::path(put, path = "/products/{id}", tag = "knowledge", request_body = NewProduct, params(("id" = ProductId, Path, description = "The product's id")), responses(
    (status = 200, description = "The product", body = products::Product),
    (status = 409, description = "There is another product of this name"),
))]
pub async fn change_product(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<ProductId>,
    Body(new): Body<NewProduct>,
) -> Result<Json<products::Product>, Problem> {
    Ok(Json(domain::products::change(&product, &permit, id, new).await?))
}

/// Delete a product
///
/// Needs `knowledge.manage`. The AI forgets it at once.
#[utoipa::path(delete, path = "/products/{id}", tag = "knowledge", params(("id" = ProductId, Path, description = "The product's id")), responses(
    (status = 204, description = "Deleted"),
))]
pub async fn delete_product(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<ProductId>,
) -> Result<StatusCode, Problem> {
    domain::products::delete(&product, &permit, id).await?;
    Ok(DONE)
}
