//! Answers when many tenants have knowledge: a million passages over a
//! thousand tenants. One tenant learns through the product; the others get
//! copies of its rows, since embedding a million passages would take hours.
//! Texts, vectors and words are real ones, and a question looks at the rows of
//! its own tenant alone.

use crate::{
    business::Business,
    client::{Caller, Outcome},
    corpus::Corpus,
    knowledge::teach_sections,
    load::{Trips, pace},
    options::Scale,
    places::Places,
    process::Server,
    report::{Report, Target},
    say,
};
use anyhow::{Context, Result};
use api::answers::TryQuestion;
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Tenants that are made at once.
const TOGETHER: usize = 12;

/// Copies what the first tenant knows to one other. Checks of foreign keys are
/// off meanwhile: the rows were checked where they come from.
const COPY: &str = "
    INSERT INTO sources (tenant_id, id, kind, title, url, content, fingerprint, status, bytes, passage_count)
        SELECT $2, id, kind, title, url, '', fingerprint, status, bytes, passage_count
        FROM sources WHERE tenant_id = $1;
    INSERT INTO passages SELECT $2, id, source_id, position, heading, content, terms
        FROM passages WHERE tenant_id = $1;
    INSERT INTO passage_index SELECT $2, passage_id, signs, words, model
        FROM passage_index WHERE tenant_id = $1;
    INSERT INTO passage_vectors SELECT $2, passage_id, sentences, embedding
        FROM passage_vectors WHERE tenant_id = $1;
    INSERT INTO term_statistics SELECT $2, term, documents FROM term_statistics WHERE tenant_id = $1;
";

/// Makes the tenants, fills them, and asks all of them.
///
/// # Errors
/// When the server or the database refuses what prepares it.
pub async fn measure(places: &Places, scale: &Scale, corpus: &Corpus, report: &mut Report) -> Result<()> {
    let (tenants, passages) = scale.crowd;
    say::heading(format!("Making {tenants} tenants with {passages} passages each"));
    // Registrations are limited by address, and everything here comes from one.
    let server = Server::start_with(places, &["--behind-proxy"]).await?;
    let prepared = prepare(&server, places, tenants, passages, corpus).await;
    if prepared.is_err() {
        say::line(server.log_tail());
    }
    server.stop()?;
    let owners = prepared?;
    // A fresh process, and a database whose memory holds nothing of it yet.
    let server = Server::start_with(places, &["--behind-proxy"]).await?;
    let done = ask(&owners, scale, passages, corpus, report).await;
    if done.is_err() {
        say::line(server.log_tail());
    }
    server.stop()?;
    done
}

async fn prepare(
    server: &Server,
    places: &Places,
    tenants: usize,
    passages: usize,
    corpus: &Corpus,
) -> Result<Arc<[Caller]>> {
    let proxy = Caller::browser(&server.url)?;
    let making = stream::iter(0..tenants).map(|place| {
        let address = format!("10.{}.{}.{}", place >> 16 & 255, place >> 8 & 255, place & 255);
        let owner = proxy.browser_beside().at(address);
        async move { Business::register_as(owner, &format!("Crowd {place}")).await }
    });
    let made: Vec<Business> = making.buffered(TOGETHER).try_collect().await?;
    let first = made.first().context("there is no tenant")?;
    teach_sections(first, &corpus.sections(passages)).await?;
    copy(places, &first.slug).await?;
    Ok(made.into_iter().map(|business| business.owner).collect())
}

async fn copy(places: &Places, from: &str) -> Result<()> {
    say::heading("Copying the knowledge");
    let socket = places.data.join("data/postgres/socket");
    let url = format!("host='{}' user=omnichat_owner dbname=omnichat", socket.display());
    let (database, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    database.batch_execute("SET session_replication_role = replica; SET synchronous_commit = off").await?;
    let others = "SELECT (SELECT id::text FROM tenants WHERE slug = $1) AS first, id::text AS other
        FROM tenants WHERE slug <> $1 AND slug LIKE 'crowd-%'";
    for row in database.query(others, &[&from]).await? {
        let (first, other): (&str, &str) = (row.get("first"), row.get("other"));
        let literal = |id: &str| format!("'{id}'::uuid");
        database.batch_execute(&COPY.replace("$1", &literal(first)).replace("$2", &literal(other))).await?;
    }
    database.batch_execute("VACUUM (ANALYZE) passages, passage_index, passage_vectors, term_statistics").await?;
    drop(database);
    connection.await??;
    Ok(())
}

/// Each question goes to another tenant, at a steady rate.
async fn ask(
    owners: &Arc<[Caller]>,
    scale: &Scale,
    passages: usize,
    corpus: &Corpus,
    report: &mut Report,
) -> Result<()> {
    let questions: Arc<[String]> = corpus.answerable().map(|asked| asked.question.clone()).collect();
    let warm_up = (scale.warm_up * scale.question_rate) as usize;
    let count = warm_up + scale.questions;
    let (trips, failed) = (Arc::new(Trips::new(count)), Arc::new(AtomicUsize::new(0)));
    {
        let (trips, failed, owners) = (trips.clone(), failed.clone(), owners.clone());
        pace(count, scale.question_rate, move |place, due| {
            trips.due(place, due);
            let (trips, failed, owners, questions) = (trips.clone(), failed.clone(), owners.clone(), questions.clone());
            tokio::spawn(async move {
                // Spreads the tenants.
                let random = ((place as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize;
                let asked = owners.get(random % owners.len().max(1)).zip(questions.get(place % questions.len().max(1)));
                let Some((owner, question)) = asked else { return };
                match owner.try_call(&TryQuestion { question: question.clone() }).await {
                    Outcome::Answered => trips.done(place, Instant::now()),
                    Outcome::Refused | Outcome::Failed => drop(failed.fetch_add(1, Ordering::Relaxed)),
                }
            });
        })
        .await?;
    }
    trips.wait(Duration::from_secs(30)).await;
    let (times, missing) = trips.times(warm_up);
    let sample = format!(
        "{} questions at {}/s over HTTP, each to another of {} tenants with {passages} passages; rows copied from one tenant; {missing} missing, {} failed",
        times.count(),
        scale.question_rate,
        owners.len(),
        failed.load(Ordering::Relaxed)
    );
    let total = owners.len() * passages;
    let name = |what: &str| format!("answer without LLM, {total} passages of {} tenants, {what}", owners.len());
    report.add(name("p50"), times.milliseconds(0.5), "ms", Target::None, &sample);
    report.add(name("p99"), times.milliseconds(0.99), "ms", Target::AtMost(150.0), &sample);
    Ok(())
}
