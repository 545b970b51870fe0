//! The order of what stands beside each other: columns one after the other, tables row by row.

use super::{
    page::Area,
    rules::Rule,
    segments::Segment,
    tables::{self, Row},
};
use crate::document::Block;

/// How deep columns are within columns.
const DEPTH: usize = 5;
/// A gutter is at least that part of a letter's size.
const GUTTER: f32 = 0.4;

/// Something with a place in the order.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// A piece of a line.
    Segment(Segment),
    /// A table that was found by its lines.
    Table(Area, Block),
}

/// Something in its order.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Lines of one column.
    Lines(Vec<Segment>),
    /// A table.
    Table(Block),
    /// Items of a list: labels and texts.
    Items(Vec<(String, String)>),
}

impl Item {
    fn area(&self) -> Area {
        match self {
            Self::Segment(segment) => segment.body(),
            Self::Table(area, _) => *area,
        }
    }

    const fn segment(&self) -> Option<&Segment> {
        match self {
            Self::Segment(segment) => Some(segment),
            Self::Table(..) => None,
        }
    }
}

/// What shares no height with what is above and below.
#[derive(Debug)]
struct Band {
    area: Area,
    items: Vec<Item>,
}

/// What stands side by side.
enum Run {
    Columns,
    Table,
    /// Numbers or dots, and beside them what they stand before.
    List,
}

/// Space between two columns, from and to.
type Gutter = (f32, f32);

/// Brings items into the order in which they are read.
pub(super) fn order(items: Vec<Item>, is_leftward: bool, rules: &[Rule], hyphens: &super::hyphens::Known) -> Vec<Part> {
    let mut parts = Vec::new();
    within(items, is_leftward, (rules, hyphens), 0, &mut parts);
    parts
}

fn within(
    items: Vec<Item>,
    is_leftward: bool,
    (rules, hyphens): (&[Rule], &super::hyphens::Known),
    depth: usize,
    parts: &mut Vec<Part>,
) {
    let mut bands = bands(items);
    let mut at = 0;
    while at < bands.len() {
        let Some((from, to, gutters, run)) = find(&bands, at).filter(|_| depth < DEPTH) else { break };
        // What is above comes first.
        let rest = bands.split_off(to);
        let run_bands = bands.split_off(from);
        lines(std::mem::take(&mut bands), parts);
        match run {
            Run::Table => {
                let area = run_bands.iter().map(|band| band.area).reduce(|all, area| all.with(&area));
                let rows = rows(run_bands, &gutters, is_leftward);
                let lines = area.map(|area| lines_between(rules, &area)).unwrap_or_default();
                parts.push(Part::Table(tables::aligned(rows, &lines, hyphens)));
            }
            Run::List => {
                let rows = rows(run_bands, &gutters, is_leftward);
                parts.push(Part::Items(tables::items(rows, hyphens)));
            }
            Run::Columns => {
                let mut columns: Vec<Vec<Item>> = (0..=gutters.len()).map(|_| Vec::new()).collect();
                for item in run_bands.into_iter().flat_map(|band| band.items) {
                    if let Some(column) = columns.get_mut(column_of(&item.area(), &gutters)) {
                        column.push(item);
                    }
                }
                if is_leftward {
                    columns.reverse();
                }
                for column in columns {
                    within(column, is_leftward, (rules, hyphens), depth + 1, parts);
                }
            }
        }
        bands = rest;
        at = 0;
    }
    lines(bands, parts);
}

fn lines(bands: Vec<Band>, parts: &mut Vec<Part>) {
    for item in bands.into_iter().flat_map(|band| band.items) {
        match item {
            Item::Table(_, block) => parts.push(Part::Table(block)),
            Item::Segment(segment) => match parts.last_mut() {
                Some(Part::Lines(lines)) => lines.push(segment),
                _ => parts.push(Part::Lines(vec![segment])),
            },
        }
    }
    // Each column is a part of its own.
    parts.push(Part::Lines(Vec::new()));
}

fn bands(mut items: Vec<Item>) -> Vec<Band> {
    items.sort_by(|one, other| one.area().top.total_cmp(&other.area().top));
    let mut bands: Vec<Band> = Vec::new();
    for item in items {
        let area = item.area();
        match bands.last_mut() {
            Some(band) if area.top < band.area.bottom - 0.25 * area.height().min(band.area.height()) => {
                band.area = band.area.with(&area);
                band.items.push(item);
            }
            _ => bands.push(Band { area, items: vec![item] }),
        }
    }
    for band in &mut bands {
        band.items.sort_by(|one, other| {
            let (one, other) = (one.area(), other.area());
            one.bottom.total_cmp(&other.bottom).then(one.left.total_cmp(&other.left))
        });
    }
    bands
}

