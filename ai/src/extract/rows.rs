//! The rows of a table and the items of a list in a passage: which of them were asked for, and how one is said.

use super::limits::{self, Turn};
use crate::{
    bm25::Term,
    chunk,
    passage::Sentence,
    retrieve::{Candidate, Question},
};
use std::{collections::HashSet, ops::Range};

/// Rows that are said; of more there is only their number.
const ROWS: usize = 8;

/// Characters of a column's name, at most; longer ones are words of a cell.
const NAME_CHARS: usize = 82;

/// Words of a sentence that announces a list and is said with an item of it.
const ANNOUNCING: usize = 25;

/// A row whose similarity leads over the next one by this part of its lead over the average stands out.
const STANDS_OUT: f32 = 0.75;

/// And by so much at least.
const LEADS: f32 = 0.03;

/// Rows that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// The sentences of the row that answers best.
    pub(super) sentences: Range<usize>,
    /// Where in the passage what is said stands: the words that announce the list, the rows, a note below them.
    pub(super) parts: Vec<Range<usize>>,
    /// As many more answer as well.
    pub(super) more: usize,
}

/// The rows of which one is the sentence that answers best; none when it is in no row, or when a list is an answer
/// as a whole.
pub(super) fn choose(question: &Question, candidate: &Candidate, best: usize) -> Option<Rows> {
    let content = candidate.content.as_str();
    let at = candidate.sentences.sentences.get(best)?.range.start;
    let list = List::around(content, at)?;
    let is_table = is_row(list.text(content, list.best)?);
    let peers: Vec<Range<usize>> = list.peers(content, is_table);
    let place = peers.iter().position(|peer| peer.contains(&at))?;
    let terms: Vec<HashSet<Term>> = peers.iter().map(|peer| terms_of(candidate, peer)).collect();
    let announced = list.announced(content);
    let elsewhere: HashSet<Term> = announced.iter().flat_map(|range| terms_of(candidate, range)).collect();
    let own = |terms: &HashSet<Term>, all: &[HashSet<Term>]| {
        let is_common = |term: &Term| all.len() > 1 && all.iter().all(|other| other.contains(term));
        let is_above = |term: &Term| candidate.sentences.heading_terms.contains(term) || elsewhere.contains(term);
        question.coverage(|term| terms.contains(term) && !is_common(term) && !is_above(term))
    };
    let owns: Vec<f32> = terms.iter().map(|one| own(one, &terms)).collect();
    let most = match owns.get(place).copied().unwrap_or_default() {
        0.0 => owns.iter().copied().fold(0.0, f32::max),
        of_best => of_best,
    };
    let mut chosen: Vec<usize> = (0..peers.len()).collect();
    if most > 0.0 {
        chosen.retain(|peer| owns.get(*peer).is_some_and(|own| (own - most).abs() < 1e-5));
    } else if !is_table {
        return None;
    } else if stands_out(candidate, &peers, place) {
        chosen = vec![place];
    } else {
        chosen = window(place, chosen.len());
    }
    let first = if chosen.contains(&place) { place } else { chosen.first().copied()? };
    let matching = if most > 0.0 { chosen.len() } else { peers.len() };
    // A row that stands out is the only one that answers.
    let more = if most <= 0.0 && chosen.len() == 1 { 0 } else { matching.saturating_sub(chosen.len().min(ROWS)) };
    chosen.truncate(ROWS);
    let mut parts: Vec<Range<usize>> = Vec::new();
    parts.extend(announced.filter(|_| !is_table));
    parts.extend(chosen.iter().filter_map(|peer| peers.get(*peer).cloned()));
    parts.extend(list.note(content));
    Some(Rows { sentences: inside(candidate, peers.get(first)?), parts, more })
}

/// Whether a sentence of a passage stands in a row of a table.
pub(super) fn holds(candidate: &Candidate, sentence: usize) -> bool {
    let Some(sentence) = candidate.sentences.sentences.get(sentence) else { return false };
    let content = candidate.content.as_str();
    let above = content.get(..sentence.range.start).unwrap_or_default();
    let start = above.rfind('\n').map_or(0, |end| end + 1);
    let line = content.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    is_row(line.trim())
}

