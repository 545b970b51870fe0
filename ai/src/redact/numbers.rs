//! Numbers: walks through a text from word to word, passes by what machines
//! write, and asks at each place whether a private number begins there.

use super::{Found, PHONE, digit, iban::iban, is_digit, is_word, phone::phone};

/// Fewer digits than in any number that is looked for.
const FEW: usize = 7;
/// Digits of the longest group that is read.
const GROUP_DIGITS: usize = 19;
/// Groups of one number that are read; with it, a place costs a fixed time at most.
const GROUPS: usize = 8;

/// Copies a text to `out` without its private numbers.
pub(super) fn redact(text: &str, out: &mut Found) {
    if text.chars().filter(|char| is_digit(*char)).nth(FEW).is_none() {
        out.redacted.push_str(text);
        return;
    }
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut copied, mut floor, mut is_inside) = (0, 0, 0, false);
    while let Some(&char) = chars.get(at) {
        if !is_word(char) && !matches!(char, '+' | '＋' | '(') {
            is_inside = false;
            at += 1;
        } else if is_inside && is_word(char) {
            at += 1;
        } else if let Some(length) = harmless(from(&chars, at)) {
            is_inside = true;
            at += length;
            floor = at;
        } else if let Some((length, label)) = private(&Place { chars: &chars, floor, at }) {
            out.redacted.extend(chars.get(copied..at).unwrap_or_default());
            out.put(label, chars.get(at..at + length).unwrap_or_default().iter().collect());
            at += length;
            copied = at;
            floor = at;
            is_inside = false;
        } else {
            is_inside = is_word(char);
            at += 1;
        }
    }
    out.redacted.extend(from(&chars, copied));
}

/// A place in a text. What is before `floor` was dealt with and joins with nothing.
pub(super) struct Place<'a> {
    pub(super) chars: &'a [char],
    pub(super) floor: usize,
    pub(super) at: usize,
}

impl Place<'_> {
    /// The character so many before this place.
    pub(super) fn before(&self, count: usize) -> Option<char> {
        let place = self.at.checked_sub(count).filter(|place| *place >= self.floor)?;
        self.chars.get(place).copied()
    }

    /// Whether this is the fraction of an amount, the seconds of a time, or a part of an identifier.
    pub(super) fn is_joined(&self) -> bool {
        let (Some(previous), Some(other)) = (self.before(1), self.before(2)) else { return false };
        match previous {
            '.' | ':' | ',' => is_digit(other),
            '-' | '‑' | '–' => is_word(other),
            _ => false,
        }
    }
}

fn private(place: &Place<'_>) -> Option<(usize, &'static str)> {
    let text = from(place.chars, place.at);
    let is_fraction = matches!(place.before(1), Some('.' | ',')) && place.before(2).is_some_and(is_digit);
    if let Some(length) = iban(text) {
        return Some((length, "[iban]"));
    }
    if let Some(length) = card(text).filter(|_| !is_fraction) {
        return Some((length, "[card]"));
    }
    phone(place).map(|length| (length, PHONE))
}

/// What is between two groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Nothing,
    Space,
    Dash,
    Dot,
    Other,
}

/// Digits in a row, with what is between them and the row before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) gap: Gap,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Group {
    pub(super) fn digits(&self) -> usize {
        self.end - self.start
    }
}

/// The groups that a text begins with. One that runs into a word is not among them.
pub(super) fn groups(text: &[char]) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut gap, mut start) = (Gap::Nothing, 0);
    while groups.len() < GROUPS {
        let digits = from(text, start).iter().take(GROUP_DIGITS + 1).take_while(|char| is_digit(**char)).count();
        let end = start + digits;
        if digits == 0 || digits > GROUP_DIGITS || text.get(end).is_some_and(|next| is_word(*next)) {
            break;
        }
        groups.push(Group { gap, start, end });
        let Some((kind, length)) = read_gap(from(text, end)) else { break };
        (gap, start) = (kind, end + length);
    }
    groups
}

fn read_gap(text: &[char]) -> Option<(Gap, usize)> {
    let length = text.iter().take(4).take_while(|char| !is_digit(**char)).count();
    let is_space = |char: &char| matches!(char, ' ' | '\u{a0}' | '\u{202f}');
    let gap = match text.get(..length)? {
        [one] if is_space(one) => Gap::Space,
        ['-' | '‑' | '–'] => Gap::Dash,
        ['.'] => Gap::Dot,
        ['/' | '(' | ')'] => Gap::Other,
        [')', '-' | '/'] => Gap::Other,
        [')', one] | [one, '('] if is_space(one) => Gap::Other,
        [one, '-' | '–' | '/', other] if is_space(one) && is_space(other) => Gap::Other,
        [')', one, '('] if is_space(one) => Gap::Other,
        _ => return None,
    };
    Some((gap, length))
}

