//! What the AI learns from: sources, their passages, and the search over them.

mod browse;
mod change;
mod content;
mod faq;
mod files;
mod index;
mod models;
mod pages;
mod reader;
mod renew;
mod room;
mod rows;
mod search;
mod sites;
mod sync;
mod tables;
mod version;
mod waiting;
mod web;

pub use browse::{browse, get, passages_after};
pub(crate) use change::write;
pub use change::{change, text};
pub(crate) use content::Content;
pub use faq::{add_faq, import_faqs};
pub use files::add_file;
pub(crate) use files::read_file;
pub(crate) use index::{form, index, index_failed};
pub use models::former_models;
pub(crate) use models::only_model_left;
pub use pages::add_page;
pub(crate) use pages::{page_failed, read_page};
pub(crate) use reader::{ReaderPlaces, products as read_products};
pub(crate) use renew::{is_out_of_date, read_again};
pub(crate) use room::HELD_BYTES;
pub use search::{Found, Hit, search};
pub use sites::{Rest as SiteRest, add_site, site_pages};
pub(crate) use sites::{read_site, site_failed};
pub(crate) use sync::keep_in_step;
pub use sync::{set_sync, take_up_due};
pub(crate) use tables::tables;
pub(crate) use version::{bump as knowledge_changed, current as knowledge_version};
pub(crate) use waiting::say_that_it_waits;
pub(crate) use web::LargePages;

use crate::{
    Error, Omnichat, Result,
    accounts::{Caller, ManageKnowledge, Permit, ReadKnowledge},
    audit,
    database::TenantTx,
    error::OrNotFound as _,
    events::Draft,
    jobs::Job,
    platform,
};
use ai::document::{self, DocumentError};
use diesel::{
    ExpressionMethods, QueryDsl, SelectableHelper as _,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use rows::{SourceRow, passages as passage_table, sources};
use types::{
    ErrorCode, SourceId, Timestamp,
    audit::AuditAction,
    knowledge::{Passage, Source, SourceKind, SourceStatus},
    limits,
    realtime::Event,
};

/// Passages of a source that are shown.
const PASSAGES_SHOWN: i64 = 500;

/// The sources of the tenant, newest first. Pages of a site are with their
/// site, and products are by themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn list(product: &Omnichat, permit: &Permit<ReadKnowledge>) -> Result<Vec<Source>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let rows: Vec<SourceRow> = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::parent_id.is_null())
                .filter(sources::kind.ne(SourceKind::Product))
                .order(sources::id.desc())
                .limit(limits::SOURCES)
                .select(SourceRow::as_select())
                .load(tx.conn())
                .await?;
            rows::complete_all(tx, rows).await
        })
        .await
}

/// Adds pasted text as a source.
///
/// # Errors
/// When there is no title or no text, the text is too large, or it is there already.
pub async fn add_text(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    title: &str,
    content: String,
) -> Result<Source> {
    let title = crate::accounts::name_of(title, "title", "the source")?;
    let content = check(&content, "content", "Please paste some text first.")?;
    add(product, permit, NewSource::of(SourceKind::Text, title, Content::typed(content))).await
}

/// Text that can be stored.
fn check(text: &str, field: &str, when_empty: &str) -> Result<String> {
    document::check_text(text).map_err(|error| match error {
        DocumentError::Empty => Error::Refused(types::Error::invalid(when_empty).field(field)),
        other => refuse(&other, field),
    })
}

/// The refusal of a file that cannot be read.
pub(crate) fn refuse(error: &DocumentError, field: &str) -> Error {
    let code = match error {
        DocumentError::TooLarge | DocumentError::TooLong | DocumentError::Rows(_) | DocumentError::Columns(_) => {
            ErrorCode::TooLarge
        }
        DocumentError::Empty => ErrorCode::Invalid,
        DocumentError::Kind(_)
        | DocumentError::Binary(_)
        | DocumentError::Encoding
        | DocumentError::Damaged(_)
        | DocumentError::Locked(_)
        | DocumentError::Old { .. }
        | DocumentError::NoTable
        | DocumentError::TooHard
        | DocumentError::Scanned
        | DocumentError::NoPdfium => ErrorCode::UnsupportedFile,
    };
    Error::Refused(types::Error::new(code, error.to_string()).field(field))
}

