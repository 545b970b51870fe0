//! Finds the passages that are about a question.

use super::{
    index::{readable, sparse},
    version,
};
use crate::{
    Error, Omnichat, Result,
    database::{Keep as _, TenantTx},
};
use ai::{
    bm25::{Statistics, Tongue, every_term},
    embed::{Embedder, Tokens},
    extract::{self, Extracted, Met},
    passage::Sentences,
    retrieve::{self, CANDIDATES, Candidate, Question, Ranked},
    weights::Weights,
};
use diesel::sql_types;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::{TryFutureExt as _, future::join_all, join, try_join};
use types::{PassageId, SourceId, TenantId, answers::RetrievedPassage, limits};

/// Passages whose vector is compared with the question's, after a look at its signs alone.
const NEAR: usize = 200;

/// A tenant with fewer passages has little.
const SMALL: u32 = 2_000;

/// What was found for a question.
#[derive(Debug)]
pub struct Found {
    /// The number of what the tenant's AI knew then.
    pub version: i64,
    /// The question as the search sees it, with the vector of the model in use.
    pub question: Question,
    /// The candidates, in no order, as the ranking sees them.
    pub candidates: Vec<Candidate>,
    /// Where each candidate comes from.
    pub hits: Vec<Hit>,
    /// The candidates' order, best first.
    pub ranked: Vec<Ranked>,
    /// The answer that stands in them, when there is one.
    pub extracted: Option<Extracted>,
}

/// Where a passage comes from.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The passage.
    pub passage_id: PassageId,
    /// Its source.
    pub source_id: SourceId,
    /// The source's title.
    pub title: String,
    /// Where a visitor can read the source.
    pub url: Option<String>,
    /// Headings above the passage.
    pub heading: String,
    /// BM25 of the words.
    pub bm25: f32,
}

impl Found {
    /// The best passages with their scores.
    #[must_use]
    pub fn best(&self, count: usize) -> Vec<RetrievedPassage> {
        let place = |ranked: &Ranked| {
            let (candidate, hit) = (self.candidates.get(ranked.candidate)?, self.hits.get(ranked.candidate)?);
            Some(RetrievedPassage {
                id: hit.passage_id,
                source_id: hit.source_id,
                title: hit.title.clone(),
                heading: hit.heading.clone(),
                content: candidate.content.clone(),
                score: ranked.score,
                similarity: candidate.similarity,
                bm25: hit.bm25,
            })
        };
        self.ranked.iter().take(count).filter_map(place).collect()
    }
}

#[derive(diesel::QueryableByName)]
struct TermRow {
    #[diesel(sql_type = sql_types::Integer)]
    term: i32,
    #[diesel(sql_type = sql_types::Integer)]
    documents: i32,
}

#[derive(diesel::QueryableByName)]
struct HitRow {
    #[diesel(sql_type = sql_types::Uuid)]
    id: PassageId,
    #[diesel(sql_type = sql_types::Uuid)]
    source_id: SourceId,
    #[diesel(sql_type = sql_types::Text)]
    title: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    url: Option<String>,
    #[diesel(sql_type = sql_types::Text)]
    heading: String,
    #[diesel(sql_type = sql_types::Text)]
    content: String,
    #[diesel(sql_type = sql_types::Binary)]
    sentences: Vec<u8>,
    #[diesel(sql_type = sql_types::Double)]
    similarity: f64,
    #[diesel(sql_type = sql_types::Double)]
    product: f64,
}

/// A question with the vectors of one model.
struct Asked {
    embedder: Embedder,
    vector: Vec<f32>,
    /// The words of what in it asks, where comparing them with an answer's can tell something.
    words: Option<Tokens>,
}

