//! Plain text: nothing in it is a mark but what a reader takes for one, and every sign stays.

use super::blocks::Block;

/// Characters of a line after which its end is taken for that of the paper.
const WRAPPED: usize = 50;
/// Longest line that can be a heading, in characters.
const HEADING: usize = 120;

/// Reads a text.
#[must_use]
pub fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = Open::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || is_rule(trimmed) {
            open.end(&mut blocks);
            continue;
        }
        let underlined = lines.peek().is_some_and(|next| is_underline(next.trim(), trimmed));
        if underlined && open.words.is_empty() && trimmed.chars().count() <= HEADING {
            let level = if lines.next().is_some_and(|next| next.trim().starts_with('=')) { 1 } else { 2 };
            blocks.push(Block::heading(level, trimmed));
        } else if let Some((label, item)) = item(trimmed) {
            open.end(&mut blocks);
            open.item = Some((depth(line), label.to_owned()));
            open.add(item);
        } else {
            if open.item.is_some() && !open.goes_on(trimmed) && depth(line) == 0 {
                // Beside the list, and not below its item.
                open.end(&mut blocks);
            }
            open.add(trimmed);
        }
    }
    open.end(&mut blocks);
    blocks
}

/// The block that is being read.
#[derive(Debug, Default)]
struct Open {
    words: String,
    /// Depth and label, when it is an item.
    item: Option<(usize, String)>,
    is_wrapped: bool,
}

impl Open {
    fn add(&mut self, line: &str) {
        if !self.words.is_empty() {
            self.words.push(if self.goes_on(line) { ' ' } else { '\n' });
        }
        self.words.push_str(line);
        self.is_wrapped = line.chars().count() >= WRAPPED;
    }

    /// Whether a line is the rest of the one before.
    fn goes_on(&self, line: &str) -> bool {
        self.is_wrapped || line.starts_with(char::is_lowercase)
    }

    fn end(&mut self, blocks: &mut Vec<Block>) {
        let Self { words, item, .. } = std::mem::take(self);
        let block = match item {
            Some((depth, label)) => Block::item(depth, &label, &words),
            None => Block::paragraph(&words),
        };
        if !block.is_empty() {
            blocks.push(block);
        }
    }
}

/// The label of an item, empty for a dot or a dash, and its words.
pub(super) fn item(line: &str) -> Option<(&str, &str)> {
    if let Some(item) = ["- ", "* ", "+ ", "• ", "– ", "▪ ", "● ", "◦ ", "‣ ", "· "]
        .into_iter()
        .find_map(|mark| line.strip_prefix(mark))
    {
        // "- 5 °C" is a temperature as often as an item: the dash says nothing then, and stays.
        let is_value = line.starts_with(['-', '+', '–', '*']) && item.starts_with(|c: char| c.is_ascii_digit());
        return (!is_value).then_some(("", item.trim_start()));
    }
    let (label, item) = line.split_once([' ', '\t'])?;
    let inner = label.strip_prefix('(').unwrap_or(label).strip_suffix(['.', ')'])?;
    let is_number = inner.len() <= 8
        && inner.split('.').all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let is_letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_number || is_letter).then(|| (label, item.trim_start()))
}

/// Steps by which a line is indented.
fn depth(line: &str) -> usize {
    let blank: usize = line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
    blank / 2
}

/// A line of marks alone under a heading, about as long.
fn is_underline(line: &str, heading: &str) -> bool {
    let length = line.chars().count();
    is_rule(line) && line.starts_with(['=', '-', '~']) && length * 2 >= heading.chars().count() && length >= 3
}

/// A line of three or more of one mark.
fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(mark @ ('*' | '-' | '_' | '=' | '~' | '#')) = marks.next() else { return false };
    let mut count = 1;
    marks.all(|c| {
        count += 1;
        c == mark
    }) && count >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_stays() {
        let text = "Prices 2026\n===========\n20*30 cm: 5 EUR\n> 50 EUR: frei\n\n24. Dezember: geschlossen\n- -5 °C\n- 5 °C at night\n# 7 and <b>\n";
        assert_eq!(
            read(text),
            [
                Block::heading(1, "Prices 2026"),
                Block::paragraph("20*30 cm: 5 EUR\n> 50 EUR: frei"),
                Block::item(0, "24.", "Dezember: geschlossen"),
                Block::item(0, "", "-5 °C"),
                Block::paragraph("- 5 °C at night\n# 7 and <b>"),
            ]
        );
    }

    #[test]
    fn lines_that_the_paper_ended_go_on() {
        let text = "We deliver within three to five working days inside\nGermany, and to all of\nour neighbours.\nMill & Meadow\nHauptstr. 5\n";
        assert_eq!(
            read(text),
            [Block::paragraph(
                "We deliver within three to five working days inside Germany, and to all of our neighbours.\nMill & Meadow\nHauptstr. 5"
            )]
        );
        assert_eq!(
            read("24. Dezember: zu\n> 50 EUR: frei\n- a\n  under it\n- b\nand on"),
            [
                Block::item(0, "24.", "Dezember: zu"),
                Block::paragraph("> 50 EUR: frei"),
                Block::item(0, "", "a under it"),
                Block::item(0, "", "b and on"),
            ]
        );
        assert_eq!(
            read("1. Open\n  a) left\n  (2.1) right"),
            [Block::item(0, "1.", "Open"), Block::item(1, "a)", "left"), Block::item(1, "(2.1)", "right"),]
        );
    }
}
