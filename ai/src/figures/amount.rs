//! Exact decimal numbers, as they stand in texts.

use std::fmt;

/// Parts of one.
const PARTS: i64 = 10_000;

/// Digits after the point.
const PLACES: usize = 4;

/// The largest number that is calculated with.
const MOST: i64 = 1_000_000_000_000 * PARTS;

/// A decimal number of at most four places, exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Which sign stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    Dot,
    Comma,
}

impl Amount {
    /// A whole number.
    #[must_use]
    pub fn whole(number: i64) -> Option<Self> {
        number.checked_mul(PARTS).and_then(Self::of_parts)
    }

    /// From hundredths, as prices are stored.
    #[must_use]
    pub fn hundredths(hundredths: i64) -> Option<Self> {
        hundredths.checked_mul(PARTS / 100).and_then(Self::of_parts)
    }

    fn of_parts(parts: i64) -> Option<Self> {
        (-MOST..=MOST).contains(&parts).then_some(Self(parts))
    }

    /// The sum, while it can be said.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::of_parts)
    }

    /// The distance of two.
    #[must_use]
    pub fn apart(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(i64::checked_abs).and_then(Self::of_parts)
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, count: i64) -> Option<Self> {
        self.0.checked_mul(count).and_then(Self::of_parts)
    }

    /// What is left when so many percent are taken off, to a hundredth, half of one up; none beyond 0 to 100 percent.
    #[must_use]
    pub fn less_percent(self, percent: Self) -> Option<Self> {
        if !(0..=100 * PARTS).contains(&percent.0) || self.0 < 0 {
            return None;
        }
        let whole = i128::from(100 * PARTS);
        let product = i128::from(self.0) * (whole - i128::from(percent.0));
        let unit = whole * i128::from(PARTS / 100);
        let hundredths = (product + unit / 2) / unit;
        Self::hundredths(i64::try_from(hundredths).ok()?)
    }

    /// The whole number that it is.
    #[must_use]
    pub const fn as_whole(self) -> Option<i64> {
        if self.0 % PARTS == 0 { Some(self.0 / PARTS) } else { None }
    }

    /// With at least so many decimals, after this sign.
    pub(super) fn written(self, decimals: usize, point: Point) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let parts = self.0.unsigned_abs();
        let (whole, rest) = (parts / PARTS.unsigned_abs(), parts % PARTS.unsigned_abs());
        let mut rest = format!("{rest:04}");
        while rest.len() > decimals.min(PLACES) && rest.ends_with('0') {
            rest.pop();
        }
        let point = if point == Point::Comma { ',' } else { '.' };
        if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{rest}") }
    }

    /// Reads digits with groups and decimals. Of "1.299" it is not known whether it is a thousand; then
    /// `point` decides, the sign that stands before decimals elsewhere.
    pub(super) fn read(text: &str, point: Option<Point>) -> Option<Self> {
        let (sign, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')).collect();
        if !bare.starts_with(|c: char| c.is_ascii_digit()) || bare.len() > 20 {
            return None;
        }
        // "49,-" and "49.–" are whole.
        let bare = bare.trim_end_matches(['-', '–', '—']);
        let bare = bare.strip_suffix([',', '.']).unwrap_or(bare);
        let at = decimals_at(bare, point)?;
        let (whole, decimals) = match at {
            Some(at) => (bare.get(..at)?, bare.get(at + 1..)?),
            None => (bare, ""),
        };
        if !are_groups(whole) || !decimals.bytes().all(|byte| byte.is_ascii_digit()) || decimals.len() > PLACES {
            return None;
        }
        let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
        let decimals: i64 = format!("{decimals:0<4}").parse().ok()?;
        let parts = digits.parse::<i64>().ok()?.checked_mul(PARTS)?.checked_add(decimals)?;
        Self::of_parts(parts * sign)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(0, Point::Dot))
    }
}

/// Where the sign before the decimals stands; the outer none when that cannot be said.
#[expect(clippy::option_option, reason = "not known is another thing than no decimals")]
fn decimals_at(text: &str, point: Option<Point>) -> Option<Option<usize>> {
    let signs: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some((last, sign)) = signs.last().copied() else { return Some(None) };
    let different = signs.iter().any(|(_, other)| *other != sign);
    let after = text.len() - last - 1;
    if signs.len() > 1 {
        // The last one of two kinds is the point; several of one kind are groups.
        return if different { Some(Some(last)) } else { Some(None) };
    }
    if after != 3 || text.starts_with('0') || last > 3 {
        return Some(Some(last));
    }
    let is_point = point? == if sign == ',' { Point::Comma } else { Point::Dot };
    Some(is_point.then_some(last))
}

/// Whether digits are written without groups, or in groups of three.
fn are_groups(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut has_more = false;
    for group in groups {
        has_more = true;
        if group.len() != 3 || !is_number(group) {
            return false;
        }
    }
    is_number(first) && (!has_more || first.len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::{Amount, Point};

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, said) in [
            ("12", "12"),
            ("12.5", "12.5"),
            ("12,50", "12.5"),
            ("1.299,00", "1299"),
            ("1,299.95", "1299.95"),
            ("1 299,00", "1299"),
            ("1'299.95", "1299.95"),
            ("1.299.000", "1299000"),
            ("0,125", "0.125"),
            ("49,-", "49"),
            ("-3,5", "-3.5"),
        ] {
            assert_eq!(Amount::read(text, None).unwrap().to_string(), said, "{text}");
        }
        for text in ["", "x", "1.299", "1,299", "1.2.3", "12,34567", "9999999999999999999999", "1..2"] {
            assert_eq!(Amount::read(text, None), None, "{text}");
        }
        assert_eq!(Amount::read("1.299", Some(Point::Comma)).unwrap().to_string(), "1299");
        assert_eq!(Amount::read("1.299", Some(Point::Dot)).unwrap().to_string(), "1.299");
    }

    #[test]
    fn percents_are_taken_off_to_a_hundredth() {
        let read = |text| Amount::read(text, None).unwrap();
        assert_eq!(read("129.50").less_percent(read("20")).unwrap().to_string(), "103.6");
        assert_eq!(read("9.99").less_percent(read("12.5")).unwrap().to_string(), "8.74");
        assert_eq!(read("10").less_percent(read("0")), Some(read("10")));
        assert_eq!(read("10").less_percent(read("101")), None);
        assert_eq!(read("5").written(2, Point::Comma), "5,00");
    }
}