/// The next bands that have gutters in common, and what they are.
fn find(bands: &[Band], start: usize) -> Option<(usize, usize, Vec<Gutter>, Run)> {
    let mut at = start;
    while at < bands.len() {
        let first = gutters(bands.get(at)?);
        if first.is_empty() {
            at += 1;
            continue;
        }
        let (mut to, gutters) = grow(bands, at, first);
        let from = before(bands, at, &gutters);
        // Lines that go on at one side alone, below a space, belong to what follows.
        let last = (at..to).rev().find(|place| bands.get(*place).is_some_and(|band| sides(band, &gutters).len() > 1));
        let alone = last.map_or(to, |last| last + 1)..to;
        let is_apart = |place: &usize| {
            let space =
                bands.get(place - 1).zip(bands.get(*place)).map(|(above, band)| band.area.top - above.area.bottom);
            bands.get(*place).is_some_and(|band| space.is_some_and(|space| space > 0.9 * size_of(band)))
        };
        to = alone.into_iter().find(is_apart).unwrap_or(to);
        let run = bands.get(from..to)?;
        if let Some(kind) = kind(run, &gutters) {
            // What stands above a table at its left alone is a line of text before it.
            let mut from = from;
            while !matches!(kind, Run::Columns)
                && from < at
                && bands.get(from).is_some_and(|band| sides(band, &gutters).first().is_none_or(|side| *side == 0))
            {
                from += 1;
            }
            return Some((from, to, gutters, kind));
        }
        at = to.max(at + 1);
    }
    None
}

/// Extends a run downwards as long as it has a gutter.
fn grow(bands: &[Band], from: usize, first: Vec<Gutter>) -> (usize, Vec<Gutter>) {
    let (mut to, mut gutters) = (from + 1, first);
    // Columns that are missing in the first row, as names of columns are, are seen later.
    while let Some(band) = bands.get(to) {
        let narrowed: Vec<Gutter> = gutters.iter().filter_map(|gutter| narrow(*gutter, band)).collect();
        let own = self::gutters(band);
        if narrowed.is_empty() {
            break;
        }
        // Other columns below a wider space are another table.
        let space = |place: usize| {
            let (above, below) = bands.get(place.checked_sub(1)?).zip(bands.get(place))?;
            Some(below.area.top - above.area.bottom)
        };
        let mut usual: Vec<f32> = (from + 1..to).rev().take(40).filter_map(space).collect();
        usual.sort_by(f32::total_cmp);
        let usual = usual.get(usual.len() / 2).copied().unwrap_or_default().max(0.3 * size_of(band));
        let is_apart = space(to).is_some_and(|space| space > 1.6 * usual + 1.0);
        let is_other = own.len() >= gutters.len() && narrowed.len() < own.len();
        // A heading below a space that goes through all columns begins something new.
        let is_heading = is_apart
            && matches!(band.items.as_slice(), [Item::Segment(only)] if only.is_bold
                || bands.get(to - 1).is_some_and(|above| only.size > 1.1 * size_of(above)));
        if is_heading {
            break;
        }
        let has_others = own.len() != gutters.len() && !own.is_empty();
        // Nor does it begin where the others do.
        let left = |band: &Band| band.area.left;
        let is_shifted = bands.get(from).is_some_and(|first| (left(first) - left(band)).abs() > 3.0 * size_of(band))
            && own.len() > 1;
        if is_apart && (has_others || is_shifted) || narrowed.len() < gutters.len() && (is_apart || is_other) {
            break;
        }
        // A row that goes over several gutters is another thing, unless it is one of many.
        if narrowed.len() * 2 < gutters.len() && to - from < 3 {
            break;
        }
        if narrowed.len() < gutters.len() && own.len() < narrowed.len() && to - from >= 3 && gutters.len() > 1 {
            // One row of many that goes over a gutter does not undo it.
            to += 1;
            continue;
        }
        gutters = narrowed;
        to += 1;
    }
    (to, gutters)
}

