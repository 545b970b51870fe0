//! From text to terms: words, lower case, without the most common ones, stemmed.
//!
//! What is written without spaces has no words that could be told without a
//! dictionary: of Chinese, Japanese, Korean and Thai each two neighbouring letters are a term.

use super::{DIMENSIONS, Tongue, scripts};
use rust_stemmers::Stemmer;
use unicode_segmentation::UnicodeSegmentation;

/// A word that tells something, as the number of its stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u32);

/// Letters of a word that are looked at; longer "words" are addresses or codes.
const WORD_BYTES: usize = 64;

/// A word of a text, as it is looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    /// In small letters.
    Spaced(String),
    /// Letters of a script without spaces: two neighbours, or one that stands alone.
    Unspaced(String),
}

/// The terms of an English text in their order, repeated as often as they occur.
#[must_use]
pub fn terms_in_order(text: &str) -> Vec<Term> {
    terms_in(text, Tongue::English)
}

/// The terms of a text in their order, repeated as often as they occur.
#[must_use]
pub fn terms_in(text: &str, tongue: Tongue) -> Vec<Term> {
    let stemmer = Stemmer::create(tongue.algorithm());
    words(text).iter().filter_map(|word| word.term(tongue, &stemmer)).collect()
}

/// The stems of a text in their order, without the words that stand in every text of its language.
pub(crate) fn stems(text: &str, tongue: Tongue) -> Vec<String> {
    let stemmer = Stemmer::create(tongue.algorithm());
    let stem = |word: Word| match word {
        Word::Unspaced(letters) => Some(letters),
        Word::Spaced(word) if tongue.is_common(&word) => None,
        Word::Spaced(word) => {
            let word = tongue.without_article(word.strip_suffix("'s").unwrap_or(&word));
            Some(plain(&stemmer.stem(word), tongue)).filter(|stem| !stem.is_empty())
        }
    };
    words(text).into_iter().filter_map(stem).collect()
}

impl Word {
    /// The word's term in a language; none for one that stands in every text.
    pub(super) fn term(&self, tongue: Tongue, stemmer: &Stemmer) -> Option<Term> {
        let word = match self {
            Self::Unspaced(letters) => return Some(Term(number("", letters))),
            Self::Spaced(word) => word.as_str(),
        };
        if let Some(stem) = scripts::stem(word) {
            return Some(Term(number("", &stem?)));
        }
        if tongue.is_common(word) {
            return None;
        }
        if tongue == Tongue::English {
            let word = word.strip_suffix("'s").unwrap_or(word);
            return if word.is_empty() { None } else { Some(Term(number("", &stemmer.stem(word)))) };
        }
        let stem = stemmer.stem(tongue.without_article(word));
        if stem.is_empty() { None } else { Some(Term(number(tongue.tag(), &plain(&stem, tongue)))) }
    }

    /// Whether it stands in every text of a language.
    pub(super) fn is_common(&self, tongue: Tongue) -> bool {
        matches!(self, Self::Spaced(word) if tongue.is_common(word))
    }
}

/// A word as the lists have it.
pub(super) fn lower(word: &str) -> String {
    let word = word.to_lowercase();
    if word.contains('’') { word.replace('’', "'") } else { word }
}

/// The words of a text in their order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (spaced, after) = rest.split_at(rest.find(is_unspaced).unwrap_or(rest.len()));
        let short = spaced.unicode_words().filter(|word| word.len() <= WORD_BYTES);
        words.extend(short.map(|word| Word::Spaced(lower(word))));
        let (run, after) = after.split_at(after.find(|letter| !is_unspaced(letter)).unwrap_or(after.len()));
        let letters: Vec<char> = run.chars().collect();
        match letters.as_slice() {
            [one] => words.push(Word::Unspaced(one.to_string())),
            many => words.extend(many.windows(2).map(|pair| Word::Unspaced(pair.iter().collect()))),
        }
        rest = after;
    }
    words
}

/// Letters of scripts that put no space between words, or, as Korean, glue endings to them.
fn is_unspaced(letter: char) -> bool {
    matches!(u32::from(letter),
        // Thai, Lao, Myanmar, Khmer.
        0x0e01..=0x0e3a | 0x0e40..=0x0e4e | 0x0e81..=0x0ecf | 0x1000..=0x103f | 0x1780..=0x17d3
        // Japanese and Chinese.
        | 0x3005..=0x3007 | 0x3041..=0x309f | 0x30a1..=0x30fa | 0x30fc..=0x30ff | 0x31f0..=0x31ff | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff
        // Korean.
        | 0xac00..=0xd7a3)
}

