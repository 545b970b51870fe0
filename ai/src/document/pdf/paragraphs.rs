//! Lines to paragraphs, headings, items of lists and notes.

use super::{
    headings::{Outline, Sizes},
    hyphens,
    labels::{self, Label},
    page::{Area, Sheet},
    script::Way,
    segments::Segment,
};
use crate::document::{Block, clean};

/// Where the text of a page stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    left: f32,
    right: f32,
    width: f32,
    height: f32,
}

impl Frame {
    /// As far as lines go, and as far as they could go with equal margins.
    pub fn of(sheet: &Sheet, segments: &[Segment]) -> Self {
        let left = segments.iter().map(|segment| segment.area.left).fold(sheet.width, f32::min);
        let right = segments.iter().map(|segment| segment.area.right).fold(0.0, f32::max);
        let margin = left.max(0.0).min(sheet.width - right).clamp(0.0, 0.2 * sheet.width);
        Self { left, right: right.max(sheet.width - left.max(margin)), width: sheet.width, height: sheet.height }
    }
}

/// A line of a column.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    area: Area,
    base: f32,
    size: f32,
    largest: f32,
    is_bold: bool,
    first: f32,
    note: Option<String>,
    label: Option<Label>,
    is_leftward: bool,
    is_field: bool,
}

/// Lines that belong together.
struct Piece {
    text: String,
    lines: Vec<Line>,
    label: Option<Label>,
    note: Option<String>,
}

/// A block whose last line does not end a sentence.
struct Open {
    place: usize,
    size: f32,
    /// Space behind its last line.
    room: f32,
}

/// Collects blocks.
pub(super) struct Writer<'a> {
    sizes: &'a Sizes,
    outline: &'a Outline,
    known: &'a hyphens::Known,
    blocks: Vec<Block>,
    page: u32,
    /// The block that may go on in the next column or on the next page.
    open: Option<Open>,
    /// The number of the last item.
    last: Option<Label>,
    /// The next piece is the first of its column.
    is_first: bool,
}

impl<'a> Writer<'a> {
    /// Without blocks.
    pub const fn new(sizes: &'a Sizes, outline: &'a Outline, known: &'a hyphens::Known) -> Self {
        Self { sizes, outline, known, blocks: Vec::new(), page: 0, open: None, last: None, is_first: true }
    }

    /// Begins a page.
    pub fn page(&mut self, number: u32) {
        self.page = number;
        self.blocks.push(Block::Page(number));
    }

    /// Puts a block that is known.
    pub fn block(&mut self, block: Block) {
        if !block.is_empty() {
            self.blocks.push(block);
        }
    }

    /// All blocks.
    pub fn end(self) -> Vec<Block> {
        self.blocks
    }

    /// Puts the lines of a column.
    pub fn lines(&mut self, segments: Vec<Segment>, frame: &Frame) {
        let mut lines = lines(segments);
        labels::believe(lines.iter_mut().map(|line| &mut line.label), self.last.as_ref());
        let column = Column::of(&lines, frame);
        let mut piece: Option<Piece> = None;
        self.is_first = true;
        let mut lefts: Vec<f32> = lines.iter().filter(|line| line.label.is_some()).map(Line::start).collect();
        lefts.sort_by(f32::total_cmp);
        lefts.dedup_by(|next, known| *next - *known < 5.0);
        for line in lines {
            let is_note = self.is_note(&line, frame);
            let goes_on = piece.as_ref().filter(|_| !is_note).and_then(|piece| column.goes_on(piece, &line));
            match (&mut piece, goes_on) {
                (Some(piece), Some(is_seen)) => {
                    if is_seen {
                        piece.text.push('\n');
                        piece.text.push_str(&line.text);
                    } else {
                        self.known.append(&mut piece.text, &line.text);
                    }
                    piece.lines.push(line);
                }
                _ => {
                    if let Some(piece) = piece.take() {
                        self.piece(piece, &column, &lefts);
                    }
                    let note = is_note.then(|| line.note.clone().or_else(|| labels::note(&line.text))).flatten();
                    let label = line.label.clone().filter(|_| note.is_none());
                    let text = match (&note, &label) {
                        (Some(note), _) => {
                            line.text.strip_prefix(note.as_str()).unwrap_or(&line.text).trim().to_owned()
                        }
                        (None, Some(label)) => label.rest.clone(),
                        (None, None) => line.text.clone(),
                    };
                    piece = Some(Piece { text, lines: vec![line], label, note });
                }
            }
        }
        if let Some(piece) = piece {
            self.piece(piece, &column, &lefts);
        }
    }

