//! What the AI learns from.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::{ManageKnowledge, ReadKnowledge};
use types::{
    Result, SourceId,
    knowledge::{Passage, Source},
    rest::{NewSource, Page},
};
use uuid::Uuid;

/// The sources, newest first
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/sources", tag = "knowledge", params(PageQuery), responses(
    (status = 200, description = "A page of sources", body = Page<Source>),
))]
pub async fn list_sources(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Query(query): Query<PageQuery>,
) -> Listed<Source> {
    let part = query.read(List::Sources)?;
    let found = domain::knowledge::browse(&product, &permit, part.after.map(SourceId), part.wanted()).await?;
    Ok(part.page(found, |source| source.id.0))
}

/// Add a text
///
/// Needs `knowledge.manage`. It is read in the background; the source says how far that has come.
#[utoipa::path(post, path = "/sources", tag = "knowledge", request_body = NewSource, responses(
    (status = 201, description = "The source, waiting to be read", body = Source),
    (status = 409, description = "The text is among the sources already, or the first request with this key is being worked on"),
))]
pub async fn add_source(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Body(new): Body<NewSource>,
) -> Result<(StatusCode, Json<Source>), Problem> {
    let source = domain::knowledge::add_text(&product, &permit, &new.title, new.content).await?;
    Ok((StatusCode::CREATED, Json(source)))
}

/// A source
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/sources/{id}", tag = "knowledge", params(("id" = SourceId, Path, description = "The source's id")), responses(
    (status = 200, description = "The source", body = Source),
))]
pub async fn get_source(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Id(id): Id<SourceId>,
) -> Result<Json<Source>, Problem> {
    Ok(Json(domain::knowledge::get(&product, &permit, id).await?))
}

/// Change a text
///
/// Needs `knowledge.manage`. The old text is answered with until the new one is read. A file is not changed: delete it
/// and add the new one.
#[utoipa::path(put, path = "/sources/{id}", tag = "knowledge", request_body = NewSource, params(("id" = SourceId, Path, description = "The source's id")), responses(
    (status = 200, description = "The source, waiting to be read", body = Source),
    (status = 409, description = "Another source has this text already, or this one was a file"),
))]
pub async fn change_source(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<SourceId>,
    Body(new): Body<NewSource>,
) -> Result<Json<Source>, Problem> {
    Ok(Json(domain::knowledge::change(&product, &permit, id, &new.title, &new.content).await?))
}

/// Delete a source with its passages
///
/// Needs `knowledge.manage`.
#[utoipa::path(delete, path = "/sources/{id}", tag = "knowledge", params(("id" = SourceId, Path, description = "The source's id")), responses(
    (status = 204, description = "Deleted"),
))]
pub async fn delete_source(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<SourceId>,
) -> Result<StatusCode, Problem> {
    domain::knowledge::delete(&product, &permit, id).await?;
    Ok(DONE)
}

/// The passages of a source in their order
///
/// Needs `knowledge.read`.
#[utoipa::path(get, path = "/sources/{id}/passages", tag = "knowledge", params(("id" = SourceId, Path, description = "The source's id"), PageQuery), responses(
    (status = 200, description = "A page of passages", body = Page<Passage>),
))]
pub async fn list_passages(
    Product(product): Product,
    Allowed(permit): Allowed<ReadKnowledge>,
    Id(id): Id<SourceId>,
    Query(query): Query<PageQuery>,
) -> Listed<Passage> {
    let part = query.read(List::Passages)?;
    let after = part.after.map(|position| i32::try_from(position.as_u128()).unwrap_or(i32::MAX));
    let found = domain::knowledge::passages_after(&product, &permit, id, after, part.wanted()).await?;
    Ok(part.page(found, |passage| Uuid::from_u128(u128::try_from(passage.position).unwrap_or_default())))
}
