//! The embedding worker against a bare ONNX Runtime session: the same model
//! file, threads and texts, in turns, in one run.

use crate::{
    bare::{Bare, Task},
    corpus::Corpus,
    load::Times,
    options::Options,
    places::Places,
    report::{Report, Target},
    say,
};
use ai::{
    bm25::Tongue,
    embed::{Embedder, EmbedderSettings},
    passage,
};
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// Threads of one run of the model, as the server does by default.
const THREADS: usize = 1;

/// Embeds passages and questions in turns by the worker and by a bare session.
///
/// # Errors
/// When the model cannot be run.
pub async fn measure(places: &Places, options: &Options, corpus: &Corpus, report: &mut Report) -> Result<()> {
    say::heading("Embeddings");
    let scale = &options.scale;
    let passages: Vec<String> =
        corpus.passages.iter().cycle().take(scale.round_passages).map(|passage| passage.text.clone()).collect();
    let questions: Vec<String> =
        corpus.questions.iter().cycle().take(scale.round_questions).map(|asked| asked.question.clone()).collect();
    let settings =
        EmbedderSettings { onnxruntime: places.onnxruntime.clone(), model_dir: places.model.clone(), threads: THREADS };
    let embedder = tokio::task::spawn_blocking(move || Embedder::start(&settings)).await??;
    let mut bare = Bare::start(
        &places.data,
        &Task {
            onnxruntime: places.onnxruntime.clone(),
            model: places.model.clone(),
            threads: THREADS,
            passages: passages.clone(),
            questions: questions.clone(),
        },
    )?;
    same_vectors(&embedder, &mut bare, &questions).await?;

    // The first round of each warms up and does not count.
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut our_questions, mut their_questions) = (Vec::new(), Vec::new());
    for round in 0..=scale.rounds {
        // In turns also within the pair: whoever comes second finds a warmer machine.
        let mut pair = [Duration::ZERO; 2];
        for turn in [round % 2, 1 - round % 2] {
            let (took, asked) = if turn == 0 {
                let began = Instant::now();
                embedder.embed_passages(passages.clone()).await?;
                (began.elapsed(), ask(&embedder, &questions).await?)
            } else {
                (bare.passages()?, bare.questions()?)
            };
            if let Some(place) = pair.get_mut(turn) {
                *place = took;
            }
            if round > 0 {
                let (times, all) =
                    if turn == 0 { (&mut ours, &mut our_questions) } else { (&mut theirs, &mut their_questions) };
                times.push(took);
                all.extend(asked);
            }
        }
        let [our, their] = pair;
        if round > 0 {
            ratios.push(their.as_secs_f64() / our.as_secs_f64());
        }
    }
    let began = Instant::now();
    let prepared = corpus.passages.iter().cycle().take(scale.round_passages);
    let prepared = prepared.map(|text| passage::prepare(&text.title, "", &text.text, Tongue::English).text).collect();
    embedder.embed_windows(prepared).await?;
    let windows = began.elapsed();

    let rate = |times: Vec<Duration>| passages.len() as f64 / median(times.iter().map(Duration::as_secs_f64).collect());
    let sample = format!(
        "median of {} rounds of {} passages, {THREADS} thread, a text a run, in turns",
        scale.rounds,
        passages.len()
    );
    let (our_questions, their_questions) = (Times::new(our_questions), Times::new(their_questions));
    report.add("passages embedded by the worker", rate(ours), "/s", Target::None, &sample);
    report.add("passages embedded by a bare ONNX Runtime session", rate(theirs), "/s", Target::None, &sample);
    report.add("worker against bare session, passages", median(ratios), "", Target::AtLeast(0.9), &sample);
    let name = "passages embedded by the worker with a vector for each sentence";
    let per_second = passages.len() as f64 / windows.as_secs_f64();
    report.add(name, per_second, "/s", Target::None, "one round, as sources are indexed");
    let sample = format!("{} questions, one after the other", our_questions.count());
    let (our, their) = (our_questions.milliseconds(0.5), their_questions.milliseconds(0.5));
    report.add("question embedded by the worker, p50", our, "ms", Target::None, &sample);
    report.add("question embedded by a bare ONNX Runtime session, p50", their, "ms", Target::None, &sample);
    report.add("worker against bare session, questions", their / our, "", Target::AtLeast(0.9), &sample);
    Ok(())
}

async fn ask(embedder: &Embedder, questions: &[String]) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let began = Instant::now();
        embedder.embed_question(question).await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

/// Both do the same work.
async fn same_vectors(embedder: &Embedder, bare: &mut Bare, questions: &[String]) -> Result<()> {
    let Some(first) = questions.first() else { return Ok(()) };
    let (ours, theirs) = (embedder.embed_question(first).await?, bare.vector()?);
    let cosine: f32 = ours.iter().zip(&theirs).map(|(a, b)| a * b).sum();
    ensure!(cosine > 0.9999, "the bare session gives another vector than the worker: cosine {cosine}");
    Ok(())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let upper = numbers.get(middle).copied().unwrap_or(f64::NAN);
    match numbers.len() % 2 {
        0 => numbers.get(middle.wrapping_sub(1)).map_or(upper, |lower| f64::midpoint(*lower, upper)),
        _ => upper,
    }
}