    /// Small type in the lower part of a page that begins with a sign.
    fn is_note(&self, line: &Line, frame: &Frame) -> bool {
        line.size <= 0.93 * self.sizes.body
            && line.base > 0.4 * frame.height
            && (line.note.is_some() || labels::note(&line.text).is_some())
    }

    fn piece(&mut self, piece: Piece, column: &Column, lefts: &[f32]) {
        let Some((first, last)) = piece.lines.first().zip(piece.lines.last()) else { return };
        let is_ended = piece.text.ends_with(['.', '!', '?', ':', '。', '！', '？', '؟', '…']);
        if let Some(label) = piece.note {
            self.blocks.push(Block::Note { label, text: clean(&piece.text) });
            return;
        }
        let whole = match &piece.label {
            Some(label) if !label.text.is_empty() => format!("{} {}", label.text, piece.text),
            _ => piece.text.clone(),
        };
        let is_bold = piece.lines.iter().all(|line| line.is_bold);
        let flat = whole.replace('\n', " ");
        let has_field = piece.lines.iter().any(|line| line.is_field);
        let level = self
            .outline
            .level(self.page, &flat)
            .filter(|_| piece.lines.len() <= 3)
            .or_else(|| self.sizes.level(&flat, first.size, is_bold, piece.lines.len()))
            .filter(|_| !has_field && (piece.label.as_ref().is_none_or(|label| !label.text.is_empty())));
        if let Some(level) = level {
            self.open = None;
            self.blocks.push(Block::heading(level, &flat));
            return;
        }
        let next = Open { place: self.blocks.len(), size: first.size, room: column.room(last) };
        let starts_small = piece.text.chars().next().is_some_and(char::is_lowercase);
        let starts_square = piece.text.chars().next().is_some_and(super::script::is_spaceless);
        if std::mem::take(&mut self.is_first)
            && piece.label.is_none()
            && !has_field
            && (starts_small || starts_square)
            && let Some(open) = self.open.take()
            && (open.size - first.size).abs() < 0.5
            && (starts_small || open.room < first.size)
            && let Some(Block::Paragraph(text) | Block::Item { text, .. }) = self.blocks.get_mut(open.place)
        {
            self.known.append(text, &clean(&piece.text));
            self.open = (!is_ended).then_some(Open { place: open.place, ..next });
            return;
        }
        let block = match piece.label {
            Some(label) => {
                let depth = lefts.iter().filter(|left| **left < first.start() - 4.0).count();
                let block = Block::item(depth, &label.text, &piece.text);
                self.last = Some(label);
                block
            }
            None => Block::paragraph(&piece.text),
        };
        self.open = (!is_ended).then_some(next);
        self.blocks.push(block);
    }
}

impl Line {
    /// How far it begins from where lines begin.
    const fn start(&self) -> f32 {
        if self.is_leftward { -self.area.right } else { self.area.left }
    }
}

/// Pieces of lines that stand on one line.
fn lines(mut segments: Vec<Segment>) -> Vec<Line> {
    segments.sort_by(|one, other| one.base.total_cmp(&other.base).then(one.area.left.total_cmp(&other.area.left)));
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        let is_level = |row: &&mut Vec<Segment>| {
            row.first().is_some_and(|first| (first.base - segment.base).abs() < 0.3 * first.size.max(segment.size))
        };
        match rows.last_mut().filter(is_level) {
            Some(row) => row.push(segment),
            None => rows.push(vec![segment]),
        }
    }
    let mut lines: Vec<Line> = rows
        .into_iter()
        .filter_map(|mut row| {
            row.sort_by(|one, other| one.area.left.total_cmp(&other.area.left));
            let is_leftward = row.iter().filter(|segment| Way::of(&segment.text) == Way::Left).count() * 2 > row.len();
            if is_leftward {
                row.reverse();
            }
            let texts: Vec<&str> = row.iter().map(|segment| segment.text.as_str()).collect();
            let text = texts.join(" ");
            let area = row.iter().map(|segment| segment.area).reduce(|all, area| all.with(&area))?;
            let largest = row.iter().max_by(|one, other| one.size.total_cmp(&other.size))?;
            let first = row.first()?;
            Some(Line {
                area,
                base: largest.base,
                size: largest.size,
                largest: row.iter().map(|segment| segment.largest).fold(0.0, f32::max),
                is_bold: row.iter().all(|segment| segment.is_bold),
                first: first.first,
                note: first.label.clone(),
                label: labels::read(&text),
                is_leftward,
                is_field: row.iter().any(|segment| segment.is_field),
                text,
            })
        })
        .collect();
    lines.sort_by(|one, other| one.base.total_cmp(&other.base));
    lines
}

