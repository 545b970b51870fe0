//! Which sentences answer a question.

use super::{
    limits::{self, Turn},
    question::{self, Kind},
    rows::{self, Rows},
};
use crate::{
    chunk,
    passage::Sentence,
    retrieve::{Candidate, Question, Ranked, pairs},
};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Passages whose sentences are looked at.
const PASSAGES: usize = 3;

/// A sentence this much behind the best one still belongs to the answer.
const MARGIN: f32 = 0.5;

/// Words of an answer that is not a list.
const WORDS: usize = 70;

/// Words of a sentence that is taken along so that another one can be understood.
const SHORT: usize = 35;

/// Words of a passage that is an answer as a whole.
const WHOLE: usize = 45;

/// Items of a list that follow the sentence which announces it.
const ITEMS: usize = 8;

/// Sentences that limit the answer and are said with it.
const LIMITS: usize = 2;

/// Words of such a sentence.
const LIMIT_WORDS: usize = 40;

/// Characters of a heading of one word. In scripts without spaces whole sentences look like one.
const HEADING: usize = 24;

/// What a sentence is judged by: score of the passage, similarity, words covered by sentence and heading, words
/// together, words covered by the sentence before, the kind of thing asked for, new words.
pub type SentenceFeatures = [f32; SENTENCE_FEATURES];

/// How many things a sentence is judged by.
pub const SENTENCE_FEATURES: usize = 7;

/// What is said of one passage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pick {
    pub(super) candidate: usize,
    /// The neighbouring sentences that answer.
    pub(super) sentences: Range<usize>,
    /// Rows of a table or items of a list, when these answer; otherwise the sentences do, with what follows them.
    pub(super) rows: Option<Rows>,
}

/// A sentence with its place and its worth.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The passage's place in the list of candidates.
    pub candidate: usize,
    /// The sentence's place in the passage.
    pub sentence: usize,
    /// What it is judged by.
    pub features: SentenceFeatures,
    /// Larger is better.
    pub score: f32,
}

/// The groups of sentences that make the answer, the best one first.
pub(super) fn pick(question: &Question, candidates: &[Candidate], ranked: &[Ranked]) -> Vec<Pick> {
    let mut judged = judge(question, candidates, ranked);
    judged
        .retain(|one| candidates.get(one.candidate).is_some_and(|candidate| !is_bare(&text(candidate, one.sentence))));
    let Some(best) = judged.first() else { return Vec::new() };
    let Some(candidate) = candidates.get(best.candidate) else { return Vec::new() };
    if let Some(pick) = under_same_question(question, candidates, ranked) {
        return vec![pick];
    }
    let mut first = widen(question, candidate, best.candidate, best.sentence);
    // One more, from the same passage or another one, when it is nearly as good.
    let second = judged.iter().skip(1).take_while(|other| best.score - other.score < MARGIN).find(|other| {
        let is_in_first = first.candidate == other.candidate && first.sentences.contains(&other.sentence);
        // Beside the row that was asked for another one is a neighbour's.
        let is_row = || candidates.get(other.candidate).is_some_and(|other_one| rows::holds(other_one, other.sentence));
        !(is_in_first || first.rows.is_some() && is_row())
    });
    let Some(second) = second else { return vec![first] };
    let Some(candidate) = candidates.get(second.candidate) else { return vec![first] };
    let is_neighbour = second.candidate == first.candidate
        && (second.sentence + 1 == first.sentences.start || second.sentence == first.sentences.end);
    let other = widen(question, candidate, second.candidate, second.sentence);
    if is_neighbour && first.rows.is_none() && other.rows.is_none() {
        first.sentences = first.sentences.start.min(second.sentence)..first.sentences.end.max(second.sentence + 1);
        return vec![first];
    }
    let overlaps = other.candidate == first.candidate
        && other.sentences.start < first.sentences.end
        && first.sentences.start < other.sentences.end;
    if overlaps { vec![first] } else { vec![first, other] }
}

