//! The embedding worker with the real library and the real model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use ai::{
    embed::{DIMENSIONS, EmbedError, Embedder, EmbedderSettings, PassageText},
    extract::Met,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A part as `cargo xtask setup` lays it.
fn part(name: &str) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let candidates = [Path::new("/var/lib/omnichat/parts").join(name), checkout.join(".omnichat/parts").join(name)];
    candidates
        .into_iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {name}: run `cargo xtask setup` first"))
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// One test, because a process loads one library: what is missing comes first.
#[tokio::test(flavor = "multi_thread")]
async fn the_worker_says_what_is_missing_and_answers_questions_first() {
    let scratch = std::env::temp_dir().join(format!("omnichat-embedder-{}", std::process::id()));
    fs::create_dir_all(&scratch).unwrap();
    let library = fs::read_dir(part("onnxruntime")).unwrap().next().unwrap().unwrap().path();
    let settings = EmbedderSettings { onnxruntime: scratch.join("nothing.so"), model_dir: part("model"), threads: 2 };

    let missing = Embedder::start(&settings).unwrap_err();
    assert!(matches!(&missing, EmbedError::Library { .. }) && missing.to_string().contains("OMNICHAT_ONNXRUNTIME"));
    let broken = scratch.join("broken.so");
    fs::write(&broken, "not a library").unwrap();
    let broken = EmbedderSettings { onnxruntime: broken, ..settings.clone() };
    assert!(matches!(Embedder::start(&broken), Err(EmbedError::Library { .. })));

    let settings = EmbedderSettings { onnxruntime: library, ..settings };
    let elsewhere = EmbedderSettings { model_dir: scratch.clone(), ..settings.clone() };
    let missing = Embedder::start(&elsewhere).unwrap_err();
    assert!(matches!(&missing, EmbedError::Model { .. }) && missing.to_string().contains("OMNICHAT_MODEL_DIR"));
    for name in ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"] {
        fs::copy(settings.model_dir.join(name), scratch.join(name)).unwrap();
    }
    fs::write(scratch.join("model.onnx"), "not a model").unwrap();
    assert!(matches!(Embedder::start(&elsewhere), Err(EmbedError::Model { .. })));
    fs::remove_dir_all(&scratch).unwrap();

    let embedder = Embedder::start(&settings).unwrap();
    let again = Embedder::start(&settings).unwrap();
    let question = embedder.embed_question("How do I reset my password?").await.unwrap();
    assert_eq!(question.len(), DIMENSIONS);
    assert!((cosine(&question, &question) - 1.0).abs() < 1e-4);

    // A vector does not depend on who else is in the batch, nor on the worker.
    let texts = ["I forgot my password.", "Rain is expected tomorrow in the mountains.", "", "🙂"].map(str::to_owned);
    let together = embedder.embed_passages(texts.to_vec()).await.unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert!(cosine(&again.embed_question(text).await.unwrap(), vector) > 0.9999, "{text:?}");
    }
    assert!(cosine(&question, &together[0]) > cosine(&question, &together[1]) + 0.3);

    // A window is about its own sentence; one beyond what the model reads is about the whole.
    let text = format!("Parcels leave at noon. The shop sells olive trees. {}", "And so on. ".repeat(200));
    let windows = vec![0..22, 23..50, text.len() - 10..text.len(), 5000..6000];
    let vectors = embedder.embed_windows(vec![PassageText { text, windows }]).await.unwrap().remove(0);
    let trees = embedder.embed_question("Do you sell olive trees?").await.unwrap();
    assert!(cosine(&trees, &vectors.windows[1]) > cosine(&trees, &vectors.windows[0]) + 0.2);
    assert_eq!(vectors.windows[2], vectors.whole);
    assert_eq!(vectors.windows[3], vectors.whole);

    // Each word has its vector, and a word of a question that the answer lacks is seen.
    let answer = embedder.embed_tokens("Parcels to Germany leave on Monday.").await.unwrap();
    assert_eq!(answer.words, ["parcels", "to", "germany", "leave", "on", "monday", "."]);
    let met = async |question: &str| Met::of(&embedder.embed_tokens(question).await.unwrap(), &answer).unwrap();
    let (fits, trap) = (met("When do parcels to Germany leave?").await, met("When do parcels to Brazil leave?").await);
    assert!(fits.least > trap.least + 0.1, "{} {}", fits.least, trap.least);

    // A question overtakes an upload.
    let upload = vec!["Parcels leave on every working day at noon from our nursery. ".repeat(8); 120];
    let bulk = tokio::spawn({
        let embedder = embedder.clone();
        async move {
            embedder.embed_passages(upload).await.unwrap();
            Instant::now()
        }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    embedder.embed_question("When do parcels leave?").await.unwrap();
    let answered = Instant::now();
    assert!(answered < bulk.await.unwrap(), "the question waited for the upload");
}
