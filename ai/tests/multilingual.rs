//! The model for many languages, as `cargo xtask setup` lays it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use ai::embed::{DIMENSIONS, Embedder, EmbedderSettings, PassageText};
use std::{
    fs,
    path::{Path, PathBuf},
};

const PASSAGES: [&str; 3] = [
    "Parcels leave our warehouse at noon and arrive within three working days.",
    "You can return any item within 30 days; the money goes back to your card.",
    "Hold the button on the back for ten seconds to restore the factory settings.",
];

/// Questions, and their cosines with the passages by another program: Python's ONNX Runtime with a graph that was built
/// by numpy, and the library's tokenizer.
const QUESTIONS: [(&str, [f32; 3]); 5] = [
    ("Wann kommt mein Paket an?", [0.7864, 0.8026, 0.7575]),
    ("Tôi muốn trả lại hàng và lấy lại tiền", [0.7642, 0.8062, 0.7705]),
    ("如何恢复出厂设置？", [0.754, 0.7751, 0.8378]),
    ("كيف أسترد نقودي؟", [0.7182, 0.7225, 0.7439]),
    ("パスワードをリセットする方法", [0.7196, 0.7746, 0.7964]),
];

/// A part as `cargo xtask setup` lays it.
fn part(name: &str) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let candidates = [Path::new("/var/lib/omnichat/parts").join(name), checkout.join(".omnichat/parts").join(name)];
    candidates
        .into_iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {name}: run `cargo xtask setup` first"))
}

fn start(name: &str) -> Embedder {
    start_in(part(name))
}

fn start_in(model_dir: PathBuf) -> Embedder {
    let library = fs::read_dir(part("onnxruntime")).unwrap().next().unwrap().unwrap().path();
    Embedder::start(&EmbedderSettings { onnxruntime: library, model_dir, threads: 2 }).unwrap()
}

