//! Which passages are about a question: a fast first stage over all of a
//! tenant's passages, then a closer look at the best of them.
//!
//! The first stage is one number a database can compute for every passage:
//! the cosine of the vectors plus BM25 divided by what the question's words
//! could reach at most, so that both are on one scale. The second stage looks at the
//! sentences: the closest one, how much of the question its words cover, and
//! whether words stand together as they do in the question.

mod essence;

pub use essence::essence;

use crate::{
    bm25::{Asked, SparseVector, Statistics, Term, asked},
    passage::{Sentence, Sentences},
    weights::Weights,
};
use std::collections::{BTreeMap, HashSet};

/// Passages that go from the first stage to the second.
pub const CANDIDATES: usize = 30;

/// What the words that a sentence covers count beside its cosine.
const COVERED: f32 = 0.4;

/// A question as the search sees it.
#[derive(Clone, Debug)]
pub struct Question {
    /// What was asked.
    pub text: String,
    /// Its vector.
    pub vector: Vec<f32>,
    /// Its terms, in order, each in the question's language.
    pub terms: Vec<Term>,
    /// How much each different term tells, by rising term.
    pub rarities: Vec<(Term, f32)>,
    /// Terms of passages in other languages with the question's own that they stand for, by rising term.
    others: Vec<(Term, Term)>,
    /// The sum of them; never zero.
    pub total: f32,
    /// Which part of them, by what they tell, some passage of the tenant holds: 0 to 1.
    pub known: f32,
    /// Passages of the tenant.
    pub passages: u32,
    /// What each sign counts, by the model that made the vector.
    pub weights: &'static Weights,
}

/// A passage that came through the first stage.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its text.
    pub content: String,
    /// Its sentences.
    pub sentences: Sentences,
    /// Cosine of the vectors.
    pub similarity: f32,
    /// Cosine of the heading's vector with the question's; 0 without a heading.
    pub heading: f32,
    /// The same of each sentence.
    pub near: Vec<f32>,
    /// What each sign counts, by the model that made its vectors.
    weights: &'static Weights,
}

impl Candidate {
    /// A passage that came through the first stage. Words of its sentences that the question has
    /// in another language's form get the question's, so that they can be compared.
    #[must_use]
    pub fn new(question: &Question, content: String, mut sentences: Sentences, similarity: f32) -> Self {
        if !question.others.is_empty() {
            let of_sentences = sentences.sentences.iter_mut().flat_map(|sentence| &mut sentence.terms);
            for term in sentences.heading_terms.iter_mut().chain(of_sentences) {
                *term = question.own(*term);
            }
        }
        let heading = sentences.heading.as_ref().map_or(0.0, |vector| vector.dot(&question.vector));
        let near = sentences.sentences.iter().map(|sentence| sentence.vector.dot(&question.vector)).collect();
        Self { content, sentences, similarity, heading, near, weights: question.weights }
    }

    /// Its sentences, each with its cosine.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&Sentence, f32)> {
        self.sentences.sentences.iter().zip(self.near.iter().copied())
    }

    /// The cosine of the sentence that is closest to the question; 0 at least.
    pub(crate) fn closest(&self) -> f32 {
        self.near.iter().copied().fold(0.0, f32::max)
    }
}

/// A candidate's place after the second stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its place in the list of candidates.
    pub candidate: usize,
    /// Larger is better; comparable between questions.
    pub score: f32,
    /// What the score is made of.
    pub features: Features,
}

/// What the second stage looks at: similarity of the passage, of its closest sentence, words
/// together, words covered by the passage, by one sentence, by two in a row, and the sentence that is closest and
/// covers most at once.
pub type Features = [f32; 7];

impl Question {
    /// A question with its vector, with what each sign counts for the model that made it, and with the tenant's
    /// statistics of its terms.
    #[must_use]
    pub fn new(text: &str, vector: Vec<f32>, weights: &'static Weights, statistics: &Statistics) -> Self {
        let words = asked(text, statistics);
        let different: BTreeMap<Term, &Asked> = words.iter().map(|word| (word.term, word)).collect();
        let rarities: Vec<(Term, f32)> =
            different.iter().map(|(term, word)| (*term, statistics.rarity(word))).collect();
        let total = rarities.iter().map(|(_, rarity)| rarity).sum::<f32>().max(f32::MIN_POSITIVE);
        let is_known = |term: &Term| different.get(term).is_some_and(|word| statistics.holding(word) > 0);
        let known = rarities.iter().filter(|(term, _)| is_known(term)).map(|(_, rarity)| rarity).sum::<f32>() / total;
        let others: BTreeMap<Term, Term> =
            different.values().flat_map(|word| word.others.iter().map(|other| (*other, word.term))).collect();
        let terms = words.iter().map(|word| word.term).collect();
        Self {
            text: text.to_owned(),
            vector,
            terms,
            rarities,
            others: others.into_iter().collect(),
            total,
            known,
            passages: statistics.passages,
            weights,
        }
    }

