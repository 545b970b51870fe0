//! Whatever is drawn is read: every word and number once, in its order, unchanged.

use super::{
    draw::{Page, width},
    said,
};

/// Numbers that look random and are always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const WORDS: &[&str] = &[
    "pot", "garden", "delivery", "the", "of", "and", "we", "Monday", "clay", "plate", "within", "parcel", "shop", "is",
    "closed", "holiday", "white", "large", "weeks", "Berlin", "return",
];

/// A word, a price, a date, a code.
fn token(random: &mut Random) -> String {
    match random.below(12) {
        0 => format!("{}.{:02}", random.below(900), random.below(100)),
        1 => format!("{:02}/{:02}/2026", 1 + random.below(28), 1 + random.below(12)),
        2 => format!("{}-{}", random.below(9), 10 + random.below(9)),
        3 => format!("SKU-{}", 1000 + random.below(9000)),
        4 => format!("{}", random.below(2000)),
        5 => format!("{}%", random.below(100)),
        _ => random.of(WORDS).to_owned(),
    }
}

/// A paragraph in a column: its lines.
fn paragraph(random: &mut Random, column: f32, size: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = "Then".to_owned();
    for _ in 0..25 + random.below(30) {
        let token = token(random);
        if width(&format!("{line} {token}"), size) > column {
            lines.push(std::mem::take(&mut line));
            line = token;
        } else {
            line.push(' ');
            line.push_str(&token);
        }
    }
    line.push('.');
    lines.push(line);
    lines
}

#[test]
fn whatever_is_drawn_in_a_pdf_is_read() {
    for seed in 0..60 {
        let mut random = Random(seed * 7919 + 1);
        let mut drawn: Vec<String> = Vec::new();
        let (mut page, mut y) = (Page::default(), 90.0);
        let mut is_parted = true;
        while y < 560.0 {
            // Columns below columns are longer columns, unless something that goes over both is between them.
            let kind = random.below(5);
            let kind = if kind == 1 && !is_parted { 0 } else { kind };
            is_parted = kind == 0 || kind == 4 || is_parted && kind != 1;
            match kind {
                0 => {
                    let lines = paragraph(&mut random, 440.0, 10.0);
                    for line in &lines {
                        page = page.text(72.0, y, 10.0, line);
                        y += 13.0;
                    }
                    drawn.extend(lines);
                }
                1 => {
                    let sides = [paragraph(&mut random, 205.0, 10.0), paragraph(&mut random, 205.0, 10.0)];
                    let mut lowest = y;
                    for (side, lines) in sides.iter().enumerate() {
                        let mut at = y;
                        for line in lines {
                            page = page.text([72.0, 307.0][side], at, 10.0, line);
                            at += 13.0;
                        }
                        lowest = lowest.max(at);
                    }
                    y = lowest;
                    drawn.extend(sides.into_iter().flatten());
                }
                2 => {
                    for row in 0..3 + random.below(4) {
                        let name = if row == 0 { "Name".to_owned() } else { random.of(WORDS).to_owned() };
                        let cells = [name, format!("{} cm", 1 + random.below(90)), format!("{}.50", random.below(90))];
                        for (column, cell) in cells.iter().enumerate() {
                            page = page.text([72.0, 200.0, 330.0][column], y, 10.0, cell);
                        }
                        drawn.extend(cells);
                        y += 16.0;
                    }
                }
                3 => {
                    for number in 1..3 + random.below(4) {
                        let line = format!("{number}. {} {}", random.of(WORDS), token(&mut random));
                        page = page.text(72.0, y, 10.0, &line);
                        drawn.push(line);
                        y += 13.0;
                    }
                }
                _ => {
                    let line = format!("About {} {}", random.of(WORDS), random.of(WORDS));
                    page = page.bold(72.0, y, 14.0, &line);
                    drawn.push(line);
                    y += 10.0;
                }
            }
            y += 20.0;
        }
        let said = said(&[page]);
        let tokens = |text: &str| -> Vec<String> {
            text.split_whitespace().filter(|token| *token != "|").map(str::to_owned).collect()
        };
        let (wanted, found) = (tokens(&drawn.join(" ")), tokens(&said));
        let differs = wanted.iter().zip(&found).position(|(one, other)| one != other);
        let at = differs.unwrap_or_else(|| wanted.len().min(found.len()));
        assert!(wanted == found, "seed {seed}, at {:?}\n{said}", wanted.get(at.saturating_sub(3)..at + 3));
    }
}
