//! What is printed on every page and belongs to none: running heads and page numbers.
//!
//! Only what stands at the same place and says the same is one, or says a number that counts with the pages. A line
//! whose words or numbers differ in any other way is part of the text, wherever it stands.

use super::{page::Sheet, segments::Segment};
use std::collections::{HashMap, HashSet};

/// The part of a page, at its top and bottom, that heads and feet are in.
const EDGE: f32 = 0.12;
/// Lines of a page, from its top and bottom, that may be heads and feet.
const LINES: usize = 4;
/// Words around the number of a page.
const WORDS: &[&str] = &[
    "page",
    "p",
    "pg",
    "pp",
    "of",
    "seite",
    "s",
    "von",
    "página",
    "pagina",
    "pág",
    "pag",
    "de",
    "di",
    "da",
    "van",
    "sur",
    "strona",
    "str",
    "strana",
    "stránka",
    "z",
    "ze",
    "sida",
    "side",
    "av",
    "af",
    "sivu",
    "oldal",
    "σελίδα",
    "σελ",
    "страница",
    "стр",
    "из",
    "с",
    "sayfa",
    "trang",
    "halaman",
    "หน้า",
    "第",
    "页",
    "頁",
    "页共",
    "ページ",
    "頁共",
    "共",
    "쪽",
    "페이지",
    "صفحة",
    "صفحه",
    "من",
    "עמוד",
    "מתוך",
    "pagină",
    "din",
    "lk",
    "lpp",
    "psl",
];

/// One that may be a head or foot.
struct Candidate {
    sheet: usize,
    segment: usize,
    /// Its number, when it has one that may be that of the page.
    number: Option<i64>,
}

/// Takes running heads and page numbers off the pages. The first of the same heads stays: it may say something.
pub(super) fn drop(sheets: &mut [Sheet]) {
    let mut places: HashMap<(String, i32), Vec<Candidate>> = HashMap::new();
    for (sheet_at, sheet) in sheets.iter().enumerate() {
        for segment_at in edges(sheet) {
            let Some(segment) = sheet.segments.get(segment_at) else { continue };
            let (pattern, number) = pattern(&segment.text);
            #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
            let place = (segment.base / 3.0).round() as i32;
            places.entry((pattern, place)).or_default().push(Candidate {
                sheet: sheet_at,
                segment: segment_at,
                number,
            });
        }
    }
    let count = sheets.len();
    let mut gone: HashSet<(usize, usize)> = HashSet::new();
    // The first of the same heads.
    let mut kept: HashSet<(usize, usize)> = HashSet::new();
    let patterns: Vec<(String, i32)> = places.keys().cloned().collect();
    for (pattern, place) in patterns {
        // Rounding parts what is at one place.
        let near = [0, 1].iter().filter_map(|step| places.get(&(pattern.clone(), place + step)));
        let mut candidates: Vec<&Candidate> = near.flatten().collect();
        candidates.sort_by_key(|candidate| (candidate.sheet, candidate.segment));
        let on: HashSet<usize> = candidates.iter().map(|candidate| candidate.sheet).collect();
        if on.len() < 2 || on.len() < 3 && count > 3 {
            continue;
        }
        if pattern.contains('\0') {
            gone.extend(counting(&candidates, sheets, count));
        } else if candidates.iter().all(|candidate| candidate.number.is_none()) && on.len() >= 3.min(count) {
            let mut places = candidates.iter().map(|candidate| (candidate.sheet, candidate.segment));
            kept.extend(places.next());
            gone.extend(places);
        }
    }
    let whole = whole_lines(sheets, &gone, &kept);
    gone.retain(|place| whole.contains(place));
    for (at, sheet) in sheets.iter_mut().enumerate() {
        // A number that is all there is on a page is its text.
        if (0..sheet.segments.len()).all(|segment| gone.contains(&(at, segment))) {
            continue;
        }
        let mut place = 0;
        sheet.segments.retain(|_| {
            place += 1;
            !gone.contains(&(at, place - 1))
        });
    }
    drop_watermarks(sheets);
}