/// Searches the passages of a tenant. While a model takes the place of another, passages have the vectors of the one
/// or of the other, and each are compared with the question's of the same.
///
/// # Errors
/// When the question cannot be embedded or the database does not answer.
pub async fn search(product: &Omnichat, tenant: TenantId, question: &str) -> Result<Found> {
    let text: String = retrieve::essence(question).chars().take(limits::QUESTION_CHARS).collect();
    let embedders = product.embedders_of(tenant);
    // Side by side, and no connection is held while the model is waited for. Both to their end: when the model is
    // busy, a transaction that is dropped half way would cost its connection as well.
    let embed_all = join_all(embedders.into_iter().map(|embedder| embed(embedder, &text)));
    let (known, embedded) = join!(known(product, tenant, &text), embed_all);
    let (version, statistics) = known?;
    let mut embedded = embedded.into_iter();
    let mut asked: Vec<Asked> = embedded.next().into_iter().collect::<Result<_>>()?;
    // A model of before helps while it can.
    asked.extend(embedded.filter_map(|one| {
        one.inspect_err(|error| tracing::warn!(%tenant, %error, "a model of before does not answer")).ok()
    }));
    let ask = |asked: &Asked| {
        let weights = Weights::of(asked.embedder.description());
        (readable(&asked.embedder), Question::new(&text, asked.vector.clone(), weights, &statistics))
    };
    let questions: Vec<(Vec<String>, Question)> = asked.iter().map(ask).collect();
    let Some((_, question)) = questions.as_slice().first().cloned() else {
        return Err(Error::Internal("there is no embedding model".to_owned()));
    };
    if statistics.passages == 0 {
        let (candidates, hits, ranked) = (Vec::new(), Vec::new(), Vec::new());
        return Ok(Found { version, question, candidates, hits, ranked, extracted: None });
    }
    let (mut found, best) = product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let (mut candidates, mut hits, mut models) = (Vec::new(), Vec::new(), Vec::new());
            for (model, (forms, question)) in questions.iter().enumerate() {
                for row in first_stage(tx.shared(), tenant, question, forms).await? {
                    let (hit, candidate) = candidate(question, row)?;
                    hits.push(hit);
                    candidates.push(candidate);
                    models.push(model);
                }
            }
            let ranked = retrieve::rank(&question, &candidates);
            let best =
                ranked.as_slice().first().and_then(|first| models.get(first.candidate)).copied().unwrap_or_default();
            let asked = questions.get(best).map_or(&question, |(_, question)| question);
            let extracted = extract::answer(asked, &candidates, &ranked);
            Ok((Found { version, question, candidates, hits, ranked, extracted }, best))
        })
        .await?;
    if let Some(extracted) = found.extracted.as_mut()
        && let Some(Asked { embedder, words: Some(words), .. }) = asked.get(best)
    {
        let answer = embedder.embed_tokens(extracted.best_quote()).await?;
        if let Some(met) = Met::of(words, &answer) {
            extracted.meet(met);
        }
    }
    Ok(found)
}

fn candidate(question: &Question, row: HitRow) -> Result<(Hit, Candidate)> {
    let sentences =
        Sentences::from_bytes(&row.sentences).ok_or_else(|| Error::stored("sentences of a passage", "unknown form"))?;
    #[expect(clippy::cast_possible_truncation, reason = "scores need no more than single precision")]
    let (similarity, product) = (row.similarity as f32, row.product as f32);
    let hit = Hit {
        passage_id: row.id,
        source_id: row.source_id,
        title: row.title,
        url: row.url,
        heading: row.heading,
        bm25: question.bm25(product),
    };
    Ok((hit, Candidate::new(question, row.content, sentences, similarity)))
}

/// The vectors of a question. Most questions are one sentence: then the model is run once for the question and for
/// its words.
async fn embed(embedder: Embedder, text: &str) -> Result<Asked> {
    if !Weights::of(embedder.description()).compares_words() {
        return Ok(Asked { vector: embedder.embed_question(text).await?, words: None, embedder });
    }
    let asking = extract::asking(text);
    let words = embedder.embed_tokens(asking).await?;
    let vector = if asking == text { words.whole.clone() } else { embedder.embed_question(text).await? };
    Ok(Asked { embedder, vector, words: Some(words) })
}

/// The number of what the tenant's AI knows, and what [`statistics`] tells of it. The number first: what is found is
/// never older.
async fn known(product: &Omnichat, tenant: TenantId, question: &str) -> Result<(i64, Statistics)> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let conn = tx.shared();
            try_join!(version::read(conn, tenant), statistics(conn, tenant, question))
        })
        .await
}

