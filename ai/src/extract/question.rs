//! What kind of thing a question asks for.

/// What an answer has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A point in time.
    Time,
    /// A number.
    Number,
    /// A name.
    Name,
    /// Anything.
    Open,
}

const MONTHS_AND_DAYS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "century",
    "today",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "hour",
    "hours",
    "morning",
    "evening",
];

const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen",
    "hundred", "thousand", "million", "billion", "half", "third", "quarter", "once", "twice", "free", "none",
];

/// Tells the kind by the question's words.
pub(super) fn kind(question: &str) -> Kind {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["when"]) || (has(&["year", "date", "time", "day"]) && has(&["what", "which"])) {
        Kind::Time
    } else if has(&["many", "much", "percentage", "percent"]) || lower.contains("how long") {
        Kind::Number
    } else if has(&["who", "whom", "whose", "where"]) {
        Kind::Name
    } else {
        Kind::Open
    }
}

/// Whether a sentence holds such a thing: 1 or 0, and a half where anything would do.
pub(super) fn holds(kind: Kind, sentence: &str, question: &str) -> f32 {
    let digits = sentence.contains(|c: char| c.is_ascii_digit());
    let says = |list: &[&str]| {
        sentence.split(|c: char| !c.is_alphanumeric()).any(|word| list.contains(&word.to_lowercase().as_str()))
    };
    let found = match kind {
        Kind::Open => return 0.5,
        Kind::Time => digits || says(MONTHS_AND_DAYS),
        Kind::Number => digits || says(NUMBER_WORDS),
        Kind::Name => {
            let asked = question.to_lowercase();
            names(sentence).any(|name| !asked.contains(&name.to_lowercase()))
        }
    };
    f32::from(u8::from(found))
}

/// Words with a capital letter that do not open the text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .skip(1)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .map(|word| word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word))
        .filter(|word| word.len() > 1 && word.starts_with(char::is_uppercase))
}

/// The numbers in a text.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ','))
        .map(|word| word.trim_matches(['.', ',']))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}
