//! Amounts and lists as they are said.

use super::{
    amount::{Amount, Point},
    value::parts,
    words::{Words, filled},
};

/// Names that are said; of more there is their number.
pub(super) const LISTED: usize = 8;

/// Joins names as a sentence does; those that are too many are counted.
pub(super) fn list(words: &Words, names: &[String]) -> String {
    let is_unspaced = words.and.chars().any(|letter| u32::from(letter) >= 0x2e80);
    let comma = if is_unspaced { "、" } else { ", " };
    let more = names.len().saturating_sub(LISTED);
    let shown: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
    let with_space = |word: &str| if is_unspaced { word.to_owned() } else { format!(" {word}") };
    if more > 0 {
        let more = filled(words.and_more, &[("count", &more.to_string())]);
        return format!("{}{}", shown.join(comma), with_space(&more));
    }
    match shown.split_last() {
        Some((last, before)) if !before.is_empty() => {
            let and = with_space(words.and);
            let space = if is_unspaced { "" } else { " " };
            format!("{}{and}{space}{last}", before.join(comma))
        }
        _ => shown.concat(),
    }
}

/// An amount written as others are: with their currency where they have it, and their sign before decimals.
pub(super) fn alike(amount: Amount, others: &[&str]) -> String {
    let split: Vec<(&str, &str, &str)> = others.iter().filter_map(|other| parts(other)).collect();
    let decimals = |number: &str| {
        let at = number.rfind(['.', ','])?;
        let after = number.get(at + 1..)?;
        let point = if number.get(at..)?.starts_with(',') { Point::Comma } else { Point::Dot };
        ((1..=2).contains(&after.len()) && after.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some((after.len(), point))
    };
    let told: Vec<(usize, Point)> = split.iter().filter_map(|(_, number, _)| decimals(number)).collect();
    let places = told.iter().map(|(places, _)| *places).max();
    let point = told.first().map_or(Point::Dot, |(_, point)| *point);
    // Money has two decimals or none.
    let places = places.unwrap_or(if amount.as_whole().is_some() { 0 } else { 2 });
    let written = amount.written(places, point);
    let Some((before, _, after)) = split.first() else { return written };
    let original = others.first().copied().unwrap_or_default();
    let glued = |part: &str, rest: &str| original.contains(&format!("{part}{rest}"));
    let number = split.first().map_or("", |(_, number, _)| *number);
    let left = if before.is_empty() || glued(before, number) { "" } else { " " };
    let right = if after.is_empty() || glued(number, after) { "" } else { " " };
    format!("{before}{left}{written}{right}{after}")
}

#[cfg(test)]
mod tests {
    use super::{super::words::words, *};

    #[test]
    fn sums_are_written_as_their_parts() {
        let amount = |text| Amount::read(text, None).unwrap();
        assert_eq!(alike(amount("12"), &["5,00 €", "7,00 €"]), "12,00 €");
        assert_eq!(alike(amount("12.5"), &["$5.00"]), "$12.50");
        assert_eq!(alike(amount("12"), &["EUR 5", "EUR 7"]), "EUR 12");
        assert_eq!(alike(amount("2.5"), &["5 EUR"]), "2.50 EUR");
        assert_eq!(alike(amount("900"), &["500円"]), "900円");
    }

    #[test]
    fn long_lists_are_counted() {
        let names: Vec<String> = (1..=10).map(|number| format!("M{number}")).collect();
        assert_eq!(list(words(None), &names[..1]), "M1");
        assert_eq!(list(words(None), &names[..3]), "M1, M2 and M3");
        assert_eq!(list(words(Some("ja")), &names[..3]), "M1、M2とM3");
        assert!(list(words(None), &names).ends_with("M8 and 2 more"));
    }
}
