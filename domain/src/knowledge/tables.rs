//! The tables that stand in sources, as rows that can be calculated with.

use super::{content::Content, rows::sources};
use crate::{Result, database::TenantTx};
use ai::figures::{self, Table};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use types::{SourceId, knowledge::SourceKind};

/// Rows of all tables of a question.
const ROWS: usize = 2_000;
/// Bytes of a source whose tables are read while somebody waits.
const BYTES: i64 = 1_000_000;

/// The tables of some sources, in the order of the sources, each with its source.
pub(crate) async fn tables(tx: &mut TenantTx, ids: &[SourceId]) -> Result<Vec<(SourceId, Table)>> {
    let tenant = tx.tenant();
    let stored: Vec<(SourceId, String, String, String)> = sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::id.eq_any(ids))
        .filter(sources::kind.ne(SourceKind::Product))
        .filter(sources::bytes.le(BYTES))
        .select((sources::id, sources::title, sources::content, sources::content_form))
        .load(tx.conn())
        .await?;
    let (mut tables, mut left) = (Vec::new(), ROWS);
    for id in ids {
        let Some((_, title, content, form)) = stored.iter().find(|(other, ..)| other == id) else { continue };
        let content = Content::stored(form, content.clone())?;
        // What cannot be read is no table, and its source says why.
        let Ok(blocks) = content.form.blocks(&content.text) else { continue };
        let found = figures::tables(&blocks, title, left);
        left = left.saturating_sub(found.iter().map(|table| table.rows.len()).sum());
        tables.extend(found.into_iter().map(|table| (*id, table)));
    }
    Ok(tables)
}