fn text(candidate: &Candidate, sentence: usize) -> String {
    let range = candidate.sentences.sentences.get(sentence).map(|sentence| sentence.range.clone());
    range.and_then(|range| candidate.content.get(range)).unwrap_or_default().to_owned()
}

/// Whether a sentence is a heading of one word: it names something and says nothing of it.
fn is_bare(sentence: &str) -> bool {
    let word = sentence.trim_end_matches(['.', ':']);
    word.chars().count() <= HEADING
        && !word.is_empty()
        && word.chars().all(char::is_alphabetic)
        && word.unicode_words().count() == 1
}

/// Judges the sentences of the best passages, best first.
#[must_use]
pub fn judge(question: &Question, candidates: &[Candidate], ranked: &[Ranked]) -> Vec<Judged> {
    let kind = question::kind(&question.text);
    let top = ranked.first().map_or(0.0, |first| first.score);
    let mut judged = Vec::new();
    for place in ranked.iter().take(PASSAGES) {
        let Some(candidate) = candidates.get(place.candidate) else { continue };
        let heading = &candidate.sentences.heading_terms;
        let mut before = question.coverage(|term| heading.contains(term));
        for (index, (sentence, near)) in candidate.parts().enumerate() {
            let covered = question.coverage(|term| sentence.terms.contains(term) || heading.contains(term));
            let features = [
                place.score - top,
                near,
                covered,
                question.neighbours(&pairs(&sentence.terms).collect()),
                before,
                holds(kind, candidate, sentence, question),
                news(question, sentence),
            ];
            let score = features.iter().zip(question.weights.sentence).map(|(feature, weight)| feature * weight).sum();
            judged.push(Judged { candidate: place.candidate, sentence: index, features, score });
            before = covered;
        }
    }
    judged.sort_by(|a, b| b.score.total_cmp(&a.score));
    judged
}

fn holds(kind: Kind, candidate: &Candidate, sentence: &Sentence, question: &Question) -> f32 {
    question::holds(kind, candidate.content.get(sentence.range.clone()).unwrap_or_default(), &question.text)
}

/// How much a sentence says that the question does not.
fn news(question: &Question, sentence: &Sentence) -> f32 {
    let new = sentence.terms.iter().filter(|term| !question.terms.contains(term)).count().min(20);
    f32::from(u8::try_from(new).unwrap_or(20)) / 20.0
}

/// Takes along what a sentence needs to be understood: the list it announces,
/// the sentence that its first word points back to, or the one beside it that
/// holds the time or number asked for. A short passage is taken whole. Of a table there are only the rows
/// that were asked for.
fn widen(question: &Question, candidate: &Candidate, place: usize, best: usize) -> Pick {
    let sentences = &candidate.sentences.sentences;
    let text = |index: usize| {
        sentences.get(index).and_then(|sentence| candidate.content.get(sentence.range.clone())).unwrap_or_default()
    };
    let words = |index: usize| text(index).split_whitespace().count();
    let announces = announces(text(best), text(best + 1));
    let of_rows = if announces && rows::holds(candidate, best + 1) { best + 1 } else { best };
    if let Some(rows) = rows::choose(question, candidate, of_rows) {
        return Pick { candidate: place, sentences: rows.sentences.clone(), rows: Some(rows) };
    }
    let of_sentences = |sentences: Range<usize>| Pick { candidate: place, sentences, rows: None };
    let has_table = || (0..sentences.len()).any(|index| rows::holds(candidate, index));
    if (0..sentences.len()).map(words).sum::<usize>() <= WHOLE && !has_table() {
        // What is listed beside the sentence was not asked for.
        let is_beside = |index: &usize| !announces && !chunk::is_item(text(best)) && chunk::is_item(text(*index));
        let start = (0..best).rev().take_while(|index| !is_beside(index)).last().unwrap_or(best);
        let end = best + (best..sentences.len()).take_while(|index| !is_beside(index)).count();
        return of_sentences(start..end);
    }
    let kind = question::kind(&question.text);
    let holds =
        |index: usize| question::holds(kind, text(index), &question.text) > 0.0 && !rows::holds(candidate, index);
    let (mut start, mut end) = (best, best + 1);
    if announces {
        while end < best + 1 + ITEMS && !text(end).is_empty() && (end == best + 1 || chunk::is_item(text(end))) {
            end += 1;
        }
    } else if best > 0 && points_back(text(best)) && words(best - 1) <= SHORT {
        start = best - 1;
    }
    if !(start..end).any(holds) {
        if start > 0 && holds(start - 1) && words(start - 1) <= SHORT {
            start -= 1;
        } else if holds(end) && words(end) <= SHORT {
            end += 1;
        }
    }
    of_sentences(start..end)
}

