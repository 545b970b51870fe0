//! Other models than the one of the set-up: the same weights used another way, and small graphs
//! that are made here, with other outputs and other sizes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use ai::embed::{Embedder, EmbedderSettings, PassageText, PassageVectors};
use std::{
    fs,
    path::{Path, PathBuf},
};

const TEXT: &str = "Parcels leave at noon. The shop sells olive trees. Returns are free.";
const WINDOWS: [std::ops::Range<usize>; 3] = [0..22, 23..50, 51..68];

/// A part as `cargo xtask setup` lays it.
fn part(name: &str) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let candidates = [Path::new("/var/lib/omnichat/parts").join(name), checkout.join(".omnichat/parts").join(name)];
    candidates
        .into_iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {name}: run `cargo xtask setup` first"))
}

/// A folder with the tokenizer of the set-up's model, some files more, and another graph if there is one.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, graph: Option<&[u8]>, more: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("omnichat-models-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("1_Pooling")).unwrap();
        for name in ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"] {
            fs::copy(part("model").join(name), folder.join(name)).unwrap();
        }
        match graph {
            Some(graph) => fs::write(folder.join("model.onnx"), graph).unwrap(),
            None => std::os::unix::fs::symlink(part("model").join("model.onnx"), folder.join("model.onnx")).unwrap(),
        }
        for (name, text) in more {
            fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }

    fn start(&self) -> Result<Embedder, ai::embed::EmbedError> {
        start(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

fn start(folder: &Path) -> Result<Embedder, ai::embed::EmbedError> {
    let library = fs::read_dir(part("onnxruntime")).unwrap().next().unwrap().unwrap().path();
    Embedder::start(&EmbedderSettings { onnxruntime: library, model_dir: folder.to_owned(), threads: 2 })
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

async fn windows(embedder: &Embedder, before: &str) -> PassageVectors {
    let windows = WINDOWS.map(|window| window.start + before.len()..window.end + before.len()).to_vec();
    embedder.embed_windows(vec![PassageText { text: format!("{before}{TEXT}"), windows }]).await.unwrap().remove(0)
}

/// Each window has the vector of its text embedded alone.
async fn assert_alone(embedder: &Embedder) {
    let found = windows(embedder, "").await;
    let texts = WINDOWS.map(|window| TEXT.get(window).unwrap().to_owned()).to_vec();
    for (window, alone) in found.windows.iter().zip(embedder.embed_passages(texts).await.unwrap()) {
        assert!(cosine(window, &alone) > 0.999);
    }
    let whole = embedder.embed_passages(vec![TEXT.to_owned()]).await.unwrap().remove(0);
    assert!(cosine(&found.whole, &whole) > 0.999);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_before_a_text_is_in_its_vector_and_not_in_its_windows() {
    let plain = start(&part("model")).unwrap();
    assert_eq!(plain.model_name(), "all-MiniLM-L6-v2-int8");
    assert!(plain.description().is_measured());
    let file = r#"{"name": "other-model", "query_prefix": "query: ", "passage_prefix": "passage: "}"#;
    let other = Folder::new("prefixes", None, &[("omnichat.json", file)]).start().unwrap();
    assert_eq!(other.description().name, "other-model");
    assert_ne!(other.model_name(), plain.model_name());

    let asked = "Do you sell olive trees?";
    let question = other.embed_question(asked).await.unwrap();
    assert!(cosine(&question, &plain.embed_question(&format!("query: {asked}")).await.unwrap()) > 0.9999);
    assert!(cosine(&question, &plain.embed_question(asked).await.unwrap()) < 0.999);

    let (found, wanted) = (windows(&other, "").await, windows(&plain, "passage: ").await);
    assert!(cosine(&found.whole, &wanted.whole) > 0.9999);
    for (found, wanted) in found.windows.iter().zip(&wanted.windows) {
        assert!(cosine(found, wanted) > 0.9999);
    }
    let closest = found.windows.iter().map(|window| cosine(window, &question)).collect::<Vec<_>>();
    assert!(closest.get(1) > closest.first() && closest.get(1) > closest.get(2), "{closest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_of_the_first_token_reads_each_window_alone() {
    let pooling = r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#;
    let first = Folder::new("cls", None, &[("1_Pooling/config.json", pooling)]).start().unwrap();
    assert_alone(&first).await;
    let mean = start(&part("model")).unwrap();
    assert_ne!(first.model_name(), mean.model_name());
    let (one, other) = (first.embed_question(TEXT).await.unwrap(), mean.embed_question(TEXT).await.unwrap());
    assert!(cosine(&one, &other) < 0.99);
}

#[tokio::test(flavor = "multi_thread")]
async fn graphs_with_other_outputs_and_without_token_types_are_used() {
    let whole = Folder::new("whole", Some(&graph(384, &["sentence_embedding"])), &[]).start().unwrap();
    assert_alone(&whole).await;
    let one = whole.embed_question("Parcels").await.unwrap();
    assert!(cosine(&one, &whole.embed_question("Olive trees").await.unwrap()) < 0.999, "texts differ");

    // Of two outputs that of the tokens is taken, as windows can be made of it.
    let outputs = ["sentence_embedding", "token_embeddings"];
    let tokens = Folder::new("tokens", Some(&graph(384, &outputs)), &[]).start().unwrap();
    let found = windows(&tokens, "").await;
    assert!(cosine(found.windows.first().unwrap(), found.windows.get(1).unwrap()) < 0.999);
    let question = tokens.embed_question("olive trees").await.unwrap();
    assert!((cosine(&question, &question) - 1.0).abs() < 1e-4);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_size_is_refused_with_what_to_do() {
    let refused =
        Folder::new("small", Some(&graph(100, &["sentence_embedding"])), &[]).start().unwrap_err().to_string();
    for part in ["100", "384", "OMNICHAT_MODEL_DIR"] {
        assert!(refused.contains(part), "{refused}");
    }
    let broken = Folder::new("broken", None, &[("omnichat.json", r#"{"pooling": "max"}"#)]).start().unwrap_err();
    assert!(broken.to_string().contains("omnichat.json"), "{broken}");
}

/// An ONNX graph without token_type_ids: the sine of each token's number times a row of `size`
/// numbers, and the mean of a text's tokens. Which of the two it gives is `outputs`.
fn graph(size: u16, outputs: &[&str]) -> Vec<u8> {
    let row: Vec<u8> = (0..size).flat_map(|number| (f32::from(number) * 0.003).to_le_bytes()).collect();
    let row = [number(1, 1), number(1, size.into()), number(2, 1), text(8, "row"), bytes(9, &row)].concat();
    let along = |axis: u64| [text(1, "axes"), number(8, axis), number(20, 7)].concat();
    let is_float = [text(1, "to"), number(3, 1), number(20, 2)].concat();
    let keep = [text(1, "keepdims"), number(3, 0), number(20, 2)].concat();
    let nodes = [
        node("Cast", &["input_ids"], "numbers", &[is_float]),
        node("Unsqueeze", &["numbers"], "columns", &[along(2)]),
        node("MatMul", &["columns", "row"], "products", &[]),
        node("Sin", &["products"], "token_embeddings", &[]),
        node("ReduceMean", &["token_embeddings"], "sentence_embedding", &[along(1), keep]),
    ];
    let shape = |kind: u64, dimensions: &[&str]| {
        let dimensions: Vec<u8> = dimensions.iter().flat_map(|name| bytes(1, &text(2, name))).collect();
        bytes(2, &bytes(1, &[number(1, kind), bytes(2, &dimensions)].concat()))
    };
    let mut all: Vec<u8> = nodes.iter().flat_map(|node| bytes(1, node)).collect();
    all.extend([text(2, "tiny"), bytes(5, &row)].concat());
    for name in ["input_ids", "attention_mask"] {
        all.extend(bytes(11, &[text(1, name), shape(7, &["batch", "tokens"])].concat()));
    }
    for name in outputs {
        let dimensions: &[&str] =
            if *name == "token_embeddings" { &["batch", "tokens", "size"] } else { &["batch", "size"] };
        all.extend(bytes(12, &[text(1, name), shape(1, dimensions)].concat()));
    }
    [number(1, 6), bytes(8, &[text(1, ""), number(2, 11)].concat()), bytes(7, &all)].concat()
}

fn node(kind: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let inputs = inputs.iter().flat_map(|input| text(1, input));
    let attributes = attributes.iter().flat_map(|attribute| bytes(5, attribute));
    inputs.chain(text(2, output)).chain(text(4, kind)).chain(attributes).collect()
}

// Protocol Buffers, as far as a small graph needs them.

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value > 127 {
        out.push(u8::try_from(value & 127).unwrap() | 128);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
    out
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

fn text(field: u64, value: &str) -> Vec<u8> {
    bytes(field, value.as_bytes())
}