/// Characters of the payment card that a text begins with.
pub(super) fn card(text: &[char]) -> Option<usize> {
    let mut digits: Vec<u8> = Vec::with_capacity(GROUP_DIGITS);
    let mut found = None;
    for group in groups(text) {
        if !matches!(group.gap, Gap::Nothing | Gap::Space | Gap::Dash) {
            break;
        }
        digits.extend(text.get(group.start..group.end).unwrap_or_default().iter().filter_map(|char| digit(*char)));
        if digits.len() > GROUP_DIGITS {
            break;
        }
        let is_amount = matches!(from(text, group.end), ['.' | ',', next, ..] if is_digit(*next));
        if !is_amount && is_issued(&digits) && luhn(&digits) {
            found = Some(group.end);
        }
    }
    found
}

/// Whether a card with these digits can have been issued. Times in
/// milliseconds and most counts begin differently.
fn is_issued(digits: &[u8]) -> bool {
    let Some(first) = digits.first_chunk::<4>() else { return false };
    let prefix = first.iter().fold(0_u32, |number, digit| number * 10 + u32::from(*digit));
    let length = digits.len();
    match prefix {
        4000..=4999 => matches!(length, 13 | 16 | 19),
        5100..=5599 | 2221..=2720 => length == 16,
        3400..=3499 | 3700..=3799 => length == 15,
        3000..=3059 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&length),
        2200..=2204 | 3528..=3589 => (16..=19).contains(&length),
        5000..=5099 | 5600..=6999 => (13..=19).contains(&length),
        _ => false,
    }
}

/// The checksum of payment cards.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Characters at the start of a text that look like a number and are private to nobody: a UUID, a date, an address.
pub(super) fn harmless(text: &[char]) -> Option<usize> {
    identifier(text).or_else(|| date(text)).or_else(|| address(text))
}

/// A UUID, or the address of a network card.
fn identifier(text: &[char]) -> Option<usize> {
    let forms = ["hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", "hh-hh-hh-hh-hh-hh"];
    let length = forms.iter().find_map(|form| fits(text, form))?;
    text.get(length).is_none_or(|next| !is_word(*next)).then_some(length)
}

fn date(text: &[char]) -> Option<usize> {
    let year_first = ["dddd-dd-dd", "dddd/dd/dd", "dddd.dd.dd"].iter().find_map(|form| fits(text, form));
    let year_last = || ["dd-dd-dddd", "dd/dd/dddd", "dd.dd.dddd"].iter().find_map(|form| fits(text, form));
    let (year, one, other, length) = match year_first {
        Some(length) => (0, 5, 8, length),
        None => (6, 0, 3, year_last()?),
    };
    let number = |start: usize, count: usize| {
        let digits = text.get(start..start + count).unwrap_or_default();
        digits.iter().filter_map(|char| char.to_digit(10)).fold(0, |number, digit| number * 10 + digit)
    };
    let is_day = |number: u32| (1..=31).contains(&number);
    let is_date = (1900..2200).contains(&number(year, 4)) && is_day(number(one, 2)) && is_day(number(other, 2));
    // The time of ISO 8601 follows behind a letter.
    let is_end = text.get(length).is_none_or(|next| matches!(next, 'T' | 't' | '_') || !is_word(*next));
    (is_date && is_end).then_some(length)
}

fn address(text: &[char]) -> Option<usize> {
    let groups = groups(text);
    let (four, more) = groups.split_at_checked(4)?;
    let is_address = four
        .iter()
        .enumerate()
        .all(|(number, group)| group.digits() <= 3 && group.gap == if number == 0 { Gap::Nothing } else { Gap::Dot });
    let is_end = more.first().is_none_or(|next| next.gap != Gap::Dot);
    (is_address && is_end).then(|| four.last().map(|last| last.end))?
}

/// Whether a text begins as a form says: `h` is a hexadecimal digit, `d` a decimal one.
fn fits(text: &[char], form: &str) -> Option<usize> {
    let start = text.get(..form.len())?;
    let is_fit = form.chars().zip(start).all(|(form, char)| match form {
        'h' => char.is_ascii_hexdigit(),
        'd' => char.is_ascii_digit(),
        other => other == *char,
    });
    is_fit.then_some(form.len())
}

/// The text from a place on.
pub(super) fn from(text: &[char], place: usize) -> &[char] {
    text.get(place..).unwrap_or_default()
}
