//! Numbers as they are printed before items, by the conventions that web pages and Word share.

/// A number as it is printed before an item of a web page's list, by the kind of the list: "1", "a", "A", "i" or "I".
pub(super) fn numbered(number: i64, kind: char) -> String {
    let printed = match kind {
        'a' => letters(number).map(|letters| letters.to_lowercase()),
        'A' => letters(number),
        'i' => roman(number).map(|roman| roman.to_lowercase()),
        'I' => roman(number),
        _ => None,
    };
    format!("{}.", printed.unwrap_or_else(|| number.to_string()))
}

/// A, B, …, Z, AA, AB, … as web pages and spreadsheets count.
fn letters(number: i64) -> Option<String> {
    let mut rest = u32::try_from(number).ok().filter(|number| (1..=100_000).contains(number))?;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).ok()?));
        rest /= 26;
    }
    Some(letters.into_iter().rev().collect())
}

/// I, II, III, IV, …
pub(super) fn roman(number: i64) -> Option<String> {
    const SIGNS: [(i64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = (1..4000).contains(&number).then_some(number)?;
    let mut roman = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            roman.push_str(sign);
            rest -= value;
        }
    }
    Some(roman)
}
