//! Whether what a language model wrote stands in the passages that it cites.
//!
//! A sentence counts when the numbers, names and addresses in it stand in the
//! cited passages and its words, or its meaning, do as well. The others are
//! dropped; when the main claim is among them the whole answer is.

mod words;

use crate::chunk;
use std::collections::HashSet;
use words::{Foreign, Words};

/// Which part of a sentence's words must stand in the passages that it cites.
const COVERED: f32 = 0.5;
/// How close in meaning it must be to a sentence there otherwise (cosine).
pub const SIMILAR: f32 = 0.6;
/// The same for a sentence in another language than the passage, where the vectors see less.
const SIMILAR_FOREIGN: f32 = 0.3;
/// Words that even a sentence of the same meaning shares with its passage.
const LEAST_COVERED: f32 = 0.2;

/// Why an answer is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ungrounded {
    /// No sentence names a passage that exists.
    #[error("the answer cites none of the passages")]
    NoCitation,
    /// What the answer says first is not in the passage that it cites.
    #[error("the passages do not say: “{0}”")]
    MainClaim(String),
    /// A number or address that no passage holds.
    #[error("“{0}” stands in none of the passages")]
    Invented(String),
}

/// An answer of which every sentence is supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounded {
    /// What is left of the text, with the citations as the model wrote them.
    pub text: String,
    /// Sentences that were dropped.
    pub dropped: Vec<String>,
}

/// An answer taken apart.
#[derive(Clone, Debug)]
pub struct Draft {
    pieces: Vec<Piece>,
    invented: Option<String>,
}

#[derive(Clone, Debug)]
struct Piece {
    line: usize,
    /// What stands before the sentence, such as the mark of a list.
    lead: String,
    text: String,
    /// Places of the passages that it cites, from 0.
    cites: Vec<usize>,
    found: Support,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Support {
    /// It claims nothing: a greeting, a question back, the line above a list.
    Talk,
    Yes,
    No,
    /// Its words do not say; its meaning may, when it is this close.
    Perhaps(f32),
}

/// A sentence whose words do not decide whether a passage says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its words, without citations.
    pub sentence: String,
    /// Places of the passages that may say it, from 0.
    pub passages: Vec<usize>,
}

impl Draft {
    /// Takes an answer apart and looks at its words.
    #[must_use]
    pub fn read(text: &str, passages: &[&str]) -> Self {
        let known: Vec<Words> = passages.iter().map(|passage| Words::of_passage(passage)).collect();
        let mut pieces = Vec::new();
        for (line, content) in text.lines().enumerate() {
            read_line(line, content, passages.len(), &mut pieces);
        }
        let mut invented = None;
        for piece in &mut pieces {
            let said = Words::of_sentence(&piece.text);
            let strange = said.facts().find(|fact| !known.iter().any(|passage| passage.holds(fact)));
            invented = invented.or_else(|| strange.map(str::to_owned));
            piece.found = support(piece, &said, &known);
        }
        Self { pieces, invented }
    }

    /// The sentences whose meaning has to be compared, in their order.
    #[must_use]
    pub fn doubts(&self) -> Vec<Doubt> {
        self.pieces
            .iter()
            .filter(|piece| matches!(piece.found, Support::Perhaps(_)))
            .map(|piece| Doubt { sentence: without_marks(&piece.text), passages: piece.cites.clone() })
            .collect()
    }

    /// Keeps what is supported. `similarities` has a number for each of the
    /// [`Draft::doubts`]: how close the passages' closest sentence is.
    ///
    /// # Errors
    /// When too little of the answer is left to be one.
    pub fn judge(self, similarities: &[f32]) -> Result<Grounded, Ungrounded> {
        if let Some(invented) = self.invented {
            return Err(Ungrounded::Invented(invented));
        }
        if self.pieces.iter().all(|piece| piece.cites.is_empty()) {
            return Err(Ungrounded::NoCitation);
        }
        let mut similarities = similarities.iter();
        let mut judged = Vec::new();
        for piece in self.pieces {
            let is_kept = match piece.found {
                Support::Talk | Support::Yes => true,
                Support::No => false,
                Support::Perhaps(least) => similarities.next().is_some_and(|similarity| *similarity >= least),
            };
            judged.push((piece, is_kept));
        }
        let main = judged.iter().find(|(piece, _)| piece.found != Support::Talk);
        match main {
            None => return Err(Ungrounded::NoCitation),
            Some((piece, false)) => return Err(Ungrounded::MainClaim(without_marks(&piece.text))),
            Some((_, true)) => {}
        }
        let dropped = judged.iter().filter(|(_, is_kept)| !is_kept).map(|(piece, _)| without_marks(&piece.text));
        Ok(Grounded { dropped: dropped.collect(), text: joined(&judged) })
    }
}

