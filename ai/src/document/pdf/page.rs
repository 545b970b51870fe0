//! What stands on a page: glyphs where a reader sees them, ruling lines, pictures.

use super::{
    fields,
    rules::{self, Rule},
    segments::{self, Segment},
};
use pdfium_render::prelude::{
    PdfFontWeight, PdfPage, PdfPageRenderRotation, PdfPageTextChar, PdfPageTextRenderMode, PdfRect,
};
use std::collections::HashMap;

/// Glyphs of a page at most; a page of a newspaper has some twenty thousand.
const GLYPHS: i32 = 200_000;

/// A page. In its coordinates the text is upright, left to right and downwards from 0.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Its number from 1.
    pub number: u32,
    /// As far as it goes.
    pub width: f32,
    /// The same downwards.
    pub height: f32,
    /// Pieces of lines.
    pub segments: Vec<Segment>,
    /// Lines that are drawn.
    pub rules: Vec<Rule>,
    /// What is written in other directions, each in reading order.
    pub aside: Vec<Segment>,
    /// It has pictures.
    pub has_pictures: bool,
}

impl Sheet {
    /// Bytes of what stands on it.
    pub fn bytes(&self) -> usize {
        self.segments.iter().chain(&self.aside).map(|segment| segment.text.len()).sum()
    }

    /// Letters and digits on it.
    pub fn letters(&self) -> usize {
        let all = self.segments.iter().chain(&self.aside);
        all.map(|segment| segment.text.chars().filter(|c| c.is_alphanumeric()).count()).sum()
    }
}

/// A box with its top left corner first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl Area {
    pub const fn width(&self) -> f32 {
        self.right - self.left
    }

    pub const fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Both together.
    pub const fn with(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// As much of the height is shared as that, measured in the lower of both.
    pub fn shares_height(&self, other: &Self) -> f32 {
        let shared = self.bottom.min(other.bottom) - self.top.max(other.top);
        shared / self.height().min(other.height()).max(0.1)
    }

    /// The middle.
    pub const fn middle(&self) -> (f32, f32) {
        (f32::midpoint(self.left, self.right), f32::midpoint(self.top, self.bottom))
    }

    /// Whether a point is within, with some tolerance.
    pub fn holds(&self, (x, y): (f32, f32), tolerance: f32) -> bool {
        x >= self.left - tolerance
            && x <= self.right + tolerance
            && y >= self.top - tolerance
            && y <= self.bottom + tolerance
    }
}

/// How text is turned against an upright reader, in quarters: read to the right, upwards, upside down, downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Turn {
    Upright,
    Up,
    Over,
    Down,
}

/// A letter where it is seen.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// What it says.
    pub letter: char,
    /// Where it is; as high as its font, as wide as its step.
    pub area: Area,
    /// Where its line stands.
    pub base: f32,
    /// Its size in points.
    pub size: f32,
    /// It is of a heavy font.
    pub is_bold: bool,
    /// There is a space before it in the file.
    pub after_space: bool,
    /// It shows the same sign as the glyph before it: letters of a ligature.
    pub is_same: bool,
}

/// From the page's coordinates to those of a reader.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    left: f32,
    bottom: f32,
    width: f32,
    height: f32,
    turned: Turn,
}

impl View {
    fn of(page: &PdfPage<'_>) -> Self {
        let turned = match page.rotation() {
            Ok(PdfPageRenderRotation::Degrees90) => Turn::Down,
            Ok(PdfPageRenderRotation::Degrees180) => Turn::Over,
            Ok(PdfPageRenderRotation::Degrees270) => Turn::Up,
            _ => Turn::Upright,
        };
        let seen = page.boundaries().bounding().map(|seen| seen.bounds);
        let seen = seen.unwrap_or_else(|_| PdfRect::new_from_values(0.0, 0.0, 792.0, 612.0));
        let (left, bottom) = (seen.left().value, seen.bottom().value);
        Self { left, bottom, width: seen.width().value.max(1.0), height: seen.height().value.max(1.0), turned }
    }

