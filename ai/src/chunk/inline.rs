//! Takes the marks out of a line of Markdown and keeps its words.

/// The words of a block on one line: no emphasis, no images, links as their text with the address after it.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        rest = match character {
            '!' if after.starts_with('[') => match link(after) {
                Some((_, _, after)) => after,
                None => keep(&mut plain, character, after),
            },
            '[' => match link(rest) {
                Some((label, address, after)) => {
                    plain.push_str(label);
                    if ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme)) {
                        let address = address.strip_prefix("mailto:").unwrap_or(address);
                        if address != label {
                            plain.push_str(&format!(" ({address})"));
                        }
                    }
                    after
                }
                None => keep(&mut plain, character, after),
            },
            '*' | '`' if after.starts_with(character) || !after.starts_with(' ') || !plain.ends_with(' ') => {
                // A star between spaces multiplies; any other one is emphasis.
                after
            }
            '_' if !plain.ends_with(char::is_alphanumeric) || !after.starts_with(char::is_alphanumeric) => after,
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                let escaped = after.chars().next().unwrap_or('\\');
                keep(&mut plain, escaped, after.get(escaped.len_utf8()..).unwrap_or_default())
            }
            other => keep(&mut plain, other, after),
        };
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keep<'a>(plain: &mut String, character: char, after: &'a str) -> &'a str {
    plain.push(character);
    after
}

/// Longest label and address of a link, in bytes: farther is not looked, so that a text full of brackets costs little.
const LABEL: usize = 1_000;
const ADDRESS: usize = 2_000;

/// `[label](address "title")` at the start of a text: label, address, and what comes after.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.strip_prefix('[')?;
    let near = text.get(..text.floor_char_boundary(LABEL + 2))?;
    let (label, _) = near.split(['\n', '[']).next()?.split_once("](")?;
    let rest = text.get(label.len() + 2..)?;
    let near = rest.get(..rest.floor_char_boundary(ADDRESS))?;
    let (address, _) = near.split('\n').next()?.split_once(')')?;
    let after = rest.get(address.len() + 1..)?;
    Some((label, address.split_whitespace().next().unwrap_or_default(), after))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_go_and_words_stay() {
        assert_eq!(
            plain("Send it **back** within *14 days*, `RMA` needed."),
            "Send it back within 14 days, RMA needed."
        );
        assert_eq!(
            plain("See [returns](https://a.example/r \"t\") or [terms](/t)."),
            "See returns (https://a.example/r) or terms."
        );
        assert_eq!(plain("![logo](x.png)Write to [a@b.example](mailto:a@b.example)"), "Write to a@b.example");
        assert_eq!(
            plain("3 * 4 costs 5\\* a snake_case [not a link] __bold__"),
            "3 * 4 costs 5* a snake_case [not a link] bold"
        );
        assert_eq!(plain("[[[[](](]("), "[[[[](](](");
        // Minutes, if each bracket were followed to the end.
        let brackets = "[a".repeat(500_000);
        assert_eq!(plain(&brackets), brackets);
    }
}
