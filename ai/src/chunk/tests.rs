//! Passages of the kinds of text that people paste.

use super::*;
use crate::document::markdown;

/// Cuts Markdown.
fn cut(text: &str) -> Result<Vec<Chunk>, ChunkError> {
    super::cut(&markdown(text))
}

fn words(count: usize) -> String {
    (0..count).map(|n| if n % 12 == 11 { format!("word{n}. Next ") } else { format!("word{n} ") }).collect()
}

#[test]
fn sections_keep_their_headings() {
    let text = "---\ntitle: x\n---\nIntro.\n\n# Shipping\n\nFree over 50 €.\n\n## Abroad\n- EU: 5 days\n- Else: ask\n\n```\n# no heading\n```\nReturns\n-------\n| Item | Days |\n|---|---|\n| Shoes | 14 |\n<!-- # hidden -->\n# Open all day";
    let chunks = cut(text).unwrap();
    let found: Vec<(&str, &str)> =
        chunks.iter().map(|chunk| (chunk.heading.as_str(), chunk.content.as_str())).collect();
    assert_eq!(
        found,
        [
            ("", "Intro."),
            ("Shipping", "Free over 50 €."),
            ("Shipping › Abroad", "- EU: 5 days\n- Else: ask\n# no heading"),
            ("Shipping › Returns", "- Item: Shoes; Days: 14"),
            ("", "Open all day"),
        ]
    );
}

#[test]
fn long_sections_are_cut_at_sentences_and_overlap() {
    let chunks = cut(&format!("# A\n\n{}", words(1000))).unwrap();
    assert!(chunks.len() >= 6 && chunks.len() <= 12, "{}", chunks.len());
    for pair in chunks.windows(2) {
        let last = sentences(&pair[0].content).pop().map(|range| pair[0].content[range].to_owned()).unwrap();
        assert!(pair[1].content.starts_with(&last), "{last:?} / {:?}", pair[1].content);
    }
    assert!(chunks.iter().all(|chunk| size(&chunk.content) <= LIMIT && chunk.heading == "A"));
}

#[test]
fn too_many_passages_are_refused() {
    assert_eq!(cut(&"# h\ntext\n".repeat(MAX_CHUNKS + 1)), Err(ChunkError::TooMany));
}

#[test]
fn names_of_columns_make_no_small_table_a_large_text() {
    let header = vec!["n".repeat(30_000), "Price".to_owned()];
    let rows = vec![vec!["x".to_owned(), "5".to_owned()]; 5_000];
    let chunks = super::cut(&[Block::Table { caption: String::new(), header, rows }]).unwrap();
    let bytes: usize = chunks.iter().map(|chunk| chunk.content.len()).sum();
    assert!(bytes < 1_000_000, "{bytes}");
    let letters: usize = chunks.iter().take(60).map(|chunk| chunk.content.matches('n').count()).sum();
    assert!(letters >= 30_000, "the long name is said once: {letters}");
}

/// Odd texts put together by chance, always the same ones.
#[test]
fn nothing_is_lost_and_nothing_breaks_with_odd_text() {
    const BITS: &[&str] = &[
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        "e\u{301}",
        "\u{202E}abc\u{202C}",
        "。",
        "今日",
        "ไทยไม่มีช่องว่าง",
        "\n",
        "\n\n",
        "# ",
        "- ",
        "1. ",
        "|",
        "```",
        "~~~",
        "---",
        "===",
        "[a](b)",
        "![",
        "](",
        "<!--",
        "-->",
        "*",
        "_",
        "\\",
        "Dr.",
        "...",
        "?!",
        " ",
        "\u{a0}",
        "\u{feff}",
        "x",
        "Straße",
        "\u{10FFFF}",
        "ﷺ",
        "word word word",
        ". ",
        "\t",
        "12",
        "№",
        "\u{0}",
        "ß",
    ];
    let mut seed = 7u64;
    let mut next = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % limit
    };
    for _ in 0..400 {
        let length = next(400);
        let text: String = (0..length).map(|_| BITS[next(BITS.len())]).collect();
        for chunk in cut(&text).unwrap() {
            assert!(!chunk.content.trim().is_empty());
            assert!(size(&chunk.content) <= LIMIT * 2, "{} {:?}", size(&chunk.content), chunk.content);
            let mut end = 0;
            for range in sentences(&chunk.content) {
                assert!(range.start >= end && range.end > range.start);
                assert!(chunk.content.get(range.clone()).is_some());
                end = range.end;
            }
        }
        if !text.contains("<!--") && !text.contains("](") {
            let kept: String =
                cut(&text).unwrap().iter().map(|chunk| format!("{} {}", chunk.heading, chunk.content)).collect();
            assert_eq!(text.contains("Straße"), kept.contains("Straße"), "{text:?}");
        }
    }
    let endless = "a".repeat(100_000);
    let chunks = cut(&endless).unwrap();
    assert_eq!(chunks.iter().map(|chunk| chunk.content.matches('a').count()).sum::<usize>(), endless.len());
    assert!(cut(&"字".repeat(20_000)).unwrap().iter().all(|chunk| size(&chunk.content) <= LIMIT));
}
