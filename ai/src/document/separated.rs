//! Records of a text with a sign between their cells: which sign it is, and quotes that were never closed.

use std::collections::HashMap;

/// Signs that stand between cells, those first that stand in no sentence.
const SEPARATORS: [u8; 4] = [b'\t', b';', b'|', b','];
/// Records by which the sign is chosen.
const LOOKED_AT: usize = 100;
/// Cells of a file at most.
const CELLS: usize = 1_000_000;

/// A record with its place in the file, from 1.
pub(super) type Record = (usize, Vec<String>);

/// The records of a text that are not empty, and the sign between their cells; nothing when
/// there are too many cells.
pub(super) fn records(text: &str) -> Option<(Vec<Record>, char)> {
    let text = text.trim_start_matches('\u{feff}');
    let (separator, text) = match said(text) {
        Some((separator, rest)) => (separator, rest),
        None => (separator(text), text),
    };
    let mut reader = Reader::of(text, separator);
    let (mut records, mut cells, mut place) = (Vec::new(), 0, 0);
    while let Some(record) = reader.record() {
        // Lines without anything are no records, and were never counted as such.
        if record.len() == 1 && record.iter().all(String::is_empty) {
            continue;
        }
        place += 1;
        cells += record.len();
        if cells > CELLS {
            return None;
        }
        if record.iter().any(|cell| !cell.is_empty()) {
            records.push((place, record));
        }
    }
    Some((records, char::from(separator)))
}

/// How many cells most records have.
pub(super) fn usual_length<'r>(records: impl Iterator<Item = &'r Vec<String>>) -> usize {
    most_common(records.take(LOOKED_AT).map(Vec::len)).map_or(1, |(length, _)| length)
}

/// The most common of some numbers above 1, and how often it is there.
fn most_common(numbers: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    numbers.filter(|number| *number > 1).for_each(|number| *counts.entry(number).or_default() += 1);
    counts.into_iter().max_by_key(|(number, count)| (*count, *number))
}

/// The sign that a first line such as `sep=;` names, and what follows it.
fn said(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"').to_lowercase();
    let separator = *line.strip_prefix("sep=")?.as_bytes().first()?;
    (separator.is_ascii_punctuation() || separator == b'\t' || separator == b' ').then_some((separator, rest))
}

/// The sign with which most lines have as many cells.
fn separator(text: &str) -> u8 {
    let score = |separator: u8| {
        let mut reader = Reader::of(text, separator);
        let records =
            std::iter::from_fn(|| reader.record()).filter(|record| record.iter().any(|cell| !cell.is_empty()));
        let lengths = records.take(LOOKED_AT).map(|record| record.len() - decimals(&record, separator));
        most_common(lengths).map_or(0, |(length, count)| count * count * (length - 1))
    };
    // The first of those that are as good.
    let best =
        SEPARATORS.into_iter().rev().map(|separator| (score(separator), separator)).max_by_key(|(score, _)| *score);
    best.filter(|(score, _)| *score > 0).map_or(b',', |(_, separator)| separator)
}

/// Commas within numbers, as in "1,50".
fn decimals(record: &[String], separator: u8) -> usize {
    if separator != b',' {
        return 0;
    }
    let ends = |cell: &String| cell.ends_with(|c: char| c.is_ascii_digit());
    let begins = |cell: &String| cell.starts_with(|c: char| c.is_ascii_digit());
    record.windows(2).filter(|pair| matches!(pair, [left, right] if ends(left) && begins(right))).count()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    separator: u8,
    /// Bytes that may still be read a second time, because a quote was not closed.
    again: usize,
}

impl<'t> Reader<'t> {
    const fn of(text: &'t str, separator: u8) -> Self {
        Self { text, at: 0, separator, again: text.len() * 4 }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_end(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| byte == self.separator || matches!(byte, b'\n' | b'\r'))
    }