/// The same model with its vectors as they come out of it.
fn start_raw() -> Embedder {
    let folder = std::env::temp_dir().join(format!("omnichat-raw-{}", std::process::id()));
    let _none_before = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for file in fs::read_dir(part("model-multilingual")).unwrap().map(Result::unwrap) {
        std::os::unix::fs::symlink(file.path(), folder.join(file.file_name())).unwrap();
    }
    let description = fs::read_to_string(folder.join("omnichat.json")).unwrap().replace("\"axes\":1", "\"axes\":0");
    fs::remove_file(folder.join("omnichat.json")).unwrap();
    fs::write(folder.join("omnichat.json"), description).unwrap();
    let model = start_in(folder.clone());
    fs::remove_dir_all(folder).unwrap();
    model
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Vectors without what they have in common.
fn apart(vectors: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let count = f32::from(u16::try_from(vectors.len()).unwrap());
    let mean: Vec<f32> = (0..DIMENSIONS)
        .map(|place| vectors.iter().filter_map(|vector| vector.get(place)).sum::<f32>() / count)
        .collect();
    vectors.iter().map(|vector| vector.iter().zip(&mean).map(|(number, mean)| number - mean).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn its_vectors_are_those_of_another_program() {
    let model = start_raw();
    let description = model.description();
    assert_eq!(description.name, "multilingual-e5-small-int8");
    assert_eq!((description.query_prefix.as_str(), description.passage_prefix.as_str()), ("query: ", "passage: "));
    assert_eq!(description.max_tokens, 512);
    assert!(!description.is_measured(), "the thresholds are those of other vectors");
    // Both can be used in one process, and what is stored tells them apart.
    let other = start("model");
    assert_ne!(model.model_name(), other.model_name());
    assert_eq!(other.embed_question("Hi").await.unwrap().len(), DIMENSIONS);

    let passages = model.embed_passages(PASSAGES.map(str::to_owned).to_vec()).await.unwrap();
    for (question, wanted) in QUESTIONS {
        let vector = model.embed_question(question).await.unwrap();
        assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-4);
        for (passage, wanted) in passages.iter().zip(wanted) {
            let found = cosine(&vector, passage);
            assert!((found - wanted).abs() < 0.008, "{question}: {found} where the other has {wanted}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_near_what_answers_it_in_whatever_language() {
    let model = start("model-multilingual");
    assert!(model.description().is_measured() && model.description().is_multilingual());
    let said = [
        "Delivery within the country takes three working days.",
        "Our shop is open from nine to five on weekdays.",
        "Olive trees need much sun and little water.",
        "The moon is 384,400 kilometres away.",
    ];
    let passages = model.embed_passages(said.map(str::to_owned).to_vec()).await.unwrap();
    for (question, wanted) in [
        ("Wie lange dauert die Lieferung?", 0),
        ("Mất bao lâu để giao hàng?", 0),
        ("Jak dlouho trvá doručení?", 0),
        ("你们的店几点开门？", 1),
        ("متى يفتح المتجر؟", 1),
        ("Во сколько вы открываетесь?", 1),
        ("Combien d’eau faut-il à un olivier ?", 2),
        ("オリーブの木にはどのくらい水が必要ですか", 2),
    ] {
        let vector = model.embed_question(question).await.unwrap();
        let cosines: Vec<f32> = passages.iter().map(|passage| cosine(&vector, passage)).collect();
        let best = cosines.iter().copied().fold(f32::MIN, f32::max);
        assert!(cosines.get(wanted) == Some(&best), "{question}: {cosines:?}");
        // What has nothing to do with each other is far from each other.
        assert!(cosines.last().is_some_and(|strange| *strange < 0.2), "{question}: {cosines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_and_words_lie_where_they_stand_in_the_text() {
    let model = start("model-multilingual");
    for sentences in [
        ["Pakete verlassen das Lager mittags. ", "Rückgaben sind 30 Tage lang möglich. ", "Wir haben Olivenbäume."],
        ["包裹中午从仓库发出。", "三十天内可以退货。", "本店出售橄榄树。"],
        ["الطرود تغادر المستودع ظهرًا. ", "الإرجاع ممكن خلال 30 يومًا. ", "لدينا أشجار زيتون."],
    ] {
        let text = sentences.concat();
        let mut end = 0;
        let windows = sentences.map(|sentence| {
            let start = end;
            end += sentence.len();
            start..start + sentence.trim_end().len()
        });
        let passage = PassageText { text, windows: windows.to_vec() };
        let found = model.embed_windows(vec![passage]).await.unwrap().remove(0);
        let alone = sentences.map(|sentence| sentence.trim_end().to_owned()).to_vec();
        let alone = model.embed_passages(alone).await.unwrap();
        // All are close to each other; what sets each apart from their mean is its own.
        let (windows, alone) = (apart(&found.windows), apart(&alone));
        for (place, window) in windows.iter().enumerate() {
            let products: Vec<f32> = alone.iter().map(|alone| cosine(window, alone)).collect();
            let best = products.iter().copied().fold(f32::MIN, f32::max);
            assert!((products.get(place).unwrap() - best).abs() < f32::EPSILON, "{sentences:?} {place}: {products:?}");
        }
    }
    for (text, wanted) in [
        ("Wo ist mein Paket?", "woistmeinpaket?"),
        ("  Größe XL\tbitte ", "größexlbitte"),
        ("我的包裹在哪里？", "我的包裹在哪里？"),
        ("พัสดุของฉันอยู่ที่ไหน", "พัสดุของฉันอยู่ที่ไหน"),
        ("أين طردي؟", "أينطردي؟"),
    ] {
        let tokens = model.embed_tokens(text).await.unwrap();
        assert_eq!(tokens.words.concat(), wanted, "{:?}", tokens.words);
        assert_eq!(tokens.words.len(), tokens.vectors.len());
        assert!(tokens.words.iter().all(|word| !word.is_empty()), "{:?}", tokens.words);
        assert_eq!(tokens.whole, model.embed_question(text).await.unwrap());
        assert!(tokens.vectors.iter().all(|vector| (cosine(vector, vector) - 1.0).abs() < 1e-4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_and_strange_texts_are_read_as_far_as_the_model_reads() {
    let model = start("model-multilingual");
    let long = "Ein Paket für Größe und 退货。 ".repeat(400);
    let start = long.split_at(long.len() / 2).0.len();
    let windows = vec![0..26, start..start + 26, long.len() - 30..long.len()];
    let found = model.embed_windows(vec![PassageText { text: long.clone(), windows }]).await.unwrap().remove(0);
    assert!(found.windows.first() != Some(&found.whole), "the first window is read");
    assert_eq!(found.windows.last(), Some(&found.whole), "beyond what is read the whole stands for it");
    let whole = model.embed_passages(vec![long]).await.unwrap().remove(0);
    assert_eq!(whole, found.whole);
    for text in ["", " ", "\0", "\u{301}", "</s>", "<mask>", "👩‍👩‍👧‍👦", "\u{10ffff}"] {
        let tokens = model.embed_tokens(text).await.unwrap();
        assert_eq!(tokens.whole.len(), DIMENSIONS, "{text:?}");
        assert!(tokens.whole.iter().all(|number| number.is_finite()), "{text:?}");
    }
}
