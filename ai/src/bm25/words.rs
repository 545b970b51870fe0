//! From text to terms: words, lower case, without the most common ones, stemmed.

use super::DIMENSIONS;
use rust_stemmers::{Algorithm, Stemmer};
use std::{collections::HashSet, sync::LazyLock};
use unicode_segmentation::UnicodeSegmentation;

/// A word that tells something, as the number of its stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u32);

/// Letters of a word that are looked at; longer "words" are addresses or codes.
const WORD_BYTES: usize = 64;

/// English words that stand in every text.
static STOP_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a about above after again against all also am an and any are aren't as at be because been before being \
     below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down \
     during each few for get gets getting got from further had hadn't has hasn't have haven't having he he's her here here's hers \
     herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself just know like many may let's \
     me might more most much must my myself no nor not now of off on once only or other our ours ourselves out over own \
     please same shan't she she's should shouldn't so some such tell than that that's the their theirs them \
     themselves then there there's these they they're this those through to too under until up very want wants was \
     wasn't we we'll we're we've were weren't what what's when when's where where's which while who who's \
     whom why why's will with won't would wouldn't you you'd you'll you're you've your yours yourself \
     yourselves"
        .split_whitespace()
        .collect()
});

/// The terms of a text in their order, repeated as often as they occur.
#[must_use]
pub fn terms_in_order(text: &str) -> Vec<Term> {
    let stemmer = Stemmer::create(Algorithm::English);
    text.unicode_words().filter_map(|word| term(word, &stemmer)).collect()
}

fn term(word: &str, stemmer: &Stemmer) -> Option<Term> {
    if word.len() > WORD_BYTES {
        return None;
    }
    let mut word = word.to_lowercase();
    if word.contains('’') {
        word = word.replace('’', "'");
    }
    if STOP_WORDS.contains(word.as_str()) {
        return None;
    }
    let word = word.strip_suffix("'s").unwrap_or(&word);
    if word.is_empty() { None } else { Some(Term(number(&stemmer.stem(word)))) }
}

/// FNV-1a: the same number on every machine and in every version, as it is stored.
fn number(stem: &str) -> u32 {
    let hash = stem
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below 2^30")]
    let number = (hash % u64::from(DIMENSIONS)) as u32 + 1;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_one_term() {
        assert_eq!(terms_in_order("Returning the returns, returned?"), vec![terms_in_order("return")[0]; 3]);
        assert_eq!(terms_in_order("the customer’s parcel"), terms_in_order("CUSTOMER parcels"));
        assert_eq!(terms_in_order("What is it, and why?"), []);
        assert_eq!(terms_in_order("größe 東京 naïve").len(), 4);
    }

    #[test]
    fn numbers_of_terms_never_change() {
        // They are stored: a change here needs every source to be read again.
        assert_eq!(terms_in_order("delivery"), [Term(870_569_862)]);
    }
}
