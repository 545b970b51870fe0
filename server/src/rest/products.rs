//! Things that a business sells.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query, Raw},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::{ManageKnowledge, ReadKnowledge};
use types::{
    ProductId, Result,
    knowledge::Imported,
    products::{self, NewProduct},
    rest::Page,
};

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

/// Take products from a table
///
/// Needs `knowledge.manage`. The body is CSV with a column `name`, and `description`, `price`, `currency` and `status`
/// if there are any; other columns become extra information. A product of the same name is changed.
#[utoipa::path(post, path = "/products/import", tag = "knowledge", request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, description = "What came of the rows", body = Imported),
    (status = 409, description = "The first request with this key is being worked on"),
))]
pub async fn import_products(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Raw(bytes): Raw,
) -> Result<Json<Imported>, Problem> {
    Ok(Json(domain::products::import(&product, &permit, &bytes).await?))
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
