//! The paragraphs, items and tables of an RTF file on their way into blocks.

use crate::document::{Block, clean, one_line, xml};

/// Columns of a table, and rows of it, at most.
const COLUMNS: usize = 500;
const ROWS: usize = 20_000;

/// What was read, and what is being read.
#[derive(Debug, Default)]
pub(super) struct Page {
    blocks: Vec<Block>,
    /// Bytes of text that were read.
    pub(super) bytes: usize,
    words: String,
    label: String,
    level: Option<usize>,
    depth: usize,
    in_table: bool,
    cell: String,
    row: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How the cells of a row are merged, in its definition: those to the left and those above.
    merged: Vec<(bool, bool)>,
    next_merged: (bool, bool),
    is_header: bool,
    headers: usize,
    note: String,
    notes: Vec<Block>,
    noted: usize,
}

impl Page {
    pub(super) fn say(&mut self, text: &str, raised: Option<bool>) {
        self.bytes += text.len();
        match raised {
            Some(is_lowered) => xml::push_raised(&mut self.words, text, is_lowered),
            None => self.words.push_str(text),
        }
    }

    pub(super) fn say_label(&mut self, text: &str) {
        self.bytes += text.len();
        self.label.push_str(text);
    }

    pub(super) fn say_note(&mut self, text: &str) {
        self.bytes += text.len();
        self.note.push_str(text);
    }

    /// The mark of a note that has no sign of its own.
    pub(super) fn mark_note(&mut self) {
        let label = (self.noted + 1).to_string();
        xml::push_raised(&mut self.words, &label, false);
    }

    pub(super) fn begin_note(&mut self) {
        self.note.clear();
    }

    pub(super) fn end_note(&mut self) {
        self.noted += 1;
        let text = clean(&std::mem::take(&mut self.note));
        self.notes.push(Block::Note { label: self.noted.to_string(), text });
    }

    /// What a control word says of the paragraph or of the row. `heading` is the level that its style has.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>, heading: Option<Option<usize>>) {
        let value = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
        match word {
            "pard" => {
                self.level = None;
                self.depth = 0;
                self.in_table = false;
            }
            "s" => self.level = heading.flatten(),
            "outlinelevel" if value < 9 => self.level = Some(value + 1),
            "ilvl" => self.depth = value.min(8),
            "intbl" => self.in_table = true,
            "trowd" => {
                self.in_table = true;
                self.merged.clear();
                self.next_merged = (false, false);
                self.is_header = false;
            }
            "trhdr" => self.is_header = true,
            "clmrg" => self.next_merged.0 = true,
            "clvmrg" => self.next_merged.1 = true,
            "cellx" if self.merged.len() < COLUMNS => self.merged.push(std::mem::take(&mut self.next_merged)),
            // Cells of a table within a cell are read as its words.
            "nestcell" => self.words.push_str(" | "),
            "nestrow" => self.end_line(),
            "cell" => self.end_cell(),
            "row" => {
                self.end_row();
                self.in_table = false;
            }
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let words = std::mem::take(&mut self.words);
        let label = std::mem::take(&mut self.label);
        let label = label.trim();
        let words = words.trim().trim_end_matches('|').trim_end();
        if words.is_empty() && label.is_empty() {
            return;
        }
        if !self.cell.is_empty() {
            self.cell.push('\n');
        }
        if !label.is_empty() && is_printed(label) {
            self.cell.push_str(label);
            self.cell.push(' ');
        }
        self.cell.push_str(words);
    }

    fn end_cell(&mut self) {
        self.end_line();
        if self.row.len() < COLUMNS {
            self.row.push(clean(&std::mem::take(&mut self.cell)));
        }
        self.cell.clear();
    }

    fn end_row(&mut self) {
        if !self.words.trim().is_empty() || !self.cell.is_empty() {
            self.end_cell();
        }
        let mut row = std::mem::take(&mut self.row);
        for place in 0..row.len() {
            let (left, above) = self.merged.get(place).copied().unwrap_or_default();
            let source = if left {
                place.checked_sub(1).and_then(|left| row.get(left))
            } else if above {
                self.rows.last().and_then(|row| row.get(place))
            } else {
                None
            };
            if let (Some(source), true) = (source.cloned(), row.get(place).is_some_and(String::is_empty)) {
                self.bytes += source.len();
                if let Some(cell) = row.get_mut(place) {
                    *cell = source;
                }
            }
        }
        if row.iter().any(|cell| !cell.is_empty()) {
            if self.rows.len() >= ROWS {
                self.end_table();
            }
            if self.is_header && self.headers == self.rows.len() {
                self.headers += 1;
            }
            self.rows.push(row);
        }
        if self.rows.is_empty() {
            self.blocks.append(&mut self.notes);
        }
    }

    fn end_table(&mut self) {
        let mut rows = std::mem::take(&mut self.rows);
        let headers = std::mem::take(&mut self.headers);
        if rows.is_empty() {
            return;
        }
        let mut header = Vec::new();
        if headers > 0 && headers < rows.len() {
            let body = rows.split_off(headers);
            let width = rows.iter().map(Vec::len).max().unwrap_or_default();
            let name = |column: usize| {
                let mut parts: Vec<String> =
                    rows.iter().filter_map(|row| row.get(column)).map(|cell| one_line(cell)).collect();
                parts.dedup();
                parts.join(" ").trim().to_owned()
            };
            header = (0..width).map(name).collect();
            rows = body;
        }
        self.blocks.push(Block::Table { caption: String::new(), header, rows });
        self.blocks.append(&mut self.notes);
    }

    pub(super) fn end_paragraph(&mut self) {
        if self.in_table || !self.row.is_empty() {
            self.end_line();
            return;
        }
        let words = std::mem::take(&mut self.words);
        let label = std::mem::take(&mut self.label);
        if !words.trim().is_empty() || !label.trim().is_empty() {
            self.end_table();
            let label = label.trim();
            let printed = if is_printed(label) { label } else { "" };
            let block = match self.level {
                Some(level) => Block::heading(level, &format!("{printed} {words}")),
                None if !label.is_empty() => Block::item(self.depth, printed, &words),
                None => Block::paragraph(&words),
            };
            self.blocks.push(block);
            self.blocks.append(&mut self.notes);
        }
    }

    /// All that was read.
    pub(super) fn end(mut self) -> Vec<Block> {
        if !self.row.is_empty() || !self.cell.is_empty() {
            self.end_row();
        }
        self.in_table = false;
        self.end_paragraph();
        self.end_table();
        self.blocks.append(&mut self.notes);
        self.blocks.retain(|block| !block.is_empty());
        self.blocks
    }
}

/// Whether a label is a number or a letter rather than a dot or a dash.
fn is_printed(label: &str) -> bool {
    // A letter alone is a sign of an old font, as "o" for a circle.
    label.chars().any(char::is_alphanumeric) && !(label.chars().count() == 1 && label.chars().all(char::is_alphabetic))
}
