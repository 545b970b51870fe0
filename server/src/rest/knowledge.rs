//! What the AI learns from.

use super::{
    DONE, Problem,
    extract::{Allowed, Body, Id, Product, Query, Raw},
    page::{List, Listed, PageQuery},
};
use axum::{Json, http::StatusCode};
use domain::accounts::{ManageKnowledge, ReadKnowledge};
use serde::{Deserialize, Deserializer, de::Error as _};
use types::{
    Result, SourceId,
    knowledge::{Imported, Passage, Source},
    rest::{AddSource, NewSource, Page, SourceSync},
};
use utoipa::IntoParams;
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

/// Add a text, a question with its answer, a web page or a web site
///
/// Needs `knowledge.manage`. It is read in the background; the source says how far that has come. Without a `kind` the
/// body is a text.
#[utoipa::path(post, path = "/sources", tag = "knowledge", request_body = AddSource, responses(
    (status = 201, description = "The source, waiting to be read", body = Source),
    (status = 409, description = "It is among the sources already, or the first request with this key is being worked on"),
))]
pub async fn add_source(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Body(WithKind(new)): Body<WithKind>,
) -> Result<(StatusCode, Json<Source>), Problem> {
    let source = match new {
        AddSource::Text { title, content } => domain::knowledge::add_text(&product, &permit, &title, content).await?,
        AddSource::Faq { question, answer } => {
            domain::knowledge::add_faq(&product, &permit, &question, &answer).await?
        }
        AddSource::Page { url, sync } => domain::knowledge::add_page(&product, &permit, &url, sync).await?,
        AddSource::Site { url, pages, sync } => {
            domain::knowledge::add_site(&product, &permit, &url, pages, sync).await?
        }
    };
    Ok((StatusCode::CREATED, Json(source)))
}

/// A source to be added; clients from before there were kinds send texts without one.
#[derive(Debug)]
pub struct WithKind(AddSource);

impl<'de> Deserialize<'de> for WithKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut fields = serde_json::Map::deserialize(deserializer)?;
        fields.entry("kind").or_insert_with(|| "text".into());
        AddSource::deserialize(serde_json::Value::Object(fields)).map(Self).map_err(D::Error::custom)
    }
}

/// What an uploaded file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// The file's name. What it is shows in its bytes; the name tells text, Markdown and tables apart.
    #[param(min_length = 1, max_length = 255)]
    name: String,
}

/// Add a file
///
/// Needs `knowledge.manage`. The body is the file: PDF, DOCX, HTML, Markdown, text or CSV, 20 MB at most. It is read in
/// the background; the source says how far that has come.
#[utoipa::path(post, path = "/sources/files", tag = "knowledge", params(FileQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "The source, waiting to be read", body = Source),
    (status = 409, description = "The file is among the sources already, or the first request with this key is being worked on"),
))]
pub async fn add_file(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Query(query): Query<FileQuery>,
    Raw(bytes): Raw,
) -> Result<(StatusCode, Json<Source>), Problem> {
    let source = domain::knowledge::add_file(&product, &permit, &query.name, bytes).await?;
    Ok((StatusCode::CREATED, Json(source)))
}

/// Take questions and answers from a table
///
/// Needs `knowledge.manage`. The body is CSV with the columns `question` and `answer`. A question that is there already
/// gets the new answer.
#[utoipa::path(post, path = "/sources/import", tag = "knowledge", request_body(content = String, content_type = "text/csv"), responses(
    (status = 200, description = "What came of the rows", body = Imported),
    (status = 409, description = "The first request with this key is being worked on"),
))]
pub async fn import_faqs(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Raw(bytes): Raw,
) -> Result<Json<Imported>, Problem> {
    Ok(Json(domain::knowledge::import_faqs(&product, &permit, &bytes).await?))
}

/// Look at a page or site again, now or regularly
///
/// Needs `knowledge.manage`.
#[utoipa::path(post, path = "/sources/{id}/sync", tag = "knowledge", request_body = SourceSync, params(("id" = SourceId, Path, description = "The source's id")), responses(
    (status = 200, description = "The source", body = Source),
    (status = 409, description = "It is not on the web, or the first request with this key is being worked on"),
))]
pub async fn sync_source(
    Product(product): Product,
    Allowed(permit): Allowed<ManageKnowledge>,
    Id(id): Id<SourceId>,
    Body(sync): Body<SourceSync>,
) -> Result<Json<Source>, Problem> {
    let source = match sync.every {
        Some(every) => Some(domain::knowledge::set_sync(&product, &permit, id, every).await?),
        None => None,
    };
    match source {
        Some(source) if !sync.now => Ok(Json(source)),
        _ => Ok(Json(domain::knowledge::retry(&product, &permit, id).await?)),
    }
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
/// Needs `knowledge.manage`. The source of a product goes with the product alone.
#[utoipa::path(delete, path = "/sources/{id}", tag = "knowledge", params(("id" = SourceId, Path, description = "The source's id")), responses(
    (status = 204, description = "Deleted"),
    (status = 409, description = "It belongs to a product"),
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