    /// Width and height as they are seen.
    const fn size(&self) -> (f32, f32) {
        match self.turned {
            Turn::Upright | Turn::Over => (self.width, self.height),
            Turn::Up | Turn::Down => (self.height, self.width),
        }
    }

    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.left, y - self.bottom);
        match self.turned {
            Turn::Upright => (x, self.height - y),
            Turn::Down => (y, x),
            Turn::Over => (self.width - x, y),
            Turn::Up => (self.height - y, self.width - x),
        }
    }

    /// A box.
    pub fn area(&self, rect: &PdfRect) -> Area {
        let (a, b) = self.point(rect.left().value, rect.bottom().value);
        let (c, d) = self.point(rect.right().value, rect.top().value);
        Area { left: a.min(c), top: b.min(d), right: a.max(c), bottom: b.max(d) }
    }

    /// A line between two points, as a box.
    pub fn line(&self, from: (f32, f32), to: (f32, f32)) -> Area {
        let ((a, b), (c, d)) = (self.point(from.0, from.1), self.point(to.0, to.1));
        Area { left: a.min(c), top: b.min(d), right: a.max(c), bottom: b.max(d) }
    }

    /// A direction.
    fn direction(&self, (x, y): (f32, f32)) -> (f32, f32) {
        match self.turned {
            Turn::Upright => (x, -y),
            Turn::Down => (y, x),
            Turn::Over => (-x, y),
            Turn::Up => (-y, -x),
        }
    }
}

impl Turn {
    /// The quarter that a direction is in, when it is in one.
    fn of((x, y): (f32, f32)) -> Option<Self> {
        // Two degrees are a crooked scan.
        let slope = 0.04;
        if y.abs() <= x.abs() * slope {
            Some(if x >= 0.0 { Self::Upright } else { Self::Over })
        } else if x.abs() <= y.abs() * slope {
            Some(if y <= 0.0 { Self::Up } else { Self::Down })
        } else {
            None
        }
    }

    /// A box as the reader of such text sees it, who has turned the page.
    pub const fn upright(self, area: &Area, (width, height): (f32, f32)) -> Area {
        let Area { left, top, right, bottom } = *area;
        match self {
            Self::Upright => *area,
            Self::Up => Area { left: height - bottom, top: left, right: height - top, bottom: right },
            Self::Over => Area { left: width - right, top: height - bottom, right: width - left, bottom: height - top },
            Self::Down => Area { left: top, top: width - right, right: bottom, bottom: width - left },
        }
    }

    /// Where a line stands, by the point that a glyph begins at.
    const fn base(self, (x, y): (f32, f32), (width, height): (f32, f32)) -> f32 {
        match self {
            Self::Upright => y,
            Self::Up => x,
            Self::Over => height - y,
            Self::Down => width - x,
        }
    }

    /// Width and height of the page for that reader.
    const fn size(self, (width, height): (f32, f32)) -> (f32, f32) {
        match self {
            Self::Upright | Self::Over => (width, height),
            Self::Up | Self::Down => (height, width),
        }
    }
}

/// A glyph that is not yet turned.
struct Raw {
    glyph: Glyph,
    origin: (f32, f32),
    turn: Option<Turn>,
    is_unseen: bool,
}