/// So many rows around one, in their order.
fn window(place: usize, all: usize) -> Vec<usize> {
    let start = place.saturating_sub(ROWS / 2).min(all.saturating_sub(ROWS));
    (start..all.min(start + ROWS)).collect()
}

/// Whether a row is far nearer to the question than the others.
fn stands_out(candidate: &Candidate, peers: &[Range<usize>], place: usize) -> bool {
    let near = |peer: &Range<usize>| {
        candidate.near.get(inside(candidate, peer)).unwrap_or_default().iter().copied().fold(-1.0, f32::max)
    };
    let all: Vec<f32> = peers.iter().map(near).collect();
    let Some(of_best) = all.get(place).copied().filter(|_| all.len() > 2) else { return false };
    let others = || all.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, near)| *near);
    let next = others().fold(-1.0, f32::max);
    #[expect(clippy::cast_precision_loss, reason = "a passage has few rows")]
    let mean = others().sum::<f32>() / (all.len() - 1) as f32;
    of_best - next >= LEADS && of_best - next >= STANDS_OUT * (of_best - mean)
}

/// The neighbouring items of a passage.
struct List {
    /// All of them, as ranges of the content.
    items: Vec<Range<usize>>,
    /// The place of the one that answers best.
    best: usize,
    before: Option<Range<usize>>,
    after: Option<Range<usize>>,
}

impl List {
    fn around(content: &str, at: usize) -> Option<Self> {
        let blocks: Vec<Range<usize>> = chunk::blocks(content);
        let is_item =
            |block: &Range<usize>| chunk::is_item(content.get(block.clone()).unwrap_or_default().trim_start());
        let place = blocks
            .iter()
            .position(|block| block.contains(&at))
            .filter(|place| blocks.get(*place).is_some_and(is_item))?;
        let (above, below) = blocks.split_at(place);
        let start = place - above.iter().rev().take_while(|block| is_item(block)).count();
        let end = place + below.iter().take_while(|block| is_item(block)).count();
        let items: Vec<Range<usize>> = blocks.get(start..end)?.iter().map(|block| trim(content, block)).collect();
        let before = start.checked_sub(1).and_then(|before| blocks.get(before)).cloned();
        Some(Self { items, best: place - start, before, after: blocks.get(end).cloned() })
    }

    fn text<'a>(&self, content: &'a str, item: usize) -> Option<&'a str> {
        content.get(self.items.get(item)?.clone())
    }

    /// The rows of the same table, or the items of the same list.
    fn peers(&self, content: &str, is_table: bool) -> Vec<Range<usize>> {
        let kind = |item: usize| self.text(content, item).map(|text| (is_row(text), first_name(text)));
        let of_best = kind(self.best);
        let is_peer = |item: &usize| if is_table { kind(*item) == of_best } else { true };
        (0..self.items.len()).filter(is_peer).filter_map(|item| self.items.get(item).cloned()).collect()
    }

    /// The sentence before it that announces it.
    fn announced(&self, content: &str) -> Option<Range<usize>> {
        let before = trim(content, self.before.as_ref()?);
        let text = content.get(before.clone())?;
        let last = chunk::sentences(text).pop()?;
        let sentence = text.get(last.clone())?;
        let announces = sentence.ends_with([':', '：']) && sentence.split_whitespace().count() <= ANNOUNCING;
        announces.then_some(before.start + last.start..before.start + last.end)
    }

    /// The sentence after it when it limits what stands in it.
    fn note(&self, content: &str) -> Option<Range<usize>> {
        let after = trim(content, self.after.as_ref()?);
        let text = content.get(after.clone())?;
        let first = chunk::sentences(text).into_iter().next()?;
        let sentence = text.get(first.clone())?;
        (limits::turn(sentence) == Some(Turn::Opens)).then_some(after.start + first.start..after.start + first.end)
    }
}

