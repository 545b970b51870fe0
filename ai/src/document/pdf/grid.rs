//! Tables that have lines drawn between their cells.

use super::{
    hyphens,
    page::Area,
    rules::Rule,
    segments::Segment,
    tables::{self, Cell, Row},
};
use crate::document::Block;
use std::collections::HashMap;

/// How far lines that meet may be from each other.
const NEAR: f32 = 3.0;
/// Rows and columns of a grid at most.
const MOST: usize = 300;
/// Bytes and pieces of lines of a cell, with more of which it is a frame for text.
const CELL_BYTES: usize = 1_000;
const CELL_PIECES: usize = 12;

/// Lines that meet.
struct Grid {
    columns: Vec<f32>,
    rows: Vec<f32>,
    across: Vec<Area>,
    down: Vec<Area>,
}

/// Takes what stands in grids out of the segments.
pub(super) fn take(segments: &mut Vec<Segment>, rules: &[Rule], known: &hyphens::Known) -> Vec<(Area, Block)> {
    let mut found = Vec::new();
    for grid in grids(rules) {
        let grid = grid.without_frames();
        let Some(area) = grid.area().filter(|_| grid.rows.len() >= 2) else { continue };
        let within = |segment: &Segment| area.holds(segment.body().middle(), 1.0);
        let inside: Vec<Segment> = segments.iter().filter(|segment| within(segment)).cloned().collect();
        if let Some(block) = grid.table(&inside, known) {
            segments.retain(|segment| !within(segment));
            found.push((area, block));
        }
    }
    found
}

/// Groups of lines that meet each other.
fn grids(rules: &[Rule]) -> Vec<Grid> {
    let (across, down): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| rule.is_across());
    let (across, down) = (merged(&across, true), merged(&down, false));
    if across.len() * down.len() > 400_000 {
        return Vec::new();
    }
    // Each line belongs to the group of all that it meets.
    let mut group: Vec<usize> = (0..across.len() + down.len()).collect();
    for (one, a) in across.iter().enumerate() {
        for (other, b) in down.iter().enumerate() {
            let meets = b.left >= a.left - NEAR
                && b.left <= a.right + NEAR
                && a.top >= b.top - NEAR
                && a.top <= b.bottom + NEAR;
            if meets {
                let (x, y) = (root(&group, one), root(&group, across.len() + other));
                if let Some(parent) = group.get_mut(x) {
                    *parent = y;
                }
            }
        }
    }
    let mut groups: HashMap<usize, (Vec<Area>, Vec<Area>)> = HashMap::new();
    for (place, area) in across.iter().enumerate() {
        groups.entry(root(&group, place)).or_default().0.push(*area);
    }
    for (place, area) in down.iter().enumerate() {
        groups.entry(root(&group, across.len() + place)).or_default().1.push(*area);
    }
    let mut grids: Vec<Grid> = groups
        .into_values()
        .map(|(across, down)| Grid {
            columns: places(down.iter().map(|area| area.left)),
            rows: places(across.iter().map(|area| area.top)),
            across,
            down,
        })
        .filter(|grid| grid.columns.len() >= 3 && grid.rows.len() >= 2)
        .filter(|grid| grid.columns.len() <= MOST && grid.rows.len() <= MOST)
        .collect();
    grids.sort_by(|one, other| {
        let top = |grid: &Grid| grid.rows.first().copied().unwrap_or_default();
        top(one).total_cmp(&top(other))
    });
    grids
}

fn root(group: &[usize], mut place: usize) -> usize {
    while let Some(parent) = group.get(place).copied().filter(|parent| *parent != place) {
        place = parent;
    }
    place
}

/// Lines that go on where others end are one.
fn merged(rules: &[&Rule], is_across: bool) -> Vec<Area> {
    // As lines without thickness: place, from, to.
    let mut lines: Vec<(f32, f32, f32)> = rules
        .iter()
        .map(|rule| {
            let (x, y) = rule.area.middle();
            if is_across { (y, rule.area.left, rule.area.right) } else { (x, rule.area.top, rule.area.bottom) }
        })
        .collect();
    lines.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let mut merged: Vec<(f32, f32, f32)> = Vec::new();
    for line in lines {
        let same = merged
            .iter_mut()
            .rev()
            .take(60)
            .find(|known| (known.0 - line.0).abs() < 1.5 && line.1 <= known.2 + NEAR && line.2 >= known.1 - NEAR);
        match same {
            Some(known) => (known.1, known.2) = (known.1.min(line.1), known.2.max(line.2)),
            None => merged.push(line),
        }
    }
    let area = |(place, from, to): (f32, f32, f32)| {
        if is_across {
            Area { left: from, right: to, top: place, bottom: place }
        } else {
            Area { left: place, right: place, top: from, bottom: to }
        }
    };
    merged.into_iter().map(area).collect()
}

/// Places that are not the same.
fn places(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut all: Vec<f32> = values.collect();
    all.sort_by(f32::total_cmp);
    all.dedup_by(|next, known| *next - *known < NEAR);
    all
}

impl Grid {
    fn area(&self) -> Option<Area> {
        Some(Area {
            left: *self.columns.first()?,
            right: *self.columns.last()?,
            top: *self.rows.first()?,
            bottom: *self.rows.last()?,
        })
    }

    /// Whether there is a line at the right of a cell.
    fn is_closed_right(&self, row: usize, column: usize) -> bool {
        let (Some(x), Some((top, bottom))) = (self.columns.get(column + 1), between(&self.rows, row)) else {
            return true;
        };
        let y = f32::midpoint(top, bottom);
        self.down.iter().any(|line| (line.left - x).abs() < NEAR && line.top <= y && line.bottom >= y)
    }

