//! What a document says, in blocks, whatever it was written in.
//!
//! A block holds the words that a reader sees and nothing of how they were marked. Whatever reads a format makes
//! blocks; whatever cuts, shows or compares texts starts from them.

use serde::{Deserialize, Serialize};

/// A part of a document that stands for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading; its level is 1 to 6.
    Heading {
        /// 1 for the outermost.
        level: u8,
        /// Its words.
        text: String,
    },
    /// Sentences. A line end is one that the reader sees, as in an address.
    Paragraph(String),
    /// An item of a list.
    Item {
        /// Lists around its own list: 0 for the outermost.
        depth: u8,
        /// The number or letter that is printed before it, as in "3." or "b)"; empty for a dot or a dash.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        label: String,
        /// Its words.
        text: String,
    },
    /// A table. Its cells are where a reader sees them: what spans rows or columns stands in each of them.
    Table {
        /// What it is called, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        caption: String,
        /// The names of its columns; empty when it has none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        header: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<String>>,
    },
    /// Somebody else's words.
    Quote(String),
    /// Lines that are kept as they are.
    Code(String),
    /// A footnote or an endnote.
    Note {
        /// The sign that leads to it, as in "1" or "*".
        label: String,
        /// Its words.
        text: String,
    },
    /// The words at a picture.
    Caption(String),
    /// Here begins a page, with the number of its sheet from 1.
    Page(u32),
}

impl Block {
    /// A heading of a level, which is brought between 1 and 6.
    #[must_use]
    pub fn heading(level: usize, text: &str) -> Self {
        Self::Heading { level: u8::try_from(level.clamp(1, 6)).unwrap_or(6), text: one_line(text) }
    }

    /// An item of a list.
    #[must_use]
    pub fn item(depth: usize, label: &str, text: &str) -> Self {
        Self::Item { depth: u8::try_from(depth).unwrap_or(u8::MAX), label: one_line(label), text: clean(text) }
    }

    /// A paragraph.
    #[must_use]
    pub fn paragraph(text: &str) -> Self {
        Self::Paragraph(clean(text))
    }

    /// Whether nobody sees anything of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Heading { text, .. } | Self::Paragraph(text) | Self::Quote(text) | Self::Code(text) => {
                text.trim().is_empty()
            }
            Self::Item { label, text, .. } | Self::Note { label, text } => {
                text.trim().is_empty() && label.trim().is_empty()
            }
            Self::Caption(text) => text.trim().is_empty(),
            Self::Table { caption, header, rows } => {
                caption.is_empty() && header.iter().chain(rows.iter().flatten()).all(|cell| cell.trim().is_empty())
            }
            Self::Page(_) => false,
        }
    }

    /// Its words as a reader sees them, one line for each row and item.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Heading { text, .. }
            | Self::Paragraph(text)
            | Self::Quote(text)
            | Self::Code(text)
            | Self::Caption(text) => text.clone(),
            Self::Item { label, text, .. } | Self::Note { label, text } => labelled(label, text),
            Self::Table { caption, header, rows } => {
                let mut lines = Vec::with_capacity(rows.len() + 2);
                lines.extend([caption.clone()]);
                lines.extend([header.join(" | ")]);
                lines.extend(rows.iter().map(|row| row.join(" | ")));
                lines.retain(|line| !line.is_empty());
                lines.join("\n")
            }
            Self::Page(_) => String::new(),
        }
    }

    /// Bytes of its words.
    fn bytes(&self) -> usize {
        match self {
            Self::Heading { text, .. }
            | Self::Paragraph(text)
            | Self::Quote(text)
            | Self::Code(text)
            | Self::Caption(text) => text.len(),
            Self::Item { label, text, .. } | Self::Note { label, text } => label.len() + text.len(),
            Self::Table { caption, header, rows } => {
                caption.len() + header.iter().chain(rows.iter().flatten()).map(String::len).sum::<usize>()
            }
            Self::Page(_) => 0,
        }
    }
}

/// Characters of a column's name that are said with each row. Names that are longer are said whole once: a small file
/// would become a large text otherwise.
const NAME_CHARS: usize = 80;

/// The names of columns that are too long to be said with each row, as a line; empty when none is.
#[must_use]
pub fn long_names(header: &[String]) -> String {
    let is_long = |name: &&String| name.chars().nth(NAME_CHARS).is_some();
    header.iter().filter(is_long).map(|name| one_line(name)).collect::<Vec<_>>().join("; ")
}

/// A column's name as it is said with each row.
fn short_name(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}…", one_line(name.get(..end).unwrap_or_default())),
        None => one_line(name),
    }
}

/// A row as a line that can be read without the table: each cell after the name of its column.
#[must_use]
pub fn row_line(header: &[String], row: &[String]) -> String {
    let mut said: Vec<String> = Vec::with_capacity(row.len());
    for (place, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let column = header.get(place).map_or("", String::as_str);
        let cell = one_line(cell);
        let part = if column.is_empty() || column == cell { cell } else { format!("{}: {cell}", short_name(column)) };
        // What spans columns of one name is said once.
        if said.last() != Some(&part) {
            said.push(part);
        }
    }
    said.join("; ")
}

/// A label before its words.
#[must_use]
pub fn labelled(label: &str, text: &str) -> String {
    match (label, text) {
        ("", text) => text.to_owned(),
        (label, "") => label.to_owned(),
        (label, text) => format!("{label} {text}"),
    }
}

/// Bytes of all words.
#[must_use]
pub fn bytes(blocks: &[Block]) -> usize {
    blocks.iter().map(Block::bytes).sum()
}

