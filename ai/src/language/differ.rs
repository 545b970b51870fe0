//! Whether a question and a passage are in two languages: their words then tell nothing of each other.

use super::{STRANGE_LETTERS, STRANGERS, TAGS_OF, detect};

/// Letters of a text that are looked at.
const LETTERS: usize = 400;

/// Words of a passage that must hold one of the commonest of its language.
const WORDS: usize = 8;

/// A way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    Hangul,
    /// Chinese signs, and the Japanese ones beside them.
    Han,
    Other,
}

/// Whether two texts are in two languages, as far as that can be told.
#[must_use]
pub fn differ(question: &str, passage: &str) -> bool {
    let (Some(asked), Some(said)) = (script(question), script(passage)) else { return false };
    if asked != said {
        return true;
    }
    match (detect(question), detect(passage)) {
        (Some(asked), Some(said)) => asked.tag != said.tag,
        // A few words without a common one are in no language's way, unless they are of one that is not told.
        (None, Some(_)) => is_strange(question),
        (Some(asked), None) => {
            let mut words = words(passage);
            let has_common = words.any(|word| TAGS_OF.get(word.as_str()).is_some_and(|tags| tags.contains(&asked.tag)));
            !has_common && self::words(passage).nth(WORDS).is_some()
        }
        (None, None) => false,
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let cut = text.char_indices().nth(LETTERS).map_or(text.len(), |(at, _)| at);
    let text = text.get(..cut).unwrap_or_default();
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn is_strange(text: &str) -> bool {
    words(text)
        .any(|word| STRANGERS.contains(word.as_str()) || word.contains(|letter| STRANGE_LETTERS.contains(letter)))
}

/// In which way most letters of a text are written; none without letters.
fn script(text: &str) -> Option<Script> {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for letter in text.chars().filter(|letter| letter.is_alphabetic()).take(LETTERS) {
        let found = of(letter);
        match counts.iter_mut().find(|(script, _)| *script == found) {
            Some((_, count)) => *count += 1,
            None => counts.push((found, 1)),
        }
    }
    // A sign of Chinese says as much as three letters, and a brand's name in Latin letters is everywhere.
    let worth = |(script, count): &(Script, usize)| if *script == Script::Latin { *count } else { *count * 3 };
    counts.into_iter().max_by_key(worth).map(|(script, _)| script)
}

fn of(letter: char) -> Script {
    match u32::from(letter) {
        0x0041..=0x024f | 0x1e00..=0x1eff => Script::Latin,
        0x0370..=0x03ff | 0x1f00..=0x1fff => Script::Greek,
        0x0400..=0x052f => Script::Cyrillic,
        0x0590..=0x05ff => Script::Hebrew,
        0x0600..=0x06ff | 0x0750..=0x077f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Script::Arabic,
        0x0900..=0x097f => Script::Devanagari,
        0x0e00..=0x0e7f => Script::Thai,
        0x1100..=0x11ff | 0xac00..=0xd7af => Script::Hangul,
        0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff => Script::Han,
        _ => Script::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::differ;

    const ENGLISH: &str = "Parcels to Norway take six working days and cost 14 euros. Returns are free.";
    const GERMAN: &str = "Pakete nach Norwegen dauern sechs Werktage und kosten 14 Euro. Die Rückgabe ist frei.";

    #[test]
    fn a_question_in_another_language_is_seen() {
        for question in [
            "Wie lange dauert die Lieferung nach Norwegen?",
            "Mất bao lâu để giao hàng đến Na Uy?",
            "送到挪威要多久?",
            "كم يستغرق التوصيل إلى النرويج؟",
            "Сколько идёт посылка в Норвегию?",
            "Jak dlouho trvá doručení do Norska?",
            "노르웨이까지 얼마나 걸려요?",
        ] {
            assert!(differ(question, ENGLISH), "{question}");
        }
        assert!(differ("How long does it take to Norway?", GERMAN));
    }

    #[test]
    fn the_same_language_and_bare_words_are_no_other_one() {
        for question in
            ["How long does a parcel to Norway take?", "opening hours sunday", "Norway?", "4711", "Puky 16 price", ""]
        {
            assert!(!differ(question, ENGLISH), "{question}");
        }
        assert!(!differ("Wie lange dauert die Lieferung?", GERMAN));
        assert!(!differ("ノルウェーまで何日かかりますか", "ノルウェーへの配送は六営業日です。"));
        assert!(!differ("How much?", "Puky 16; 129.50"));
        // A table in Latin letters with a name of another script.
        assert!(!differ("Price of the Sony headphones?", "Sony WH-1000XM5 ソニー: 299 EUR"));
    }
}
