//! The structure of Markdown: sections under headings, and their blocks.

use super::{MAX_CHUNKS, inline};

/// What stands under one heading.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// The headings above, outermost first, joined by " › ".
    pub(super) heading: String,
    /// What stands there, in order; never empty.
    pub(super) blocks: Vec<Block>,
}

/// A part of a section that stands for itself.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Sentences.
    Paragraph,
    /// An item of a list.
    Item,
    /// A line of a table or of code.
    Line,
}

/// Characters of a heading that are kept.
const HEADING_CHARS: usize = 160;

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    open: Section,
    /// The headings that hold now, by level.
    headings: Vec<(usize, String)>,
    paragraph: String,
    kind: Option<BlockKind>,
}

/// Reads the sections of a text; one without headings is one section. There are no more of them than tell that the
/// text makes too many passages: each repeats the headings above it.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut reader = Reader::default();
    let text = without_comments(without_front_matter(text));
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        if reader.sections.len() > MAX_CHUNKS {
            break;
        }
        let trimmed = line.trim();
        if let Some(mark) = fence {
            if trimmed.starts_with(mark) {
                fence = None;
            } else if !trimmed.is_empty() {
                reader.line(line.trim_end());
            }
            continue;
        }
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)) {
            reader.end_block();
            fence = Some(mark);
        } else if trimmed.is_empty() {
            reader.end_block();
        } else if let Some((level, heading)) = hash_heading(trimmed) {
            reader.heading(level, heading);
        } else if let Some(level) = reader.underlined(trimmed) {
            let heading = std::mem::take(&mut reader.paragraph);
            reader.kind = None;
            reader.heading(level, &heading);
        } else if is_rule(trimmed) {
            reader.end_block();
        } else if trimmed.starts_with('|') {
            if !trimmed.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')) {
                reader.line(trimmed);
            }
        } else if let Some(item) = list_item(trimmed) {
            reader.end_block();
            reader.kind = Some(BlockKind::Item);
            reader.paragraph.push_str(item);
        } else {
            reader.continue_block(trimmed.trim_start_matches("> ").trim_start_matches('>'));
        }
    }
    reader.end_section(0);
    reader.sections
}

impl Reader {
    fn heading(&mut self, level: usize, heading: &str) {
        self.end_section(level);
        let heading: String = inline::plain(heading).chars().take(HEADING_CHARS).collect();
        self.headings.retain(|(above, _)| *above < level);
        if !heading.is_empty() {
            self.headings.push((level, heading));
        }
        self.open.heading = self.path(self.headings.len());
    }

    fn path(&self, length: usize) -> String {
        let path: Vec<&str> = self.headings.iter().take(length).map(|(_, heading)| heading.as_str()).collect();
        path.join(" › ")
    }

    /// The level of a heading that is marked by the line under it.
    fn underlined(&self, line: &str) -> Option<usize> {
        // The length first: a long paragraph would be looked through at each of its lines.
        let is_short = self.paragraph.len() <= HEADING_CHARS * 4 && self.paragraph.chars().count() <= HEADING_CHARS;
        let is_one_line = is_short && self.kind == Some(BlockKind::Paragraph) && !self.paragraph.contains('\n');
        if !is_one_line || line.len() < 3 {
            None
        } else if line.bytes().all(|byte| byte == b'=') {
            Some(1)
        } else if line.bytes().all(|byte| byte == b'-') {
            Some(2)
        } else {
            None
        }
    }

    fn line(&mut self, line: &str) {
        self.end_block();
        let cells: Vec<&str> =
            line.trim_matches('|').split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let text = if line.starts_with('|') { inline::plain(&cells.join(" | ")) } else { line.to_owned() };
        if !text.is_empty() {
            self.open.blocks.push(Block { kind: BlockKind::Line, text });
        }
    }

    fn continue_block(&mut self, text: &str) {
        self.kind.get_or_insert(BlockKind::Paragraph);
        if !self.paragraph.is_empty() {
            self.paragraph.push('\n');
        }
        self.paragraph.push_str(text);
    }

    fn end_block(&mut self) {
        let text = inline::plain(&std::mem::take(&mut self.paragraph));
        let kind = self.kind.take().unwrap_or(BlockKind::Paragraph);
        if !text.is_empty() {
            let text = if kind == BlockKind::Item { format!("- {text}") } else { text };
            self.open.blocks.push(Block { kind, text });
        }
    }

    /// Closes the section before a heading of a level; 0 at the end of the text.
    fn end_section(&mut self, next: usize) {
        self.end_block();
        let mut section = std::mem::take(&mut self.open);
        if let (true, Some((level, heading))) = (section.blocks.is_empty(), self.headings.last())
            && next <= *level
        {
            // Nothing stands under it: the heading itself is what it says.
            section.blocks.push(Block { kind: BlockKind::Paragraph, text: heading.clone() });
            section.heading = self.path(self.headings.len() - 1);
        }
        if section.blocks.iter().any(|block| block.text.chars().any(char::is_alphanumeric)) {
            self.sections.push(section);
        }
    }
}

fn hash_heading(line: &str) -> Option<(usize, &str)> {
    let heading = line.trim_start_matches('#');
    let level = line.len() - heading.len();
    let is_heading = (1..=6).contains(&level) && heading.starts_with([' ', '\t']);
    is_heading.then(|| (level, heading.trim().trim_end_matches('#').trim_end()))
}

/// A line of three or more stars, dashes or underlines.
fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(mark @ ('*' | '-' | '_' | '=')) = marks.next() else { return false };
    let mut count = 1;
    marks.all(|c| {
        count += 1;
        c == mark
    }) && count >= 3
}

fn list_item(line: &str) -> Option<&str> {
    if let Some(item) = ["- ", "* ", "+ ", "• ", "– "].into_iter().find_map(|mark| line.strip_prefix(mark)) {
        return Some(item.trim_start());
    }
    let item = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - item.len();
    // "2026. " at the start of a line is a year more often than an item.
    let item = item.strip_prefix(". ").or_else(|| item.strip_prefix(") "))?;
    (1..=3).contains(&digits).then(|| item.trim_start())
}

fn without_front_matter(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("---\n") else { return text };
    match rest.split_once("\n---\n") {
        // Front matter is short lines of "key: value"; anything else is text between rules.
        Some((matter, after))
            if matter.len() < 4096
                && matter.lines().all(|line| line.contains(':') || line.starts_with([' ', '-', '#'])) =>
        {
            after
        }
        _ => text,
    }
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        // One that is never closed is text.
        let Some((_, after)) = comment.split_once("-->") else {
            kept.push_str("<!--");
            kept.push_str(comment);
            return kept;
        };
        rest = after;
    }
    kept.push_str(rest);
    kept
}