    /// The question's half of the first stage's words: add the product with a
    /// passage's half to the cosine of the vectors.
    #[must_use]
    pub fn words(&self) -> SparseVector {
        let scale = self.weights.words / self.total;
        let own = self.rarities.iter().map(|(term, rarity)| (term.0, rarity * scale));
        let others = self.others.iter().map(|(other, term)| (other.0, self.rarity(*term) * scale));
        let all: BTreeMap<u32, f32> = others.chain(own).collect();
        SparseVector { entries: all.into_iter().collect() }
    }

    /// A term of a passage, or the question's own that it stands for.
    fn own(&self, term: Term) -> Term {
        let place = self.others.binary_search_by_key(&term, |(other, _)| *other).ok();
        place.and_then(|place| self.others.get(place)).map_or(term, |(_, own)| *own)
    }

    /// Real BM25 from the product with [`Question::words`].
    #[must_use]
    pub fn bm25(&self, product: f32) -> f32 {
        product * self.total / self.weights.words
    }

    /// How much a term of the question tells.
    pub(crate) fn rarity(&self, term: Term) -> f32 {
        self.rarities
            .binary_search_by_key(&term, |(term, _)| *term)
            .ok()
            .and_then(|at| self.rarities.get(at))
            .map_or(0.0, |(_, rarity)| *rarity)
    }

    /// Which part of the question's words a set holds, by what they tell: 0 to 1.
    pub(crate) fn coverage(&self, held: impl Fn(&Term) -> bool) -> f32 {
        self.rarities.iter().filter(|(term, _)| held(term)).map(|(_, rarity)| rarity).sum::<f32>() / self.total
    }

    /// How much the pairs of neighbours that the question shares with a text tell.
    pub(crate) fn neighbours(&self, text: &HashSet<(Term, Term)>) -> f32 {
        let pairs: HashSet<(Term, Term)> = pairs(&self.terms).collect();
        pairs.iter().filter(|pair| text.contains(pair)).map(|(a, b)| self.rarity(*a).min(self.rarity(*b))).sum::<f32>()
            / self.total
    }
}

/// Neighbours in a text.
pub(crate) fn pairs(terms: &[Term]) -> impl Iterator<Item = (Term, Term)> {
    terms.iter().copied().zip(terms.iter().copied().skip(1))
}

/// Ranks candidates for a question, best first.
#[must_use]
pub fn rank(question: &Question, candidates: &[Candidate]) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .enumerate()
        .map(|(place, candidate)| {
            let features = features(question, candidate);
            let score = features.iter().zip(candidate.weights.ranking).map(|(feature, weight)| feature * weight).sum();
            Ranked { candidate: place, score, features }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranked
}

fn features(question: &Question, candidate: &Candidate) -> Features {
    let parts = &candidate.sentences;
    let closest = candidate.near.iter().copied().fold(candidate.heading, f32::max);
    let all: Vec<Term> = parts
        .heading_terms
        .iter()
        .chain(parts.sentences.iter().flat_map(|sentence| &sentence.terms))
        .copied()
        .collect();
    let set: HashSet<Term> = all.iter().copied().collect();
    let covered = question.coverage(|term| set.contains(term));
    let mut by_one = question.coverage(|term| parts.heading_terms.contains(term));
    let mut by_two = by_one;
    let mut both = candidate.heading + COVERED * by_one;
    let mut before: &[Term] = &parts.heading_terms;
    for (sentence, near) in candidate.parts() {
        by_one = by_one.max(question.coverage(|term| sentence.terms.contains(term)));
        by_two = by_two.max(question.coverage(|term| sentence.terms.contains(term) || before.contains(term)));
        let covers = |term: &Term| sentence.terms.contains(term) || parts.heading_terms.contains(term);
        both = both.max(near + COVERED * question.coverage(covers));
        before = &sentence.terms;
    }
    [candidate.similarity, closest, question.neighbours(&pairs(&all).collect()), covered, by_one, by_two, both]
}
