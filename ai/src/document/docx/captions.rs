//! Captions of tables, which stand above them or below them.

use crate::document::{Block, one_line};

/// Gives captions to the tables beside them. `places` are those that may be of a table.
pub(super) fn join(blocks: Vec<Block>, places: &[usize]) -> Vec<Block> {
    let is_table =
        |place: Option<usize>| place.is_some_and(|place| matches!(blocks.get(place), Some(Block::Table { .. })));
    let above = places.iter().filter(|place| is_table(place.checked_add(1))).count();
    let below = places.iter().filter(|place| is_table(place.checked_sub(1))).count();
    if above + below == 0 {
        return blocks;
    }
    let is_above = above >= below;
    let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut places = places.iter().copied().peekable();
    // A caption that waits for its table.
    let mut waiting: Option<String> = None;
    for (place, mut block) in blocks.into_iter().enumerate() {
        let is_candidate = places.next_if_eq(&place).is_some();
        if let Some(words) = waiting.take() {
            match &mut block {
                Block::Table { caption, .. } => *caption = both(&words, caption),
                _ => joined.push(Block::Caption(words)),
            }
        }
        match (block, joined.last_mut()) {
            (Block::Caption(words), Some(Block::Table { caption, .. }))
                if is_candidate && !is_above && caption.is_empty() =>
            {
                *caption = one_line(&words);
            }
            (Block::Caption(words), _) if is_candidate && is_above => waiting = Some(words),
            (block, _) => joined.push(block),
        }
    }
    joined.extend(waiting.map(Block::Caption));
    joined
}

fn both(words: &str, caption: &str) -> String {
    let words = one_line(words);
    if caption.is_empty() { words } else { format!("{words} {caption}") }
}
