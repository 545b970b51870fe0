//! Ends of lines within a text: a space, nothing, or the end of a word that was cut.

use super::{page::Sheet, script};
use std::collections::HashSet;

/// First parts of words that are written with a hyphen.
const FIRST: &[&str] = &[
    "anti", "best", "cross", "e", "ex", "five", "four", "full", "half", "hard", "high", "ill", "inter-", "long", "low",
    "mid", "multi", "next", "non", "one", "part", "pre-", "self", "semi-", "seven", "short", "single", "six", "soft",
    "ten", "three", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "two", "user",
    "well", "x", "t", "u", "b",
];
/// Last parts of such words.
const LAST: &[&str] = &[
    "in",
    "out",
    "up",
    "off",
    "on",
    "by",
    "to",
    "of",
    "and",
    "the",
    "or",
    "at",
    "free",
    "based",
    "related",
    "friendly",
    "made",
    "like",
    "wide",
    "time",
    "term",
    "level",
    "date",
    "known",
    "house",
    "site",
    "line",
    "quality",
    "speed",
    "class",
    "year",
    "day",
    "hour",
    "old",
    "size",
    "mail",
    "shirt",
    "sized",
    "year-old",
    "specific",
    "of-the-art",
];

/// What a document itself says of its words.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Words with a hyphen within a line.
    hyphened: HashSet<String>,
    /// Words without.
    plain: HashSet<String>,
}

impl Known {
    /// Learns from what stands within lines.
    pub fn of(sheets: &[Sheet]) -> Self {
        let mut known = Self::default();
        for segment in sheets.iter().flat_map(|sheet| &sheet.segments) {
            for word in segment.text.split_whitespace() {
                let word = word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '-');
                if word.chars().count() < 3 || word.ends_with('-') || word.starts_with('-') {
                    continue;
                }
                let words = if word.contains('-') { &mut known.hyphened } else { &mut known.plain };
                words.insert(word.to_lowercase());
            }
        }
        known
    }

    /// Puts a line after a text that goes on in it.
    pub fn append(&self, text: &mut String, line: &str) {
        let (Some(end), Some(start)) = (text.chars().next_back(), line.chars().next()) else {
            text.push_str(line);
            return;
        };
        if end == '\u{ad}' {
            text.pop();
        } else if is_hyphen(end) {
            if self.is_cut(text, line) {
                text.pop();
            }
            // A dash that stands alone, and the end of a list of words ("on- and offline"), keep their space.
            let word_before = text.trim_end_matches(is_hyphen).chars().next_back();
            let is_dash = word_before.is_none_or(char::is_whitespace);
            if text.ends_with(is_hyphen) && (is_dash || goes_on_listing(line)) {
                text.push(' ');
            }
        } else {
            let is_tight = matches!(end, '–' | '—' | '/') && ends_tight(text);
            let is_spaceless = script::is_spaceless(end) && script::is_spaceless(start);
            if !is_tight && !is_spaceless {
                text.push(' ');
            }
        }
        text.push_str(line);
    }

    /// Whether the hyphen at the end of a text is there for the line's end alone.
    fn is_cut(&self, text: &str, line: &str) -> bool {
        let before: String = last_word(text);
        let after: String = line.chars().take_while(|letter| letter.is_alphabetic() || is_hyphen(*letter)).collect();
        let first = before.trim_end_matches(is_hyphen);
        let (Some(end), Some(start)) = (first.chars().next_back(), after.chars().next()) else { return false };
        if !end.is_alphabetic() || !start.is_lowercase() {
            return false;
        }
        let (small, rest) = (first.to_lowercase(), after.to_lowercase());
        if self.plain.contains(&format!("{small}{rest}")) {
            return true;
        }
        if self.hyphened.contains(&format!("{small}-{rest}")) {
            return false;
        }
        // Codes, names in capitals, single letters, and what has a hyphen already.
        let letters = first.chars().count();
        let is_code = first.contains(|letter: char| letter.is_numeric() || is_hyphen(letter) || letter == '_')
            || rest.contains(is_hyphen)
            || letters < 2
            || first.chars().all(char::is_uppercase);
        if is_code {
            return false;
        }
        let is_compound =
            FIRST.contains(&small.as_str()) || letters >= 3 && LAST.contains(&rest.as_str()) && self.is_word(&small);
        !is_compound && !goes_on_listing(line)
    }

    /// A word, as far as this document goes; short last parts tell enough alone.
    fn is_word(&self, word: &str) -> bool {
        self.plain.contains(word) || word.chars().count() >= 4
    }
}

/// A dash or stroke without a space before it: "9–" and "12".
fn ends_tight(text: &str) -> bool {
    text.chars().rev().nth(1).is_some_and(|letter| !letter.is_whitespace())
}

/// What follows is another word of a list whose last part is said later: "on- and offline".
fn goes_on_listing(line: &str) -> bool {
    ["and ", "or ", "und ", "oder ", "bis ", "et ", "ou ", "of "].iter().any(|word| line.starts_with(word))
}

/// Whether a sign is a hyphen.
pub(super) const fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}')
}

fn last_word(text: &str) -> String {
    let mut word: Vec<char> = text
        .chars()
        .rev()
        .take_while(|letter| letter.is_alphanumeric() || is_hyphen(*letter) || *letter == '_')
        .collect();
    word.reverse();
    word.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(known: &Known, one: &str, next: &str) -> String {
        let mut text = one.to_owned();
        known.append(&mut text, next);
        text
    }

    #[test]
    fn words_that_were_cut_are_whole_again_and_others_keep_their_hyphen() {
        let mut known = Known::default();
        for (one, next, whole) in [
            ("You can send any-", "thing back", "You can send anything back"),
            ("Infor-", "mation.", "Information."),
            ("a well-", "known shop", "a well-known shop"),
            ("Write an e-", "mail", "Write an e-mail"),
            ("within 5-", "7 days", "within 5-7 days"),
            ("the code AB-", "cd", "the code AB-cd"),
            ("number X12-", "b", "number X12-b"),
            ("at the check-", "in.", "at the check-in."),
            ("Haupt-", "Straße", "Haupt-Straße"),
            ("Ein- und Aus-", "gang", "Ein- und Ausgang"),
            ("in-", "and outdoors", "in- and outdoors"),
            ("we open -", "at last", "we open - at last"),
            ("from 9–", "12", "from 9–12"),
            ("open", "at nine", "open at nine"),
            ("営業", "時間", "営業時間"),
            ("영업", "시간", "영업 시간"),
        ] {
            assert_eq!(joined(&known, one, next), whole);
        }
        known.plain.insert("online".to_owned());
        known.hyphened.insert("water-proof".to_owned());
        assert_eq!(joined(&known, "on-", "line"), "online");
        assert_eq!(joined(&known, "water-", "proof"), "water-proof");
    }
}
