//! Plain text as it is shown: one line of it, or with its links.

/// A stretch of plain text, or a link in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words as they are.
    Words(String),
    /// An address that can be opened.
    Link(String),
}

/// The words on one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Finds web addresses in plain text. Only `http` and `https` are links:
/// nothing that a stranger writes may run in the agent's browser.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    for part in text.split_inclusive(char::is_whitespace) {
        let token = part.trim_end();
        let space = part.strip_prefix(token).unwrap_or_default();
        let start = token.find(|letter: char| !matches!(letter, '(' | '<' | '"' | '\'' | '[')).unwrap_or(0);
        let (opening, rest) = token.split_at_checked(start).unwrap_or(("", token));
        let link = rest.trim_end_matches(|letter: char| {
            matches!(letter, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '>' | '"' | '\'' | ']')
        });
        let is_link =
            ["https://", "http://"].iter().any(|scheme| link.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        if !is_link {
            words.push_str(part);
            continue;
        }
        words.push_str(opening);
        if !words.is_empty() {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
        }
        pieces.push(Piece::Link(link.to_owned()));
        words.push_str(rest.strip_prefix(link).unwrap_or_default());
        words.push_str(space);
    }
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

/// Draws the marks of citations (`[1]`) in an answer's HTML as small numbers.
/// Only text is changed, never a tag; other brackets stay as they are.
#[must_use]
pub fn mark_citations(html: &str, numbers: &[u8]) -> String {
    let mut marked = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        mark_text(text, numbers, &mut marked);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        marked.push('<');
        marked.push_str(tag);
        marked.push('>');
        rest = after;
    }
    mark_text(rest, numbers, &mut marked);
    marked
}

fn mark_text(text: &str, numbers: &[u8], marked: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        marked.push_str(before);
        let mark = after.split_once(']').and_then(|(inside, tail)| Some((inside.parse::<u8>().ok()?, tail)));
        match mark {
            Some((number, tail)) if numbers.contains(&number) => {
                marked.push_str(&format!("<sup class=\"answer-mark number\">{number}</sup>"));
                rest = tail;
            }
            _ => {
                marked.push('[');
                rest = after;
            }
        }
    }
    marked.push_str(rest);
}

/// An address without its scheme, as people read it.
#[must_use]
pub fn short_address(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url).trim_end_matches('/')
}

/// Only web addresses are opened; anything else is shown as words.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The name of a language in English, by its BCP 47 tag; the tag when unknown.
#[must_use]
pub fn language_name(tag: &str) -> String {
    let language = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let name = match language.as_str() {
        "ar" => "Arabic",
        "bn" => "Bengali",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "fa" => "Persian",
        "fi" => "Finnish",
        "fr" => "French",
        "he" => "Hebrew",
        "hi" => "Hindi",
        "hu" => "Hungarian",
        "id" => "Indonesian",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "ms" => "Malay",
        "nb" | "no" | "nn" => "Norwegian",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "ru" => "Russian",
        "sv" => "Swedish",
        "th" => "Thai",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "ur" => "Urdu",
        "vi" => "Vietnamese",
        "zh" => "Chinese",
        _ => return tag.to_owned(),
    };
    if language.len() == tag.len() { name.to_owned() } else { format!("{name} ({tag})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Piece {
        Piece::Words(text.to_owned())
    }

    fn link(text: &str) -> Piece {
        Piece::Link(text.to_owned())
    }

    #[test]
    fn links_are_found_without_their_punctuation() {
        assert_eq!(pieces("Hello there"), [words("Hello there")]);
        assert_eq!(
            pieces("See (https://shop.example/a?b=c). Thanks\nAnna"),
            [words("See ("), link("https://shop.example/a?b=c"), words("). Thanks\nAnna")]
        );
        assert_eq!(pieces("http://a.b http://c.d"), [link("http://a.b"), words(" "), link("http://c.d")]);
        assert_eq!(pieces("javascript:alert(1) https:// ftp://x"), [words("javascript:alert(1) https:// ftp://x")]);
        assert_eq!(pieces(""), []);
        assert_eq!(pieces("  … ((( "), [words("  … ((( ")]);
    }

    #[test]
    fn marks_are_drawn_in_text_alone() {
        assert_eq!(
            mark_citations("<p title=\"[1]\">Two days [1], see [terms] [7]</p>", &[1, 2]),
            "<p title=\"[1]\">Two days <sup class=\"answer-mark number\">1</sup>, see [terms] [7]</p>"
        );
        assert_eq!(mark_citations("plain", &[1]), "plain");
    }

    #[test]
    fn one_line_of_many() {
        assert_eq!(one_line("  Hello\n\n you \t there "), "Hello you there");
    }

    #[test]
    fn languages_by_tag() {
        assert_eq!(language_name("vi"), "Vietnamese");
        assert_eq!(language_name("pt-BR"), "Portuguese (pt-BR)");
        assert_eq!(language_name("tlh"), "tlh");
    }
}
