//! Whether words are a question that somebody could answer, or an answer.

use ai::{
    extract::{small_talk, wants_person},
    follow_up::{Standing, context, standing},
};

/// Fewest words, besides questions, of a reply that looks like an answer.
const ANSWER_WORDS: usize = 6;
/// Longest run of consonants that a word has; "strengths" has five at its end.
const CONSONANTS: usize = 5;
/// Longest context that a question is put behind: a story would hide it.
const CONTEXT_CHARS: usize = 200;

/// It asks something; small talk, the wish for a person and keys pressed at random do not.
pub(super) fn is_question(text: &str) -> bool {
    !wants_person(text) && small_talk(text).is_none() && is_language(text)
}

/// A question that points back, behind what was asked before it, of which `earlier` is the newest
/// first: "And to Sweden?" tells nobody what was asked. None for one that stands by itself.
pub(super) fn in_context<'a>(question: &str, earlier: impl Iterator<Item = &'a str>) -> Option<String> {
    let is_leaning = standing(question) == Standing::Leaning;
    let before = context(earlier.filter(|text| is_leaning && is_question(text)))?;
    // Behind an older one that is short it would lean on what it does not mean.
    (before.chars().count() <= CONTEXT_CHARS).then(|| format!("{} {question}", before.trim()))
}

/// At least half of its words could be words.
fn is_language(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|char: char| !char.is_alphanumeric()).filter(|word| word.chars().any(char::is_alphabetic)).collect();
    let letters: usize = words.iter().map(|word| word.chars().filter(|char| char.is_alphabetic()).count()).sum();
    let is_latin = text.chars().filter(|char| char.is_alphabetic()).all(|char| char < '\u{250}');
    if !is_latin {
        return letters >= 2;
    }
    letters >= 3 && words.iter().filter(|word| is_word(word)).count() * 2 >= words.len()
}

fn is_word(word: &str) -> bool {
    let mut has_vowel = false;
    let (mut consonants, mut same, mut before) = (0_usize, 0_usize, None);
    for char in word.chars().flat_map(char::to_lowercase) {
        same = if before == Some(char) { same + 1 } else { 0 };
        before = Some(char);
        if same >= 2 && char.is_alphabetic() {
            return false;
        }
        if matches!(char, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !char.is_ascii() || char.is_ascii_digit() {
            has_vowel = true;
            consonants = 0;
        } else {
            consonants += 1;
            if consonants > CONSONANTS {
                return false;
            }
        }
    }
    // "ssd", "pdf" and "vs" are said letter by letter.
    has_vowel || word.chars().count() <= 3
}

/// It says something: what is left without its questions is more than a few words.
pub(crate) fn is_like_an_answer(text: &str) -> bool {
    let said: usize = text
        .split_inclusive(['.', '!', '?', '\n'])
        .filter(|sentence| !sentence.trim_end().ends_with('?'))
        .map(|sentence| sentence.split_whitespace().count())
        .sum();
    said >= ANSWER_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_put_behind_the_one_it_leans_on_and_no_other() {
        let whole = |question, earlier: &[&str]| in_context(question, earlier.iter().copied());
        let (norway, story) = ("Do you deliver to Norway?", "My sofa came late. ".repeat(20));
        assert_eq!(whole("And to Sweden?", &["Thank you!", norway]).unwrap(), format!("{norway} And to Sweden?"));
        assert_eq!(whole("And to Sweden?", &[&story, norway]), None, "it leans on the story");
        assert_eq!(whole("And to Sweden?", &[]), None);
        assert_eq!(whole("How long do parcels to Norway take on a Friday?", &[norway]), None);
    }

    #[test]
    fn questions_are_told_from_noise() {
        for question in ["Do you ship to Norway?", "refund", "Wie lange dauert die Lieferung", "退货要多久", "PDF?"]
        {
            assert!(is_question(question), "{question}");
        }
        for noise in
            ["hello", "thank you!", "I want to talk to a human", "asdfghjkl qwrtzpsdfg", "????", "aaaaaaa", "x"]
        {
            assert!(!is_question(noise), "{noise}");
        }
    }

    #[test]
    fn answers_are_told_from_questions_and_greetings() {
        assert!(is_like_an_answer("Yes, we deliver to Norway within six days. Does that help?"));
        assert!(!is_like_an_answer("Hello, Ana here."));
        assert!(!is_like_an_answer("Could you tell me the number of your order, please?"));
    }
}
