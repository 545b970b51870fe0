//! The number in a price: its digits, and the signs between them.

use super::{Convention, Unread, currency};

/// Most digits before the point.
const PLACES: usize = 10;

/// A number as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The runs of digits.
    groups: Vec<String>,
    /// The signs between them.
    signs: Vec<char>,
}

/// What the signs of a number can mean.
enum Meaning {
    /// They stand between thousands, and nothing comes after the point.
    Whole,
    /// The last one stands before the decimals.
    Decimal,
    /// The only one may be either.
    Either(char),
}

/// A text with digits, blanks and marks in one form each.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.trim().chars() {
        plain.push(match c {
            '\u{66b}' => '٫',
            '\u{66c}' | '’' | 'ʼ' | '‘' | '´' | '`' => '\'',
            '\u{60c}' => ',',
            '−' | '‐' | '‑' => '-',
            // Marks of direction and of nothing.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{feff}' => {
                continue;
            }
            c if c.is_whitespace() => ' ',
            c => digit(c).unwrap_or(c),
        });
    }
    plain
}

/// The digit that a sign of another script is.
fn digit(c: char) -> Option<char> {
    let zeros = ['0', '٠', '۰', '०', '０'];
    let value = zeros.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// The numbers of a text, and as errors the words and signs between them.
pub(super) fn tokens(text: &str) -> Vec<Result<Number, &str>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |place: usize| chars.get(place).map(|(_, c)| *c);
    let is_digit = |place: usize| at(place).is_some_and(|c| c.is_ascii_digit());
    let offset = |place: usize| chars.get(place).map_or(text.len(), |(offset, _)| *offset);
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(c) = at(place) {
        let opens = matches!(c, '.' | ',' | '٫')
            && is_digit(place + 1)
            && !place.checked_sub(1).and_then(at).is_some_and(|before| before.is_alphanumeric());
        if c.is_ascii_digit() || opens {
            let mut number = Number { groups: vec![String::new()], signs: Vec::new() };
            place = number.take(place, &at);
            tokens.push(Ok(number));
        } else if c == ' ' {
            place += 1;
        } else if stands_alone(c) {
            tokens.push(Err(text.get(offset(place)..offset(place + 1)).unwrap_or_default()));
            place += 1;
        } else {
            let from = place;
            while at(place).is_some_and(|c| c != ' ' && !c.is_ascii_digit() && !stands_alone(c)) {
                place += 1;
            }
            tokens.push(Err(text.get(offset(from)..offset(place)).unwrap_or_default()));
        }
    }
    tokens
}

/// Signs that are no part of a word.
const fn stands_alone(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '%' | '(' | ')' | '/' | '*' | '+' | '~' | '<' | '>' | '=')
}

impl Number {
    /// Takes what belongs to the number from a place on; gives the place after it.
    fn take(&mut self, mut place: usize, at: &impl Fn(usize) -> Option<char>) -> usize {
        let is_digit = |place: usize| at(place).is_some_and(|c| c.is_ascii_digit());
        while let Some(c) = at(place) {
            let group = self.groups.last_mut();
            if let (true, Some(group)) = (c.is_ascii_digit(), group) {
                group.push(c);
            } else if self.is_separator(c) && is_digit(place + 1) {
                // A blank stands within a number only before three digits.
                let is_group = (1..=3).all(|step| is_digit(place + step)) && !is_digit(place + 4);
                if c == ' ' && !is_group {
                    break;
                }
                self.signs.push(c);
                self.groups.push(String::new());
            } else {
                break;
            }
            place += 1;
        }
        place + ending(place, at)
    }

    fn is_separator(&self, c: char) -> bool {
        match c {
            '.' | ',' | '٫' | '\'' => true,
            ' ' => self.groups.last().is_some_and(|group| (1..=3).contains(&group.len())),
            _ => false,
        }
    }