    /// Whether there is a line below a cell.
    fn is_closed_below(&self, row: usize, column: usize) -> bool {
        let (Some(y), Some((left, right))) = (self.rows.get(row + 1), between(&self.columns, column)) else {
            return true;
        };
        let x = f32::midpoint(left, right);
        self.across.iter().any(|line| (line.top - y).abs() < NEAR && line.left <= x && line.right >= x)
    }

    /// Without the first and last rows that are one cell: what stands there is around the table.
    fn without_frames(mut self) -> Self {
        let is_whole = |grid: &Self, row: usize| {
            (0..grid.columns.len().saturating_sub(2)).all(|column| !grid.is_closed_right(row, column))
        };
        while self.rows.len() >= 2 && is_whole(&self, self.rows.len() - 2) {
            self.rows.pop();
        }
        while self.rows.len() >= 2 && is_whole(&self, 0) {
            self.rows.remove(0);
        }
        self
    }

    fn table(&self, inside: &[Segment], known: &hyphens::Known) -> Option<Block> {
        let (columns, rows) = (self.columns.len() - 1, self.rows.len() - 1);
        // A cell without a line to the next is the same cell.
        let mut same: Vec<usize> = (0..rows * columns).collect();
        for row in 0..rows {
            for column in 0..columns {
                let own = row * columns + column;
                let mut join = |other: usize| {
                    let (x, y) = (root(&same, own), root(&same, other));
                    if let Some(parent) = same.get_mut(x.max(y)) {
                        *parent = x.min(y);
                    }
                };
                if column + 1 < columns && !self.is_closed_right(row, column) {
                    join(own + 1);
                }
                if row + 1 < rows && !self.is_closed_below(row, column) {
                    join(own + columns);
                }
            }
        }
        let mut cells: Vec<Vec<&Segment>> = (0..rows * columns).map(|_| Vec::new()).collect();
        for segment in inside {
            let (x, y) = segment.body().middle();
            let place = |lines: &[f32], value: f32| {
                lines.partition_point(|line| *line <= value).saturating_sub(1).min(lines.len().saturating_sub(2))
            };
            let own = place(&self.rows, y) * columns + place(&self.columns, x);
            if let Some(cell) = cells.get_mut(root(&same, own)) {
                cell.push(segment);
            }
        }
        let is_frame = |cell: &Vec<&Segment>| {
            cell.len() > CELL_PIECES && rows <= 3
                || cell.iter().map(|segment| segment.text.len()).sum::<usize>() > CELL_BYTES
        };
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        if filled < 2 || cells.iter().any(is_frame) {
            return None;
        }
        // What spans many cells stands in each of them; in a drawing that is far too much.
        let bytes = |cell: usize| cells.get(cell).map_or(0, |cell| cell.iter().map(|segment| segment.text.len()).sum());
        let (once, repeated): (usize, usize) =
            ((0..rows * columns).map(bytes).sum(), (0..rows * columns).map(|cell| bytes(root(&same, cell))).sum());
        if repeated > 3 * once + 200 {
            return None;
        }
        let mut table: Vec<Row> = Vec::new();
        for row in 0..rows {
            let group: Vec<&[&Segment]> = (0..columns)
                .map(|column| cells.get(root(&same, row * columns + column)).map_or(&[][..], Vec::as_slice))
                .collect();
            let is_tall = (0..columns).any(|column| root(&same, row * columns + column) < row * columns);
            table.extend(lines(&group, is_tall));
        }
        Some(tables::of(&table, known))
    }
}

fn between(lines: &[f32], place: usize) -> Option<(f32, f32)> {
    Some((*lines.get(place)?, *lines.get(place + 1)?))
}

/// The rows that a reader sees in one row of a grid: several, when all its cells have as many lines.
fn lines(cells: &[&[&Segment]], is_tall: bool) -> Vec<Row> {
    let split: Vec<Vec<(f32, Cell)>> = cells.iter().map(|cell| cell_lines(cell)).collect();
    let filled: Vec<&Vec<(f32, Cell)>> = split.iter().filter(|cell| !cell.is_empty()).collect();
    let many = filled.first().map_or(0, |cell| cell.len());
    let is_level = filled.iter().all(|cell| {
        cell.len() == many
            && cell
                .iter()
                .zip(filled.first().into_iter().flat_map(|first| first.iter()))
                .all(|(one, other)| (one.0 - other.0).abs() < 3.0)
    });
    if many >= 2 && filled.len() >= 2 && is_level && !is_tall {
        return (0..many)
            .map(|line| Row {
                base: 0.0,
                size: 0.0,
                cells: split
                    .iter()
                    .map(|cell| cell.get(line).map(|(_, cell)| cell.clone()).unwrap_or_default())
                    .collect(),
            })
            .collect();
    }
    let whole = |cell: &Vec<(f32, Cell)>| {
        let mut all = Cell::default();
        for (_, line) in cell {
            for text in &line.lines {
                all.put(text, line.is_bold, false);
            }
        }
        all
    };
    vec![Row { base: 0.0, size: 0.0, cells: split.iter().map(whole).collect() }]
}

fn cell_lines(cell: &[&Segment]) -> Vec<(f32, Cell)> {
    let mut sorted = cell.to_vec();
    sorted.sort_by(|one, other| one.base.total_cmp(&other.base).then(one.area.left.total_cmp(&other.area.left)));
    let mut lines: Vec<(f32, Cell)> = Vec::new();
    for segment in sorted {
        match lines.last_mut().filter(|(base, _)| (segment.base - *base).abs() < 0.3 * segment.size) {
            Some((_, line)) => line.put(&segment.text, segment.is_bold, true),
            None => {
                let mut line = Cell::default();
                line.put(&segment.text, segment.is_bold, false);
                lines.push((segment.base, line));
            }
        }
    }
    lines
}
