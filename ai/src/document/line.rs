//! What web pages and Word have in common within a line: raised words, and addresses behind words.

/// Whether words stand above or below their line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raised {
    /// Above, as a power or the sign of a note.
    Up,
    /// Below, as in a formula.
    Down,
}

/// How raised words are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// As this sign.
    As(&'static str),
    /// As a part of the word before them.
    Joined,
    /// As words of their own: they never join a number.
    Apart,
}

/// How raised words are said after some others.
pub(super) fn raised(before: &str, words: &str, place: Raised) -> Said {
    let after_letter = before.ends_with(char::is_alphabetic);
    match (place, words.trim()) {
        (Raised::Up, "2") if after_letter => Said::As("²"),
        (Raised::Up, "3") if after_letter => Said::As("³"),
        (Raised::Down, _) if after_letter => Said::Joined,
        _ => Said::Apart,
    }
}

/// The mail address or telephone number that a link leads to, when its words do not say it.
pub(super) fn unsaid<'a>(href: &'a str, words: &str) -> Option<&'a str> {
    let address = ["mailto:", "tel:"].iter().find_map(|scheme| href.trim().strip_prefix(scheme))?;
    let address = address.split('?').next().unwrap_or_default();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_said = if address.contains('@') { words.contains(address) } else { digits(words) == digits(address) };
    (!address.is_empty() && !is_said && !words.trim().is_empty()).then_some(address)
}
