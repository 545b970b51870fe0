//! Changing a source in its place: what it said before is answered with until the new text is read.

use super::{
    Content, faq, record, room,
    rows::{self, SourceRow, sources},
};
use crate::{
    Error, Omnichat, Result,
    accounts::{self, ManageKnowledge, Permit},
    audit,
    database::TenantTx,
    error::OrNotFound as _,
    jobs::Job,
};
use diesel::{
    ExpressionMethods, QueryDsl, SelectableHelper as _,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use types::{
    ErrorCode, SourceId, Timestamp,
    audit::AuditAction,
    knowledge::{Source, SourceKind, SourceStatus, SourceText},
};

/// The title and text of a source that can be changed.
///
/// # Errors
/// When it is not there, or of another kind.
pub async fn text(product: &Omnichat, permit: &Permit<ManageKnowledge>, id: SourceId) -> Result<SourceText> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let (kind, title, content): (SourceKind, String, String) = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::id.eq(id))
                .select((sources::kind, sources::title, sources::content))
                .first(tx.conn())
                .await
                .or_not_found("source")?;
            if is_changeable(kind) { Ok(SourceText { title, content }) } else { Err(unchangeable()) }
        })
        .await
}

const fn is_changeable(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::Text | SourceKind::Faq)
}

fn unchangeable() -> Error {
    let message = "Only texts and answers can be changed here. Delete this source and add the new one.";
    Error::refused(ErrorCode::Conflict, message)
}

/// Gives a source another title and text. The same ones change nothing.
///
/// # Errors
/// When there is no title or no text, the text is too large or that of
/// another source, the source is no text or answer, or it is not there.
pub async fn change(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: SourceId,
    title: &str,
    content: &str,
) -> Result<Source> {
    let caller = permit.caller().clone();
    let (title, content) = (title.to_owned(), content.to_owned());
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let before = rows::lock(tx, id).await.or_not_found("source")?;
            let (title, content) = match before.kind {
                SourceKind::Faq => faq::checked(&title, &content)?,
                SourceKind::Text => {
                    let title = accounts::name_of(&title, "title", "the source")?;
                    (title, super::check(&content, "content", "Please write some text first.")?)
                }
                _ => return Err(unchangeable()),
            };
            let this = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id));
            let stored: String = this.select(sources::content).first(tx.conn()).await?;
            if stored == content && before.title == title {
                return rows::complete(tx, before).await;
            }
            let source = write(tx, id, &title, Content::typed(content)).await?;
            tx.enqueue(&Job::IndexSource { source_id: id }).await?;
            record(tx, &source, caller.user());
            audit::record(tx, &caller, AuditAction::SourceUpdated, &source.title, &[]).await?;
            Ok(source)
        })
        .await
}

/// Puts another title and text in the place of the old ones. What it said
/// before is answered with until a job has read it.
///
/// # Errors
/// When another source has this text.
pub(crate) async fn write(tx: &mut TenantTx, id: SourceId, title: &str, content: Content) -> Result<Source> {
    let tenant = tx.tenant();
    room::replaces(tx, id, content.text.len()).await?;
    let changed = diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
        .set((
            sources::title.eq(title),
            sources::fingerprint.eq(content.fingerprint()),
            sources::status.eq(SourceStatus::Queued),
            sources::error.eq(None::<String>),
            sources::progress.eq(0),
            sources::bytes.eq(content.shown_bytes()),
            sources::content.eq(content.text),
            sources::content_form.eq(content.form.as_str()),
            sources::updated_at.eq(Timestamp::now()),
        ))
        .returning(SourceRow::as_returning())
        .get_result(tx.conn())
        .await;
    if let Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = changed {
        return Err(Error::refused(ErrorCode::Conflict, "Another source has this text already."));
    }
    rows::complete(tx, changed?).await
}
