//! What stands before items of lists and before notes.

/// The label of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// As it is printed; empty for dots and dashes.
    pub text: String,
    /// What follows it.
    pub rest: String,
    /// How it is written, with the number taken out.
    style: String,
    number: Option<u32>,
}

/// Signs before items.
const DOTS: &[char] = &[
    '•', '‣', '◦', '▪', '▫', '●', '○', '■', '□', '◆', '◇', '►', '▶', '➢', '➤', '✓', '✔', '✗', '⁃', '∙', '·', '❖',
    '\u{f0b7}', '\u{f0a7}', '\u{f0d8}', '\u{f0fc}', '\u{f076}',
];
const DASHES: &[char] = &['-', '–', '—', '*'];

/// The label that a line begins with, as far as the line tells.
pub(super) fn read(line: &str) -> Option<Label> {
    let (word, rest) = line.split_once(' ')?;
    let rest = rest.trim().to_owned();
    if rest.is_empty() {
        return None;
    }
    let mut letters = word.chars();
    if let (Some(sign), None) = (letters.next(), letters.next()) {
        if DOTS.contains(&sign) {
            return Some(Label { text: String::new(), rest, style: "•".to_owned(), number: None });
        }
        if DASHES.contains(&sign) && rest.starts_with(|first: char| !first.is_numeric()) {
            return Some(Label { text: String::new(), rest, style: sign.to_string(), number: None });
        }
    }
    let inner = word.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_marked = word.ends_with(['.', ')']) && word.chars().count() <= inner.chars().count() + 2;
    if !is_marked || inner.is_empty() {
        return None;
    }
    let digits = inner.chars().all(|c| c.is_ascii_digit()) && inner.len() <= 3;
    let letter = inner.chars().count() == 1 && inner.chars().all(|c| c.is_ascii_alphabetic());
    let number = if digits {
        inner.parse().ok()?
    } else if letter {
        u32::from(inner.chars().next()?.to_ascii_lowercase()) - u32::from('a') + 1
    } else {
        return None;
    };
    let kind = if digits {
        "1"
    } else if word.contains(char::is_uppercase) {
        "A"
    } else {
        "a"
    };
    let style = word.replace(inner, kind);
    Some(Label { text: word.to_owned(), rest, style, number: Some(number) })
}

/// Keeps the labels that others follow or go before: a date or a price may look like one.
pub(super) fn believe<'a>(labels: impl Iterator<Item = &'a mut Option<Label>>, last: Option<&Label>) {
    let mut labels: Vec<&mut Option<Label>> = labels.collect();
    let all: Vec<Label> =
        last.into_iter().cloned().chain(labels.iter().filter_map(|label| (**label).clone())).collect();
    for label in &mut labels {
        let is_one = label.as_ref().is_some_and(|own| {
            let same = || all.iter().filter(|other| other.style == own.style);
            match own.number {
                Some(number) => {
                    let counts =
                        |by: u32| same().any(|other| other.number.is_some_and(|other| other.abs_diff(number) == by));
                    // Letters are often those of a name, unless they begin with the first.
                    let is_letter = !own.style.contains('1');
                    counts(1)
                        && (!is_letter
                            || same().any(|other| other.number == Some(1))
                            || last.is_some_and(|last| last.style == own.style))
                }
                None => own.style == "•" || same().count() > 1,
            }
        });
        if !is_one {
            **label = None;
        }
    }
}

/// Whether words are labels that follow each other: dots, or numbers that count.
pub(super) fn are_labels(words: &[&str]) -> bool {
    let is_dot = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|sign| DOTS.contains(&sign) || DASHES.contains(&sign)) && letters.next().is_none()
    };
    if words.iter().all(is_dot) {
        return true;
    }
    let mut last: Option<(String, u32)> = None;
    // Specks are no labels.
    for word in words.iter().filter(|word| word.contains(char::is_alphanumeric)) {
        let marked = if word.ends_with(['.', ')']) { format!("{word} x") } else { format!("{word}. x") };
        let Some((style, number)) = read(&marked).and_then(|label| Some((label.style, label.number?))) else {
            return false;
        };
        let counts = last.as_ref().is_none_or(|(known, before)| *known == style && number == before + 1);
        if !counts && number != 1 {
            return false;
        }
        last = Some((style, number));
    }
    true
}

/// The label as it is kept: nothing for dots and dashes.
pub(super) fn printed(word: &str) -> String {
    let is_dot = word.chars().all(|sign| DOTS.contains(&sign) || DASHES.contains(&sign));
    if is_dot { String::new() } else { word.to_owned() }
}

/// The sign that a note begins with.
pub(super) fn note(line: &str) -> Option<String> {
    let (word, rest) = line.split_once(' ')?;
    let is_sign = word.chars().all(|c| matches!(c, '*' | '†' | '‡' | '§')) && word.chars().count() <= 3;
    let is_number = word.chars().all(|c| c.is_ascii_digit()) && word.len() <= 2;
    let says = rest.chars().next().is_some_and(char::is_alphabetic);
    ((is_sign || is_number) && says).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_that_count() {
        let labels = |lines: &[&str]| -> Vec<Option<String>> {
            let mut labels: Vec<Option<Label>> = lines.iter().map(|line| read(line)).collect();
            believe(labels.iter_mut(), None);
            labels.into_iter().map(|label| label.map(|label| label.text)).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(labels(&["1. One", "2. Two", "Three"]), [some("1."), some("2."), None]);
        assert_eq!(labels(&["a) one", "b) two"]), [some("a)"), some("b)")]);
        assert_eq!(labels(&["24. Dezember: geschlossen"]), [None]);
        assert_eq!(labels(&["• dot"]), [some("")]);
        assert_eq!(labels(&["- 5 degrees", "- alone"]), [None, None]);
        assert_eq!(labels(&["- one", "- two"]), [some(""), some("")]);
    }
}
