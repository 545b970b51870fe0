//! Eight attacks at once, and a tenant whose language model drips: what a
//! well-behaved tenant's people and visitors notice of it.
//!
//! The server runs with the limits that it ships with. Every stranger has an
//! address of its own on this machine (127.0.0.0/8, which Linux answers as a
//! whole), so that the server sees networks as it would from outside.

mod attacks;
mod drip;
mod tenant;
mod wire;

use crate::{
    corpus::Corpus,
    machine::resident_memory,
    options::Scale,
    places::Places,
    process::Server,
    report::{Report, Target},
    say,
};
use anyhow::Result;
use attacks::Attacks;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tenant::{Phase, Tenant};
use tokio_util::sync::CancellationToken;

const MEBIBYTE: f64 = 1024.0 * 1024.0;
/// What the others may be slowed down by, at the 99th of a hundred.
const SLOWER: f64 = 2.0;
/// Memory under attack, and a minute later, in MiB.
const MEMORY: (f64, f64) = (400.0, 200.0);
/// Time to give memory back.
const AFTERWARDS: Duration = Duration::from_secs(60);

/// Measures a tenant in quiet and under attack.
///
/// # Errors
/// When the server refuses what prepares it.
pub async fn measure(places: &Places, scale: &Scale, corpus: &Corpus, report: &mut Report) -> Result<()> {
    say::heading("Hostile load");
    let model = drip::Model::start().await?;
    // A language model on this machine has to be permitted by name.
    let server = Server::start_as_shipped(places, &["--allow-private-hosts", &model.host()]).await?;
    let done = under_attack(&server, &model, scale, corpus, report).await;
    if done.is_err() {
        say::line(server.log_tail());
    }
    server.stop()?;
    done
}

async fn under_attack(
    server: &Server,
    model: &drip::Model,
    scale: &Scale,
    corpus: &Corpus,
    report: &mut Report,
) -> Result<()> {
    let (quiet_seconds, seconds) = scale.hostile;
    let tenant = Tenant::prepare(server, corpus, quiet_seconds + seconds).await?;
    let dripping = drip::Tenant::prepare(server, model).await?;

    say::heading(format!("Quiet, {quiet_seconds} s"));
    let quiet = tenant.work(quiet_seconds).await?;

    say::heading(format!("Eight attacks, {seconds} s"));
    let stop = CancellationToken::new();
    let attacks = Attacks::begin(server, &tenant, &stop).await?;
    let drips = dripping.begin(&stop);
    let peak = watch_memory(server.process(), &stop);
    let loud = tenant.work(seconds).await?;
    stop.cancel();
    let tried = attacks.end().await;
    drips.await?;
    for line in tried {
        say::line(format!("  {line}"));
    }

    let sample = format!(
        "{seconds} s, sign-in guesses, resets, held uploads, slow readers, sockets, made-up cookies, readiness, new conversations, and a model that drips"
    );
    compare("reads", &quiet.reads, &loud.reads, &sample, report);
    compare("sends", &quiet.sends, &loud.sends, &sample, report);
    compare("AI answers", &quiet.answers, &loud.answers, &sample, report);
    let lost = |phase: &Phase| (phase.refused + phase.failed + phase.unanswered) as f64;
    let name = "hostile load: requests of the well-behaved tenant refused, failed or not answered";
    report.add(name, lost(&loud), "", Target::AtMost(0.0), format!("{} in quiet", lost(&quiet)));
    let name = "hostile load: new visitors of the well-behaved tenant turned away";
    report.add(name, loud.turned_away as f64, "", Target::AtMost(0.0), format!("of {}", loud.newcomers));
    let peak = peak.load(Ordering::Relaxed) as f64 / MEBIBYTE;
    report.add(
        "hostile load: most memory of the server",
        peak,
        "MiB",
        Target::AtMost(MEMORY.0),
        "resident, model included",
    );
    tokio::time::sleep(AFTERWARDS).await;
    let memory = resident_memory(server.process()) as f64 / MEBIBYTE;
    let name = "hostile load: memory of the server a minute later";
    report.add(name, memory, "MiB", Target::AtMost(MEMORY.1), "the same");
    Ok(())
}

fn compare(what: &str, quiet: &crate::load::Times, loud: &crate::load::Times, sample: &str, report: &mut Report) {
    let (before, under) = (quiet.milliseconds(0.99), loud.milliseconds(0.99));
    for (when, times) in [("in quiet", quiet), ("under hostile load", loud)] {
        let [half, most, longest] = [0.5, 0.95, 1.0].map(|share| times.milliseconds(share));
        say::line(format!("  {what} {when}: p50 {half:.1} ms, p95 {most:.1} ms, longest {longest:.1} ms"));
    }
    report.add(format!("{what} in quiet, p99"), before, "ms", Target::None, format!("{}", quiet.count()));
    report.add(
        format!("{what} under hostile load, p99"),
        under,
        "ms",
        Target::None,
        format!("{}; {sample}", loud.count()),
    );
    let name = format!("{what}: p99 under hostile load as a multiple of the quiet one");
    report.add(name, under / before, "", Target::AtMost(SLOWER), "the two above");
}

/// Looks at the server's memory four times a second.
fn watch_memory(process: u32, stop: &CancellationToken) -> Arc<AtomicU64> {
    let (peak, stop) = (Arc::new(AtomicU64::new(0)), stop.clone());
    let most = peak.clone();
    tokio::spawn(async move {
        while !stop.is_cancelled() {
            most.fetch_max(resident_memory(process), Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
    peak
}