/// Bands above that keep to the gutters and stand close.
fn before(bands: &[Band], at: usize, gutters: &[Gutter]) -> usize {
    let mut from = at;
    while let Some(above) = from.checked_sub(1).and_then(|above| bands.get(above)) {
        let Some(below) = bands.get(from) else { break };
        let is_close = below.area.top - above.area.bottom < 0.9 * size_of(below);
        let keeps = gutters
            .iter()
            .all(|gutter| above.items.iter().all(|item| item.area().right <= gutter.1 || item.area().left >= gutter.0));
        if !is_close || !keeps {
            break;
        }
        from -= 1;
    }
    from
}

/// The gaps of one band that go through it from top to bottom.
fn gutters(band: &Band) -> Vec<Gutter> {
    let mut spans: Vec<(f32, f32)> = band.items.iter().map(|item| (item.area().left, item.area().right)).collect();
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut gutters = Vec::new();
    let mut reached = f32::NEG_INFINITY;
    let least = GUTTER * size_of(band);
    for (left, right) in spans {
        if reached.is_finite() && left - reached > least {
            gutters.push((reached, left));
        }
        reached = reached.max(right);
    }
    gutters
}

/// What a band leaves of a gutter.
fn narrow(gutter: Gutter, band: &Band) -> Option<Gutter> {
    let (mut from, mut to) = gutter;
    for item in &band.items {
        let area = item.area();
        if area.right <= from || area.left >= to {
            continue;
        }
        // It reaches into it from the side that most of it is on.
        if area.middle().0 < f32::midpoint(gutter.0, gutter.1) {
            from = from.max(area.right);
        } else {
            to = to.min(area.left);
        }
    }
    (to - from >= GUTTER * size_of(band)).then_some((from, to))
}

fn size_of(band: &Band) -> f32 {
    let sizes = band.items.iter().filter_map(|item| item.segment()).map(|segment| segment.size);
    sizes.fold(0.0_f32, f32::max).clamp(4.0, 30.0)
}

fn column_of(area: &Area, gutters: &[Gutter]) -> usize {
    let (middle, _) = area.middle();
    gutters.iter().filter(|(from, to)| area.left >= *from - 0.5 && middle > f32::midpoint(*from, *to)).count()
}

/// Columns that a band has something in.
fn sides(band: &Band, gutters: &[Gutter]) -> Vec<usize> {
    let mut sides: Vec<usize> = band.items.iter().map(|item| column_of(&item.area(), gutters)).collect();
    sides.sort_unstable();
    sides.dedup();
    sides
}

/// What is known of a column of a run.
#[derive(Default)]
struct Known {
    lines: usize,
    words: usize,
    letters: usize,
    width: f32,
    left: f32,
    right: f32,
    first: usize,
    last: usize,
    values: usize,
    labels: usize,
}

impl Known {
    /// It reads like sentences.
    fn is_prose(&self) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "lines of a page")]
        let (lines, words, letters) = (self.lines.max(1) as f32, self.words as f32, self.letters as f32);
        let fill = self.width / lines / (self.right - self.left).max(1.0);
        self.lines >= 3 && (words / lines >= 3.3 || letters / lines >= 24.0) && fill > 0.55
    }
}

fn kind(run: &[Band], gutters: &[Gutter]) -> Option<Run> {
    let has_table = run.iter().any(|band| band.items.iter().any(|item| item.segment().is_none()));
    let columns = known(run, gutters);
    let (rows, together) = level(run, gutters);
    if columns.iter().filter(|column| column.lines > 0).count() < 2 {
        return None;
    }
    let prose = columns.iter().filter(|column| column.is_prose()).count();
    if prose >= 2 {
        // Narrow columns beside them, as of numbers, do not make a table of it.
        return Some(Run::Columns);
    }
    if has_table {
        return Some(Run::Columns);
    }
    if is_list(run, gutters) {
        return Some(Run::List);
    }
    let is_level = together >= 2 && together * 2 >= rows;
    if is_level {
        // Pieces of two texts that were written one after the other.
        let apart = columns.windows(2).all(|pair| matches!(pair, [one, next] if one.last < next.first));
        let is_value = columns.iter().skip(1).any(|column| column.values * 2 >= column.lines);
        let is_label = columns.first().is_some_and(|column| column.labels * 2 >= column.lines);
        if apart && columns.len() == 2 && !is_value && !is_label && columns.iter().all(|column| column.lines >= 3) {
            return Some(Run::Columns);
        }
        return Some(Run::Table);
    }
    let lines: usize = columns.iter().map(|column| column.lines).sum();
    let stands_apart = rows > together && lines >= 3 && columns.iter().any(|column| column.lines >= 2);
    stands_apart.then_some(Run::Columns)
}

