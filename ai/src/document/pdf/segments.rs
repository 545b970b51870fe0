//! From glyphs to words, and from words to pieces of lines: what stands side by side without a gap.

use super::{
    page::{Area, Glyph},
    rules::Rule,
    script::{self, Way},
};

/// A piece of a line: a cell, or a line of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Segment {
    /// What it says, in the order in which it is read.
    pub text: String,
    /// Where it is.
    pub area: Area,
    /// Where its line stands.
    pub base: f32,
    /// The size of most of its letters.
    pub size: f32,
    /// The size of its largest letters.
    pub largest: f32,
    /// All of it is bold.
    pub is_bold: bool,
    /// How wide its first word is.
    pub first: f32,
    /// The raised sign that it begins with: of a note.
    pub label: Option<String>,
    /// It is the value of a field of a form.
    pub is_field: bool,
    /// Its place in the file.
    pub place: usize,
}

impl Segment {
    /// From the top of its small letters to its base and a little below: what lines do not share.
    pub fn body(&self) -> Area {
        Area { top: self.base - 0.7 * self.size, bottom: self.base + 0.2 * self.size, ..self.area }
    }
}

/// Letters without a gap.
#[derive(Clone, Debug)]
struct Word {
    glyphs: Vec<Glyph>,
    text: String,
    area: Area,
    base: f32,
    size: f32,
    is_bold: bool,
    after_space: bool,
    /// Its place in the file, of its first and last glyph.
    place: (usize, usize),
    /// It is raised or lowered beside larger letters.
    is_shifted: bool,
}

/// Parts of a letter's size: as far as letters of one word may be from each other when nothing else is known.
const WITHIN_WORD: f32 = 0.16;
/// A gap that divides cells or columns, whatever the words around it.
const WIDE: f32 = 1.6;
/// A gap that divides them when it is much wider than those between the words.
const GAP: f32 = 0.85;

/// The segments of glyphs that are read from left to right or right to left, in lines from top to bottom.
pub(super) fn of(glyphs: Vec<Glyph>, rules: &[Rule]) -> Vec<Segment> {
    let words = words(glyphs);
    let upright: Vec<&Rule> = rules.iter().filter(|rule| !rule.is_across()).collect();
    let mut segments = Vec::new();
    for row in rows(words) {
        for piece in split(row, &upright) {
            segments.extend(segment(&piece));
        }
    }
    segments
}

/// What is written slantwise, each piece as it is in the file.
pub(super) fn slanted(glyphs: Vec<Glyph>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut last: Option<Glyph> = None;
    for glyph in glyphs {
        let goes_on = last.as_ref().is_some_and(|last| {
            let ((a, b), (c, d)) = (last.area.middle(), glyph.area.middle());
            (a - c).hypot(b - d) < 2.5 * glyph.size && (last.size - glyph.size).abs() < 0.1 * glyph.size
        });
        match segments.last_mut().filter(|_| goes_on) {
            Some(segment) => {
                if glyph.after_space {
                    segment.text.push(' ');
                }
                segment.text.push(glyph.letter);
                segment.area = segment.area.with(&glyph.area);
            }
            None => segments.push(Segment {
                text: glyph.letter.to_string(),
                area: glyph.area,
                size: glyph.size,
                largest: glyph.size,
                is_bold: glyph.is_bold,
                ..Segment::default()
            }),
        }
        last = Some(glyph);
    }
    segments
}

/// Glyphs that follow each other in the file and on the page.
fn words(glyphs: Vec<Glyph>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (place, glyph) in glyphs.into_iter().enumerate() {
        if let Some(word) = words.last_mut()
            && let Some(last) = word.glyphs.last()
            && goes_on(last, &glyph)
        {
            word.area = word.area.with(&glyph.area);
            word.place.1 = place;
            word.glyphs.push(glyph);
            continue;
        }
        words.push(Word {
            text: String::new(),
            area: glyph.area,
            base: glyph.base,
            size: glyph.size,
            is_bold: false,
            after_space: glyph.after_space,
            place: (place, place),
            is_shifted: false,
            glyphs: vec![glyph],
        });
    }
    for word in &mut words {
        word.is_bold = word.glyphs.iter().all(|glyph| glyph.is_bold);
        word.text = text(&mut word.glyphs);
    }
    words.retain(|word| !word.text.is_empty());
    words
}

fn goes_on(last: &Glyph, glyph: &Glyph) -> bool {
    if glyph.is_same {
        return true;
    }
    let size = last.size.max(glyph.size);
    let is_level = (last.base - glyph.base).abs() < 0.08 * size;
    let is_alike = (last.size - glyph.size).abs() < 0.12 * size;
    // Whichever way it is written.
    let gap = (glyph.area.left - last.area.right).max(last.area.left - glyph.area.right);
    let is_mark = script::is_mark(glyph.letter) || script::is_mark(last.letter);
    (!glyph.after_space || is_mark) && is_alike && is_level && gap < 0.5 * size && gap > -1.2 * size
}