    /// Where something other than blanks begins.
    fn after_blanks(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|byte| matches!(byte, b' ' | b'\t') && byte != self.separator) {
            at += 1;
        }
        at
    }

    fn record(&mut self) -> Option<Vec<String>> {
        self.byte(self.at)?;
        let mut record = Vec::new();
        loop {
            record.push(self.cell());
            match self.byte(self.at) {
                Some(byte) if byte == self.separator => self.at += 1,
                Some(b'\r') => {
                    self.at += if self.byte(self.at + 1) == Some(b'\n') { 2 } else { 1 };
                    break;
                }
                Some(_) => {
                    self.at += 1;
                    break;
                }
                None => break,
            }
        }
        Some(record)
    }

    /// A cell; what follows it is its end.
    fn cell(&mut self) -> String {
        let begin = self.after_blanks(self.at);
        if self.byte(begin) == Some(b'"')
            && let Some(cell) = self.quoted(begin)
        {
            return cell.trim().to_owned();
        }
        let mut end = begin;
        while !self.is_end(end) {
            end += 1;
        }
        self.at = end;
        self.text.get(begin..end).unwrap_or_default().trim().to_owned()
    }

    /// A cell in quotes; nothing when they are not closed before another cell in quotes begins.
    fn quoted(&mut self, begin: usize) -> Option<String> {
        if self.again == 0 {
            return None;
        }
        let mut cell = String::new();
        let (mut from, mut at) = (begin + 1, begin + 1);
        // Whether nothing but blanks was read since the end of a line or a cell.
        let mut is_fresh = false;
        while let Some(byte) = self.byte(at) {
            if byte != b'"' {
                is_fresh = byte == self.separator || byte == b'\n' || (is_fresh && byte == b' ');
                at += 1;
                continue;
            }
            if self.byte(at + 1) == Some(b'"') {
                cell.push_str(self.text.get(from..=at).unwrap_or_default());
                at += 2;
                from = at;
                is_fresh = false;
                continue;
            }
            let after = self.after_blanks(at + 1);
            if self.is_end(after) {
                cell.push_str(self.text.get(from..at).unwrap_or_default());
                self.at = after;
                return Some(cell);
            }
            if is_fresh {
                break;
            }
            at += 1;
        }
        self.again = self.again.saturating_sub(at - begin);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        records(text).unwrap().0.into_iter().map(|(_, record)| record).collect()
    }

    #[test]
    fn the_sign_is_the_one_that_all_lines_agree_on() {
        let sign = |text: &str| records(text).unwrap().1;
        assert_eq!(sign("name,price\nMug,5\n"), ',');
        assert_eq!(sign("Price list, valid from May, all in EUR\nname;price\nMug;1,50\nCup;2,50\n"), ';');
        assert_eq!(sign("1,50;2,50;3,50\n4,50;5,50;6,50\n"), ';');
        assert_eq!(sign("a|b|c\n1, 2|3|4\n"), '|');
        assert_eq!(sign("a\tb\nx, y; z\t2\n"), '\t');
        assert_eq!(sign("question,answer\n\"a; b; c\",\"d; e\"\nWhere?,Here; there\n"), ',');
        assert_eq!(sign("SEP=^\r\na^b\r\n"), '^');
        assert_eq!(sign("1,2,3\n4,5,6\n"), ',');
    }

    #[test]
    fn quotes_hold_lines_together_and_forgotten_ones_do_not() {
        assert_eq!(rows("a,\"b \"\"x\"\"\nc\" ,d\re,\"\",f"), [vec!["a", "b \"x\"\nc", "d"], vec!["e", "", "f"]]);
        assert_eq!(rows("a;b\n\"Mug;5\nCup;6\n"), [["a", "b"], ["\"Mug", "5"], ["Cup", "6"]]);
        assert_eq!(rows("a;b\n\"Mug;5\n\"Cup\";6\n"), [["a", "b"], ["\"Mug", "5"], ["Cup", "6"]]);
        assert_eq!(
            rows("size,n\n5\" screen,1\n\"6\"\" wide\",2\n"),
            [["size", "n"], ["5\" screen", "1"], ["6\" wide", "2"]]
        );
    }
}
