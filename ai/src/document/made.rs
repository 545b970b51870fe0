//! Documents made by chance, always the same ones for a number: for tests that write them in a format and read them back.

use super::Block;

/// Words of several scripts, and values that a person would miss.
const WORDS: &[&str] = &[
    "delivery",
    "Größe",
    "crème",
    "żółć",
    "Доставка",
    "配送",
    "التوصيل",
    "משלוח",
    "giá",
    "well-known",
    "e-mail",
    "Müller",
    "don’t",
    "(see",
    "below)",
    "ﬁne",
    "naïve",
    "A/B",
    "C++",
    "50%",
    "&",
    "<b>",
    "a_b_c",
];
/// Numbers, prices, dates and measures.
const VALUES: &[&str] = &[
    "20*30",
    "0.125",
    "1,450.00",
    "1.450,00",
    "€9.90",
    "49,-",
    "-5",
    "+49",
    "30/1234-5",
    "24.12.2026",
    "2026-11-28",
    "9:30–18:00",
    "5-7",
    "3×4",
    "½",
    "m²",
    ">50",
    "<=3",
    "~12",
    "#7",
    "12345",
    "2.4",
    "100",
    "7%",
    "1e5",
    "№5",
    "5*",
    "*5",
    "_6_",
];

/// Numbers by chance.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1))
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn words(&mut self, least: usize, most: usize) -> String {
        let count = least + self.below(most - least + 1);
        let mut words = Vec::with_capacity(count);
        for _ in 0..count {
            let from = if self.below(3) == 0 { VALUES } else { WORDS };
            words.push(from[self.below(from.len())]);
        }
        words.join(" ")
    }
}

/// A document: headings, paragraphs, lists with and without numbers, and tables.
pub(super) fn document(seed: u64) -> Vec<Block> {
    let mut chance = Chance::new(seed);
    let mut blocks = vec![Block::heading(1, &chance.words(1, 4))];
    for _ in 0..4 + chance.below(8) {
        match chance.below(5) {
            0 => blocks.push(Block::heading(2 + chance.below(3), &chance.words(1, 5))),
            1 => {
                let first = 1 + chance.below(30);
                for number in first..first + 1 + chance.below(4) {
                    blocks.push(Block::item(0, &format!("{number}."), &chance.words(1, 8)));
                }
            }
            2 => {
                for _ in 0..1 + chance.below(4) {
                    blocks.push(Block::item(0, "", &chance.words(1, 8)));
                }
            }
            3 => {
                let columns = 2 + chance.below(4);
                let name = |column: usize| super::clean(&format!("Column{column} {}", chance.words(1, 1)));
                let header = (0..columns).map(name).collect();
                let mut rows = Vec::new();
                for _ in 0..1 + chance.below(6) {
                    let mut row: Vec<String> = (0..columns)
                        .map(|_| if chance.below(5) == 0 { String::new() } else { chance.words(1, 3) })
                        .collect();
                    row[0] = chance.words(1, 2);
                    rows.push(row.iter().map(|cell| super::clean(cell)).collect());
                }
                blocks.push(Block::Table { caption: String::new(), header, rows });
            }
            _ => blocks.push(Block::paragraph(&format!("{}.", chance.words(3, 40)))),
        }
    }
    blocks
}

/// What a reader sees, sign by sign: words without the spaces between them.
pub(super) fn seen(blocks: &[Block]) -> Vec<String> {
    let seen = |block: &Block| match block {
        // Each cell by itself, in the order of reading.
        Block::Table { caption, header, rows } => {
            let cells = std::iter::once(caption).chain(header).chain(rows.iter().flatten());
            cells.cloned().collect::<Vec<_>>().join(" ")
        }
        other => other.text(),
    };
    let all = blocks.iter().map(seen).collect::<Vec<_>>().join(" ");
    super::clean(&all).split_whitespace().map(str::to_owned).collect()
}