/// Reads a page.
pub(super) fn read(page: &PdfPage<'_>, number: u32, has_form: bool) -> Sheet {
    let view = View::of(page);
    let size = view.size();
    let drawn = rules::read(page, &view);
    let mut raw = glyphs(page, &view);
    drop_unseen(&mut raw, drawn.pictures > 0.5 * size.0 * size.1);
    drop_doubles(&mut raw);
    turn_columns(&mut raw);
    // The direction of most letters is that of the page.
    let mut letters: HashMap<Turn, usize> = HashMap::new();
    for turn in raw.iter().filter_map(|raw| raw.turn) {
        *letters.entry(turn).or_default() += 1;
    }
    let main = [Turn::Upright, Turn::Up, Turn::Down, Turn::Over];
    let main = main.into_iter().rev().max_by_key(|turn| letters.get(turn).copied()).unwrap_or(Turn::Upright);
    let of = |turn: Option<Turn>| -> Vec<Glyph> {
        raw.iter().filter(|raw| raw.turn == turn).map(|raw| upright(raw, turn.unwrap_or(Turn::Upright), size)).collect()
    };
    let rules: Vec<Rule> = drawn.rules.iter().map(|rule| rule.turned(main, size)).collect();
    let mut segments = segments::of(of(Some(main)), &rules);
    if has_form {
        let fields = fields::read(page, &view);
        segments.extend(fields::segments(fields, &segments, main, size));
    }
    let others = [Turn::Upright, Turn::Up, Turn::Down, Turn::Over].into_iter().filter(|turn| *turn != main);
    let mut aside: Vec<Segment> = others.flat_map(|turn| segments::of(of(Some(turn)), &[])).collect();
    aside.extend(segments::slanted(of(None)));
    let (width, height) = main.size(size);
    Sheet { number, width, height, segments, rules, aside, has_pictures: drawn.pictures > 0.0 }
}

fn upright(raw: &Raw, turn: Turn, size: (f32, f32)) -> Glyph {
    let area = turn.upright(&raw.glyph.area, size);
    Glyph { area, base: turn.base(raw.origin, size), ..raw.glyph.clone() }
}

/// All glyphs of a page, in the order of the library.
fn glyphs(page: &PdfPage<'_>, view: &View) -> Vec<Raw> {
    let Ok(text) = page.text() else { return Vec::new() };
    if text.len() > GLYPHS {
        return Vec::new();
    }
    let seen = view.size();
    let seen = Area { left: 0.0, top: 0.0, right: seen.0, bottom: seen.1 };
    let mut glyphs: Vec<Raw> = Vec::new();
    let mut after_space = false;
    for character in text.chars().iter() {
        let is_made = character.is_generated().unwrap_or(false);
        let letter = match character.unicode_value() {
            // That is how it marks a hyphen at the end of a line.
            2 | 0xfffe => Some('-'),
            value => char::from_u32(value),
        };
        let Some(letter) = letter.filter(|letter| !letter.is_control() && !matches!(letter, '\u{ffff}')) else {
            after_space = true;
            continue;
        };
        if letter.is_whitespace() || is_made {
            after_space = true;
            continue;
        }
        if let Some(mut raw) = glyph(&character, letter, view) {
            // What is beside the page is not seen.
            if !seen.holds(raw.glyph.area.middle(), 1.0) {
                continue;
            }
            raw.glyph.after_space = after_space;
            let is_same = |last: &Raw| last.origin == raw.origin && last.glyph.area == raw.glyph.area;
            raw.glyph.is_same = !after_space && glyphs.last().is_some_and(is_same);
            glyphs.push(raw);
            after_space = false;
        }
    }
    glyphs
}

fn glyph(character: &PdfPageTextChar<'_>, letter: char, view: &View) -> Option<Raw> {
    let area = view.area(&character.loose_bounds().ok()?);
    let (x, y) = character.origin().ok()?;
    let origin = view.point(x.value, y.value);
    let matrix = character.matrix().ok()?;
    let direction = view.direction((matrix.a(), matrix.b()));
    let scale = matrix.c().hypot(matrix.d());
    let size = (character.unscaled_font_size().value * scale).abs();
    let is_seen = [area.left, area.top, area.right, area.bottom, size].iter().all(|value| value.is_finite());
    if !is_seen || size < 0.5 {
        return None;
    }
    let is_unseen = character.render_mode().is_ok_and(|mode| mode == PdfPageTextRenderMode::Invisible);
    let name = character.font_name().to_lowercase();
    let is_bold = ["bold", "black", "heavy", "semibd", "demi", "cmbx"].iter().any(|word| name.contains(word))
        || name.ends_with("medi")
        || character.font_weight().is_some_and(is_heavy);
    let glyph = Glyph { letter, area, base: 0.0, size, is_bold, after_space: false, is_same: false };
    Some(Raw { glyph, origin, turn: Turn::of(direction), is_unseen })
}

