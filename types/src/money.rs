//! Money as people and programs write it: read exactly, or refused with the reason. Nothing is guessed.

pub mod currency;
mod number;
mod price;
#[cfg(test)]
mod tests;

pub use price::Price;

use number::Number;

/// Letters of a text that may be a price.
const LONGEST: usize = 60;
/// Letters of a text that are repeated in a reason.
const QUOTED: usize = 40;
/// Words that make a price the lowest of several.
const STARTING: &[&str] = &[
    "from", "starting", "starts", "ab", "von", "à", "dès", "des", "desde", "da", "dal", "vanaf", "od", "fra", "från",
    "alkaen", "от", "từ", "min", "min.", "mind.",
];
/// Words between the two ends of a range.
const RANGE: &[&str] = &["to", "bis", "until", "or", "oder", "à", "a", "hasta", "tot", "do", "til", "till", "…"];

/// Which sign stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// As in `1,234.50`.
    Point,
    /// As in `1.234,50`.
    Comma,
}

/// What is known of a text before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The currency (ISO 4217) of what names none; empty when that is not known.
    pub currency: &'a str,
    /// Which sign stands before the decimals, when other values of the same column show it.
    pub convention: Option<Convention>,
}

/// An amount that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// How much.
    pub price: Price,
    /// The currency: the one that is written beside it, or the one that was known before. None when it is not known
    /// which of several it is.
    pub currency: Option<&'static str>,
    /// A currency is written beside it.
    pub names_currency: bool,
}

/// Why a text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is something else.
    NoPrice,
    /// It is the lowest of several prices.
    Starting,
    /// It is two prices with everything between.
    Range,
    /// There are several numbers in it.
    Several,
    /// It is less than nothing.
    Negative,
    /// It is a part of a hundred.
    Percent,
    /// The sign in it may stand before decimals or between thousands.
    Ambiguous,
    /// It has more decimals than its currency has: the most, and the currency if it is known.
    Decimals(usize, &'static str),
    /// It names two currencies.
    Currencies,
    /// It has more than ten places before the point.
    TooLarge,
}

impl Unread {
    /// The reason, for a person. `text` is what was read.
    #[must_use]
    pub fn reason(self, text: &str) -> String {
        let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(QUOTED).collect();
        if text.trim().chars().count() > QUOTED {
            shown.push('…');
        }
        match self {
            Self::NoPrice => format!("“{shown}” is no price. Write a number such as 12.50, or leave it empty."),
            Self::Starting => format!("“{shown}” is where prices start, not a price. Write the price itself."),
            Self::Range => format!("“{shown}” is a range, not a price. Write one price."),
            Self::Several => format!("“{shown}” has several numbers in it. Write one price."),
            Self::Negative => format!("“{shown}” is less than nothing."),
            Self::Percent => format!("“{shown}” is a percentage, not a price."),
            Self::Ambiguous => {
                format!(
                    "“{shown}” can be read in two ways: with thousands or with decimals. Write it with two decimals."
                )
            }
            Self::Decimals(most, currency) => {
                let places = match most {
                    0 => "no decimals".to_owned(),
                    most => format!("{most} decimals"),
                };
                let whose = if currency.is_empty() { "a price" } else { currency };
                format!("“{shown}” has too many decimals: {whose} has {places}.")
            }
            Self::Currencies => format!("“{shown}” names two currencies."),
            Self::TooLarge => format!("“{shown}” is too large for a price."),
        }
    }
}

/// Reads a price: a number in any usual form, with a currency before or after it. An empty text is no price at all.
///
/// # Errors
/// When it is something else, or can be read in more than one way.
pub fn read(text: &str, hints: Hints<'_>) -> Result<Option<Money>, Unread> {
    let Some((number, named)) = parts(text)? else { return Ok(None) };
    let known = currency::code(hints.currency);
    let names_currency = named.is_some();
    let currency = match named.as_deref() {
        None => known,
        Some([one]) => Some(*one),
        Some(several) => known.filter(|known| several.contains(known)),
    };
    let thousandths = number.thousandths(currency, hints.convention)?;
    let price = Price::from_thousandths(thousandths).map_err(|_| Unread::TooLarge)?;
    Ok(Some(Money { price, currency, names_currency }))
}

/// What some prices of one column show together of how they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// None of them shows it.
    Nothing,
    /// All that show it agree.
    One(Convention),
    /// They differ.
    Mixed,
}

/// Which sign stands before the decimals in some prices.
pub fn convention<'t>(texts: impl Iterator<Item = &'t str>) -> Shown {
    let mut shown = Shown::Nothing;
    for text in texts {
        let Ok(Some((number, _))) = parts(text) else { continue };
        shown = match (shown, number.convention()) {
            (shown, None) => shown,
            (Shown::Nothing, Some(one)) => Shown::One(one),
            (Shown::One(before), Some(one)) if before == one => shown,
            _ => return Shown::Mixed,
        };
    }
    shown
}

/// The number of a text, and the currencies that it may be in; none when it names none.
type Parts = (Number, Option<Vec<&'static str>>);

fn parts(text: &str) -> Result<Option<Parts>, Unread> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text.chars().count() > LONGEST {
        return Err(Unread::NoPrice);
    }
    let text = number::plain(text);
    let tokens = number::tokens(&text);
    let words: Vec<&str> = tokens.iter().filter_map(|token| token.as_ref().err().copied()).collect();
    let Some(place) = tokens.iter().position(Result::is_ok) else { return Err(refused_words(&words)) };
    let before = words.get(..place).unwrap_or_default();
    if tokens.len() > words.len() + 1 {
        let mut between = tokens.iter().skip(place + 1).map_while(|token| token.as_ref().err());
        let is_range = between.any(|word| is_dash(word) || RANGE.contains(&word.to_lowercase().as_str()));
        return Err(if is_range { Unread::Range } else { Unread::Several });
    }
    if words.contains(&"%") {
        return Err(Unread::Percent);
    }
    let in_brackets = before.contains(&"(") && words.last() == Some(&")");
    if in_brackets || before.iter().any(|word| is_dash(word)) {
        return Err(Unread::Negative);
    }
    let mut named: Option<Vec<&'static str>> = None;
    for word in &words {
        let currencies = currency::named(word);
        if currencies.is_empty() {
            return Err(refused_words(&words));
        }
        named = Some(match named {
            None => currencies,
            Some(before) => before.into_iter().filter(|code| currencies.contains(code)).collect(),
        });
    }
    match named {
        Some(none) if none.is_empty() => Err(Unread::Currencies),
        named => Ok(tokens.into_iter().find_map(Result::ok).map(|number| (number, named))),
    }
}

fn refused_words(words: &[&str]) -> Unread {
    let starts = words.iter().any(|word| STARTING.contains(&word.to_lowercase().as_str()));
    if starts { Unread::Starting } else { Unread::NoPrice }
}

fn is_dash(word: &str) -> bool {
    matches!(word, "-" | "–" | "—")
}
