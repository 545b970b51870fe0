//! Answers questions from Markdown files, in memory: to see what a change of
//! the retrieval or of the answers does to real text.
//!
//! `ask FOLDER < questions`, with `OMNICHAT_ONNXRUNTIME` and `OMNICHAT_MODEL_DIR` as for the server.
//! A line may hold what the answer has to hold after a `|`; an empty one there means a hand-off.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use ai::{
    bm25::{Statistics, Tongue},
    chunk::{self, Chunk},
    document,
    embed::{Embedder, EmbedderSettings},
    extract::{self, Met},
    passage::{Indexed, prepare},
    retrieve::{self, CANDIDATES, Candidate, Question},
    weights::Weights,
};
use std::{error::Error, io::BufRead};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder with Markdown files?")?;
    let embedder = Embedder::start(&EmbedderSettings {
        onnxruntime: std::env::var("OMNICHAT_ONNXRUNTIME")?.into(),
        model_dir: std::env::var("OMNICHAT_MODEL_DIR")?.into(),
        threads: 2,
    })?;
    let mut passages: Vec<(Chunk, Indexed)> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let chunks = chunk::cut(&document::markdown(&document::check_text(&std::fs::read_to_string(&path)?)?))?;
        let title = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let text: String = chunks.iter().map(|chunk| format!("{} ", chunk.content)).collect();
        let tongue = Tongue::of(&text, Tongue::English);
        let prepared: Vec<_> =
            chunks.iter().map(|chunk| prepare(title, &chunk.heading, &chunk.content, tongue)).collect();
        let vectors = embedder.embed_windows(prepared.iter().map(|one| one.text.clone()).collect()).await?;
        let indexed = prepared.into_iter().zip(vectors).map(|(one, vectors)| one.index(vectors));
        passages.extend(chunks.into_iter().zip(indexed));
    }
    let statistics = Statistics::of(passages.iter().map(|(_, one)| one.counted()));
    println!("{} passages", passages.len());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (asked, expected) = line.split_once('|').map_or((line.as_str(), None), |(a, b)| (a, Some(b.trim())));
        let asked = retrieve::essence(asked);
        let question = Question::new(
            asked,
            embedder.embed_question(asked).await?,
            Weights::of(embedder.description()),
            &statistics,
        );
        let words = question.words();
        let mut candidates: Vec<(f32, Candidate, &str)> = passages
            .iter()
            .map(|(chunk, one)| {
                let similarity: f32 = one.vector.iter().zip(&question.vector).map(|(a, b)| a * b).sum();
                let candidate = Candidate::new(&question, chunk.content.clone(), one.sentences.clone(), similarity);
                (similarity + one.words.dot(&words), candidate, chunk.heading.as_str())
            })
            .collect();
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
        candidates.truncate(CANDIDATES);
        let candidates: Vec<Candidate> = candidates.into_iter().map(|(_, candidate, _)| candidate).collect();
        let ranked = retrieve::rank(&question, &candidates);
        let Some(mut answer) = extract::answer(&question, &candidates, &ranked) else {
            println!("{asked}\n    no sentence at all");
            continue;
        };
        let words = embedder.embed_tokens(extract::asking(asked)).await?;
        if let Some(met) = Met::of(&words, &embedder.embed_tokens(answer.best_quote()).await?) {
            answer.meet(met);
        }
        let verdict = match expected {
            None => "",
            Some("") => "(to hand off)",
            Some(words) if answer.text.contains(words) => "right",
            Some(_) => "WRONG",
        };
        println!(
            "{:.2} {verdict:13} {asked}\n    {}\n    {:.2?}",
            answer.confidence,
            answer.text.replace('\n', " / "),
            (answer.about, answer.right, answer.right_features)
        );
    }
    Ok(())
}
