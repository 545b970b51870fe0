//! The words of a question, each with the terms under which passages of a tenant may hold it.
//!
//! A passage's words are stemmed in the passage's language. Which one a question is in can
//! hardly be told from three words, and it need not be the passages': so each word is looked
//! up in every language that the tenant has passages in. It stays one word, whatever number of
//! terms it has, and counts once.

use super::{
    Statistics, Term, Tongue,
    words::{Word, words},
};
use rust_stemmers::Stemmer;
use std::collections::BTreeSet;

/// A word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its term in the question's language.
    pub term: Term,
    /// Its terms in others, as far as a passage of the tenant holds them.
    pub others: Vec<Term>,
}

/// The words of a question in their order, repeated as often as they occur.
#[must_use]
pub fn asked(question: &str, statistics: &Statistics) -> Vec<Asked> {
    let words = words(question);
    let held = |term: &Term| statistics.documents.get(&term.0).is_some_and(|documents| *documents > 0);
    let mut tongues: Vec<(Tongue, Stemmer, u32, usize)> = statistics
        .tongues()
        .into_iter()
        .map(|(tongue, passages)| {
            let stemmer = Stemmer::create(tongue.algorithm());
            let is_known =
                |word: &&Word| word.is_common(tongue) || word.term(tongue, &stemmer).as_ref().is_some_and(held);
            let known = words.iter().filter(is_known).count();
            (tongue, stemmer, passages, known)
        })
        .collect();
    // The question is in the language of which the tenant's passages know most of its words.
    tongues.sort_by_key(|(tongue, _, passages, known)| (std::cmp::Reverse((*known, *passages)), *tongue));
    let Some(((first, stemmer, ..), others)) = tongues.split_first() else { return Vec::new() };
    let asked = |word: &Word| {
        let term = word.term(*first, stemmer)?;
        let mut found: Vec<Term> =
            others.iter().filter_map(|(tongue, stemmer, ..)| word.term(*tongue, stemmer)).filter(held).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|other| *other != term);
        Some(Asked { term, others: found })
    };
    words.iter().filter_map(asked).collect()
}

/// Every term under which a word of a question may be held, in whatever language: what the
/// [`Statistics`] for it must know.
#[must_use]
pub fn every_term(question: &str) -> BTreeSet<Term> {
    let words = words(question);
    let of = |tongue: Tongue| {
        let stemmer = Stemmer::create(tongue.algorithm());
        words.iter().filter_map(|word| word.term(tongue, &stemmer)).collect::<Vec<_>>()
    };
    Tongue::ALL.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bm25::{passage_weights, terms_in};

    fn statistics(passages: &[(&str, Tongue)]) -> Statistics {
        let weights: Vec<_> = passages.iter().map(|(text, tongue)| (passage_weights(text, *tongue), *tongue)).collect();
        Statistics::of(weights.iter().map(|(weights, tongue)| (weights, *tongue)))
    }

    #[test]
    fn one_language_alone_is_as_if_there_were_no_others() {
        let english = statistics(&[("Parcels are delivered within three days.", Tongue::English)]);
        for question in ["Are the parcels delivered?", "die Lieferung", "news of parts", "東京へ"] {
            let words = asked(question, &english);
            assert!(words.iter().all(|word| word.others.is_empty()), "{question}");
            let terms: Vec<Term> = words.iter().map(|word| word.term).collect();
            assert_eq!(terms, terms_in(question, Tongue::English), "{question}");
        }
        assert_eq!(asked("parcels", &Statistics::default()), asked("parcels", &english));
    }

    #[test]
    fn a_word_is_found_whatever_language_the_question_is_taken_for() {
        let passages = [
            ("Die Lieferungen dauern drei Tage und kosten nichts.", Tongue::German),
            ("Die Rücknahme der Schuhe ist für Sie kostenlos.", Tongue::German),
            // Too few words to tell, so it was taken for English.
            ("Lieferung Österreich", Tongue::English),
            ("Parcels to Berlin are delivered in two days.", Tongue::English),
        ];
        let both = statistics(&passages);
        let words = asked("Wie lange dauert die Lieferung?", &both);
        let delivery = words.last().unwrap();
        assert_eq!(delivery.term, terms_in("Lieferungen", Tongue::German)[0]);
        assert_eq!(delivery.others, terms_in("Lieferung", Tongue::English));
        assert!(words.iter().all(|word| word.term != terms_in("die", Tongue::English)[0]), "a common word is left out");

        let words = asked("Are parcels to Berlin delivered?", &both);
        assert_eq!(words[0].term, terms_in("parcel", Tongue::English)[0]);
        assert!(words.iter().all(|word| word.others.is_empty()));
        for word in asked("Lieferung", &both) {
            let all: Vec<Term> = std::iter::once(word.term).chain(word.others).collect();
            assert_eq!(all.len(), 2, "both forms are looked for");
        }
        assert!(every_term("Lieferung").contains(&delivery.term));
    }
}