/// All words as a reader sees them, with an empty line between blocks that are no items of one list.
#[must_use]
pub fn plain(blocks: &[Block]) -> String {
    let mut text = String::with_capacity(bytes(blocks) + blocks.len() * 2);
    let mut was_item = false;
    for block in blocks.iter().filter(|block| !block.is_empty() && !matches!(block, Block::Page(_))) {
        let is_item = matches!(block, Block::Item { .. });
        if !text.is_empty() {
            text.push_str(if is_item && was_item { "\n" } else { "\n\n" });
        }
        text.push_str(&block.text());
        was_item = is_item;
    }
    text
}

/// Words as they are compared and searched: one space between them, line ends kept, without the signs that are there
/// for the printer alone (soft hyphens, marks of direction, ligatures).
#[must_use]
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    // A space or a line end that is not written yet.
    let mut between: Option<char> = None;
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => between = Some('\n'),
            space if space.is_whitespace() => between = between.or(Some(' ')),
            hidden if is_hidden(hidden) => {}
            seen => {
                if let Some(between) = between.take()
                    && !clean.is_empty()
                {
                    clean.push(between);
                }
                match ligature(seen) {
                    Some(letters) => clean.push_str(letters),
                    None => clean.push(seen),
                }
            }
        }
    }
    clean
}

/// The same on one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    let clean = clean(text);
    if clean.contains('\n') { clean.replace('\n', " ") } else { clean }
}

/// Signs that nobody sees. The joiners of Persian, Indian scripts and emoji are not among them: they change a word.
const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{61c}'
    ) || (character.is_ascii_control() || matches!(character, '\u{7f}'..='\u{9f}'))
}

/// Letters that a font writes as one.
const fn ligature(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}

/// How the content of a source is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentForm {
    /// As somebody typed it.
    Markdown,
    /// As [`to_stored`] writes it.
    Blocks,
}

impl ContentForm {
    /// Its name in the database and on the command line of the reader.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Blocks => "blocks",
        }
    }

    /// The form with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Markdown, Self::Blocks].into_iter().find(|form| form.as_str() == name)
    }

    /// The blocks of a content.
    ///
    /// # Errors
    /// When stored blocks are not what [`to_stored`] writes.
    pub fn blocks(self, content: &str) -> Result<Vec<Block>, serde_json::Error> {
        match self {
            Self::Markdown => Ok(super::markdown::read(content)),
            Self::Blocks => from_stored(content),
        }
    }
}

/// The number of the stored form. One that is higher was written by a newer release.
const STORED: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored<B> {
    form: u32,
    blocks: B,
}

/// The blocks as they are stored: JSON with the number of its form.
///
/// # Errors
/// None that is known: names and texts can be written.
pub fn to_stored(blocks: &[Block]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Stored { form: STORED, blocks })
}

/// Reads what [`to_stored`] wrote.
///
/// # Errors
/// When it is not that, or has blocks that this release does not know.
pub fn from_stored(stored: &str) -> Result<Vec<Block>, serde_json::Error> {
    serde_json::from_str::<Stored<Vec<Block>>>(stored).map(|stored| stored.blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_read_for_ever() {
        let blocks = vec![
            Block::Page(1),
            Block::heading(2, "Prices\n2026"),
            Block::paragraph("From 20*30 cm."),
            Block::item(0, "3.", "Third"),
            Block::item(1, "", "dot"),
            Block::Table {
                caption: "Summer".to_owned(),
                header: vec!["Day".to_owned(), "Open".to_owned()],
                rows: vec![vec!["Monday".to_owned(), "9–12".to_owned()]],
            },
            Block::Quote("said".to_owned()),
            Block::Code("x = 1\n  y".to_owned()),
            Block::Note { label: "1".to_owned(), text: "note".to_owned() },
            Block::Caption("a mill".to_owned()),
        ];
        let golden = r#"{"form":1,"blocks":[{"page":1},{"heading":{"level":2,"text":"Prices 2026"}},{"paragraph":"From 20*30 cm."},{"item":{"depth":0,"label":"3.","text":"Third"}},{"item":{"depth":1,"text":"dot"}},{"table":{"caption":"Summer","header":["Day","Open"],"rows":[["Monday","9–12"]]}},{"quote":"said"},{"code":"x = 1\n  y"},{"note":{"label":"1","text":"note"}},{"caption":"a mill"}]}"#;
        assert_eq!(to_stored(&blocks).unwrap(), golden);
        assert_eq!(from_stored(golden).unwrap(), blocks);
    }

    #[test]
    fn signs_for_the_printer_go_and_what_is_seen_stays() {
        assert_eq!(
            clean(" oﬃce\u{ad}s\u{a0} 1\u{202f}234,50\u{200b} € \r\n\n x\u{200d}y "),
            "offices 1 234,50 €\nx\u{200d}y"
        );
        assert_eq!(clean("\u{202e}abc\u{202c}\0"), "abc");
        assert_eq!(one_line("a\nb"), "a b");
    }

    #[test]
    fn a_row_can_be_read_without_its_table() {
        let line = |header: &[&str], row: &[&str]| {
            let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
            row_line(&owned(header), &owned(row))
        };
        assert_eq!(line(&["Day", "Morning", "Evening"], &["Monday", "", "14 to 18"]), "Day: Monday; Evening: 14 to 18");
        assert_eq!(line(&[], &["S", "4 EUR"]), "S; 4 EUR");
        let long = "n".repeat(5_000);
        let row = line(&[&long], &["x"]);
        assert!(row.ends_with("…: x") && row.chars().count() < 90, "{row}");
        assert_eq!((long_names(std::slice::from_ref(&long)), long_names(&["Day".to_owned()])), (long, String::new()));
        assert_eq!(line(&["Day", "Open", "Open"], &["Sunday", "closed", "closed"]), "Day: Sunday; Open: closed");
    }
}