const fn is_heavy(weight: PdfFontWeight) -> bool {
    match weight {
        PdfFontWeight::Weight700Bold | PdfFontWeight::Weight800 | PdfFontWeight::Weight900 => true,
        PdfFontWeight::Custom(weight) => weight >= 650 && weight <= 1_000,
        _ => false,
    }
}

/// Text that is not seen is there to be found under the picture of a page, or is none.
fn drop_unseen(glyphs: &mut Vec<Raw>, is_picture: bool) {
    let unseen = glyphs.iter().filter(|raw| raw.is_unseen).count();
    if unseen > 0 && !(is_picture && unseen * 2 > glyphs.len()) {
        glyphs.retain(|raw| !raw.is_unseen);
    }
}

/// A letter that is drawn twice at one place is bold, or has a shadow.
fn drop_doubles(glyphs: &mut Vec<Raw>) {
    let mut seen: HashMap<(char, i32, i32), Vec<(f32, f32)>> = HashMap::new();
    let mut is_double = Vec::with_capacity(glyphs.len());
    for raw in glyphs.iter() {
        let (x, y) = raw.origin;
        let near = (raw.glyph.size * 0.12).min(1.5);
        #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
        let place = |value: f32| (value / 4.0).floor() as i32;
        let around = [(0.0, 0.0), (near, 0.0), (-near, 0.0), (0.0, near), (0.0, -near)];
        let found = around.iter().any(|(a, b)| {
            seen.get(&(raw.glyph.letter, place(x + a), place(y + b)))
                .is_some_and(|places| places.iter().any(|(c, d)| (x - c).abs() < near && (y - d).abs() < near))
        });
        // The letters of one sign are at one place.
        is_double.push(found && !raw.glyph.is_same);
        seen.entry((raw.glyph.letter, place(x), place(y))).or_default().push((x, y));
    }
    let mut doubles = is_double.into_iter();
    let mut carried = false;
    glyphs.retain_mut(|raw| {
        let is_double = doubles.next().unwrap_or(false);
        if is_double {
            carried |= raw.glyph.after_space;
        } else if std::mem::take(&mut carried) {
            raw.glyph.after_space = true;
        }
        !is_double
    });
}

/// Columns of Chinese and Japanese are read downwards, from right to left, their letters upright.
fn turn_columns(glyphs: &mut [Raw]) {
    let (mut down, mut across) = (0, 0);
    for pair in glyphs.windows(2) {
        let [one, next] = pair else { continue };
        if ![one, next].iter().all(|raw| super::script::is_square(raw.glyph.letter) && raw.turn == Some(Turn::Upright))
        {
            continue;
        }
        let (size, x, y) = (
            one.glyph.size,
            next.glyph.area.middle().0 - one.glyph.area.middle().0,
            next.glyph.area.top - one.glyph.area.top,
        );
        if x.abs() < 0.3 * size && y > 0.5 * size && y < 2.0 * size {
            down += 1;
        } else if y.abs() < 0.3 * size && x > 0.5 * size && x < 2.0 * size {
            across += 1;
        }
    }
    if down <= across.max(3) {
        return;
    }
    for raw in glyphs.iter_mut().filter(|raw| raw.turn == Some(Turn::Upright)) {
        raw.turn = Some(Turn::Down);
        // Its line stands at its left, in the middle of a column.
        raw.origin.0 = raw.glyph.area.left;
    }
}