/// A source as it is added.
pub(crate) struct NewSource {
    kind: SourceKind,
    title: String,
    url: Option<String>,
    content: Content,
    fingerprint: Vec<u8>,
    bytes: i64,
    parent_id: Option<SourceId>,
    settings: serde_json::Value,
    next_sync_at: Option<Timestamp>,
}

impl NewSource {
    /// One whose content is known.
    pub(crate) fn of(kind: SourceKind, title: String, content: Content) -> Self {
        Self {
            fingerprint: content.fingerprint(),
            bytes: content.shown_bytes(),
            kind,
            title,
            url: None,
            content,
            parent_id: None,
            settings: serde_json::Value::Object(serde_json::Map::new()),
            next_sync_at: None,
        }
    }

    /// A page or site, which is called by its address until it has been read.
    fn of_web(kind: SourceKind, url: &reqwest::Url, settings: &rows::WebSettings) -> Result<Self> {
        let title = url.as_str().split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/');
        Ok(Self {
            url: Some(url.to_string()),
            settings: sync::json(settings)?,
            next_sync_at: sync::next(settings.every),
            ..Self::of(kind, title.chars().take(limits::NAME_CHARS).collect(), Content::typed(String::new()))
        })
    }
}

/// Adds a source whose text is known, to be read by a job.
async fn add(product: &Omnichat, permit: &Permit<ManageKnowledge>, new: NewSource) -> Result<Source> {
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let source = add_in(tx, &caller, new).await?;
            tx.enqueue(&Job::IndexSource { source_id: source.id }).await?;
            Ok(source)
        })
        .await
}

/// Adds a source. Whoever calls enqueues the job that reads it.
///
/// # Errors
/// When it is there already, or there are too many.
pub(crate) async fn add_in(tx: &mut TenantTx, caller: &Caller, new: NewSource) -> Result<Source> {
    let source = add_as_part(tx, caller, new).await?;
    audit::record(tx, caller, AuditAction::SourceAdded, &source.title, &[]).await?;
    Ok(source)
}

/// The same as a part of something larger, which writes one line for the whole.
async fn add_as_part(tx: &mut TenantTx, caller: &Caller, new: NewSource) -> Result<Source> {
    let held = held(tx).await?;
    if held >= i64::from(platform::limits_in(tx).await?.sources()) {
        let message = format!("There are {held} sources already, which is the most. Delete one first.");
        return Err(Error::refused(ErrorCode::TooLarge, message));
    }
    let is_on_web = new.url.is_some();
    let source = match insert(tx, new).await {
        Ok(row) => rows::complete(tx, row).await?,
        Err(Error::Query(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) => {
            let message = if is_on_web {
                "This address is among the sources already."
            } else {
                "This text is among the sources already."
            };
            return Err(Error::refused(ErrorCode::Conflict, message));
        }
        Err(other) => return Err(other),
    };
    record(tx, &source, caller.user());
    Ok(source)
}

/// Sources of the tenant but for products, which have a limit of their own.
async fn held(tx: &mut TenantTx) -> Result<i64> {
    let tenant = tx.tenant();
    let all = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::kind.ne(SourceKind::Product));
    Ok(all.count().get_result(tx.conn()).await?)
}

/// Adds the source of a product, to be read by a job.
pub(crate) async fn add_product(tx: &mut TenantTx, caller: &Caller, name: &str, content: Content) -> Result<SourceId> {
    let row = insert(tx, NewSource::of(SourceKind::Product, name.to_owned(), content)).await?;
    let source = rows::complete(tx, row).await?;
    tx.enqueue(&Job::IndexSource { source_id: source.id }).await?;
    record(tx, &source, caller.user());
    Ok(source.id)
}

async fn insert(tx: &mut TenantTx, new: NewSource) -> Result<SourceRow> {
    let tenant = tx.tenant();
    room::adds(tx, new.content.text.len());
    let row = diesel::insert_into(sources::table)
        .values((
            sources::tenant_id.eq(tenant),
            sources::id.eq(SourceId::new()),
            sources::kind.eq(new.kind),
            sources::title.eq(new.title),
            sources::url.eq(new.url),
            sources::fingerprint.eq(new.fingerprint),
            sources::status.eq(SourceStatus::Queued),
            sources::bytes.eq(new.bytes),
            sources::content.eq(new.content.text),
            sources::content_form.eq(new.content.form.as_str()),
            sources::parent_id.eq(new.parent_id),
            sources::settings.eq(new.settings),
            sources::next_sync_at.eq(new.next_sync_at),
        ))
        .returning(SourceRow::as_returning())
        .get_result(tx.conn())
        .await?;
    Ok(row)
}

