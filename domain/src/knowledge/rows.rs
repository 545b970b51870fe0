//! Rows of sources and passages.

pub(super) use crate::schema::{passages, sources};

use super::web::Validators;
use crate::{Error, Result, database::TenantTx};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper as _, sql_types};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use types::{
    PassageId, SourceId, Timestamp,
    knowledge::{Passage, Source, SourceKind, SourceStatus, SyncEvery},
};

/// A source without its text.
#[derive(Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = sources)]
pub(super) struct SourceRow {
    pub(super) id: SourceId,
    pub(super) kind: SourceKind,
    pub(super) title: String,
    pub(super) url: Option<String>,
    pub(super) status: SourceStatus,
    pub(super) error: Option<String>,
    pub(super) progress: i32,
    bytes: i64,
    pub(super) passage_count: i32,
    pub(super) parent_id: Option<SourceId>,
    settings: serde_json::Value,
    synced_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What belongs to pages and sites alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct WebSettings {
    /// How often it is looked at again.
    pub(super) every: SyncEvery,
    /// Most pages of a site.
    pub(super) pages: u32,
    /// What the web server said of the version that we have.
    pub(super) seen: Validators,
    /// When the crawl under way began.
    pub(super) started: Option<Timestamp>,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self { every: SyncEvery::Never, pages: 0, seen: Validators::default(), started: None }
    }
}

impl SourceRow {
    /// What belongs to pages and sites alone.
    pub(super) fn web(&self) -> Result<WebSettings> {
        serde_json::from_value(self.settings.clone()).map_err(|error| Error::stored("settings of a source", error))
    }

    /// When it was last looked at on the web.
    pub(super) const fn synced_at(&self) -> Option<Timestamp> {
        self.synced_at
    }

    const fn is_site(&self) -> bool {
        matches!(self.kind, SourceKind::Site)
    }
}

/// The sources with what is counted of their pages.
pub(super) async fn complete_all(tx: &mut TenantTx, rows: Vec<SourceRow>) -> Result<Vec<Source>> {
    let sites: Vec<SourceId> = rows.iter().filter(|row| row.is_site()).map(|row| row.id).collect();
    let mut counts: HashMap<SourceId, (i32, i32)> = HashMap::new();
    if !sites.is_empty() {
        let tenant = tx.tenant();
        let found: Vec<Counts> = diesel::sql_query(
            "SELECT parent_id AS site, count(*)::int AS pages, coalesce(sum(passage_count), 0)::int AS passages
             FROM sources WHERE tenant_id = $1 AND parent_id = ANY($2) GROUP BY parent_id",
        )
        .bind::<sql_types::Uuid, _>(tenant)
        .bind::<sql_types::Array<sql_types::Uuid>, _>(&sites)
        .load(tx.conn())
        .await?;
        counts.extend(found.into_iter().map(|found| (found.site, (found.pages, found.passages))));
    }
    rows.into_iter()
        .map(|row| {
            let (pages, of_pages) = counts.get(&row.id).copied().unwrap_or_default();
            let is_on_web = row.is_site() || (row.kind == SourceKind::Page && row.parent_id.is_none());
            Ok(Source {
                sync: if is_on_web { Some(row.web()?.every) } else { None },
                passages: if row.is_site() { of_pages } else { row.passage_count },
                pages,
                id: row.id,
                kind: row.kind,
                title: row.title,
                url: row.url,
                status: row.status,
                error: row.error,
                progress: row.progress,
                bytes: row.bytes,
                parent_id: row.parent_id,
                synced_at: row.synced_at,
                created_at: row.created_at,
                updated_at: row.updated_at,
            })
        })
        .collect()
}

/// A source with what is counted of its pages.
pub(super) async fn complete(tx: &mut TenantTx, row: SourceRow) -> Result<Source> {
    let all = complete_all(tx, vec![row]).await?;
    all.into_iter().next().ok_or_else(|| Error::Internal("a source was lost".to_owned()))
}

#[derive(Debug, diesel::QueryableByName)]
struct Counts {
    #[diesel(sql_type = sql_types::Uuid)]
    site: SourceId,
    #[diesel(sql_type = sql_types::Integer)]
    pages: i32,
    #[diesel(sql_type = sql_types::Integer)]
    passages: i32,
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
