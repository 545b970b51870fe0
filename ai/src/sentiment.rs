//! How a message sounds, and whether it asks for haste.
//!
//! By lists of words in eight languages, with what turns them round ("not"),
//! strengthens or weakens them ("very", "a bit"), and by emoji. Made for
//! messages to a shop: "broken" and "late" tell something here. Irony and what
//! is said between the lines are not seen.

mod words;

use crate::language;
use std::{collections::HashMap, sync::LazyLock};
use types::insights::Sentiment;
use unicode_segmentation::UnicodeSegmentation;
use words::{EMOJI, HASTE, INTENSIFIERS, NEGATORS, PHRASES, SOFTENERS, TAGS, TURNS, WORDS};

/// Words of a message that are looked at.
const MOST_WORDS: usize = 400;
/// Words before another one in which a negator counts.
const NEGATED_WITHIN: usize = 3;
/// What a negated word counts: "not good" is less bad than "bad" is.
const NEGATED: f32 = -0.7;
const STRONGER: f32 = 1.5;
const WEAKER: f32 = 0.6;
/// What counts before "but", against what comes after it.
const BEFORE_TURN: f32 = 0.5;
/// Something bad in a question alone is asked about, and has not happened: "What if a pot is broken?"
const ASKED_ABOUT: f32 = 0.4;
/// How fast the score nears its ends.
const SLOW: f32 = 4.0;
/// From here on a message is not neutral.
const FELT: f32 = 0.3;

/// How a message sounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mood {
    /// In a word.
    pub sentiment: Sentiment,
    /// From -1 to 1.
    pub score: f32,
}

impl Mood {
    /// The mood of a score.
    #[must_use]
    pub fn of_score(score: f32) -> Self {
        let sentiment = match score {
            score if score >= FELT => Sentiment::Positive,
            score if score <= -FELT => Sentiment::Negative,
            _ => Sentiment::Neutral,
        };
        Self { sentiment, score }
    }
}

/// How a message sounds; none in a language that is not known.
#[must_use]
pub fn mood(text: &str) -> Option<Mood> {
    let tag = language::detect(text).map(|language| language.tag);
    let shown: f32 = text.graphemes(true).filter_map(emoji).sum();
    if tag.is_some_and(|tag| !TAGS.contains(&tag)) && shown == 0.0 {
        return None;
    }
    let words = words_of(text);
    let line = format!(" {} ", words.join(" "));
    let phrases: f32 = PHRASES
        .iter()
        .flat_map(|(weight, list)| list.split(", ").map(move |phrase| (weight, phrase)))
        .filter(|(_, phrase)| line.contains(&format!(" {phrase} ")))
        .map(|(weight, _)| *weight)
        .sum();
    let mut sum = said(&words, tag) + phrases;
    if sum < 0.0 && phrases == 0.0 && is_question(text) {
        sum *= ASKED_ABOUT;
    }
    sum += shown;
    let loud = f32::from(u8::try_from(text.matches('!').take(3).count()).unwrap_or(0));
    sum *= 1.0 + 0.1 * loud + if is_shouted(text) { 0.3 } else { 0.0 };
    Some(Mood::of_score(sum / (sum * sum + SLOW).sqrt()))
}

/// Whether a message asks for haste.
#[must_use]
pub fn is_urgent(text: &str) -> bool {
    let words = words_of(text);
    let line = format!(" {} ", words.join(" "));
    HASTE.split(", ").any(|haste| {
        let place = line.find(&format!(" {haste} "));
        place.is_some_and(|place| {
            let before = line.get(..place).unwrap_or_default().split_whitespace().rev().take(2);
            !before.clone().any(|word| holds(NEGATORS, word))
        })
    })
}

/// What the words weigh together.
fn said(words: &[String], tag: Option<&str>) -> f32 {
    let mut sum = 0.0;
    for (place, word) in words.iter().enumerate() {
        if holds(TURNS, word) {
            sum *= BEFORE_TURN;
        }
        let Some(mut weight) = weight(word, tag) else { continue };
        let before = words.get(place.saturating_sub(NEGATED_WITHIN)..place).unwrap_or_default();
        if before.iter().rev().take(2).any(|word| holds(INTENSIFIERS, word)) {
            weight *= STRONGER;
        } else if before.iter().rev().take(2).any(|word| holds(SOFTENERS, word)) {
            weight *= WEAKER;
        }
        // French and Dutch deny behind the word too, but mostly before the one that matters.
        if before.iter().any(|word| holds(NEGATORS, word)) {
            weight *= NEGATED;
        }
        sum += weight;
    }
    sum
}

/// The words with their weights, one table a language.
static TABLES: LazyLock<Vec<(&'static str, HashMap<&'static str, f32>)>> = LazyLock::new(|| {
    WORDS
        .iter()
        .map(|(tag, lists)| {
            let words = lists.iter().flat_map(|(weight, list)| list.split_whitespace().map(|word| (word, *weight)));
            (*tag, words.collect())
        })
        .collect()
});

/// What a word weighs in a language, or in any when the language is not told.
fn weight(word: &str, tag: Option<&str>) -> Option<f32> {
    let counts = |own: &str| tag.is_none_or(|tag| tag == own);
    let found = TABLES.iter().filter(|(own, _)| counts(own)).filter_map(|(_, table)| table.get(word));
    found.copied().max_by(|a, b| a.abs().total_cmp(&b.abs()))
}

fn emoji(grapheme: &str) -> Option<f32> {
    let first = grapheme.chars().next().filter(|char| !char.is_alphanumeric())?;
    EMOJI.iter().find(|(_, list)| list.contains(first)).map(|(weight, _)| *weight)
}

fn words_of(text: &str) -> Vec<String> {
    text.unicode_words().take(MOST_WORDS).map(|word| word.to_lowercase().replace('’', "'")).collect()
}

/// Whether the message is one question and nothing else.
fn is_question(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(['?', '？', '؟']) && text.trim_end_matches(['?', '？', '؟']).find(['.', '!', '?']).is_none()
}

fn is_shouted(text: &str) -> bool {
    let letters = || text.chars().filter(|char| char.is_alphabetic());
    letters().count() >= 12 && letters().all(char::is_uppercase)
}

fn holds(list: &str, word: &str) -> bool {
    list.split(", ").any(|other| other == word)
}

#[cfg(test)]
mod tests;
