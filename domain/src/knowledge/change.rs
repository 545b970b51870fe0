//! Changing a source in its place: what it said before is answered with until the new text is read.

use super::{
    record,
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
use ai::document::{self, DocumentError};
use diesel::{
    ExpressionMethods, QueryDsl, SelectableHelper as _,
    result::{DatabaseErrorKind, Error as QueryError},
};
use diesel_async::RunQueryDsl;
use sha2::{Digest as _, Sha256};
use types::{
    ErrorCode, SourceId, Timestamp,
    audit::AuditAction,
    knowledge::{Source, SourceKind, SourceStatus},
};

/// Gives a source another title and text. The same ones change nothing.
///
/// # Errors
/// When there is no title or no text, the text is too large or that of
/// another source, the source was a file, or it is not there.
pub async fn change(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    id: SourceId,
    title: &str,
    content: &str,
) -> Result<Source> {
    let title = accounts::name_of(title, "title", "the source")?;
    let content = document::check_text(content).map_err(|error| match error {
        DocumentError::Empty => Error::Refused(types::Error::invalid("Please write some text first.").field("content")),
        other => super::refuse(&other, "content"),
    })?;
    let caller = permit.caller().clone();
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let before = rows::lock(tx, id).await.or_not_found("source")?;
            if !matches!(before.kind, SourceKind::Text | SourceKind::Faq) {
                let message = "Only texts and answers can be changed here. Delete this source and add the new file.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            let this = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id));
            let stored: String = this.select(sources::content).first(tx.conn()).await?;
            if stored == content && before.title == title {
                return Ok(before.into());
            }
            let changed = diesel::update(this)
                .set((
                    sources::title.eq(title),
                    sources::fingerprint.eq(Sha256::digest(content.as_bytes()).to_vec()),
                    sources::status.eq(SourceStatus::Queued),
                    sources::error.eq(None::<String>),
                    sources::bytes.eq(i64::try_from(content.len()).unwrap_or(i64::MAX)),
                    sources::content.eq(content),
                    sources::updated_at.eq(Timestamp::now()),
                ))
                .returning(SourceRow::as_returning())
                .get_result(tx.conn())
                .await;
            if let Err(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = changed {
                let message = "Another source has this text already.";
                return Err(Error::refused(ErrorCode::Conflict, message));
            }
            let source = Source::from(changed?);
            tx.enqueue(&Job::IndexSource { source_id: id }).await?;
            record(tx, &source, caller.user());
            audit::record(tx, &caller, AuditAction::SourceUpdated, &source.title, &[]).await?;
            Ok(source)
        })
        .await
}