/// Removes a source with its passages.
///
/// # Errors
/// When the source is not there.
pub async fn delete(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: SourceId) -> Result<()> {
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            // The row before the counts, as the job that reads a source does: two orders would deadlock.
            let source = rows::lock(tx, id).await.or_not_found("source")?;
            if source.kind == SourceKind::Product {
                let message = "This belongs to a product. Delete the product instead.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            remove(tx, id).await?;
            audit::record(tx, &caller, AuditAction::SourceDeleted, &source.title, &[]).await
        })
        .await
}

/// Removes the source of a product.
pub(crate) async fn remove_locked(tx: &mut TenantTx, id: SourceId) -> Result<()> {
    rows::lock(tx, id).await.or_not_found("source")?;
    remove(tx, id).await
}

/// Removes a source that is locked, with the pages of a site and all passages.
async fn remove(tx: &mut TenantTx, id: SourceId) -> Result<()> {
    let tenant = tx.tenant();
    let pages: Vec<SourceId> = sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::parent_id.eq(id))
        .select(sources::id)
        .for_update()
        .load(tx.conn())
        .await?;
    for one in pages.into_iter().chain([id]) {
        index::forget(tx, one).await?;
    }
    // Its pages go with it.
    diesel::delete(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Reads a failed source again, and looks at a page or site on the web;
/// any other one stays as it is.
///
/// # Errors
/// When the source is not there, or its file was not kept.
pub async fn retry(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: SourceId) -> Result<Source> {
    let user = permit.user();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let row = rows::lock(tx, id).await.or_not_found("source")?;
            let is_on_web = matches!(row.kind, SourceKind::Page | SourceKind::Site);
            let is_at_work = matches!(row.status, SourceStatus::Queued | SourceStatus::Processing);
            if is_at_work || (row.status != SourceStatus::Failed && !is_on_web) {
                return rows::complete(tx, row).await;
            }
            let job = if is_on_web {
                sync::look_at(row.kind, id)
            } else if row.kind == SourceKind::File && files::is_waiting(tx, id).await? {
                Job::ReadFile { source_id: id }
            } else {
                let tenant = tx.tenant();
                let this = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id));
                let content: String = this.select(sources::content).first(tx.conn()).await?;
                if content.is_empty() {
                    let message = "A file that cannot be read is not kept. Delete it, and upload a mended one.";
                    return Err(Error::refused(ErrorCode::Conflict, message));
                }
                Job::IndexSource { source_id: id }
            };
            let source = set_status(tx, id, SourceStatus::Queued, None, row.passage_count).await?;
            tx.enqueue(&job).await?;
            record(tx, &source, user);
            Ok(source)
        })
        .await
}

/// The passages of a source in their order, 500 at most.
///
/// # Errors
/// When the source is not there.
pub async fn passages(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: SourceId) -> Result<Vec<Passage>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let _: SourceId = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::id.eq(id))
                .select(sources::id)
                .first(tx.conn())
                .await
                .or_not_found("source")?;
            let rows: Vec<rows::PassageRow> = passage_table::table
                .filter(passage_table::tenant_id.eq(tenant))
                .filter(passage_table::source_id.eq(id))
                .order(passage_table::position)
                .limit(PASSAGES_SHOWN)
                .select(rows::PassageRow::as_select())
                .load(tx.conn())
                .await?;
            Ok(rows.into_iter().map(Passage::from).collect())
        })
        .await
}

/// Moves a source on; `passages` is how many are in use from now on.
async fn set_status(
    tx: &mut TenantTx,
    id: SourceId,
    status: SourceStatus,
    error: Option<String>,
    passages: i32,
) -> Result<Source> {
    let tenant = tx.tenant();
    let row: SourceRow =
        diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
            .set((
                sources::status.eq(status),
                sources::error.eq(error),
                sources::passage_count.eq(passages),
                sources::progress.eq(0),
                sources::updated_at.eq(Timestamp::now()),
            ))
            .returning(SourceRow::as_returning())
            .get_result(tx.conn())
            .await
            .or_not_found("source")?;
    rows::complete(tx, row).await
}

/// Tells dashboards that a source has moved on.
fn record(tx: &mut TenantTx, source: &Source, user: Option<types::UserId>) {
    tx.record(Draft { event: Event::SourceUpdated { source: Box::new(source.clone()) }, contact: None, user });
}
