//! Uploaded files: stored as they came, and read by a job.

use super::{
    Content, NewSource, add_in, index, reader, record, refuse, room,
    rows::{self, sources},
    set_status,
};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    database::TenantTx,
    jobs::Job,
    platform::day,
    schema::source_files as files,
};
use ai::document::{self, DocumentError, FileKind};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use sha2::{Digest as _, Sha256};
use types::{
    ErrorCode, SourceId, TenantId,
    knowledge::{Source, SourceKind, SourceStatus},
    limits,
};

/// Files of one tenant that may wait to be read.
const WAITING: i64 = 50;
/// Bytes of a text file that is read at once: whatever stands in it, that takes a moment.
const READ_HERE: usize = 64 * 1024;

/// Adds a file as a source. It is read in the background; Markdown and plain
/// text are looked at now.
///
/// # Errors
/// When the file is of a kind that cannot be read, is too large, or is there already.
pub async fn add_file(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Source> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim().to_owned();
    let kind = document::kind_of(&name, &bytes).map_err(|error| refuse(&error, "file"))?;
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let title: String = stem.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS).collect();
    let title = if title.trim().is_empty() { "File".to_owned() } else { title.trim().to_owned() };
    let is_text = matches!(kind, FileKind::Text | FileKind::Markdown);
    if is_text && bytes.len() > limits::SOURCE_BYTES {
        return Err(refuse(&DocumentError::TooLong, "file"));
    }
    if is_text && bytes.len() <= READ_HERE {
        let found = document::extract(kind, &bytes, None).and_then(|found| document::check(found.blocks));
        let blocks = found.map_err(|error| refuse(&error, "file"))?;
        return super::add(product, permit, NewSource::of(SourceKind::File, title, Content::of_blocks(&blocks)?)).await;
    }
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let new = NewSource {
                fingerprint: Sha256::digest(&bytes).to_vec(),
                bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                ..NewSource::of(SourceKind::File, title, Content::typed(String::new()))
            };
            check_room(tx).await?;
            let source = add_in(tx, &caller, new).await?;
            room::adds(tx, bytes.len());
            let tenant = tx.tenant();
            diesel::insert_into(files::table)
                .values((
                    files::tenant_id.eq(tenant),
                    files::source_id.eq(source.id),
                    files::name.eq(name),
                    files::kind.eq(kind.as_str()),
                    files::bytes.eq(bytes),
                ))
                .execute(tx.conn())
                .await?;
            tx.enqueue(&Job::ReadFile { source_id: source.id }).await?;
            Ok(source)
        })
        .await
}

/// Refuses more files while so many wait already, so that nobody fills the disk faster than files are read.
async fn check_room(tx: &mut TenantTx) -> Result<()> {
    let tenant = tx.tenant();
    let waiting: i64 = files::table.filter(files::tenant_id.eq(tenant)).count().get_result(tx.conn()).await?;
    if waiting >= WAITING {
        let message = format!("{waiting} files wait to be read. Please upload more when some of them are done.");
        return Err(Error::refused(ErrorCode::Unavailable, message));
    }
    Ok(())
}

/// Job: takes the text out of an uploaded file.
pub(crate) async fn read_file(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    day::check_reading(product, tenant).await?;
    let Some((kind, bytes)) = begin(product, tenant, id).await? else {
        // Deleted or read meanwhile.
        return Ok(());
    };
    let read = match FileKind::from_name(&kind) {
        Some(kind) => reader::blocks(product, tenant, kind, bytes).await?,
        None => Err(document::DocumentError::TooHard),
    };
    let content = match read {
        Ok(blocks) => Content::of_blocks(&blocks)?,
        Err(error) => return give_up(product, tenant, id, &error.to_string()).await,
    };
    let stored = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            if rows::lock(tx, id).await.optional()?.is_none() {
                return Ok(());
            }
            let tenant = tx.tenant();
            room::replaces(tx, id, content.text.len()).await?;
            diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
                .set((sources::content.eq(content.text), sources::content_form.eq(content.form.as_str())))
                .execute(tx.conn())
                .await?;
            forget_file(tx, id).await?;
            tx.enqueue(&Job::IndexSource { source_id: id }).await
        })
        .await;
    match stored {
        Err(error) => match room::no_room(&error) {
            Some(why) => give_up(product, tenant, id, &why).await,
            None => Err(error),
        },
        Ok(()) => Ok(()),
    }
}

/// What would fail again is not kept.
async fn give_up(product: &Omnichat, tenant: TenantId, id: SourceId, why: &str) -> Result<()> {
    index::fail(product, tenant, id, why).await?;
    product.db().tenant(tenant, async move |tx: &mut TenantTx| forget_file(tx, id).await).await
}

/// The file's kind and bytes, and the source marked as being worked on.
async fn begin(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<Option<(String, Vec<u8>)>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let found: Option<(String, Vec<u8>)> = files::table
                .filter(files::tenant_id.eq(tenant))
                .filter(files::source_id.eq(id))
                .select((files::kind, files::bytes))
                .first(tx.conn())
                .await
                .optional()?;
            if found.is_some() {
                let source = set_status(tx, id, SourceStatus::Processing, None, 0).await?;
                record(tx, &source, None);
            }
            Ok(found)
        })
        .await
}

async fn forget_file(tx: &mut TenantTx, id: SourceId) -> Result<()> {
    let tenant = tx.tenant();
    diesel::delete(files::table.filter(files::tenant_id.eq(tenant)).filter(files::source_id.eq(id)))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whether the file of a source is still waiting to be read.
pub(super) async fn is_waiting(tx: &mut TenantTx, id: SourceId) -> Result<bool> {
    let tenant = tx.tenant();
    let found: Option<SourceId> = files::table
        .filter(files::tenant_id.eq(tenant))
        .filter(files::source_id.eq(id))
        .select(files::source_id)
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found.is_some())
}
