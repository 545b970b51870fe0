//! Cuts a text into passages: along its headings first, then at sentences.
//!
//! A section never shares a passage with another one, so that a passage is
//! about one thing and its headings say which. A section that is too long is
//! cut between sentences, and the last sentence of a passage opens the next.

mod sections;
mod sentences;

pub use sentences::sentences;
pub(crate) use sentences::{blocks, is_item};

use crate::document::{Block, ContentForm};
use sections::{Part, PartKind, Section};
use serde::{Deserialize, Serialize};

/// A piece of a text, small enough for the model to read whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Headings above it, outermost first, joined by " › ".
    pub heading: String,
    /// Its text.
    pub content: String,
}

/// A text that cannot be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ChunkError {
    /// More passages than one source may have.
    #[error("The text makes more than {MAX_CHUNKS} passages. Split it into several sources.")]
    TooMany,
    /// It could not be cut within the limits of time and memory.
    #[error("The text takes too much time or memory to read. Split it into several sources, with blank lines in it.")]
    TooHard,
    /// What is stored of it is not what this release reads.
    #[error("What is stored of this source cannot be read. Add it anew.")]
    Unreadable,
}

/// Passages of one source at most.
pub const MAX_CHUNKS: usize = 10_000;

/// Words that a passage aims at when its section is longer.
const GOAL: usize = 120;

/// Words that a passage never exceeds: about 250 tokens of English.
const LIMIT: usize = 170;

/// Words of a sentence that is repeated at the start of the next passage.
const OVERLAP: usize = 35;

/// Cuts a content of a source into passages.
///
/// # Errors
/// When there would be too many, or stored blocks cannot be read.
pub fn cut_content(form: ContentForm, content: &str) -> Result<Vec<Chunk>, ChunkError> {
    cut(&form.blocks(content).map_err(|_| ChunkError::Unreadable)?)
}

/// Cuts a document into passages.
///
/// # Errors
/// When there would be too many.
pub fn cut(blocks: &[Block]) -> Result<Vec<Chunk>, ChunkError> {
    let mut chunks = Vec::new();
    for section in sections::sections(blocks) {
        for content in pack(&section) {
            if chunks.len() == MAX_CHUNKS {
                return Err(ChunkError::TooMany);
            }
            chunks.push(Chunk { heading: section.heading.clone(), content });
        }
    }
    Ok(chunks)
}

/// How much of the model's input a text takes, in English words. Scripts
/// without spaces take about a token for each character.
fn size(text: &str) -> usize {
    let wide = text.chars().filter(|c| matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..)).count();
    let narrow = text.len().saturating_sub(wide * 3) / 7;
    text.split_whitespace().count().max(narrow) + wide * 2 / 3
}

/// A sentence, a list item or a line, with what separates it from the one before.
struct Piece {
    text: String,
    separator: &'static str,
    size: usize,
    /// It can be said again at the start of the next passage.
    is_sentence: bool,
}

fn pieces(section: &Section) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for Part { kind, text } in &section.parts {
        let between_parts = match kind {
            PartKind::Sentences => "\n\n",
            PartKind::Line => "\n",
        };
        let whole = size(text);
        let is_sentence = *kind == PartKind::Sentences;
        if whole <= LIMIT && !is_sentence {
            pieces.push(Piece { text: text.clone(), separator: between_parts, size: whole, is_sentence });
            continue;
        }
        let mut end = None;
        for range in sentences(text) {
            let between = end.map_or("", |end| text.get(end..range.start).unwrap_or_default());
            let separator = match end {
                None => between_parts,
                Some(_) if between.contains('\n') => "\n",
                Some(_) => " ",
            };
            end = Some(range.end);
            let sentence = text.get(range).unwrap_or_default();
            for (part, text) in split_long(sentence).into_iter().enumerate() {
                let separator = if part == 0 { separator } else { " " };
                pieces.push(Piece { size: size(&text), text, separator, is_sentence });
            }
        }
    }
    pieces
}

/// A sentence that is longer than a passage, in parts that are not.
fn split_long(sentence: &str) -> Vec<String> {
    if size(sentence) <= LIMIT {
        return vec![sentence.to_owned()];
    }
    let mut parts = vec![String::new()];
    for word in unicode_segmentation::UnicodeSegmentation::split_word_bounds(sentence) {
        // Characters count as well: one "word" may be as long as the text.
        for piece in slices(word, GOAL * 4) {
            if let Some(last) = parts.last_mut() {
                if last.len() + piece.len() > GOAL * 7 || (last.len() > GOAL && size(last) >= GOAL) {
                    parts.push(piece.trim_start().to_owned());
                } else {
                    last.push_str(piece);
                }
            }
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// A word in slices of at most so many bytes, cut between characters.
fn slices(word: &str, bytes: usize) -> Vec<&str> {
    let mut slices = Vec::new();
    let mut rest = word;
    while rest.len() > bytes {
        let (slice, after) = rest.split_at(rest.floor_char_boundary(bytes));
        slices.push(slice);
        rest = after;
    }
    slices.push(rest);
    slices
}

/// Puts the pieces of a section together to passages.
fn pack(section: &Section) -> Vec<String> {
    let pieces = pieces(section);
    let heading = size(&section.heading).min(GOAL / 4);
    let total: usize = pieces.iter().map(|piece| piece.size).sum();
    // Equal passages instead of full ones and a rest.
    let goal = if total <= LIMIT - heading { LIMIT } else { (total / total.div_ceil(GOAL)).max(GOAL / 2) };
    let mut passages = Vec::new();
    let mut open = String::new();
    let mut filled = heading;
    let mut last: Option<&Piece> = None;
    for piece in &pieces {
        let is_full = filled >= goal + heading || filled + piece.size > LIMIT;
        if is_full && !open.is_empty() {
            passages.push(std::mem::take(&mut open));
            filled = heading;
            if let Some(last) = last.filter(|last| {
                last.is_sentence
                    && piece.separator == " "
                    && last.size <= OVERLAP
                    && heading + last.size + piece.size <= LIMIT
            }) {
                open.push_str(&last.text);
                filled += last.size;
            }
        }
        if !open.is_empty() {
            open.push_str(piece.separator);
        }
        open.push_str(&piece.text);
        filled += piece.size;
        last = Some(piece);
    }
    if !open.is_empty() {
        passages.push(open);
    }
    passages
}

#[cfg(test)]
mod tests;
