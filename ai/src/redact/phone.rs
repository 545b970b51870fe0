//! Phone numbers: international ones, and national ones that are written with
//! separators or begin with a zero. A plain number is a number.

use super::{
    digit,
    iban::iban,
    is_digit, is_word,
    numbers::{Gap, Group, Place, card, from, groups, harmless},
};

/// Digits of a phone number.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// How numbers without a leading zero are grouped where people write them so.
const FORMS: [&[usize]; 14] = [
    &[3, 3, 4],
    &[3, 3, 3],
    &[3, 4, 4],
    &[4, 3, 3],
    &[1, 3, 3, 4],
    &[3, 2, 2, 2],
    &[3, 3, 2, 2],
    &[3, 2, 3],
    &[2, 3, 2, 2],
    &[2, 4, 4],
    &[2, 5, 4],
    &[3, 5, 4],
    &[2, 2, 2, 2],
    &[1, 2, 2, 2, 2],
];
/// Signs and names of money; beside them a number is an amount.
const SIGNS: &str = "$€£¥₫₹₩₽₺¢%";
const MONEY: [&str; 12] = ["EUR", "USD", "GBP", "CHF", "JPY", "VND", "CNY", "INR", "BRL", "SEK", "NOK", "PLN"];

/// Characters of the phone number that begins at a place.
pub(super) fn phone(place: &Place<'_>) -> Option<usize> {
    let text = from(place.chars, place.at);
    match text.first()? {
        '+' | '＋' if !place.before(1).is_some_and(is_word) => international(text),
        '(' if !place.before(1).is_some_and(is_word) => in_brackets(text),
        first if is_digit(*first) && !place.is_joined() => with_zero(text).or_else(|| grouped(place, text)),
        _ => None,
    }
}

/// `+49 151 2345678`.
fn international(text: &[char]) -> Option<usize> {
    let skipped = if matches!(text.get(1), Some('(' | ' ')) { 2 } else { 1 };
    let number = from(text, skipped);
    if number.first().and_then(|first| digit(*first)).unwrap_or(0) == 0 {
        return None;
    }
    Some(skipped + longest(&own_groups(number), |_, digits| DIGITS.contains(&digits))?)
}

/// `(030) 1234567`.
fn in_brackets(text: &[char]) -> Option<usize> {
    let number = from(text, 1);
    let groups = own_groups(number);
    let area = groups.first()?;
    let is_zero = number.first().and_then(|first| digit(*first)) == Some(0);
    let is_area = if is_zero { area.digits() <= 5 } else { (2..=3).contains(&area.digits()) };
    if !is_area || number.get(area.end) != Some(&')') {
        return None;
    }
    let end = longest(&groups, |count, digits| count > 1 && DIGITS.contains(&digits))?;
    (!is_identifier(from(number, end))).then_some(end + 1)
}

/// `0049 151 2345678`, `0151 2345678`, `01512345678`.
fn with_zero(text: &[char]) -> Option<usize> {
    let value = |place: usize| text.get(place).and_then(|char| digit(*char));
    if value(0) != Some(0) {
        return None;
    }
    let all = own_groups(text);
    let first = all.first()?.digits();
    let is_abroad = value(1) == Some(0) && value(2).is_some_and(|digit| digit > 0);
    if !is_abroad && value(1).unwrap_or(0) == 0 {
        return None;
    }
    let end = longest(&all, |count, digits| {
        let gaps = all.get(1..count).unwrap_or_default();
        let dots = gaps.iter().filter(|group| group.gap == Gap::Dot).count();
        // Two groups and a dot are an amount.
        let is_clean = dots == 0 || (dots == gaps.len() && dots > 1);
        let is_long_enough = match (count, is_abroad) {
            (1, true) => (11..=17).contains(&digits),
            (_, true) => (10..=17).contains(&digits),
            (1, false) => (10..=12).contains(&digits),
            (_, false) => first <= 6 && DIGITS.contains(&digits),
        };
        is_clean && is_long_enough
    })?;
    (!is_identifier(from(text, end))).then_some(end)
}

