//! Makes a source searchable: cuts it, embeds it, and replaces its passages at once.

use super::{
    Content, reader, record,
    rows::{self, SourceRow, sources},
    set_status,
};
use crate::{
    Omnichat, Result,
    database::{Keep as _, TenantTx},
    platform, products,
};
use ai::{bm25::Tongue, chunk::Chunk, embed::Embedder, passage};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _, sql_types};
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;
use types::{
    PassageId, SourceId, TenantId, Timestamp,
    knowledge::{SourceKind, SourceStatus},
};

/// Passages that are embedded before their vectors are made small.
const AT_ONCE: usize = 64;

/// Passages by which the language of a text is told.
const BEGINNING: usize = 40;

/// Percent of a text after which dashboards are told how far it has come.
const PROGRESS_STEP: usize = 5;

/// The term that stands for a passage itself in `term_statistics`.
const EVERY_PASSAGE: i32 = 0;

/// A passage as it is written.
struct Ready {
    chunk: Chunk,
    indexed: passage::Indexed,
}

/// What is stored with a passage: by which model its vectors are, and how it was made. A passage of another form is
/// made again.
pub(crate) fn form(product: &Omnichat) -> String {
    form_of(product.embedder(), passage::FORM)
}

/// The forms of passages that a question with a vector of this model is compared with.
pub(super) fn readable(embedder: &Embedder) -> Vec<String> {
    passage::READABLE.map(|form| form_of(embedder, form)).collect()
}

fn form_of(embedder: &Embedder, form: u32) -> String {
    format!("{} {form}", embedder.model_name())
}

/// Job: cuts and embeds a source, then puts its passages in the place of the old ones.
pub(crate) async fn index(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    let Some((kind, title, content)) = begin(product, tenant, id).await? else {
        // Deleted meanwhile.
        return Ok(());
    };
    if kind == SourceKind::Product {
        products::embed(product, tenant, id).await?;
    }
    match reader::cut(product, tenant, content).await? {
        Ok(chunks) if chunks.is_empty() => {
            let why = "There is no text in it that could be an answer. Add some sentences.";
            fail(product, tenant, id, why).await
        }
        Ok(chunks) => match embed(product, (tenant, id), &title, chunks).await? {
            Some(ready) => store(product, tenant, id, ready).await,
            None => Ok(()),
        },
        Err(error) => fail(product, tenant, id, &error.to_string()).await,
    }
}

/// Called when the job has failed for good.
pub(crate) async fn index_failed(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    fail(product, tenant, id, "It could not be read because of a fault on our side. Please try again.").await
}

/// Marks the source as being worked on; gives its kind, title and text.
async fn begin(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<Option<(SourceKind, String, Content)>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let found: Option<(SourceKind, String, String, String, i32)> = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::id.eq(id))
                .select((
                    sources::kind,
                    sources::title,
                    sources::content,
                    sources::content_form,
                    sources::passage_count,
                ))
                .first(tx.conn())
                .await
                .optional()?;
            let Some((kind, title, content, form, passages)) = found else { return Ok(None) };
            let source = set_status(tx, id, SourceStatus::Processing, None, passages).await?;
            record(tx, &source, None);
            Ok(Some((kind, title, Content::stored(&form, content)?)))
        })
        .await
}

/// Embeds the passages; none when the source is deleted meanwhile.
async fn embed(
    product: &Omnichat,
    (tenant, id): (TenantId, SourceId),
    title: &str,
    chunks: Vec<Chunk>,
) -> Result<Option<Vec<Ready>>> {
    let tongue = tongue_of(&chunks);
    let all = chunks.len();
    let mut told = 0;
    let mut ready = Vec::with_capacity(all);
    let mut chunks = chunks.into_iter();
    loop {
        let group: Vec<Chunk> = chunks.by_ref().take(AT_ONCE).collect();
        if group.is_empty() {
            return Ok(Some(ready));
        }
        let prepared: Vec<_> =
            group.iter().map(|chunk| passage::prepare(title, &chunk.heading, &chunk.content, tongue)).collect();
        let texts = prepared.iter().map(|prepared| prepared.text.clone()).collect();
        let vectors = product.embedder().embed_windows(texts).await?;
        let indexed = prepared.into_iter().zip(vectors).map(|(prepared, vectors)| prepared.index(vectors));
        ready.extend(group.into_iter().zip(indexed).map(|(chunk, indexed)| Ready { chunk, indexed }));
        let done = ready.len() * 100 / all.max(1);
        if done >= told + PROGRESS_STEP && done < 100 {
            told = done;
            if !tell(product, tenant, id, Some(i32::try_from(done).unwrap_or(99))).await? {
                return Ok(None);
            }
        }
    }
}

