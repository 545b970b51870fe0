//! Answers that are calculated: from the products of the tenant first, then from the tables of the sources that
//! were found.

use super::compose::Composed;
use crate::{
    Omnichat, Result,
    database::TenantTx,
    knowledge::{self, Found},
    products,
};
use ai::figures::{self, Table};
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use types::{PassageId, SourceId, TenantId, answers::Citation};

/// Sources whose tables are read.
const SOURCES: usize = 3;
/// Rows that are cited; an answer may name more.
const CITED: usize = 4;

/// How sure an answer is that is calculated from products: it is right when the question was understood.
const OF_PRODUCTS: f32 = 0.95;
/// The same of a table in a source, which may be one of several.
const OF_TABLES: f32 = 0.9;

#[derive(diesel::QueryableByName)]
struct First {
    #[diesel(sql_type = sql_types::Uuid)]
    source_id: SourceId,
    #[diesel(sql_type = sql_types::Uuid)]
    passage_id: PassageId,
    #[diesel(sql_type = sql_types::Text)]
    title: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    url: Option<String>,
}

/// A row that an answer names.
struct Named {
    source: SourceId,
    quote: String,
}

/// The calculated answer to a question, when it asks for something that can be calculated. `language` is the one in
/// which the visitor reads.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn calculated(
    product: &Omnichat,
    tenant: TenantId,
    question: &str,
    language: Option<&str>,
    found: &Found,
) -> Result<Option<Composed>> {
    if !figures::asks(question, language) {
        return Ok(None);
    }
    let ids = best_sources(found);
    let (question, language) = (question.to_owned(), language.map(str::to_owned));
    let (mut tables, mut sources) = (Vec::new(), Vec::new());
    let (sold, read) = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let sold = products::table(tx).await?;
            Ok((sold, knowledge::tables(tx, &ids).await?))
        })
        .await?;
    tables.push(sold.0);
    sources.push(sold.1);
    for (source, table) in read {
        sources.push(vec![source; table.rows.len()]);
        tables.push(table);
    }
    // A tenant may have thousands of products.
    let work = move || {
        let answer = figures::answer(&question, language.as_deref(), &tables)?;
        let named = named(&answer.rows, tables.get(answer.table)?, sources.get(answer.table)?);
        Some((answer, named))
    };
    let calculated =
        tokio::task::spawn_blocking(work).await.map_err(|error| crate::Error::Internal(error.to_string()))?;
    let Some((answer, named)) = calculated else { return Ok(None) };
    let citations = cite(product, tenant, found, named).await?;
    let marks: String = citations.iter().map(|citation| format!("[{}]", citation.number)).collect();
    let confidence = if answer.table == 0 { OF_PRODUCTS } else { OF_TABLES };
    let text = format!("{} {marks}", answer.text).trim_end().to_owned();
    Ok(Some(Composed { text, citations, confidence, ..Composed::nothing() }))
}

/// The sources of the best passages, best first.
fn best_sources(found: &Found) -> Vec<SourceId> {
    let mut best: Vec<SourceId> = Vec::new();
    for hit in found.ranked.iter().filter_map(|ranked| found.hits.get(ranked.candidate)) {
        if !best.contains(&hit.source_id) {
            best.push(hit.source_id);
        }
        if best.len() == SOURCES {
            break;
        }
    }
    best
}

/// The rows that are cited, those of one source together.
fn named(rows: &[usize], table: &Table, sources: &[SourceId]) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for place in rows.iter().take(CITED) {
        let (Some(row), Some(source)) = (table.rows.get(*place), sources.get(*place)) else { continue };
        match all.iter_mut().find(|named| named.source == *source) {
            Some(named) => named.quote = format!("{}\n{}", named.quote, row.quote),
            None => all.push(Named { source: *source, quote: row.quote.clone() }),
        }
    }
    all
}

/// Citations of rows: the passage that holds the row where it was found, otherwise the first of its source.
async fn cite(product: &Omnichat, tenant: TenantId, found: &Found, named: Vec<Named>) -> Result<Vec<Citation>> {
    let ids: Vec<SourceId> = named.iter().map(|named| named.source).collect();
    let firsts: Vec<First> = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            Ok(diesel::sql_query(
                "SELECT DISTINCT ON (passages.source_id) passages.source_id, passages.id AS passage_id,
                    sources.title, sources.url
                 FROM passages JOIN sources ON sources.tenant_id = passages.tenant_id AND sources.id = passages.source_id
                 WHERE passages.tenant_id = $1 AND passages.source_id = ANY($2)
                 ORDER BY passages.source_id, passages.position",
            )
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Array<sql_types::Uuid>, _>(ids)
            .load(tx.conn())
            .await?)
        })
        .await?;
    let mut citations = Vec::new();
    for named in named {
        // What is not learned yet has no passage to show.
        let Some(first) = firsts.iter().find(|first| first.source_id == named.source) else { continue };
        let row = named.quote.lines().next().unwrap_or_default();
        let holds =
            |place: &usize| found.candidates.get(*place).is_some_and(|candidate| candidate.content.contains(row));
        let of_source = found.hits.iter().enumerate().filter(|(_, hit)| hit.source_id == named.source);
        let hit = of_source.map(|(place, _)| place).find(holds).and_then(|place| found.hits.get(place));
        citations.push(Citation {
            number: u8::try_from(citations.len() + 1).unwrap_or(u8::MAX),
            source_id: named.source,
            passage_id: hit.map_or(first.passage_id, |hit| hit.passage_id),
            title: first.title.clone(),
            url: first.url.clone(),
            quote: named.quote,
        });
    }
    Ok(citations)
}
