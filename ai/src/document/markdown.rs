//! Markdown, as people write it: what is marked without doubt is read as marked, and a sign that may be a value stays.

use super::blocks::{Block, clean};
use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Reads a text.
#[must_use]
pub fn read(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader { source: text, ..Reader::default() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, &range);
    }
    reader.end_block();
    reader.blocks
}

/// A list that is open.
#[derive(Debug)]
struct List {
    /// The number of the next item; none for dots.
    next: Option<u64>,
}

/// What the words that are being read belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Paragraph,
    Heading(usize),
    Code,
    Note(String),
    /// Front matter and other words that are there for programs.
    Nothing,
}

#[derive(Debug, Default)]
struct Reader<'a> {
    source: &'a str,
    blocks: Vec<Block>,
    words: String,
    within: Within,
    lists: Vec<List>,
    /// The label of an item of which nothing was written yet.
    item: Option<String>,
    quotes: usize,
    /// A sign that belongs before the next words.
    before: &'static str,
    table: Option<Table>,
    links: Vec<String>,
    /// Pictures around the words: what they show is told by their own words.
    images: usize,
    is_html: bool,
}

#[derive(Debug, Default)]
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.words.push_str(&text),
            Event::Code(text) => self.words.push_str(&text),
            Event::SoftBreak => self.words.push_str(if self.is_wrapped(range) { " " } else { "\n" }),
            Event::HardBreak => self.words.push('\n'),
            Event::InlineHtml(html) => self.tag(&html),
            Event::Html(html) => self.words.push_str(&html),
            Event::FootnoteReference(label) => self.words.push_str(&format!(" [{label}]")),
            Event::TaskListMarker(done) => self.words.push_str(if done { "☑ " } else { "☐ " }),
            Event::Rule => self.end_block(),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.words.push_str(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph if !matches!(self.within, Within::Note(_)) => self.end_block(),
            Tag::Heading { level, .. } => self.begin(Within::Heading(level as usize)),
            Tag::BlockQuote(_) => {
                self.end_block();
                self.quotes += 1;
                // "> 50 EUR: free" says that something is more than 50 euros.
                let marked = self.source.get(range.clone()).unwrap_or_default();
                let after = marked.trim_start_matches('>').trim_start();
                if after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '€' | '$' | '£' | '=')) {
                    self.before = "> ";
                }
            }
            Tag::CodeBlock(_) => self.begin(Within::Code),
            Tag::HtmlBlock => {
                self.end_block();
                self.is_html = true;
            }
            Tag::List(first) => {
                self.end_block();
                self.lists.push(List { next: first });
            }
            Tag::Item => {
                self.end_block();
                self.item = Some(self.label(range));
            }
            Tag::FootnoteDefinition(label) => self.begin(Within::Note(label.to_string())),
            Tag::Table(_) => {
                self.end_block();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {}
            Tag::TableCell => self.words.clear(),
            Tag::Emphasis | Tag::Strong => self.add(self.value(range)),
            Tag::Strikethrough => self.add(self.struck(range, "(")),
            Tag::Link { dest_url, .. } => self.links.push(dest_url.to_string()),
            Tag::Image { .. } => self.images += 1,
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.begin(Within::Nothing);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                if matches!(self.within, Within::Note(_)) {
                    self.words.push('\n');
                } else {
                    self.end_block();
                }
            }
            TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::FootnoteDefinition | TagEnd::MetadataBlock(_) => {
                self.end_block();
                self.within = Within::Paragraph;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.words);
                self.blocks.extend(super::html::fragment(&html));
                self.is_html = false;
            }
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.end_block();
                // One that says nothing still has its number.
                if let Some(label) = self.item.take() {
                    self.push_item(&label, "");
                }
            }
            TagEnd::TableCell => {
                let cell = clean(&std::mem::take(&mut self.words));
                if let Some(table) = &mut self.table {
                    table.row.push(cell);
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.row);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    let row = std::mem::take(&mut table.row);
                    table.rows.push(row);
                }
            }
            TagEnd::Table => {
                if let Some(Table { header, rows, .. }) = self.table.take() {
                    self.push(Block::Table { caption: String::new(), header, rows });
                }
            }
            TagEnd::Emphasis | TagEnd::Strong => self.add(self.value(range)),
            TagEnd::Strikethrough => self.add(self.struck(range, ")")),
            TagEnd::Link => {
                let address = self.links.pop().unwrap_or_default();
                self.link(&address);
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            _ => {}
        }
    }

    fn add(&mut self, words: &str) {
        self.words.push_str(words);
    }

    fn begin(&mut self, within: Within) {
        self.end_block();
        self.within = within;
    }

    /// The signs around some words when they are no marks, else nothing: "20*30*40" multiplies.
    fn value(&self, range: &Range<usize>) -> &'a str {
        let source = self.source;
        let marked = source.get(range.clone()).unwrap_or_default();
        let Some(sign) = marked.chars().next() else { return "" };
        let inside = marked.trim_start_matches(sign);
        let signs = marked.len() - inside.len();
        let inside = inside.trim_end_matches(sign);
        let before = self.source.get(..range.start).unwrap_or_default().chars().next_back();
        let after = self.source.get(range.end..).unwrap_or_default().chars().next();
        let joins = |left: Option<char>, right: Option<char>| match (left, right) {
            (Some(left), Some(right)) => {
                left.is_alphanumeric() && right.is_alphanumeric() && (left.is_numeric() || right.is_numeric())
            }
            _ => false,
        };
        let is_value = joins(before, inside.chars().next()) || joins(inside.chars().next_back(), after);
        if is_value { marked.get(..signs).unwrap_or_default() } else { "" }
    }

    /// What is struck out is seen, and is not what holds now.
    fn struck(&self, range: &Range<usize>, sign: &'static str) -> &'a str {
        let value = self.value(range);
        if value.is_empty() { sign } else { value }
    }

    /// A tag among words. One that raises, lowers or separates must not join two numbers.
    fn tag(&mut self, html: &str) {
        let tag = html.trim_start_matches(['<', '/']).to_ascii_lowercase();
        let name: &str = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        match name {
            "br" => self.words.push('\n'),
            "b" | "i" | "u" | "em" | "strong" | "span" | "a" | "code" | "mark" | "kbd" | "small" => {}
            _ => self.words.push(' '),
        }
    }

    fn link(&mut self, address: &str) {
        let is_seen = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme));
        let address = address.strip_prefix("mailto:").or_else(|| address.strip_prefix("tel:")).unwrap_or(address);
        if is_seen && self.images == 0 && !self.words.ends_with(address) {
            self.words.push_str(&format!(" ({address})"));
        }
    }

    /// The number of an item as it is written, or nothing.
    fn label(&mut self, range: &Range<usize>) -> String {
        let Some(list) = self.lists.last_mut() else { return String::new() };
        let Some(next) = list.next.as_mut() else { return String::new() };
        *next += 1;
        let written = self.source.get(range.clone()).unwrap_or_default().trim_start();
        written.split([' ', '\t', '\n']).next().unwrap_or_default().to_owned()
    }

    /// Whether a line goes on in the next one because the paper ended there, and not because the writer ended it.
    fn is_wrapped(&self, range: &Range<usize>) -> bool {
        let before = self.source.get(..range.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let next = self.source.get(range.end..).unwrap_or_default();
        line.chars().count() >= WRAPPED || next.trim_start().starts_with(char::is_lowercase)
    }

    fn push_item(&mut self, label: &str, text: &str) {
        let block = Block::item(self.lists.len().saturating_sub(1), label, text);
        self.push(block);
    }

    fn push(&mut self, block: Block) {
        if !block.is_empty() {
            self.blocks.push(block);
        }
    }

    fn end_block(&mut self) {
        let words = std::mem::take(&mut self.words);
        if words.trim().is_empty() {
            return;
        }
        let block = match &self.within {
            Within::Nothing => return,
            Within::Heading(level) => Block::heading(*level, &words),
            Within::Code => Block::Code(words.trim_end().to_owned()),
            Within::Note(label) => Block::Note { label: label.clone(), text: clean(&words) },
            Within::Paragraph => match self.item.take() {
                Some(label) => return self.push_item(&label, &words),
                None if self.quotes > 0 => {
                    Block::Quote(format!("{}{}", std::mem::take(&mut self.before), clean(&words)))
                }
                None => Block::paragraph(&words),
            },
        };
        self.push(block);
    }
}