/// What is usual in a column.
struct Column {
    left: f32,
    right: f32,
    /// From line to line.
    step: f32,
    /// Most lines go as far as the column does.
    is_prose: bool,
}

impl Column {
    fn of(lines: &[Line], frame: &Frame) -> Self {
        let left = lines.iter().map(|line| line.area.left).fold(f32::MAX, f32::min);
        let right = lines.iter().map(|line| line.area.right).fold(0.0, f32::max);
        let long = lines.iter().filter(|line| line.area.width() >= 0.8 * (right - left)).count();
        let is_prose = lines.len() >= 3 && long * 2 >= lines.len() || right - left > 0.55 * frame.width;
        let mut steps: Vec<f32> = lines
            .windows(2)
            .filter_map(|pair| {
                let [one, next] = pair else { return None };
                ((one.size - next.size).abs() < 0.1 * one.size).then_some(next.base - one.base)
            })
            .collect();
        steps.sort_by(f32::total_cmp);
        let usual = steps.get(steps.len().saturating_sub(1) / 2).copied();
        let size = lines.iter().map(|line| line.size).fold(0.0, f32::max);
        let step = match usual {
            Some(usual) if steps.len() >= 4 => usual.min(3.0 * size),
            Some(usual) => usual.min(1.45 * size),
            None => 1.3 * size,
        };
        if is_prose {
            Self { left, right, step, is_prose }
        } else {
            Self { left: left.min(frame.left), right: right.max(frame.right), step, is_prose }
        }
    }

    /// Space behind a line.
    const fn room(&self, line: &Line) -> f32 {
        if line.is_leftward { line.area.left - self.left } else { self.right - line.area.right }
    }

    /// Whether something of a width would have fit behind a line.
    fn has_room(&self, line: &Line, width: f32) -> bool {
        self.room(line) > width + 0.35 * line.size
    }

    /// Whether a line belongs to what is above it, and whether the line end is one that a reader sees.
    fn goes_on(&self, piece: &Piece, line: &Line) -> Option<bool> {
        let (first, last) = (piece.lines.first()?, piece.lines.last()?);
        if line.label.is_some() {
            return None;
        }
        let step = line.base - last.base;
        let is_cut = last.text.ends_with(|end| hyphens::is_hyphen(end) || end == '\u{ad}');
        let is_ended = last.text.ends_with(['.', '!', '?', ':', '。', '！', '？', '؟']);
        let starts_small = line.text.chars().next().is_some_and(char::is_lowercase);
        let within = starts_small && !is_ended || is_cut;
        let usual = match piece.lines.as_slice() {
            [one, next, ..] => (next.base - one.base).min(self.step * 1.2),
            _ => self.step.max(1.2 * line.size),
        };
        if step > 1.25 * usual.max(self.step * 0.9) + 0.5 || step < 0.3 * last.size {
            return None;
        }
        // A line with words in small capitals is as large as its other words.
        let differ = |one: f32, other: f32| (one - other).abs() > 0.08 * one.max(other);
        if differ(last.size, line.size) && differ(last.largest, line.largest) {
            return None;
        }
        if last.is_bold != line.is_bold && !within {
            return None;
        }
        let indent = line.start() - first.start();
        if piece.label.is_some() || piece.note.is_some() {
            // The text of an item hangs behind its label, or goes on below it.
            let hangs = piece.lines.get(1).is_some_and(|second| second.start() - first.start() > 0.5 * line.size);
            if hangs && indent < 0.3 * line.size {
                return None;
            }
            let has_room = self.has_room(last, line.first);
            if piece.lines.len() == 1 && indent < 0.3 * line.size && !within && (has_room || is_ended) {
                return None;
            }
            return Some(has_room && !within && is_ended);
        }
        // The first line of a paragraph is set in.
        let is_centred = (last.area.middle().0 - line.area.middle().0).abs() < 0.3 * line.size;
        let is_set_in = indent > 0.8 * line.size && indent < 5.0 * line.size && !is_centred;
        let was_in_line = (last.start() - first.start()).abs() < 0.4 * line.size || piece.lines.len() > 1;
        if is_set_in
            && was_in_line
            && !within
            && (is_ended || self.is_prose)
            && line.start() - last.start() > 0.8 * line.size
        {
            return None;
        }
        let has_room = self.has_room(last, line.first);
        if !has_room || within {
            return Some(false);
        }
        // A short last line ends a paragraph of sentences; other short lines are seen as lines.
        if self.is_prose && is_ended && piece.lines.len() > 1 {
            return None;
        }
        Some(true)
    }
}
