//! Which sentences answer a question.

use super::question::{self, Kind};
use crate::{
    passage::Sentence,
    retrieve::{Candidate, Question, Ranked, pairs},
};
use std::ops::Range;

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

/// What a sentence is judged by: score of the passage, similarity, words covered by sentence and heading, words
/// together, words covered by the sentence before, the kind of thing asked for, new words.
pub type SentenceFeatures = [f32; SENTENCE_FEATURES];

/// How many things a sentence is judged by.
pub const SENTENCE_FEATURES: usize = 7;

/// Neighbouring sentences of one passage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pick {
    pub(super) candidate: usize,
    pub(super) sentences: Range<usize>,
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
    let judged = judge(question, candidates, ranked);
    let Some(best) = judged.first() else { return Vec::new() };
    let Some(candidate) = candidates.get(best.candidate) else { return Vec::new() };
    if let Some(pick) = under_same_question(question, candidates, ranked) {
        return vec![pick];
    }
    let first = widen(question, candidate, best.candidate, best.sentence);
    let mut picks = vec![first];
    // One more, from the same passage or another one, when it is nearly as good.
    let second = judged.iter().skip(1).take_while(|other| best.score - other.score < MARGIN).find(|other| {
        picks.iter().all(|pick| pick.candidate != other.candidate || !pick.sentences.contains(&other.sentence))
    });
    if let (Some(second), Some(pick)) = (second, picks.first_mut()) {
        let is_neighbour = second.candidate == pick.candidate
            && (second.sentence + 1 == pick.sentences.start || second.sentence == pick.sentences.end);
        if is_neighbour {
            pick.sentences = pick.sentences.start.min(second.sentence)..pick.sentences.end.max(second.sentence + 1);
        } else if let Some(candidate) = candidates.get(second.candidate) {
            let other = widen(question, candidate, second.candidate, second.sentence);
            let overlaps = other.candidate == pick.candidate
                && other.sentences.start < pick.sentences.end
                && pick.sentences.start < other.sentences.end;
            if !overlaps {
                picks.push(other);
            }
        }
    }
    picks
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
/// holds the time or number asked for. A short passage is taken whole.
fn widen(question: &Question, candidate: &Candidate, place: usize, best: usize) -> Pick {
    let sentences = &candidate.sentences.sentences;
    let text = |index: usize| {
        sentences.get(index).and_then(|sentence| candidate.content.get(sentence.range.clone())).unwrap_or_default()
    };
    let words = |index: usize| text(index).split_whitespace().count();
    if (0..sentences.len()).map(words).sum::<usize>() <= WHOLE {
        return Pick { candidate: place, sentences: 0..sentences.len() };
    }
    let kind = question::kind(&question.text);
    let holds = |index: usize| question::holds(kind, text(index), &question.text) > 0.0;
    let (mut start, mut end) = (best, best + 1);
    if text(best).ends_with(':') {
        while end < best + 1 + ITEMS && !text(end).is_empty() && (end == best + 1 || text(end).starts_with("- ")) {
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
    Pick { candidate: place, sentences: start..end }
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
        .take_while(|sentence| {
            words += candidate.content.get(sentence.range.clone()).unwrap_or_default().split_whitespace().count();
            words <= WORDS
        })
        .count()
        .max(1)
        .min(sentences.len());
    (end > 0).then_some(Pick { candidate: place, sentences: 0..end })
}