/// What the glyphs of a word say.
fn text(glyphs: &mut [Glyph]) -> String {
    let is_leftward = glyphs.iter().any(|glyph| script::is_leftward(glyph.letter));
    if !is_leftward {
        return script::typed(&glyphs.iter().map(|glyph| glyph.letter).collect::<String>());
    }
    // Signs, each with the letters that it shows and the marks at it.
    let mut signs: Vec<(f32, Vec<char>, Vec<char>)> = Vec::new();
    let mut marks: Vec<(f32, char)> = Vec::new();
    for glyph in glyphs.iter() {
        let middle = glyph.area.middle().0;
        if script::is_mark(glyph.letter) {
            marks.push((middle, glyph.letter));
        } else if let Some((_, letters, _)) = signs.last_mut().filter(|_| glyph.is_same) {
            letters.push(glyph.letter);
        } else {
            signs.push((middle, vec![glyph.letter], Vec::new()));
        }
    }
    for (middle, mark) in marks {
        let nearest = signs.iter_mut().min_by(|one, other| (one.0 - middle).abs().total_cmp(&(other.0 - middle).abs()));
        if let Some((_, _, at)) = nearest {
            at.push(mark);
        }
    }
    signs.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut said = String::new();
    // Numbers and Latin letters within are read the other way.
    let mut run: Vec<String> = Vec::new();
    for (_, mut letters, marks) in signs {
        script::in_sign(&mut letters);
        let is_leftward = letters.iter().any(|letter| script::is_leftward(*letter));
        let sign: String = letters.into_iter().chain(marks).collect();
        let is_word = sign.chars().any(char::is_alphanumeric);
        if !is_leftward && (is_word || !run.is_empty()) {
            run.push(sign);
            continue;
        }
        said.extend(run.drain(..).rev());
        said.push_str(&sign);
    }
    said.extend(run.drain(..).rev());
    script::typed(&said)
}

/// Words that stand on one line, from left to right; lines from top to bottom.
fn rows(mut words: Vec<Word>) -> Vec<Vec<Word>> {
    shift(&mut words);
    words.sort_by(|one, other| one.base.total_cmp(&other.base).then(one.area.left.total_cmp(&other.area.left)));
    let mut rows: Vec<(f32, f32, Vec<Word>)> = Vec::new();
    for word in words {
        let near = rows.iter_mut().rev().take(6).find(|(base, size, _)| {
            (word.base - base).abs() < 0.25 * size.min(word.size).max(0.3 * size.max(word.size))
        });
        match near {
            Some((_, size, row)) => {
                *size = size.max(word.size);
                row.push(word);
            }
            None => rows.push((word.base, word.size, vec![word])),
        }
    }
    rows.into_iter()
        .map(|(_, _, mut row)| {
            row.sort_by(|one, other| one.area.left.total_cmp(&other.area.left));
            row
        })
        .collect()
}

/// Small words that are raised or lowered beside a larger one stand on its line.
fn shift(words: &mut [Word]) {
    let mut large: Vec<(Area, f32, f32)> = words.iter().map(|word| (word.area, word.base, word.size)).collect();
    large.sort_by(|one, other| one.0.top.total_cmp(&other.0.top));
    let tallest = large.iter().map(|(area, _, _)| area.height()).fold(0.0_f32, f32::max);
    for word in words.iter_mut().filter(|word| word.text.chars().count() <= 12) {
        let from = large.partition_point(|(area, _, _)| area.top < word.area.top - tallest);
        let beside = large.iter().skip(from).take_while(|(area, _, _)| area.top <= word.area.bottom);
        let base = beside
            .filter(|(area, base, size)| {
                let gap = (word.area.left - area.right).max(area.left - word.area.right);
                let off = (word.base - base).abs();
                *size * 0.87 > word.size
                    && gap < 0.35 * size
                    && gap > -0.5 * word.size
                    && off > 0.06 * size
                    && off < 0.75 * size
                    && area.shares_height(&word.area) > 0.35
            })
            .min_by(|one, other| (one.1 - word.base).abs().total_cmp(&(other.1 - word.base).abs()));
        if let Some((_, base, _)) = base {
            word.base = *base;
            word.is_shifted = true;
        }
    }
}

