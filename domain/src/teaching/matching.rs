//! Whether an answer is as a test case expects it.

use types::answers::{Answer, AnswerKind};

/// Why an answer is not as expected; none when it is.
pub(super) fn complaint(expected: &str, is_hand_off: bool, answer: &Answer) -> Option<String> {
    let percent = (answer.confidence * 100.0).round();
    match (is_hand_off, answer.kind) {
        (true, AnswerKind::HandOff) => None,
        (true, _) => Some(format!("It answered, {percent} % sure, and was to hand off.")),
        (false, AnswerKind::HandOff) => Some(format!("It handed off: it was only {percent} % sure.")),
        (false, _) => {
            let said = normalised(&answer.text);
            let holds = |variant: &str| said.contains(&normalised(variant));
            let is_held = variants(expected).any(holds);
            (!is_held).then(|| format!("The answer, {percent} % sure, does not hold the expected words."))
        }
    }
}

/// The accepted ways to say it.
pub(super) fn variants(expected: &str) -> impl Iterator<Item = &str> {
    expected.split('|').map(str::trim).filter(|variant| variant.chars().any(char::is_alphanumeric))
}

/// Words in small letters with one space around each; without marks such as `[1]`.
fn normalised(text: &str) -> String {
    let mut words = String::from(" ");
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        push(&mut words, before);
        rest = match after.split_once(']') {
            Some((number, tail)) if number.chars().all(|char| char.is_ascii_digit()) => tail,
            _ => after,
        };
    }
    push(&mut words, rest);
    words
}

fn push(words: &mut String, text: &str) {
    for word in text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.extend(word.chars().flat_map(char::to_lowercase));
        words.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: AnswerKind, text: &str) -> Answer {
        Answer { kind, text: text.to_owned(), citations: Vec::new(), confidence: 0.8, milliseconds: 1 }
    }

    #[test]
    fn one_of_the_variants_is_enough_and_half_a_word_is_not() {
        let said = answer(AnswerKind::Extractive, "Parcels take **six [1] working days**, and cost 14 euros.");
        assert_eq!(complaint("Six working days", false, &said), None);
        assert_eq!(complaint("a week | 14 Euros!", false, &said), None);
        assert!(complaint("4 euros", false, &said).is_some(), "half a word");
        assert!(complaint("seven days|", false, &said).is_some(), "an empty variant accepts nothing");
        assert!(complaint("", true, &said).unwrap().contains("hand off"));
    }

    #[test]
    fn a_hand_off_is_right_when_it_is_expected_alone() {
        let handed = answer(AnswerKind::HandOff, "A colleague will answer.");
        assert_eq!(complaint("", true, &handed), None);
        assert!(complaint("colleague", false, &handed).unwrap().contains("handed off"));
    }
}
