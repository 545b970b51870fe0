//! Rows of sources and passages.

pub(super) use crate::schema::{passages, sources};

use crate::database::TenantTx;
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use types::{
    PassageId, SourceId, Timestamp,
    knowledge::{Passage, Source, SourceKind, SourceStatus},
};

/// A source without its text.
#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = sources)]
pub(super) struct SourceRow {
    id: SourceId,
    pub(super) kind: SourceKind,
    pub(super) title: String,
    url: Option<String>,
    pub(super) status: SourceStatus,
    error: Option<String>,
    bytes: i64,
    passage_count: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<SourceRow> for Source {
    fn from(row: SourceRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            title: row.title,
            url: row.url,
            status: row.status,
            error: row.error,
            bytes: row.bytes,
            passages: row.passage_count,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = passages)]
pub(super) struct PassageRow {
    id: PassageId,
    position: i32,
    heading: String,
    content: String,
}

impl From<PassageRow> for Passage {
    fn from(row: PassageRow) -> Self {
        Self { id: row.id, position: row.position, heading: row.heading, content: row.content }
    }
}

/// Locks a source, so that nobody else moves it on.
pub(super) async fn lock(tx: &mut TenantTx, id: SourceId) -> diesel::QueryResult<SourceRow> {
    let tenant = tx.tenant();
    sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::id.eq(id))
        .select(SourceRow::as_select())
        .for_update()
        .first(tx.conn())
        .await
}