fn trim(content: &str, range: &Range<usize>) -> Range<usize> {
    let text = content.get(range.clone()).unwrap_or_default();
    let start = range.start + (text.len() - text.trim_start().len());
    start..(start + text.trim().len())
}

/// The sentences of a passage that stand within a range.
fn inside(candidate: &Candidate, range: &Range<usize>) -> Range<usize> {
    let is_inside = |sentence: &Sentence| range.start <= sentence.range.start && sentence.range.end <= range.end;
    let sentences = &candidate.sentences.sentences;
    let start = sentences.iter().position(is_inside).unwrap_or_default();
    start..start + sentences.iter().skip(start).take_while(|sentence| is_inside(sentence)).count()
}

fn terms_of(candidate: &Candidate, range: &Range<usize>) -> HashSet<Term> {
    let sentences = candidate.sentences.sentences.get(inside(candidate, range)).unwrap_or_default();
    sentences.iter().flat_map(|sentence| sentence.terms.iter().copied()).collect()
}

/// A cell of a row with the name of its column, which may be empty.
fn cells(row: &str) -> Vec<(&str, &str)> {
    let row = row.strip_prefix("- ").unwrap_or(row);
    let named = |cell: &'_ str| cell.split_once(": ").map(|(name, value)| (name.len(), value.len()));
    row.split("; ")
        .map(|cell| match named(cell) {
            Some((name, value)) if name <= NAME_CHARS * 4 => {
                let (name, value) = (cell.get(..name), cell.get(cell.len() - value..));
                (name.unwrap_or_default(), value.unwrap_or_default())
            }
            _ => ("", cell),
        })
        .collect()
}

/// Whether an item is a row of a table: two cells at least, the second of which has a name or is short.
pub(super) fn is_row(item: &str) -> bool {
    let cells = cells(item);
    let is_short = |value: &str| value.split_whitespace().count() <= 6;
    item.starts_with("- ")
        && cells.len() > 1
        && (cells.iter().skip(1).any(|(name, _)| !name.is_empty())
            || cells.iter().all(|(_, value)| is_short(value)) && !item.ends_with('.'))
}

fn first_name(item: &str) -> String {
    cells(item).first().map(|(name, _)| (*name).to_owned()).unwrap_or_default()
}

/// A row as a person would say it: what it is about, then each cell after the name of its column.
pub(super) fn said(item: &str) -> String {
    if !is_row(item) {
        return item.strip_prefix("- ").unwrap_or(item).to_owned();
    }
    let cells = cells(item);
    let whole =
        |(name, value): &(&str, &str)| if name.is_empty() { (*value).to_owned() } else { format!("{name}: {value}") };
    let Some((first, rest)) = cells.split_first() else { return String::new() };
    let rest = rest.iter().map(whole).collect::<Vec<_>>().join(", ");
    // What begins with a number has no name of its own.
    let is_name = first.1.chars().any(char::is_alphabetic) && !first.1.starts_with(|c: char| c.is_ascii_digit());
    if is_name { format!("{} – {rest}", first.1) } else { format!("{}, {rest}", whole(first)) }
}

#[cfg(test)]
mod tests {
    use super::{is_row, said};

    #[test]
    fn a_row_is_said_as_a_person_would() {
        assert_eq!(
            said("- Country: Norway; Delivery: 19.00 EUR; Time: 5 days"),
            "Norway – Delivery: 19.00 EUR, Time: 5 days"
        );
        assert_eq!(said("- Norway; 19.00 EUR"), "Norway – 19.00 EUR");
        assert_eq!(said("- Year: 2025; Sold: 7"), "Year: 2025, Sold: 7");
        assert_eq!(said("- bank transfer"), "bank transfer");
        assert_eq!(said("3. Close it; wait."), "3. Close it; wait.");
        assert!(!is_row("- We clean it; then we oil the whole chain and check the brakes."));
        assert!(!is_row("- Note: closed"));
    }
}