    fn meaning(&self) -> Result<Meaning, Unread> {
        let Some((last, before)) = self.signs.split_last() else { return Ok(Meaning::Whole) };
        let thousands = |groups: &[String], sign: Option<&char>| are_thousands(groups, sign.copied());
        if let Some(first) = before.first() {
            if before.iter().any(|sign| sign != first) {
                return Err(Unread::NoPrice);
            }
            if last == first {
                let is_grouped = *last != '٫' && thousands(&self.groups, Some(last));
                return if is_grouped { Ok(Meaning::Whole) } else { Err(Unread::NoPrice) };
            }
            let whole = self.groups.split_last().map(|(_, whole)| whole).unwrap_or_default();
            let is_right = matches!(last, '.' | ',' | '٫') && *first != '٫' && thousands(whole, Some(first));
            return if is_right { Ok(Meaning::Decimal) } else { Err(Unread::NoPrice) };
        }
        let can_be_thousands = thousands(&self.groups, Some(last));
        match last {
            '٫' => Ok(Meaning::Decimal),
            ' ' | '\'' if can_be_thousands => Ok(Meaning::Whole),
            ' ' | '\'' => Err(Unread::NoPrice),
            sign if can_be_thousands => Ok(Meaning::Either(*sign)),
            _ => Ok(Meaning::Decimal),
        }
    }

    /// The convention that it shows, if it does.
    pub(super) fn convention(&self) -> Option<Convention> {
        let of = |decimal: char| match decimal {
            '.' => Some(Convention::Point),
            ',' => Some(Convention::Comma),
            _ => None,
        };
        match self.meaning().ok()? {
            Meaning::Decimal => of(*self.signs.last()?),
            Meaning::Whole => match self.signs.first()? {
                '.' => Some(Convention::Comma),
                ',' => Some(Convention::Point),
                _ => None,
            },
            Meaning::Either(_) => None,
        }
    }

    /// Its value in thousandths.
    pub(super) fn thousandths(
        &self,
        currency: Option<&'static str>,
        convention: Option<Convention>,
    ) -> Result<i64, Unread> {
        let most = currency.map_or(2, currency::decimals);
        let is_decimal = match self.meaning()? {
            Meaning::Whole => false,
            Meaning::Decimal => true,
            Meaning::Either(sign) => match convention {
                Some(Convention::Point) => sign == '.',
                Some(Convention::Comma) => sign == ',',
                None if most == 0 => false,
                None => return Err(Unread::Ambiguous),
            },
        };
        let (part, whole) = match self.groups.split_last() {
            Some((part, whole)) if is_decimal => (part.as_str(), whole.concat()),
            _ => ("", self.groups.concat()),
        };
        let whole = whole.trim_start_matches('0');
        let part = part.trim_end_matches('0');
        if part.len() > most {
            return Err(Unread::Decimals(most, currency.unwrap_or_default()));
        }
        if whole.len() > PLACES {
            return Err(Unread::TooLarge);
        }
        let value = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<i64>() };
        let (whole, part) =
            value(whole).and_then(|whole| Ok((whole, value(&format!("{part:0<3}"))?))).map_err(|_| Unread::NoPrice)?;
        Ok(whole * 1000 + part)
    }
}

/// Signs after a number that say that nothing comes after the point, as in "49,-", "49.–" and "500/-".
fn ending(place: usize, at: &impl Fn(usize) -> Option<char>) -> usize {
    let is_dash = |place: usize| matches!(at(place), Some('-' | '–' | '—'));
    let opens = matches!(at(place), Some('.' | ',' | '/')) && is_dash(place + 1);
    let length = if opens && is_dash(place + 2) { 3 } else { 2 };
    let ends = opens && !at(place + length).is_some_and(|c| c.is_ascii_digit() || stands_alone(c));
    if ends { length } else { 0 }
}

/// Whether runs of digits are thousands: three in each but the first, or two in those between, as in India.
fn are_thousands(groups: &[String], sign: Option<char>) -> bool {
    let Some((first, rest)) = groups.split_first() else { return false };
    let is_first = |most: usize| (1..=most).contains(&first.len()) && !first.starts_with('0');
    let Some((last, middle)) = rest.split_last() else { return !first.is_empty() };
    if last.len() != 3 {
        return false;
    }
    let is_indian =
        sign == Some(',') && !middle.is_empty() && middle.iter().all(|group| group.len() == 2) && is_first(2);
    is_indian || (is_first(3) && middle.iter().all(|group| group.len() == 3))
}
