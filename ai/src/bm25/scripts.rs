//! Languages that are told by their letters: Arabic, Greek, and those in Cyrillic letters, of which Russian's endings
//! serve for all. A question and a passage in one of them need no guess. Greek words stay whole but for their accents:
//! the library's stemmer of Greek panics at some of them.
//!
//! The words that are left out say nothing. Those that turn a sense round ("not", "without", "when") stay, as
//! questions are told apart by them.

use rust_stemmers::{Algorithm, Stemmer};

const ARABIC: &str = "في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا هل كيف لماذا أي اي من \
 هو هي هم أن ان إن كان كانت يكون قد أو او ثم بين عند لكن كل بعض إذا اذا ";

const CYRILLIC: &str = "и в во что он на я со как а то все она так его но да ты к у же вы бы по ее мне было вот \
 меня еще о из ему теперь даже ну ли если уже или быть был него вас вам сказал есть \
 для мы их чем была будет кто этот того потому какой который это эта эти этого чего при \
 або та що як це чи чому який яка яке які він вона воно вони на про при";

const GREEK: &str = "ο η το οι τα του της των τον την τους τις στο στη στην στον στα στους στις και σε να που πως ότι \
 αν είναι ήταν έχει έχουν θα μας σας μου σου ένα μια ένας τι ποιος ποια ποιο γιατί πώς ή";

/// A letter without the mark that people leave out in a hurry, or that moves from form to form.
const fn plain(letter: char) -> char {
    match letter {
        'ё' => 'е',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        other => other,
    }
}

/// The term of a word in one of these scripts: its stem, and nothing for a word that stands in every text. None when
/// the word is in another script.
pub(super) fn stem(word: &str) -> Option<Option<String>> {
    let (algorithm, common) = match u32::from(word.chars().find(|letter| letter.is_alphabetic())?) {
        0x0620..=0x06ff | 0x0750..=0x077f => (Some(Algorithm::Arabic), ARABIC),
        0x0400..=0x052f => (Some(Algorithm::Russian), CYRILLIC),
        0x0370..=0x03ff | 0x1f00..=0x1fff => (None, GREEK),
        _ => return None,
    };
    if common.split_whitespace().any(|other| other == word) {
        return Some(None);
    }
    let word: String = word.chars().map(plain).collect();
    let stem = algorithm.map_or_else(|| word.clone(), |algorithm| Stemmer::create(algorithm).stem(&word).into_owned());
    Some((!stem.is_empty()).then_some(stem))
}
