//! How fast models are and what they take: `embedder MODEL_DIR... < texts`, one text a line.
//!
//! The models run in turn on each text, so that the machine's other work weighs on all alike. For what a model takes in
//! memory name it alone. ONNX Runtime's library is named by OMNICHAT_ONNXRUNTIME.

#![expect(clippy::print_stdout, reason = "an example says what it found")]

use ai::embed::{Embedder, EmbedderSettings};
use std::{error::Error, io::BufRead, path::PathBuf, time::Instant};

/// Each text is run so often; the fastest run counts.
const RUNS: usize = 9;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let library = PathBuf::from(std::env::var_os("OMNICHAT_ONNXRUNTIME").ok_or("OMNICHAT_ONNXRUNTIME is not set")?);
    let texts: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    println!("before: {}", memory());
    let mut models = Vec::new();
    for folder in std::env::args_os().skip(1) {
        let start = Instant::now();
        let settings = EmbedderSettings { onnxruntime: library.clone(), model_dir: folder.into(), threads: 1 };
        let model = tokio::task::spawn_blocking(move || Embedder::start(&settings)).await??;
        println!("{}: loaded in {:.2?}, {}", model.model_name(), start.elapsed(), memory());
        models.push((model, 0.0, 0.0));
    }
    for text in &texts {
        let mut best = vec![(f64::INFINITY, f64::INFINITY); models.len()];
        for _ in 0..RUNS {
            for ((model, ..), (question, passage)) in models.iter().zip(&mut best) {
                let start = Instant::now();
                model.embed_question(text).await?;
                *question = question.min(start.elapsed().as_secs_f64());
                let start = Instant::now();
                model.embed_passages(vec![text.clone()]).await?;
                *passage = passage.min(start.elapsed().as_secs_f64());
            }
        }
        for ((_, questions, passages), (question, passage)) in models.iter_mut().zip(best) {
            *questions += question;
            *passages += passage;
        }
    }
    let count = f64::from(u32::try_from(texts.len().max(1))?);
    for (model, questions, passages) in &models {
        let (question, passage) = (1e3 * questions / count, 1e3 * passages / count);
        println!("{}: as a question {question:.2} ms, as a passage {passage:.2} ms", model.model_name());
    }
    println!("after {} texts: {}", texts.len(), memory());
    Ok(())
}

/// What the system says of this process.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| ["VmRSS", "RssAnon", "VmHWM"].iter().any(|name| line.starts_with(name)));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}
