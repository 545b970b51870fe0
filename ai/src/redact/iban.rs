//! Account numbers: country, length and checksum must all be right.

use super::is_word;

/// Countries and the length of their numbers.
const LENGTHS: [(&str, usize); 82] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
];

/// Characters of the account number that the text begins with.
pub(super) fn iban(text: &[char]) -> Option<usize> {
    let [first, second, third, fourth, ..] = text else { return None };
    let is_head = first.is_ascii_alphabetic()
        && second.is_ascii_alphabetic()
        && third.is_ascii_digit()
        && fourth.is_ascii_digit();
    if !is_head {
        return None;
    }
    let country: String = [first, second].map(char::to_ascii_uppercase).iter().collect();
    let (_, length) = LENGTHS.iter().find(|(name, _)| *name == country)?;
    let mut taken: Vec<char> = Vec::with_capacity(*length);
    let mut is_gap = false;
    let mut end = 0;
    for char in text {
        if char.is_ascii_alphanumeric() {
            taken.push(*char);
            is_gap = false;
        } else {
            // People group by spaces as they like; a dash elsewhere than after four is part of another kind of id.
            let is_space = matches!(char, ' ' | '\u{a0}' | '\u{202f}');
            if is_gap || !(is_space || (*char == '-' && taken.len().is_multiple_of(4))) {
                return None;
            }
            is_gap = true;
        }
        end += 1;
        if taken.len() == *length {
            break;
        }
    }
    let is_whole = taken.len() == *length && text.get(end).is_none_or(|next| !is_word(*next));
    (is_whole && remainder(&taken) == 1).then_some(end)
}

/// ISO 7064: the first four go to the end, letters count from ten, the rest of a division by 97.
fn remainder(number: &[char]) -> u32 {
    let (head, body) = number.split_at(4.min(number.len()));
    body.iter().chain(head).filter_map(|char| char.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}