/// Whether a sentence announces what follows: it ends in a colon, or stands as a title above a list.
fn announces(sentence: &str, next: &str) -> bool {
    let is_open = || !sentence.ends_with(['.', '!', '?', '。', '！', '？', '؟']) && !chunk::is_item(sentence);
    sentence.ends_with([':', '：']) || (chunk::is_item(next) && is_open())
}

/// The end of the sentences that are said: after the exception that follows, and after the list that the last
/// one announces.
pub(super) fn thought(candidate: &Candidate, sentences: &Range<usize>) -> usize {
    let (all, mut end) = (&candidate.sentences.sentences, sentences.end);
    let range = |index: usize| all.get(index).map_or(0..0, |sentence| sentence.range.clone());
    let text = |index: usize| candidate.content.get(range(index)).unwrap_or_default();
    let last = |end: usize| end.checked_sub(1).map_or("", text);
    if !chunk::is_item(last(end)) && last(end).ends_with([':', '：']) {
        let announced = end;
        while end < announced + ITEMS && !text(end).is_empty() && (end == announced || chunk::is_item(text(end))) {
            end += 1;
        }
    }
    for _ in 0..LIMITS {
        let between = last(end).len().min(1).checked_sub(1).map(|_| range(end - 1).end..range(end).start);
        let is_apart = between.and_then(|range| candidate.content.get(range)).is_none_or(|space| space.contains('\n'));
        let next = text(end);
        let is_fit = !next.is_empty() && !chunk::is_item(next) && next.split_whitespace().count() <= LIMIT_WORDS;
        match limits::turn(next).filter(|_| is_fit) {
            Some(Turn::Opens) => end += 1,
            // Another paragraph may say no to something else.
            Some(Turn::Holds) if !is_apart => end += 1,
            _ => break,
        }
    }
    end
}

fn points_back(sentence: &str) -> bool {
    const WORDS: &[&str] = &[
        "it",
        "its",
        "they",
        "their",
        "them",
        "this",
        "that",
        "these",
        "those",
        "he",
        "she",
        "his",
        "her",
        "such",
        "however",
        "therefore",
        "otherwise",
        "then",
        "also",
        "both",
        "afterwards",
        "instead",
    ];
    let first = sentence.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    WORDS.contains(&first.as_str())
}

/// Where a heading asks the same question, what stands under it is the answer, from its start.
fn under_same_question(question: &Question, candidates: &[Candidate], ranked: &[Ranked]) -> Option<Pick> {
    let place = ranked.first()?.candidate;
    let candidate = candidates.get(place)?;
    let sentences = &candidate.sentences.sentences;
    if candidate.heading < question.weights.same_question || candidate.heading < candidate.closest() {
        return None;
    }
    let mut words = 0;
    let end = sentences
        .iter()
        .enumerate()
        .take_while(|(index, _)| !rows::holds(candidate, *index))
        .take_while(|(_, sentence)| {
            words += candidate.content.get(sentence.range.clone()).unwrap_or_default().split_whitespace().count();
            words <= WORDS
        })
        .count();
    let is_table = rows::holds(candidate, 0);
    let end = if is_table { 0 } else { end.max(1).min(sentences.len()) };
    // A title above a table says nothing by itself.
    (end > 0 && !rows::holds(candidate, end)).then_some(Pick { candidate: place, sentences: 0..end, rows: None })
}
