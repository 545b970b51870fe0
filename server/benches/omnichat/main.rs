//! Measures the release server from outside, as its users meet it: over HTTP
//! and WebSockets, with its private PostgreSQL, on this machine.
//!
//! ```text
//! cargo bench -p server --bench omnichat -- [--quick] [--data FOLDER] [--only GROUP,GROUP]
//! ```
//!
//! All figures of a table come from one run. Nothing here asserts on time: a
//! figure stands beside its target, and says whether it meets it.

mod answers;
mod bare;
mod business;
mod client;
mod corpus;
mod crowd;
mod curve;
mod embeddings;
mod hostile;
mod knowledge;
mod load;
mod machine;
mod messages;
mod options;
mod places;
mod process;
mod report;
mod retrieval;
mod say;
mod sizes;
mod socket;
mod sockets;
mod tenants;

use anyhow::Result;
use business::Business;
use corpus::Corpus;
use options::{Group, Options};
use places::Places;
use process::Server;
use report::Report;
use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::line(format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<()> {
    let options = Options::parse()?;
    if let Some(task) = &options.bare {
        return bare::serve(task);
    }
    machine::raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let places = Places::find(options.is_english)?;
    let outcome = runtime.block_on(measure(&options, &places));
    places.remove();
    let report = outcome?;
    report.write(&places.results)?;
    say::line(format!("\n{}\nWritten to {}", report.table(), places.results.display()));
    Ok(())
}

async fn measure(options: &Options, places: &Places) -> Result<Report> {
    let corpus = options.data.as_deref().map_or_else(|| Ok(Corpus::generated()), Corpus::read)?;
    let mut report = Report::new(options.is_quick, &corpus, &places.checkout);
    if options.wants(Group::Embeddings) {
        embeddings::measure(places, options, &corpus, &mut report).await?;
    }
    if options.needs_server() {
        with_server(options, places, &corpus, &mut report).await?;
    }
    if options.wants(Group::Crowd) {
        crowd::measure(places, &options.scale, &corpus, &mut report).await?;
    }
    if options.wants(Group::Tenants) {
        tenants::measure(places, &options.scale, &mut report).await?;
    }
    if options.wants(Group::Hostile) {
        hostile::measure(places, &options.scale, &corpus, &mut report).await?;
    }
    Ok(report)
}

async fn with_server(options: &Options, places: &Places, corpus: &Corpus, report: &mut Report) -> Result<()> {
    say::heading("Making businesses");
    let mut server = Server::start(places).await?;
    let chat = Business::register(&server, "Chat").await?;
    chat.switch_ai(false).await?;
    let mut small = Business::register(&server, "Small knowledge").await?;
    let mut large = Business::register(&server, "Large knowledge").await?;
    let archive = Business::register(&server, "Archive").await?;
    server.stop()?;
    for business in [&mut small, &mut large] {
        business.key = Some(places.api_key(&business.slug)?);
    }
    // A fresh process: what it takes when nobody has used it yet.
    server = Server::start(places).await?;
    let done = groups(options, places, &server, &[chat, small, large, archive], corpus, report).await;
    if done.is_err() {
        say::line(server.log_tail());
    }
    server.stop()?;
    done
}

async fn groups(
    options: &Options,
    places: &Places,
    server: &Server,
    businesses: &[Business; 4],
    corpus: &Corpus,
    report: &mut Report,
) -> Result<()> {
    let [chat, small, large, archive] = businesses;
    let scale = &options.scale;
    if options.wants(Group::Sockets) {
        sockets::measure(server, chat, scale, report).await?;
    }
    if options.wants(Group::Messages) {
        for (conversations, seconds) in scale.conversations {
            messages::measure(server, chat, scale, conversations, seconds, report).await?;
        }
    }
    if options.wants(Group::Sizes) {
        sizes::measure(server, chat, &site(options), report).await?;
    }
    if options.wants(Group::Retrieval) {
        retrieval::measure(archive, scale, corpus, &places.results, report).await?;
    }
    if options.wants(Group::Answers) {
        for (business, passages) in [small, large].into_iter().zip(scale.knowledge) {
            answers::measure(server, business, scale, passages, corpus, report).await?;
        }
    }
    Ok(())
}

fn site(options: &Options) -> std::path::PathBuf {
    options.site.clone().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/site"))
}