/// Of what may go, what is on lines that may go as a whole. A cell of a table is often the same as one on another page.
fn whole_lines(
    sheets: &[Sheet],
    gone: &HashSet<(usize, usize)>,
    kept: &HashSet<(usize, usize)>,
) -> HashSet<(usize, usize)> {
    let mut whole = HashSet::new();
    for (at, sheet) in sheets.iter().enumerate() {
        let edges = edges(sheet);
        for place in edges.iter().copied().filter(|place| gone.contains(&(at, *place))) {
            let Some(own) = sheet.segments.get(place) else { continue };
            let line: Vec<usize> = (0..sheet.segments.len())
                .filter(|other| sheet.segments.get(*other).is_some_and(|other| (other.base - own.base).abs() < 2.0))
                .collect();
            // Names of columns that are printed again above their table stay with it.
            if line.len() <= 3 && line.iter().all(|other| gone.contains(&(at, *other)) || kept.contains(&(at, *other)))
            {
                whole.insert((at, place));
            }
        }
    }
    whole
}

/// Those whose number counts with the pages.
fn counting(candidates: &[&Candidate], sheets: &[Sheet], count: usize) -> Vec<(usize, usize)> {
    let offset = |candidate: &Candidate| Some(candidate.number? - i64::from(sheets.get(candidate.sheet)?.number));
    let mut offsets: HashMap<i64, Vec<(usize, usize)>> = HashMap::new();
    for candidate in candidates {
        if let Some(offset) = offset(candidate) {
            offsets.entry(offset).or_default().push((candidate.sheet, candidate.segment));
        }
    }
    let Some(most) = offsets.into_values().max_by_key(Vec::len) else { return Vec::new() };
    // All of them count, but for a few; of two pages both do.
    let is_enough = most.len() >= 3 || most.len() == count;
    if is_enough && most.len() * 5 >= candidates.len() * 4 { most } else { Vec::new() }
}

/// The segments near the top and the bottom of a page.
fn edges(sheet: &Sheet) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sheet.segments.len()).collect();
    let base = |place: &usize| sheet.segments.get(*place).map_or(0.0, |segment| segment.base);
    order.sort_by(|one, other| base(one).total_cmp(&base(other)));
    let mut edges = Vec::new();
    let mut take = |order: &mut dyn Iterator<Item = usize>, is_near: &dyn Fn(f32) -> bool| {
        let (mut lines, mut last) = (0, f32::NEG_INFINITY);
        for place in order {
            let own = base(&place);
            if (own - last).abs() > 2.0 {
                lines += 1;
                last = own;
            }
            if lines > LINES || !is_near(own) {
                break;
            }
            edges.push(place);
        }
    };
    take(&mut order.iter().copied(), &|base| base < EDGE * sheet.height);
    take(&mut order.iter().rev().copied(), &|base| base > (1.0 - EDGE) * sheet.height);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// A text with a zero in the place of the number that may be that of a page, and that number.