/// `555-123-4567` and the like.
fn grouped(place: &Place<'_>, text: &[char]) -> Option<usize> {
    let all = groups(text);
    let gap = all.get(1)?.gap;
    if !matches!(gap, Gap::Space | Gap::Dash | Gap::Dot) {
        return None;
    }
    let fits = |form: &&&[usize]| {
        (gap != Gap::Dot || ***form == [3, 3, 4])
            && all.len() >= form.len()
            && form
                .iter()
                .zip(&all)
                .enumerate()
                .all(|(number, (digits, group))| *digits == group.digits() && (number == 0 || group.gap == gap))
    };
    let mut forms: Vec<&&[usize]> = FORMS.iter().filter(fits).collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    let follows_digit = place.before(1).is_some_and(|char| !is_word(char)) && place.before(2).is_some_and(is_digit);
    if forms.is_empty() || (follows_digit && !matches!(place.before(1), Some(',' | ';' | '/'))) {
        return None;
    }
    let own = own_groups(text);
    // A number that begins with a zero is one of its own.
    let own =
        own.get(..own.iter().skip(1).take_while(|group| with_zero(from(text, group.start)).is_none()).count() + 1)?;
    let form = forms.into_iter().find(|form| {
        // More groups of the same kind make it a list or an amount.
        own.len() >= form.len() && own.get(form.len()).is_none_or(|next| next.gap != gap)
    })?;
    let end = own.get(form.len() - 1)?.end;
    let is_amount = form.iter().skip(1).all(|digits| *digits == 3) && is_money(place, from(text, end));
    (!is_amount && !is_identifier(from(text, end))).then_some(end)
}

/// The groups up to where something else begins: a card, a date, the hour of a time.
fn own_groups(text: &[char]) -> Vec<Group> {
    let mut groups = groups(text);
    let is_other = |group: &Group| {
        let rest = from(text, group.start);
        let is_hour = group.digits() <= 2 && is_minutes(from(text, group.end));
        is_hour || (group.gap != Gap::Dot && harmless(rest).is_some()) || card(rest).is_some()
    };
    if let Some(other) = groups.iter().skip(1).position(is_other) {
        groups.truncate(other + 1);
    }
    groups
}

/// Whether a text goes on as a time does behind its hour.
fn is_minutes(text: &[char]) -> bool {
    let [':', rest @ ..] = text else { return false };
    rest.iter().take(3).take_while(|char| is_digit(**char)).count() == 2 && card(rest).is_none()
}

/// Where the longest number ends that is made of the first groups and has the right count of groups and digits.
fn longest(groups: &[Group], is_right: impl Fn(usize, usize) -> bool) -> Option<usize> {
    let mut digits = 0;
    let mut found = None;
    for (count, group) in (1..).zip(groups) {
        digits += group.digits();
        if is_right(count, digits) {
            found = Some(group.end);
        }
    }
    found
}

/// Whether the number goes on as an identifier does: `-89ab`.
fn is_identifier(behind: &[char]) -> bool {
    let ['-', rest @ ..] = behind else { return false };
    let word = || rest.iter().take(40).take_while(|char| is_word(**char));
    word().any(|char| is_digit(*char)) && word().any(|char| char.is_alphabetic()) && iban(rest).is_none()
}

fn is_money(place: &Place<'_>, behind: &[char]) -> bool {
    let is_sign = |char: char| SIGNS.contains(char);
    let space = |char: Option<char>| usize::from(char.is_some_and(char::is_whitespace));
    let skipped = space(behind.first().copied());
    let back = space(place.before(1));
    let name_behind: String = from(behind, skipped).iter().take(3).collect();
    let name_before: String = (1..=3).rev().filter_map(|count| place.before(back + count)).collect();
    matches!(behind, [',' | '.', next, ..] if is_digit(*next))
        || from(behind, skipped).first().is_some_and(|char| is_sign(*char))
        || place.before(back + 1).is_some_and(is_sign)
        || MONEY.iter().any(|name| *name == name_behind || *name == name_before)
}