/// A stem without the marks on its letters that people leave out in a hurry. In the languages of
/// the north they are letters of their own.
fn plain(stem: &str, tongue: Tongue) -> String {
    if matches!(tongue, Tongue::Swedish | Tongue::Danish | Tongue::Norwegian | Tongue::Finnish) {
        return stem.to_owned();
    }
    let mut plain = String::with_capacity(stem.len());
    for letter in stem.chars() {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' => plain.push('a'),
            'ç' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => plain.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'œ' => plain.push_str("oe"),
            other => plain.push(other),
        }
    }
    plain
}

/// FNV-1a: the same number on every machine and in every version, as it is stored.
fn number(tag: &str, stem: &str) -> u32 {
    let hash = tag
        .bytes()
        .chain(stem.bytes())
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
        assert_eq!(terms_in_order("größe naïve").len(), 2);
    }

    #[test]
    fn each_language_has_its_own_forms() {
        for (tongue, one, other) in [
            (Tongue::German, "Die Lieferungen der Schuhe", "eine Lieferung für einen Schuh"),
            (Tongue::German, "Rückgaben", "die Ruckgabe"),
            (Tongue::French, "les livraisons prévues", "l’livraison prévu"),
            (Tongue::French, "l’annulation de la commande", "annulations des commandes"),
            (Tongue::Spanish, "los envíos internacionales", "el envio internacional"),
            (Tongue::Italian, "le spedizioni dell’ordine", "la spedizione degli ordini"),
            (Tongue::Portuguese, "as devoluções gratuitas", "devolução gratuita"),
            (Tongue::Dutch, "de bestellingen", "mijn bestelling"),
            (Tongue::Swedish, "beställningarna", "min beställning"),
            (Tongue::Danish, "betalingerne", "en betaling"),
            (Tongue::Norwegian, "bestillingene", "bestilling"),
            (Tongue::Finnish, "asiakkaille", "asiakkaan"),
        ] {
            let (found, wanted) = (terms_in(one, tongue), terms_in(other, tongue));
            assert_eq!(found, wanted, "{tongue:?}: {one} / {other}");
            assert!(!found.is_empty());
        }
        assert_ne!(terms_in("bestelling", Tongue::Dutch), terms_in("bestelling", Tongue::German));
    }

    #[test]
    fn letters_tell_a_language_whatever_it_is_taken_for() {
        for (one, other) in [
            ("كم تكلفة الشحن؟", "تكلفة شحن"),
            ("يتم إرجاع المنتجات", "إرجاع المنتج"),
            ("Сколько стоит доставка?", "стоимость доставки"),
            ("Возврат товаров", "товар"),
            ("Πόσο διαρκεί η αποστολή;", "αποστολη"),
            ("Δεν είναι το αντίθετο", "αντίθετο"),
        ] {
            let (held, asked) = (terms_in(one, Tongue::English), terms_in(other, Tongue::German));
            assert!(asked.iter().any(|term| held.contains(term)), "{one} / {other}");
        }
        assert_eq!(terms_in("من في و что это и το της", Tongue::English).len(), 1, "one letter of Arabic is left");
    }

    #[test]
    fn what_has_no_spaces_is_found_by_neighbouring_letters() {
        for (text, asked) in [
            ("ご注文の配送料は五百円です。", "配送料はいくらですか"),
            ("我们的退货政策是三十天。", "退货"),
            ("ค่าจัดส่งฟรีสำหรับทุกคำสั่งซื้อ", "ค่าจัดส่งเท่าไหร่"),
            ("배송은 이틀 걸립니다.", "배송이 얼마나 걸려요"),
        ] {
            let held = terms_in_order(text);
            let found = terms_in_order(asked).iter().filter(|term| held.contains(term)).count();
            assert!(found >= 1, "{text} / {asked}");
            assert_eq!(terms_in(text, Tongue::German), held, "whatever the language");
        }
        assert_eq!(terms_in_order("東京").len(), 1);
        assert_eq!(terms_in_order("Tokyo 東京へ iPhone").len(), 4);
        assert_ne!(terms_in_order("東京"), terms_in_order("京東"));
    }

    #[test]
    fn numbers_of_terms_never_change() {
        // They are stored: a change here needs every source to be read again.
        assert_eq!(terms_in_order("delivery"), [Term(870_569_862)]);
    }
}