/// The kept sentences, each on its line; a line above a list goes when nothing is left of the list.
fn joined(judged: &[(Piece, bool)]) -> String {
    let mut text = String::new();
    let mut last = None;
    for (place, (piece, _)) in judged.iter().enumerate().filter(|(_, (_, is_kept))| *is_kept) {
        let next = judged.get(place + 1);
        if piece.found == Support::Talk && piece.text.ends_with(':') && next.is_none_or(|(_, is_kept)| !is_kept) {
            continue;
        }
        match last {
            Some(line) if line == piece.line => text.push(' '),
            Some(line) if piece.line > line + 1 => text.push_str("\n\n"),
            Some(_) => text.push('\n'),
            None => {}
        }
        text.push_str(&piece.lead);
        text.push_str(&piece.text);
        last = Some(piece.line);
    }
    text
}

/// Cuts a line of the answer into sentences, each with the citations behind it.
/// A sentence without any takes those of the next one in its line.
fn read_line(line: usize, content: &str, passages: usize, pieces: &mut Vec<Piece>) {
    let (lead, content) = words::without_lead(content);
    let first = pieces.len();
    let ranges = chunk::sentences(content);
    let mut starts: Vec<usize> = ranges.iter().map(|range| range.start).collect();
    // A citation at the beginning of a sentence belongs to the one before.
    for start in starts.iter_mut().skip(1) {
        let rest = content.get(*start..).unwrap_or_default();
        *start += words::leading_marks(rest);
    }
    if let Some(start) = starts.first_mut() {
        *start = 0;
    }
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(content.len());
        let text = content.get(*start..end).unwrap_or_default().trim();
        if text.is_empty() || without_marks(text).is_empty() {
            // Nothing but citations: they belong to the sentence before.
            if let Some(before) = pieces.get_mut(first..).and_then(<[Piece]>::last_mut).filter(|_| !text.is_empty()) {
                before.text.push_str(&format!(" {text}"));
                before.cites.extend(words::marks(text, passages));
            }
            continue;
        }
        let lead = if pieces.len() == first { lead.to_owned() } else { String::new() };
        let cites = words::marks(text, passages);
        pieces.push(Piece { line, lead, text: text.to_owned(), cites, found: Support::No });
    }
    let mut behind: Vec<usize> = Vec::new();
    for piece in pieces.iter_mut().skip(first).rev() {
        if piece.cites.is_empty() {
            piece.cites.clone_from(&behind);
        } else {
            behind.clone_from(&piece.cites);
        }
    }
}

fn support(piece: &Piece, said: &Words, known: &[Words]) -> Support {
    if said.is_talk(&piece.text) && !words::has_marks(&piece.text) {
        return Support::Talk;
    }
    let cited: Vec<&Words> = piece.cites.iter().filter_map(|place| known.get(*place)).collect();
    if cited.is_empty() || said.facts().any(|fact| !cited.iter().any(|passage| passage.holds(fact))) {
        return Support::No;
    }
    let terms: HashSet<_> = cited.iter().flat_map(|passage| passage.terms.iter()).collect();
    let covered = said.share_in(&terms);
    match said.foreign_to(&cited, covered >= COVERED) {
        Foreign::Yes if said.has_anchor(&cited) => Support::Yes,
        Foreign::Yes => Support::Perhaps(SIMILAR_FOREIGN),
        Foreign::No if said.has_strange_name(&cited) || said.contradicts(&cited) => Support::No,
        Foreign::No if covered >= COVERED => Support::Yes,
        Foreign::No if covered >= LEAST_COVERED => Support::Perhaps(SIMILAR),
        Foreign::No => Support::No,
    }
}

/// A sentence without its citations.
fn without_marks(text: &str) -> String {
    words::cut_marks(text).split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".")
}

#[cfg(test)]
mod tests;
