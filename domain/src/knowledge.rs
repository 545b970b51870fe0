//! What the AI learns from: sources, their passages, and the search over them.

mod browse;
mod change;
mod index;
mod renew;
mod rows;
mod search;
mod version;

pub use browse::{browse, get, passages_after};
pub use change::change;
pub(crate) use index::{form, index, index_failed};
pub(crate) use renew::{is_out_of_date, read_again};
pub use search::{Found, Hit, search};
pub(crate) use version::{bump as knowledge_changed, current as knowledge_version};

use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, ReadKnowledge},
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
use sha2::{Digest as _, Sha256};
use types::{
    ErrorCode, SourceId, Timestamp,
    audit::AuditAction,
    knowledge::{Passage, Source, SourceKind, SourceStatus},
    limits,
    realtime::Event,
};

/// Passages of a source that are shown.
const PASSAGES_SHOWN: i64 = 500;

/// The sources of the tenant, newest first.
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
                .order(sources::id.desc())
                .limit(limits::SOURCES)
                .select(SourceRow::as_select())
                .load(tx.conn())
                .await?;
            Ok(rows.into_iter().map(Source::from).collect())
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
    let content = document::check_text(&content).map_err(|error| match error {
        DocumentError::Empty => Error::Refused(types::Error::invalid("Please paste some text first.").field("content")),
        other => refuse(&other, "content"),
    })?;
    add(product, permit, SourceKind::Text, title, content).await
}

/// Adds a Markdown or text file as a source.
///
/// # Errors
/// When the file cannot be read, is too large, or is there already.
pub async fn add_file(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Source> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    let content = document::read_text(name, &bytes).map_err(|error| refuse(&error, "file"))?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let title: String = stem.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS).collect();
    let title = if title.trim().is_empty() { "File".to_owned() } else { title.trim().to_owned() };
    add(product, permit, SourceKind::File, title, content).await
}

/// Adds a question with its answer as a source. `question` becomes its title.
///
/// # Errors
/// When one of them is missing or too long.
pub async fn add_faq(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    question: &str,
    answer: &str,
) -> Result<Source> {
    let question = question.trim();
    if question.is_empty() || question.chars().count() > limits::FAQ_QUESTION_CHARS {
        let message = format!("Please write a question of 1 to {} characters.", limits::FAQ_QUESTION_CHARS);
        return Err(types::Error::invalid(message).field("question").into());
    }
    if answer.chars().count() > limits::FAQ_ANSWER_CHARS {
        let message = format!("Please keep the answer under {} characters.", limits::FAQ_ANSWER_CHARS);
        return Err(types::Error::new(ErrorCode::TooLarge, message).field("answer").into());
    }
    let answer = document::check_text(answer).map_err(|error| match error {
        DocumentError::Empty => Error::Refused(types::Error::invalid("Please write an answer.").field("answer")),
        other => refuse(&other, "answer"),
    })?;
    add(product, permit, SourceKind::Faq, question.to_owned(), answer).await
}

fn refuse(error: &DocumentError, field: &str) -> Error {
    let code = match error {
        DocumentError::TooLarge => ErrorCode::TooLarge,
        DocumentError::Empty => ErrorCode::Invalid,
        DocumentError::Kind(_) | DocumentError::Binary(_) | DocumentError::Encoding => ErrorCode::UnsupportedFile,
    };
    Error::Refused(types::Error::new(code, error.to_string()).field(field))
}

async fn add(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    kind: SourceKind,
    title: String,
    content: String,
) -> Result<Source> {
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let held: i64 = sources::table.filter(sources::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
            if held >= i64::from(platform::limits_in(tx).await?.sources()) {
                let message = format!("There are {held} sources already, which is the most. Delete one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            let added = diesel::insert_into(sources::table)
                .values((
                    sources::tenant_id.eq(tenant),
                    sources::id.eq(SourceId::new()),
                    sources::kind.eq(kind),
                    sources::title.eq(title),
                    sources::fingerprint.eq(Sha256::digest(content.as_bytes()).to_vec()),
                    sources::status.eq(SourceStatus::Queued),
                    sources::bytes.eq(i64::try_from(content.len()).unwrap_or(i64::MAX)),
                    sources::content.eq(content),
                ))
                .returning(SourceRow::as_returning())
                .get_result(tx.conn())
                .await;
            if let Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = added {
                let message = "This text is among the sources already.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            let source = Source::from(added?);
            tx.enqueue(&Job::IndexSource { source_id: source.id }).await?;
            record(tx, &source, caller.user());
            audit::record(tx, &caller, AuditAction::SourceAdded, &source.title, &[]).await?;
            Ok(source)
        })
        .await
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
            let tenant = tx.tenant();
            // The row before the counts, as the job that reads a source does: two orders would deadlock.
            let source = rows::lock(tx, id).await.or_not_found("source")?;
            index::forget(tx, id).await?;
            diesel::delete(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
                .execute(tx.conn())
                .await?;
            audit::record(tx, &caller, AuditAction::SourceDeleted, &source.title, &[]).await
        })
        .await
}

/// Reads a failed source again; any other one stays as it is.
///
/// # Errors
/// When the source is not there.
pub async fn retry(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: SourceId) -> Result<Source> {
    let user = permit.user();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let source = rows::lock(tx, id).await.or_not_found("source")?;
            if source.status != SourceStatus::Failed {
                return Ok(source.into());
            }
            let source = set_status(tx, id, SourceStatus::Queued, None, 0).await?;
            tx.enqueue(&Job::IndexSource { source_id: id }).await?;
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
                sources::updated_at.eq(Timestamp::now()),
            ))
            .returning(SourceRow::as_returning())
            .get_result(tx.conn())
            .await
            .or_not_found("source")?;
    Ok(row.into())
}

/// Tells dashboards that a source has moved on.
fn record(tx: &mut TenantTx, source: &Source, user: Option<types::UserId>) {
    tx.record(Draft { event: Event::SourceUpdated { source: Box::new(source.clone()) }, contact: None, user });
}
