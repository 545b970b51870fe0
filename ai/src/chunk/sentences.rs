//! Finds the sentences of a text.

use std::{collections::HashSet, ops::Range, sync::LazyLock};
use unicode_segmentation::UnicodeSegmentation;

/// Abbreviations after which a sentence goes on, without their last dot.
static ABBREVIATIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "abs al approx art ave bzgl bzw ca capt cf co col corp dept dr e.g ed eg etc evtl excl fig ft gen gov hr \
     i.e ie inc incl inkl jr lt ltd max mfg min mr mrs ms mt no nr p pp prof rev sgt sr sra st str tel u.a \
     u.k u.s usw vgl vol vs z.b"
        .split_whitespace()
        .collect()
});

/// The byte ranges of the sentences of a text, without the space around them.
///
/// List items and paragraphs are sentences of their own; a line break inside a paragraph is a space.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    for block in blocks(text) {
        let part = text.get(block.clone()).unwrap_or_default();
        let mut open: Option<Range<usize>> = None;
        for (start, piece) in part.split_sentence_bound_indices() {
            let (start, end) = (block.start + start, block.start + start + piece.len());
            let range = open.take().map_or(start, |open| open.start)..end;
            if goes_on(text.get(range.clone()).unwrap_or_default(), text.get(end..block.end).unwrap_or_default()) {
                open = Some(range);
            } else {
                all.extend(trimmed(text, range));
            }
        }
        all.extend(open.and_then(|range| trimmed(text, range)));
    }
    all
}

/// Ranges of what is separated by blank lines or begins like a list item.
pub(crate) fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || is_item(trimmed) {
            blocks.push(start..at);
            start = at;
        }
        at += line.len();
    }
    blocks.push(start..at);
    blocks.retain(|block| block.end > block.start);
    blocks
}

/// Whether a line begins like an item of a list, with a mark, a number or a letter.
pub(crate) fn is_item(line: &str) -> bool {
    if ["- ", "* ", "• ", "| "].iter().any(|mark| line.starts_with(mark)) {
        return true;
    }
    let label = line.split_whitespace().next().unwrap_or_default().trim_start_matches('(');
    let Some(label) = label.strip_suffix(['.', ')']) else { return false };
    let is_number = label.len() <= 8 && label.starts_with(|c: char| c.is_ascii_digit());
    is_number && label.chars().all(|c| c.is_ascii_digit() || c == '.')
        || label.len() == 1 && label.chars().all(|c| c.is_ascii_lowercase())
}

/// A break that is none: after an abbreviation, an initial or a number of a list, or inside quotes.
fn goes_on(sentence: &str, rest: &str) -> bool {
    let sentence = sentence.trim_end();
    let rest = rest.trim_start();
    if rest.is_empty() {
        return false;
    }
    if sentence.ends_with(['"', '”', '’', '»']) && rest.starts_with(char::is_lowercase) {
        // "Yes!" she said.
        return true;
    }
    let Some(stem) = sentence.strip_suffix('.') else {
        // A line break inside a paragraph, not an end of a sentence.
        return !sentence
            .trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '*'])
            .ends_with(['.', '!', '?', '…', '。', '！', '？', ':', '।', '؟']);
    };
    let last = stem.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“')).next().unwrap_or_default();
    let lower = last.to_lowercase();
    let is_initial =
        last.chars().count() == 1 && last.chars().all(|c| c.is_alphabetic() && c.is_uppercase()) && last != "I";
    let is_number = stem == last && !last.is_empty() && last.chars().all(|c| c.is_ascii_digit());
    // "no. 5" goes on, "Say no. Then wait." does not.
    let is_abbreviation = ABBREVIATIONS.contains(lower.as_str())
        && (!matches!(lower.as_str(), "no" | "min" | "max" | "art" | "st" | "co" | "p" | "etc")
            || rest.starts_with(|c: char| c.is_ascii_digit() || c.is_lowercase())
            || last.starts_with(char::is_uppercase) && lower != "no");
    is_initial || is_number || is_abbreviation
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = text.get(range.clone())?;
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.start + part.trim_end().len();
    // A lone mark is no sentence.
    (start < end && part.chars().any(char::is_alphanumeric)).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(
            split("Dr. Smith paid $3.50 for no. 5 on Jan 3. Was it fair? \"Yes!\" she said. J. K. Rowling agreed."),
            ["Dr. Smith paid $3.50 for no. 5 on Jan 3.", "Was it fair?", "\"Yes!\" she said.", "J. K. Rowling agreed."]
        );
        assert_eq!(split("Say no. Then wait."), ["Say no.", "Then wait."]);
        assert_eq!(split("See e.g. Section 2. It helps."), ["See e.g. Section 2.", "It helps."]);
        assert_eq!(split("A line\nthat wraps. And\none more."), ["A line\nthat wraps.", "And\none more."]);
        assert_eq!(
            split("We ship to:\n- Germany\n- France, e.g. Paris\n\nNothing else"),
            ["We ship to:", "- Germany", "- France, e.g. Paris", "Nothing else"]
        );
        assert_eq!(
            split("Then:\n1. Open it.\n2.1) Fill it\nto the mark\nb) Close it"),
            ["Then:", "1. Open it.", "2.1) Fill it\nto the mark", "b) Close it"]
        );
        assert_eq!(split("今日は。明日は？"), ["今日は。", "明日は？"]);
        assert_eq!(split(" \n .. \n\n- \n"), Vec::<&str>::new());
    }
}
