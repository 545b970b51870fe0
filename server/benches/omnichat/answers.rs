//! Answers without an LLM: from a visitor's send call to the answer on the
//! widget's socket, and as a program asks with a key.

use crate::{
    business::{self, Business},
    client::Caller,
    corpus::Corpus,
    knowledge::teach_sections,
    load::{Times, Trips, pace},
    machine::resident_memory,
    options::Scale,
    process::Server,
    report::{Report, Target},
    say,
    socket::Socket,
};
use anyhow::{Context, Result};
use api::answers::Ask;
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use types::{
    ClientId,
    inbox::{Message, SenderType},
    realtime::{Event, ServerFrame},
};

/// Teaches a business and asks it.
///
/// # Errors
/// When the server refuses what prepares it.
pub async fn measure(
    server: &Server,
    business: &Business,
    scale: &Scale,
    passages: usize,
    corpus: &Corpus,
    report: &mut Report,
) -> Result<()> {
    say::heading(format!("Answers at {passages} passages"));
    let questions: Vec<String> = corpus.answerable().map(|asked| asked.question.clone()).collect();
    // Somebody asks all the while: reading a book must not be felt.
    let is_done = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(meanwhile(
        business.owner.program(business.key.as_deref().context("the business has no key")?),
        questions.clone(),
        is_done.clone(),
    ));
    let learned = teach_sections(business, &corpus.sections(passages)).await;
    is_done.store(true, Ordering::Relaxed);
    let (learned, times) = (learned?, Times::new(asking.await??));
    let known = learned.passages;
    let rate = known as f64 / learned.took.as_secs_f64();
    let sample = format!(
        "{} sources of some 100 tokens a passage, {:.0} s from sending the first, asked all the while",
        learned.sources.len(),
        learned.took.as_secs_f64()
    );
    let target = if known >= 10_000 { Target::AtLeast(scale.asked.learned) } else { Target::None };
    report.add(format!("passages indexed, {known} in all"), rate, "/s", target, sample);
    let sample = format!("{} calls with an API key, four a second", times.count());
    let name = |what: &str| format!("answers/ask while {known} passages are indexed, {what}");
    report.add(name("p50"), times.milliseconds(0.5), "ms", Target::None, &sample);
    report.add(name("p99"), times.milliseconds(0.99), "ms", Target::AtMost(100.0), &sample);
    let memory = resident_memory(server.process()) as f64 / (1024.0 * 1024.0);
    let name = format!("memory of the server after indexing {known} passages");
    report.add(name, memory, "MiB", Target::None, "PostgreSQL not counted");

    visitors(business, scale, known, questions.clone().into(), report).await?;
    programs(business, scale, known, &questions, report).await
}

/// Asks four questions a second until it is done.
async fn meanwhile(program: Caller, questions: Vec<String>, is_done: Arc<AtomicBool>) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for question in questions.iter().cycle() {
        if is_done.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        program.call(&Ask { question: question.clone() }).await?;
        times.push(began.elapsed());
        tokio::time::sleep(Duration::from_millis(250).saturating_sub(began.elapsed())).await;
    }
    Ok(times)
}

/// Visitors ask at a steady rate, each in a conversation of their own.
async fn visitors(
    business: &Business,
    scale: &Scale,
    known: usize,
    questions: Arc<[String]>,
    report: &mut Report,
) -> Result<()> {
    let warm_up = (scale.warm_up * scale.question_rate) as usize;
    let count = warm_up + scale.questions;
    let (arrivals, cited) = (Arc::new(Trips::new(count)), Arc::new(AtomicUsize::new(0)));
    let visitors: Arc<[_]> = business.visitors(count).await?.into();
    let opening = stream::iter(visitors.iter().enumerate()).map(|(place, visitor)| {
        let (arrivals, cited) = (arrivals.clone(), cited.clone());
        Socket::widget(visitor, move |frame, at| {
            if let Some(message) = answer(&frame) {
                arrivals.done(place, at);
                if place >= warm_up && !message.citations.is_empty() {
                    cited.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
    });
    let widgets: Vec<Socket> = opening.buffer_unordered(32).try_collect().await?;
    {
        let (arrivals, visitors) = (arrivals.clone(), visitors.clone());
        pace(count, scale.question_rate, move |place, due| {
            arrivals.due(place, due);
            let (visitors, questions) = (visitors.clone(), questions.clone());
            tokio::spawn(async move {
                let question = questions.get(place % questions.len().max(1));
                if let (Some(visitor), Some(question)) = (visitors.get(place), question)
                    && let Err(error) = business::send(visitor, ClientId::random(), question.clone()).await
                {
                    say::line(format!("  {error:#}"));
                }
            });
        })
        .await?;
    }
    arrivals.wait(Duration::from_secs(30)).await;
    let (times, missing) = arrivals.times(warm_up);
    drop(widgets);
    let mut sample = format!(
        "{} first questions of visitors at {}/s; {} answered with citations, the others handed off",
        times.count(),
        scale.question_rate,
        cited.load(Ordering::Relaxed)
    );
    if missing > 0 {
        sample += &format!("; {missing} without an answer");
    }
    let name = |what: &str| format!("answer without LLM on the widget's socket, {known} passages, {what}");
    report.add(name("p50"), times.milliseconds(0.5), "ms", Target::AtMost(scale.asked.answer.0), &sample);
    report.add(name("p99"), times.milliseconds(0.99), "ms", Target::AtMost(scale.asked.answer.1), &sample);
    Ok(())
}

/// A program asks one question after the other.
async fn programs(
    business: &Business,
    scale: &Scale,
    known: usize,
    questions: &[String],
    report: &mut Report,
) -> Result<()> {
    let program = business.owner.program(business.key.as_deref().context("the business has no key")?);
    let mut times = Vec::with_capacity(scale.asks);
    for (number, question) in questions.iter().rev().cycle().take(scale.asks + 10).enumerate() {
        let began = Instant::now();
        program.call(&Ask { question: question.clone() }).await?;
        // The first ones fill caches of the connection and of the database.
        if number >= 10 {
            times.push(began.elapsed());
        }
    }
    let times = Times::new(times);
    let sample = format!("{} calls with an API key, one after the other", times.count());
    let name = |what: &str| format!("answers/ask, {known} passages, {what}");
    report.add(name("p50"), times.milliseconds(0.5), "ms", Target::None, &sample);
    report.add(name("p99"), times.milliseconds(0.99), "ms", Target::None, &sample);
    Ok(())
}

fn answer(frame: &ServerFrame) -> Option<&Message> {
    match frame {
        ServerFrame::Event { event: Event::MessageCreated { message, .. }, .. } => {
            Some(&**message).filter(|message| message.sender_type == SenderType::Ai)
        }
        _ => None,
    }
}