/// Characters of a line after which its end is taken for that of the paper.
const WRAPPED: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str) -> String {
        let [Block::Paragraph(text)] = &read(text)[..] else { panic!("{:?}", read(text)) };
        text.clone()
    }

    #[test]
    fn no_value_is_taken_for_a_mark() {
        for text in [
            "A sheet of 20*30 cm, and one of 40*50 cm.",
            "2 * 9.90 and 5* stars, 10~20 pieces, 3_4 and a_b_c",
            "<50 EUR or >100 EUR, a < b",
        ] {
            assert_eq!(paragraph(text), text);
        }
        assert_eq!(paragraph("Free from 50<sup>1</sup> EUR, 9<sup>90</sup>"), "Free from 50 1 EUR, 9 90");
        assert_eq!(paragraph("~~79~~ **59** EUR"), "(79) 59 EUR");
        assert_eq!(
            read("24. Dezember: geschlossen\n25. Dezember: zu"),
            [Block::item(0, "24.", "Dezember: geschlossen"), Block::item(0, "25.", "Dezember: zu"),]
        );
        assert_eq!(read("> 50 EUR: frei"), [Block::Quote("> 50 EUR: frei".to_owned())]);
    }

    #[test]
    fn marks_go_and_words_stay() {
        assert_eq!(
            paragraph("Send it **back** within *14 days*, `RMA` needed."),
            "Send it back within 14 days, RMA needed."
        );
        assert_eq!(
            paragraph(
                "See [returns](https://a.example/r \"t\") or [terms](/t). Write to [a@b.example](mailto:a@b.example)"
            ),
            "See returns (https://a.example/r) or terms. Write to a@b.example"
        );
        assert_eq!(
            paragraph("3 * 4 costs 5\\* a snake_case [not a link] __bold__"),
            "3 * 4 costs 5* a snake_case [not a link] bold"
        );
        // Minutes, if each bracket were followed to the end.
        let brackets = "[a".repeat(200_000);
        assert_eq!(paragraph(&brackets), brackets);
    }

    #[test]
    fn blocks_are_what_a_reader_sees() {
        let text = "---\ntitle: x\n---\nMonday 9 to 17\nTuesday 10 to 18\n\nReturns\n-------\n\n1. Open\n   - a\n   - b\n2. Close\n\n| Item | Days |\n|---|---|\n| Shoes | 14 |\n\n<!-- hidden -->\n```\n# no heading\n```\nText[^1].\n\n[^1]: The note.\n\n<details><summary>Q?</summary><p>A.</p></details>\n";
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(
            read(text),
            [
                Block::paragraph("Monday 9 to 17\nTuesday 10 to 18"),
                Block::heading(2, "Returns"),
                Block::item(0, "1.", "Open"),
                Block::item(1, "", "a"),
                Block::item(1, "", "b"),
                Block::item(0, "2.", "Close"),
                Block::Table {
                    caption: String::new(),
                    header: row(["Item", "Days"]),
                    rows: vec![row(["Shoes", "14"])]
                },
                Block::Code("# no heading".to_owned()),
                Block::paragraph("Text [1]."),
                Block::Note { label: "1".to_owned(), text: "The note.".to_owned() },
                Block::heading(4, "Q?"),
                Block::paragraph("A."),
            ]
        );
    }
}