/// Whether one column beside another has nothing but the labels of a list.
fn is_list(run: &[Band], gutters: &[Gutter]) -> bool {
    let mut labels: Vec<&str> = Vec::new();
    let mut widest = 0.0_f32;
    for segment in run.iter().flat_map(|band| &band.items).filter_map(Item::segment) {
        if column_of(&segment.body(), gutters) == 0 {
            labels.push(segment.text.trim());
            widest = widest.max(segment.area.width() / segment.size.max(1.0));
        }
    }
    gutters.len() == 1 && widest < 3.0 && labels.len() >= 2 && super::labels::are_labels(&labels)
}

fn known(run: &[Band], gutters: &[Gutter]) -> Vec<Known> {
    let mut columns: Vec<Known> = (0..=gutters.len())
        .map(|_| Known { first: usize::MAX, left: f32::MAX, right: f32::MIN, ..Known::default() })
        .collect();
    for segment in run.iter().flat_map(|band| &band.items).filter_map(Item::segment) {
        let Some(column) = columns.get_mut(column_of(&segment.body(), gutters)) else { continue };
        column.lines += 1;
        column.words += segment.text.split_whitespace().count();
        column.letters += segment.text.chars().map(|c| if super::script::is_square(c) { 2 } else { 1 }).sum::<usize>();
        column.width += segment.area.width();
        column.left = column.left.min(segment.area.left);
        column.right = column.right.max(segment.area.right);
        column.first = column.first.min(segment.place);
        column.last = column.last.max(segment.place);
        let is_short = segment.text.split_whitespace().count() <= 3;
        column.values += usize::from(is_short && segment.text.chars().any(|c| c.is_numeric()));
        column.labels += usize::from(segment.text.ends_with(':'));
    }
    columns
}

/// How many lines there are, and how many have something in several columns.
fn level(run: &[Band], gutters: &[Gutter]) -> (usize, usize) {
    let mut lines: Vec<(f32, f32, Vec<usize>)> = Vec::new();
    for segment in run.iter().flat_map(|band| &band.items).filter_map(Item::segment) {
        let column = column_of(&segment.body(), gutters);
        let line = lines.iter_mut().rev().take(12).find(|(base, size, _)| (segment.base - base).abs() < 0.3 * size);
        match line {
            Some((_, _, columns)) => columns.push(column),
            None => lines.push((segment.base, segment.size, vec![column])),
        }
    }
    let together = lines
        .iter_mut()
        .filter_map(|(_, _, columns)| {
            columns.sort_unstable();
            columns.dedup();
            (columns.len() > 1).then_some(())
        })
        .count();
    (lines.len(), together)
}

/// Lines that are drawn across a table, from the top.
fn lines_between(rules: &[Rule], table: &Area) -> Vec<f32> {
    let mut places: Vec<f32> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.is_across()) {
        let shared = rule.area.right.min(table.right) - rule.area.left.max(table.left);
        let (_, y) = rule.area.middle();
        if shared > 0.8 * table.width() && y > table.top && y < table.bottom {
            places.push(y);
        }
    }
    places.sort_by(f32::total_cmp);
    places.dedup_by(|next, known| *next - *known < 3.0);
    places
}

/// The lines of a table, each with its cells.
fn rows(run: Vec<Band>, gutters: &[Gutter], is_leftward: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let segments = run.into_iter().flat_map(|band| band.items).filter_map(|item| match item {
        Item::Segment(segment) => Some(segment),
        Item::Table(..) => None,
    });
    for segment in segments {
        let column = column_of(&segment.body(), gutters);
        let column = if is_leftward { gutters.len() - column.min(gutters.len()) } else { column };
        let near = |row: &&mut Row| (row.base - segment.base).abs() < 0.3 * segment.size.max(row.size);
        let row = match rows.iter_mut().rev().take(6).find(near) {
            Some(row) => row,
            None => {
                rows.push(Row::empty(segment.base, segment.size, gutters.len() + 1));
                let Some(row) = rows.last_mut() else { continue };
                row
            }
        };
        row.put(column, &segment);
    }
    rows.sort_by(|one, other| one.base.total_cmp(&other.base));
    rows
}