/// Pieces of a line: where a gap is wide, or a line is drawn.
fn split(row: Vec<Word>, upright: &[&Rule]) -> Vec<Vec<Word>> {
    let mut gaps: Vec<f32> = row
        .windows(2)
        .filter_map(|pair| if let [one, next] = pair { Some(next.area.left - one.area.right) } else { None })
        .filter(|gap| *gap > 0.0)
        .collect();
    gaps.sort_by(f32::total_cmp);
    let usual = gaps.get(gaps.len() / 4).copied().unwrap_or_default();
    let mut pieces: Vec<Vec<Word>> = Vec::new();
    for word in row {
        let divides = pieces.last().and_then(|piece| piece.last()).is_some_and(|last| {
            let size = last.size.max(word.size).max(1.0);
            let gap = word.area.left - last.area.right;
            let follows = word.place.0 == last.place.1 + 1 || last.place.0 == word.place.1 + 1;
            let is_wide = gap > WIDE * size
                || gap > GAP * size && (gap > 1.8 * usual || gaps.len() < 3)
                || gap > 0.6 * size && !follows && gap > 1.8 * usual;
            let (from, to) = (last.area.right - 1.0, word.area.left + 1.0);
            let is_ruled = gap > 0.0
                && upright.iter().any(|rule| {
                    let (x, _) = rule.area.middle();
                    x > from && x < to && rule.area.top < word.base && rule.area.bottom > word.base - 0.3 * word.size
                });
            is_wide || is_ruled
        });
        match pieces.last_mut().filter(|_| !divides) {
            Some(piece) => piece.push(word),
            None => pieces.push(vec![word]),
        }
    }
    pieces
}

/// The words of a piece, from left to right, as they are read.
fn segment(words: &[Word]) -> Option<Segment> {
    let largest = words.iter().filter(|word| !word.is_shifted).map(|word| word.size).fold(0.0_f32, f32::max);
    let mut weights: Vec<(f32, usize)> = Vec::new();
    for word in words {
        let weight = word.text.chars().count();
        match weights.iter_mut().find(|(size, _)| (size - word.size).abs() < 0.05) {
            Some((_, sum)) => *sum += weight,
            None => weights.push((word.size, weight)),
        }
    }
    let size = weights.iter().max_by_key(|(_, weight)| *weight).map_or(largest, |(size, _)| *size);
    let ways: Vec<Way> = words.iter().map(|word| Way::of(&word.text)).collect();
    let leftward = ways.iter().filter(|way| **way == Way::Left).count();
    let is_leftward = leftward > 0 && leftward * 2 >= ways.iter().filter(|way| **way != Way::Either).count();
    let mut text = String::new();
    let mut label = None;
    let mut last: Option<(&Word, usize)> = None;
    let order = script::order(&ways, is_leftward);
    let mut first = None;
    for place in order {
        let Some(word) = words.get(place) else { continue };
        if let Some((last, last_place)) = last
            && needs_space(last, word, last_place.abs_diff(place) == 1)
        {
            text.push(' ');
            first = first.or(Some(last.area));
        }
        if text.is_empty() && word.is_shifted && words.len() > 1 && word.text.chars().count() <= 3 {
            label = Some(word.text.clone());
        }
        text.push_str(&word.text);
        last = Some((word, place));
    }
    let area = words.iter().map(|word| word.area).reduce(|all, area| all.with(&area))?;
    let base = words.iter().find(|word| !word.is_shifted).or_else(|| words.first())?.base;
    let is_bold = words.iter().all(|word| word.is_bold || !word.text.chars().any(char::is_alphanumeric))
        && words.iter().any(|word| word.is_bold);
    let first = first.map_or_else(|| area.width(), |word| word.width());
    Some(Segment {
        text,
        area,
        base,
        size,
        largest,
        is_bold,
        first,
        label,
        is_field: false,
        place: words.iter().map(|word| word.place.0).min()?,
    })
}

/// Whether there is a space between words that follow each other.
fn needs_space(last: &Word, word: &Word, are_beside: bool) -> bool {
    let (Some(end), Some(start)) = (last.text.chars().next_back(), word.text.chars().next()) else { return false };
    if !are_beside {
        return true;
    }
    let (left, right) = if last.area.left <= word.area.left { (last, word) } else { (word, last) };
    let size = left.size.max(right.size);
    let gap = right.area.left - left.area.right;
    if script::is_spaceless(end) && script::is_spaceless(start) {
        return gap > 0.8 * size;
    }
    if last.is_shifted != word.is_shifted {
        let is_number = |letter: char| letter.is_numeric();
        // A number does not grow by the sign of a note.
        if is_number(end) && (is_number(start) || matches!(start, '-' | '−' | '+' | ',' | '.')) {
            return true;
        }
        // Nor does a word, while units and formulas belong together: m², H₂O.
        let is_note = word.is_shifted
            && word.text.chars().all(|letter| letter.is_numeric() || matches!(letter, ',' | '*' | '†' | '‡' | ')'))
            && (last.text.chars().filter(|letter| letter.is_alphabetic()).count() > 3 || !end.is_alphanumeric());
        return is_note || gap > 0.25 * size;
    }
    let follows = right.place.0 == left.place.1 + 1 || left.place.0 == right.place.1 + 1;
    let said_so = right.after_space && right.place.0 > left.place.1 || left.after_space && left.place.0 > right.place.1;
    (said_so && follows && gap > -0.1 * size) || gap > WITHIN_WORD * size
}
