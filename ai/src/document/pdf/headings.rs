//! Headings: lines that are larger or bolder than the text, or that stand in the outline of a document.

use super::page::Sheet;
use pdfium_render::prelude::PdfDocument;
use std::collections::HashMap;

/// Entries of an outline that are read.
const ENTRIES: usize = 5_000;
/// How much larger than the text a heading is.
const LARGER: f32 = 1.12;
/// Letters of a heading at most.
const LONGEST: usize = 160;

/// The outline: for each page the titles that lead to it, with their level from 1.
#[derive(Debug, Default)]
pub(super) struct Outline(HashMap<u32, Vec<(String, usize)>>);

/// Reads the outline.
pub(super) fn outline(document: &PdfDocument<'_>) -> Outline {
    let mut outline: HashMap<u32, Vec<(String, usize)>> = HashMap::new();
    let mut next: Vec<_> = document.bookmarks().root().map(|root| (root, 1)).into_iter().collect();
    let mut seen = 0;
    while let Some((entry, level)) = next.pop() {
        seen += 1;
        // An entry may lead back to itself.
        if seen > ENTRIES {
            break;
        }
        let page = entry.destination().and_then(|to| to.page_index().ok()).and_then(|page| u32::try_from(page).ok());
        if let (Some(page), Some(title)) = (page, entry.title()) {
            let mark = mark(&title);
            if !mark.is_empty() {
                outline.entry(page + 1).or_default().push((mark, level));
            }
        }
        next.extend(entry.next_sibling().map(|sibling| (sibling, level)));
        if level < 6 {
            next.extend(entry.first_child().map(|child| (child, level + 1)));
        }
    }
    Outline(outline)
}

impl Outline {
    /// The level of a text that is in the outline for that page.
    pub fn level(&self, page: u32, text: &str) -> Option<usize> {
        let mark = mark(text);
        if mark.is_empty() {
            return None;
        }
        let titles = self.0.get(&page)?;
        let is_same = |title: &str| title == mark || bare(&mark) == bare(title);
        titles.iter().find(|(title, _)| is_same(title)).map(|(_, level)| *level)
    }
}

/// Letters and digits alone, to compare.
fn mark(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The same without the number that it begins with.
fn bare(mark: &str) -> &str {
    let bare = mark.trim_start_matches(|c: char| c.is_ascii_digit());
    if bare.is_empty() { mark } else { bare }
}

/// The sizes of a document's text.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    /// That of most of it.
    pub body: f32,
    /// Those of headings, the largest first.
    larger: Vec<f32>,
    /// Most of the text is bold.
    is_bold: bool,
}

impl Sizes {
    /// Finds them.
    pub fn of(sheets: &[Sheet]) -> Self {
        let mut letters: HashMap<i32, usize> = HashMap::new();
        let (mut bold, mut all) = (0, 0);
        for segment in sheets.iter().flat_map(|sheet| &sheet.segments) {
            let count = segment.text.chars().count();
            *letters.entry(step(segment.size)).or_default() += count;
            all += count;
            bold += if segment.is_bold { count } else { 0 };
        }
        let body =
            letters.iter().max_by_key(|(size, count)| (**count, -**size)).map_or(10.0, |(size, _)| unstep(*size));
        let mut larger: Vec<f32> =
            letters.keys().map(|size| unstep(*size)).filter(|size| *size >= body * LARGER).collect();
        larger.sort_by(|one, other| other.total_cmp(one));
        larger.dedup_by(|next, known| *next > *known * 0.95);
        Self { body, larger, is_bold: bold * 2 > all }
    }

    /// The level of a heading of a size, when text of that size and weight may be one.
    pub fn level(&self, text: &str, size: f32, is_bold: bool, lines: usize) -> Option<usize> {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let others = text.chars().filter(|c| c.is_numeric()).count();
        let is_title = letters >= 2
            && letters > others
            && text.chars().count() <= LONGEST
            && !text.contains('\n')
            && !text.ends_with([',', ';']);
        let is_sentence = text.ends_with(['.', '。']) && text.split_whitespace().count() > 3;
        if !is_title || is_sentence {
            return None;
        }
        if size >= self.body * LARGER && lines <= 3 {
            let level = self.larger.iter().position(|larger| size >= larger * 0.97).unwrap_or(self.larger.len());
            return Some(level + 1);
        }
        let is_label = text.ends_with(':') && text.split_whitespace().count() > 6;
        let stands_out = is_bold && !self.is_bold && size >= self.body * 0.95 && lines <= 2 && !is_label;
        stands_out.then_some(self.larger.len() + 1)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a size of letters")]
fn step(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

#[expect(clippy::cast_precision_loss, reason = "a size of letters")]
fn unstep(size: i32) -> f32 {
    size as f32 / 2.0
}