/// How many passages of the tenant hold each term of the question, and in which languages they are.
async fn statistics(conn: &AsyncPgConnection, tenant: TenantId, question: &str) -> Result<Statistics> {
    let mut terms: Vec<i32> = every_term(question).iter().filter_map(|term| i32::try_from(term.0).ok()).collect();
    terms.push(0);
    terms.extend(Tongue::ALL.map(Tongue::mark));
    let rows: Vec<TermRow> =
        diesel::sql_query("SELECT term, documents FROM term_statistics WHERE tenant_id = $1 AND term = ANY($2)")
            .bind::<sql_types::Uuid, _>(tenant)
            .bind::<sql_types::Array<sql_types::Integer>, _>(terms)
            .kept()
            .load(&mut &*conn)
            .await?;
    let mut statistics = Statistics::default();
    for row in rows {
        let documents = row.documents.unsigned_abs();
        match (row.term, Tongue::marked(row.term)) {
            (0, _) => statistics.passages = documents,
            (_, Some(tongue)) => drop(statistics.tongues.insert(tongue, documents)),
            (term, None) => drop(statistics.documents.insert(term.unsigned_abs(), documents)),
        }
    }
    Ok(statistics)
}

/// Has the rest of the transaction find rows by an index.
async fn by_index(conn: &AsyncPgConnection) -> Result<usize> {
    Ok(diesel::sql_query("SET LOCAL enable_seqscan = off").kept().execute(&mut &*conn).await?)
}

/// The best passages by cosine and BM25 together.
///
/// Of every passage the words are read, and the signs of the vector: the part of them that differs from the
/// question's is the angle between the two, roughly. The cosine itself is taken of the [`NEAR`] that come out best.
async fn first_stage(
    conn: &AsyncPgConnection,
    tenant: TenantId,
    question: &Question,
    forms: &[String],
) -> Result<Vec<HitRow>> {
    // The scalar subqueries are evaluated once: a cast of a parameter would be made anew for every row of a
    // generic plan. OFFSET 0 keeps the products from being computed again for the order, and has the planner, who
    // may take a large tenant for a small one, look each passage and source up by its key.
    // The limits stand in the text: where they are not known a tenth of all rows is planned for.
    // A kept statement has one plan for all tenants. Where a few share the index and one has nearly all of it, that
    // plan may be to read the whole; tenants with little have a text of their own, and so a plan of their own.
    let is_small = question.passages < SMALL;
    let whose = if is_small { "/* little */ " } else { "" };
    let found = diesel::sql_query(format!(
        "{whose}WITH near AS MATERIALIZED (
            SELECT passage_id, product
            FROM (
                SELECT passage_id,
                    signs <~> (SELECT binary_quantize($2::real[]::halfvec)::bit(384)) AS differing,
                    -(words <#> (SELECT $3::text::sparsevec)) AS product
                FROM passage_index WHERE tenant_id = $1 AND model = ANY($4)
                OFFSET 0
            ) AS scored
            ORDER BY product - differing * (pi() / 384) DESC LIMIT {NEAR}
        ), best AS MATERIALIZED (
            SELECT passage_id, similarity, product
            FROM (
                SELECT near.passage_id, near.product,
                    -(vectors.embedding <#> (SELECT $2::real[]::halfvec)) AS similarity
                FROM near CROSS JOIN LATERAL (
                    SELECT embedding FROM passage_vectors
                    WHERE tenant_id = $1 AND passage_id = near.passage_id OFFSET 0
                ) AS vectors
                OFFSET 0
            ) AS scored
            ORDER BY similarity + product DESC LIMIT {CANDIDATES}
        )
        SELECT found.*, best.similarity, best.product
        FROM best CROSS JOIN LATERAL (
            SELECT passage.*, source.title, source.url, vectors.sentences
            FROM (
                SELECT id, source_id, heading, content FROM passages
                WHERE tenant_id = $1 AND id = best.passage_id OFFSET 0
            ) AS passage
            CROSS JOIN LATERAL (
                SELECT title, url FROM sources WHERE tenant_id = $1 AND id = passage.source_id OFFSET 0
            ) AS source
            CROSS JOIN (
                SELECT sentences FROM passage_vectors WHERE tenant_id = $1 AND passage_id = best.passage_id OFFSET 0
            ) AS vectors
        ) AS found"
    ))
    .bind::<sql_types::Uuid, _>(tenant)
    .bind::<sql_types::Array<sql_types::Float>, _>(&question.vector)
    .bind::<sql_types::Text, _>(sparse(&question.words()))
    .bind::<sql_types::Array<sql_types::Text>, _>(forms)
    .kept()
    .load(&mut &*conn)
    .map_err(Error::from);
    if is_small { Ok(try_join!(by_index(conn), found)?.1) } else { found.await }
}