fn pattern(text: &str) -> (String, Option<i64>) {
    let same = (text.to_owned(), None);
    let trimmed = text.trim_matches(|c: char| {
        matches!(c, '-' | '–' | '—' | '|' | '·' | '•' | '[' | ']' | '(' | ')' | '/') || c.is_whitespace()
    });
    if let Some(number) = roman(trimmed) {
        return ("\0roman".to_owned(), Some(number));
    }
    // Words and numbers apart.
    let mut tokens: Vec<String> = Vec::new();
    for letter in trimmed.chars() {
        let kind = |letter: char| {
            if letter.is_numeric() {
                0
            } else if letter.is_alphabetic() {
                1
            } else {
                2
            }
        };
        match tokens.last_mut().filter(|token| token.chars().next_back().is_some_and(|last| kind(last) == kind(letter)))
        {
            Some(token) => token.push(letter),
            None => tokens.push(letter.to_string()),
        }
    }
    let numbers: Vec<i64> = tokens.iter().filter_map(|token| number(token)).collect();
    let words = tokens.iter().filter(|token| token.chars().all(char::is_alphabetic));
    let is_page = words.clone().all(|word| WORDS.contains(&word.to_lowercase().as_str()));
    // A number alone, between strokes, "3/12", or with the words of a page; no price, no date.
    let mut strokes = tokens.iter().filter(|token| !token.chars().all(char::is_alphanumeric));
    let has_words = words.count() > 0;
    let is_plain = strokes.all(|token| {
        token.chars().all(|c| {
            c.is_whitespace() || matches!(c, '/' | '|' | '-' | '–' | '·') || has_words && matches!(c, '.' | ':')
        })
    });
    let is_decimal = text
        .as_bytes()
        .windows(3)
        .any(|three| matches!(three, [a, b'.' | b',' | b':', b] if a.is_ascii_digit() && b.is_ascii_digit()));
    let are_numbers = tokens.iter().all(|token| !token.starts_with(char::is_numeric) || number(token).is_some());
    let is_counted = are_numbers
        && match numbers.len() {
            1 => true,
            2 => has_words || trimmed.contains('/'),
            _ => false,
        };
    if is_page && is_plain && !is_decimal && is_counted {
        let mut first = true;
        let pattern: String = tokens
            .iter()
            .map(|token| if number(token).is_some() && std::mem::take(&mut first) { "\0" } else { token })
            .collect();
        return (pattern, numbers.first().copied());
    }
    // Beside a head, parted from it by a stroke.
    let parted = |stroke: char| -> Option<(String, i64)> {
        let (head, last) = trimmed.rsplit_once(stroke)?;
        if let Some(number) = number(last.trim()) {
            return Some((format!("{head}{stroke}\0"), number));
        }
        let (first, head) = trimmed.split_once(stroke)?;
        Some((format!("\0{stroke}{head}"), number(first.trim())?))
    };
    if let Some((pattern, number)) = ['|', '·', '•'].into_iter().find_map(parted) {
        return (pattern, Some(number));
    }
    same
}

fn number(token: &str) -> Option<i64> {
    if token.is_empty() || token.chars().count() > 5 {
        return None;
    }
    token.chars().try_fold(0_i64, |sum, letter| {
        // Arabic and Persian digits are digits.
        let digit = letter.to_digit(10).or(match letter {
            '\u{660}'..='\u{669}' => Some(u32::from(letter) - 0x660),
            '\u{6f0}'..='\u{6f9}' => Some(u32::from(letter) - 0x6f0),
            _ => None,
        })?;
        Some(sum * 10 + i64::from(digit))
    })
}

fn roman(text: &str) -> Option<i64> {
    let value = |letter| match letter {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        _ => None,
    };
    if text.is_empty() || text.len() > 7 {
        return None;
    }
    let (mut sum, mut last) = (0, 0);
    for letter in text.to_lowercase().chars().rev() {
        let own = value(letter)?;
        if own < last {
            sum -= own;
        } else {
            sum += own;
            last = own;
        }
    }
    Some(sum)
}

/// What is printed slantwise across several pages is no text of any. Of one page alone it is kept.
fn drop_watermarks(sheets: &mut [Sheet]) {
    let mut on: HashMap<String, usize> = HashMap::new();
    let mark = |segment: &Segment| segment.text.split_whitespace().collect::<String>().to_lowercase();
    for sheet in sheets.iter() {
        let mut marks: Vec<String> = sheet.aside.iter().map(mark).collect();
        marks.sort_unstable();
        marks.dedup();
        for mark in marks {
            *on.entry(mark).or_default() += 1;
        }
    }
    for sheet in sheets {
        sheet.aside.retain(|segment| on.get(&mark(segment)).is_none_or(|times| *times < 2));
    }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn numbers_of_pages_are_known_from_others() {
        let number = |text: &str| pattern(text).1;
        for (text, page) in [
            ("7", 7),
            ("- 7 -", 7),
            ("Page 3 of 9", 3),
            ("Seite 12", 12),
            ("3/12", 3),
            ("第3页", 3),
            ("iv", 4),
            ("Terms | 3", 3),
            ("4 · Price list", 4),
            ("صفحة ٣", 3),
            ("p. 5", 5),
        ] {
            assert_eq!(number(text), Some(page), "{text}");
        }
        for text in
            ["Price: 12 EUR", "12.50", "Room 3", "3 EUR", "12 May 2026", "12,50 €", "Step 1", "030 123456", "1.2"]
        {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(pattern("Page 3 of 9").0, pattern("Page 4 of 9").0);
        assert_ne!(pattern("Page 3 of 9").0, pattern("Page 3 of 8").0);
    }
}