/// The language of a text, by its beginning.
fn tongue_of(chunks: &[Chunk]) -> Tongue {
    let beginning: Vec<&str> = chunks.iter().take(BEGINNING).map(|chunk| chunk.content.as_str()).collect();
    Tongue::of(&beginning.join("\n\n"), Tongue::English)
}

/// Tells dashboards how a source stands now; `percent` is how much of it has been read. Says whether it is there.
async fn tell(product: &Omnichat, tenant: TenantId, id: SourceId, percent: Option<i32>) -> Result<bool> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(row) = rows::lock(tx, id).await.optional()? else { return Ok(false) };
            let tenant = tx.tenant();
            let percent = percent.unwrap_or(row.progress);
            let row: SourceRow =
                diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
                    .set((sources::progress.eq(percent), sources::updated_at.eq(Timestamp::now())))
                    .returning(SourceRow::as_returning())
                    .get_result(tx.conn())
                    .await?;
            let source = rows::complete(tx, row).await?;
            record(tx, &source, None);
            Ok(true)
        })
        .await
}

async fn store(product: &Omnichat, tenant: TenantId, id: SourceId, ready: Vec<Ready>) -> Result<()> {
    let form = form(product);
    let site = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            if rows::lock(tx, id).await.optional()?.is_none() {
                return Ok(None);
            }
            forget(tx, id).await?;
            let count = i32::try_from(ready.len()).unwrap_or(i32::MAX);
            let most = platform::limits_in(tx).await?.passages();
            if passages_held(tx).await?.saturating_add(count) > i32::try_from(most).unwrap_or(i32::MAX) {
                let why = format!("All sources together make more than {most} passages. Delete some first.");
                let source = set_status(tx, id, SourceStatus::Failed, Some(why), 0).await?;
                record(tx, &source, None);
                return Ok(None);
            }
            let mut holding = BTreeMap::from([(EVERY_PASSAGE, count)]);
            for (position, passage) in (0..).zip(&ready) {
                for term in insert(tx, id, position, passage, &form).await? {
                    *holding.entry(term).or_default() += 1;
                }
            }
            count_terms(tx, holding).await?;
            let source = set_status(tx, id, SourceStatus::Ready, None, count).await?;
            record(tx, &source, None);
            Ok(source.parent_id)
        })
        .await?;
    // Not in the same transaction: who deletes or reads a site locks it before its pages.
    match site {
        Some(site) => tell(product, tenant, site, None).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Writes a passage with all that the search needs of it; gives its terms and the mark of its language.
async fn insert(tx: &mut TenantTx, source: SourceId, position: i32, ready: &Ready, form: &str) -> Result<Vec<i32>> {
    let Ready { chunk, indexed } = ready;
    let mut terms = vec![indexed.tongue.mark()];
    terms.extend(indexed.words.entries.iter().filter_map(|(term, _)| i32::try_from(*term).ok()));
    let mut all_terms = vec![EVERY_PASSAGE];
    all_terms.extend(&terms);
    let tenant = tx.tenant();
    diesel::sql_query(
        "WITH passage AS (
            INSERT INTO passages (tenant_id, id, source_id, position, heading, content, terms)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
        ), index AS (
            INSERT INTO passage_index (tenant_id, passage_id, signs, words, model)
            VALUES ($1, $2, binary_quantize($8::real[]::halfvec)::bit(384), $9::text::sparsevec, $10)
        )
        INSERT INTO passage_vectors (tenant_id, passage_id, embedding, sentences)
        VALUES ($1, $2, $8::real[]::halfvec, $11)",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Uuid, _>(PassageId::new())
    .bind::<sql_types::Uuid, _>(source)
    .bind::<sql_types::Integer, _>(position)
    .bind::<sql_types::Text, _>(&chunk.heading)
    .bind::<sql_types::Text, _>(&chunk.content)
    .bind::<sql_types::Array<sql_types::Integer>, _>(all_terms)
    .bind::<sql_types::Array<sql_types::Float>, _>(&indexed.vector)
    .bind::<sql_types::Text, _>(sparse(&indexed.words))
    .bind::<sql_types::Text, _>(form)
    .bind::<sql_types::Binary, _>(indexed.sentences.to_bytes())
    .kept()
    .execute(tx.conn())
    .await?;
    Ok(terms)
}

/// A sparse vector as pgvector reads it.
pub(super) fn sparse(vector: &ai::bm25::SparseVector) -> String {
    let entries: Vec<String> = vector.entries.iter().map(|(term, weight)| format!("{term}:{weight}")).collect();
    format!("{{{}}}/{}", entries.join(","), ai::bm25::DIMENSIONS)
}

/// Adds to the tenant's counts, in the order of terms.
async fn count_terms(tx: &mut TenantTx, holding: BTreeMap<i32, i32>) -> Result<()> {
    let tenant = tx.tenant();
    let (terms, counts): (Vec<i32>, Vec<i32>) = holding.into_iter().unzip();
    diesel::sql_query(
        "INSERT INTO term_statistics AS held (tenant_id, term, documents)
         SELECT $1, term, documents FROM unnest($2::int[], $3::int[]) AS new (term, documents)
         ON CONFLICT (tenant_id, term) DO UPDATE SET documents = held.documents + excluded.documents",
    )
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Array<sql_types::Integer>, _>(terms)
    .bind::<sql_types::Array<sql_types::Integer>, _>(counts)
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Held {
    #[diesel(sql_type = sql_types::Integer)]
    documents: i32,
}

async fn passages_held(tx: &mut TenantTx) -> Result<i32> {
    let tenant = tx.tenant();
    let held: Option<Held> =
        diesel::sql_query("SELECT documents FROM term_statistics WHERE tenant_id = $1 AND term = $2")
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Integer, _>(EVERY_PASSAGE)
            .get_result(tx.conn())
            .await
            .optional()?;
    Ok(held.map_or(0, |held| held.documents))
}

/// Removes the passages of a source and takes their terms off the counts.
/// From here to the end of the transaction nobody else changes the counts of the tenant.
pub(super) async fn forget(tx: &mut TenantTx, source: SourceId) -> Result<()> {
    let tenant = tx.tenant();
    super::knowledge_changed(tx).await?;
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 1))")
        .bind::<sql_types::Uuid, _>(tenant)
        .execute(tx.conn())
        .await?;
    for statement in [
        "UPDATE term_statistics AS held SET documents = held.documents - gone.documents
         FROM (
            SELECT term, count(*)::int AS documents
            FROM passages, unnest(terms) AS term
            WHERE tenant_id = $1 AND source_id = $2
            GROUP BY term
         ) AS gone
         WHERE held.tenant_id = $1 AND held.term = gone.term",
        "DELETE FROM term_statistics WHERE tenant_id = $1 AND documents <= 0 AND $2 IS NOT NULL",
        "DELETE FROM passages WHERE tenant_id = $1 AND source_id = $2",
    ] {
        diesel::sql_query(statement)
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Uuid, _>(source)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

pub(super) async fn fail(product: &Omnichat, tenant: TenantId, id: SourceId, why: &str) -> Result<()> {
    let why = why.to_owned();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            if rows::lock(tx, id).await.optional()?.is_none() {
                return Ok(());
            }
            forget(tx, id).await?;
            let source = set_status(tx, id, SourceStatus::Failed, Some(why), 0).await?;
            record(tx, &source, None);
            Ok(())
        })
        .await
}
