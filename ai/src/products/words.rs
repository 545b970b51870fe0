//! The words of a product: names in one line, descriptions as text, all of a bearable length.

use crate::document;
use types::{
    limits::NAME_CHARS,
    products::{EXTRA_INFO_BYTES, PRODUCT_DESCRIPTION_CHARS},
};

/// Characters of what is put behind a name at most.
const ENDING_CHARS: usize = 60;
/// Characters of a detail's name and of its value.
const DETAIL_NAME_CHARS: usize = 60;
const DETAIL_CHARS: usize = 500;

/// A text in one line, without the marks of HTML.
pub(super) fn line(text: &str) -> String {
    let text = if is_html(text) { document::text_of_html(text) } else { text.to_owned() };
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A description as text, and whether it was cut.
pub(super) fn description(text: &str) -> (String, bool) {
    let text = if is_html(text) { document::text_of_html(text) } else { text.replace("\r\n", "\n") };
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim();
    let short = shortened(text, PRODUCT_DESCRIPTION_CHARS);
    let is_cut = short != text;
    (short, is_cut)
}

/// A name with an ending, of a length that can be stored; the name is shortened, not its ending. And whether it was.
pub(super) fn name(title: &str, ending: &str) -> (String, bool) {
    let ending = shortened(ending, ENDING_CHARS);
    let room = NAME_CHARS.saturating_sub(ending.chars().count());
    let title = title.trim();
    let short = shortened(title, room);
    let is_shortened = short != title;
    (format!("{short}{ending}"), is_shortened)
}

/// A detail of a bearable length.
pub(super) fn detail(name: &str, value: &str) -> (String, String) {
    (shortened(&line(name), DETAIL_NAME_CHARS), shortened(&line(value), DETAIL_CHARS))
}

/// Details as a JSON object, and whether all of them have room. The first of a name counts.
pub(super) fn extra_info(details: &[(String, String)]) -> (String, bool) {
    let mut object = serde_json::Map::new();
    let (mut bytes, mut is_whole) = (2, true);
    for (name, value) in details {
        let (name, value) = detail(name, value);
        if name.is_empty() || value.is_empty() || object.contains_key(&name) {
            continue;
        }
        // Quotes and backslashes are written with another.
        let needs = 2 * (name.len() + value.len()) + 8;
        if bytes + needs > EXTRA_INFO_BYTES {
            is_whole = false;
            continue;
        }
        bytes += needs;
        object.insert(name, serde_json::Value::String(value));
    }
    (if object.is_empty() { String::new() } else { serde_json::Value::Object(object).to_string() }, is_whole)
}

/// Whether marks or entities of HTML are in a text.
fn is_html(text: &str) -> bool {
    let has_tag = text.match_indices('<').any(|(at, _)| {
        let after = text.get(at + 1..).unwrap_or_default();
        let name = after.trim_start_matches('/');
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && after.contains('>')
    });
    let is_entity = |after: &str| {
        let end = after.find(';').filter(|end| (2..=10).contains(end));
        end.and_then(|end| after.get(..end))
            .is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#'))
    };
    has_tag || text.match_indices('&').any(|(at, _)| text.get(at + 1..).is_some_and(is_entity))
}

/// The start of a text with at most so many characters and "…", cut between words where that is near.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    format!("{}…", cut(text, most.saturating_sub(1)).trim_end())
}

/// The start of a text with at most so many characters.
fn cut(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let start = text.get(..end).unwrap_or_default();
    match start.rfind(char::is_whitespace) {
        Some(space) if space * 4 >= end * 3 => start.get(..space).unwrap_or(start),
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text_and_signs_stay() {
        assert_eq!(
            description("<p>Made of <b>oak</b>.</p><ul><li>20 cm</li><li>2 kg</li></ul>").0,
            "Made of oak.\n\n20 cm\n2 kg"
        );
        assert_eq!(description("Fits < 5 cm & > 2 cm.\r\nTwo").0, "Fits < 5 cm & > 2 cm.\nTwo");
        assert_eq!(line("Salt &amp; pepper\n mill"), "Salt & pepper mill");
        assert_eq!(line("R&D; x"), "R&D; x");
    }

    #[test]
    fn long_words_are_cut_between_words() {
        let (text, is_cut) = description(&"word ".repeat(2_000));
        assert!(
            is_cut && text.ends_with("word…") && text.chars().count() <= PRODUCT_DESCRIPTION_CHARS,
            "{}",
            text.len()
        );
        let (long, is_cut) = name(&"Very long name ".repeat(20), " – Blue / M");
        assert!(is_cut && long.ends_with("… – Blue / M") && long.chars().count() <= NAME_CHARS, "{long}");
        assert_eq!(name("Mug", " – Blue"), ("Mug – Blue".to_owned(), false));
        let many: Vec<(String, String)> = (0..100).map(|n| (format!("a{n}"), "\"".repeat(500))).collect();
        let (json, is_whole) = extra_info(&many);
        assert!(!is_whole && json.len() <= EXTRA_INFO_BYTES && json.len() > 2_000);
        assert_eq!(extra_info(&[("A".to_owned(), " ".to_owned())]), (String::new(), true));
    }
}
