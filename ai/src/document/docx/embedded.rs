//! Documents of other kinds within a document, which Word takes up when it opens it.

use super::{document, package::Package, walk::Reader, xml::Tag};
use crate::document::{Block, DocumentError, check_text, html, kind, plain};
use types::limits::SOURCE_BYTES;

/// Bytes of such a document, at most.
const BYTES: usize = SOURCE_BYTES * 4;
/// Documents within documents.
const NESTED: usize = 3;

impl Reader<'_, '_> {
    /// Reads a document that stands here.
    pub(super) fn chunk(&mut self, tag: &Tag<'_>) -> Result<(), DocumentError> {
        let name = tag.attribute("id").and_then(|id| self.relations.get(&id)).map(|part| part.target.clone());
        let Some(name) = name.filter(|_| !self.is_silent() && self.nested < NESTED) else { return Ok(()) };
        let Some(bytes) = self.package.bytes(&name)? else { return Ok(()) };
        if bytes.len() > BYTES {
            return Err(DocumentError::TooLong);
        }
        let blocks = if bytes.starts_with(b"PK\x03\x04") {
            let mut package = Package::open(&bytes)?;
            package.share(self.package);
            let blocks = document(&mut package, self.nested + 1)?;
            self.package.share(&package);
            blocks
        } else {
            of_text(&name, &bytes)?
        };
        self.flush();
        self.said += crate::document::bytes(&blocks);
        if self.said > SOURCE_BYTES * 3 {
            return Err(DocumentError::TooLong);
        }
        self.flow.blocks.extend(blocks);
        Ok(())
    }
}

fn of_text(name: &str, bytes: &[u8]) -> Result<Vec<Block>, DocumentError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let start = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_lowercase();
    if bytes.starts_with(b"{\\rtf") {
        return Ok(plain::read(&rtf(bytes)));
    }
    if start.contains("mime-version:") || matches!(ending.as_str(), "mht" | "mhtml") {
        return Ok(html::fragment(&html::decode(&mail_page(bytes), None)));
    }
    let is_page = ["<!doctype html", "<html", "<body", "<p", "<div", "<table"].iter().any(|tag| start.contains(tag));
    if is_page || matches!(ending.as_str(), "html" | "htm" | "xhtml") {
        return Ok(html::fragment(&html::decode(bytes, None)));
    }
    let text = kind::decode(bytes).unwrap_or_else(|_| html::decode(bytes, None));
    match check_text(&text) {
        Ok(text) => Ok(plain::read(&text)),
        // A picture, or nothing.
        Err(DocumentError::Empty | DocumentError::Binary(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

/// The page in a message of several parts.
fn mail_page(bytes: &[u8]) -> Vec<u8> {
    let lower = bytes.to_ascii_lowercase();
    let find = |words: &[u8], from: usize| {
        let rest = lower.get(from..).unwrap_or_default();
        rest.windows(words.len()).position(|window| window == words).map(|place| from + place)
    };
    let Some(head) = find(b"text/html", 0) else { return Vec::new() };
    let ends = [(find(b"\r\n\r\n", head), 4), (find(b"\n\n", head), 2)];
    let end = ends.into_iter().filter_map(|(place, length)| Some((place?, length))).min();
    let Some((end, length)) = end else { return Vec::new() };
    let head = lower.get(head..end).unwrap_or_default();
    let body = bytes.get(end + length..).unwrap_or_default();
    // The line between two parts begins with two dashes, and the page with none.
    let end = find(b"</html>", end + length).map_or(body.len(), |place| place.saturating_sub(end + length));
    let body = body.get(..end).unwrap_or_default();
    let says = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    if says(b"quoted-printable") || find(b"quoted-printable", 0).is_some() { unquoted(body) } else { body.to_vec() }
}

/// Bytes that are written as "=3D", and lines that end in "=".
fn unquoted(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        let digit = |place: usize| after.get(place).and_then(|digit| char::from(*digit).to_digit(16));
        rest = match (byte, after, digit(0), digit(1)) {
            (b'=', _, Some(high), Some(low)) => {
                plain.extend(u8::try_from(high * 16 + low));
                after.get(2..).unwrap_or_default()
            }
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..], _, _) => after,
            _ => {
                plain.push(*byte);
                after
            }
        };
    }
    plain
}

/// The words of an RTF file.
fn rtf(bytes: &[u8]) -> String {
    const GROUPS: [&str; 14] = [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "header",
        "footer",
        "headerl",
        "headerr",
        "footerl",
        "footerr",
        "fldinst",
        "listtext",
    ];
    let text = encoding_rs::WINDOWS_1252.decode(bytes).0;
    let mut words = String::new();
    // For each group that is open: whether it is left out, and how many characters stand for one that was written.
    let mut groups: Vec<(bool, usize)> = Vec::new();
    let mut skip = 0;
    let mut characters = text.chars().peekable();
    let mut is_first = false;
    while let Some(character) = characters.next() {
        let (is_out, fallback) = groups.last().copied().unwrap_or((false, 1));
        match character {
            '{' => {
                groups.push((is_out, fallback));
                is_first = true;
                continue;
            }
            '}' => {
                groups.pop();
            }
            '\r' | '\n' => {}
            '\\' => {
                let mut word = String::new();
                while let Some(letter) = characters.next_if(char::is_ascii_alphabetic) {
                    word.push(letter);
                }
                if word.is_empty() {
                    let sign = characters.next().unwrap_or_default();
                    match sign {
                        '\'' => {
                            let code: String = characters.by_ref().take(2).collect();
                            let byte = u8::from_str_radix(&code, 16).unwrap_or(b' ');
                            if skip > 0 {
                                skip -= 1;
                            } else if !is_out {
                                words.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
                            }
                        }
                        '*' => set_out(&mut groups),
                        '~' if !is_out => words.push(' '),
                        '_' if !is_out => words.push('-'),
                        '{' | '}' | '\\' if !is_out => words.push(sign),
                        _ => {}
                    }
                    continue;
                }
                let mut number = String::new();
                number.extend(characters.next_if_eq(&'-'));
                while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                    number.push(digit);
                }
                characters.next_if_eq(&' ');
                let number = number.parse::<i32>().ok();
                match word.as_str() {
                    word if is_first && GROUPS.contains(&word) => set_out(&mut groups),
                    "par" | "row" | "sect" | "page" if !is_out => words.push_str("\n\n"),
                    "line" if !is_out => words.push('\n'),
                    "tab" | "cell" if !is_out => words.push('\t'),
                    "emdash" if !is_out => words.push('—'),
                    "endash" if !is_out => words.push('–'),
                    "bullet" if !is_out => words.push('•'),
                    "lquote" if !is_out => words.push('‘'),
                    "rquote" if !is_out => words.push('’'),
                    "ldblquote" if !is_out => words.push('“'),
                    "rdblquote" if !is_out => words.push('”'),
                    "uc" => {
                        if let Some(group) = groups.last_mut() {
                            group.1 = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(8);
                        }
                    }
                    "u" => {
                        // Numbers above 32767 are written as negative ones.
                        let code = number.map(|number| if number < 0 { number + 65_536 } else { number });
                        let code = code.and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32);
                        if !is_out {
                            words.extend(code);
                        }
                        skip = fallback;
                    }
                    _ => {}
                }
            }
            _ if skip > 0 => skip -= 1,
            other if !is_out => words.push(other),
            _ => {}
        }
        is_first = false;
    }
    words
}

fn set_out(groups: &mut [(bool, usize)]) {
    if let Some(group) = groups.last_mut() {
        group.0 = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_documents_are_read_as_what_they_are() {
        assert_eq!(
            rtf(
                br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Gr\'f6\'dfe \u8364?5 \{x\}\par {\*\generator W;}two{\b  bold}}"
            ),
            "Größe €5 {x}\n\ntwo bold"
        );
        let page = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=\"utf-8\"\nContent-Transfer-Encoding: quoted-printable\n\n<html><body><p class=3D\"a\">5=E2=82=AC a=\n piece</p></body></html>\n--x--\n";
        assert_eq!(of_text("word/afchunk.mht", page).unwrap(), [Block::paragraph("5€ a piece")]);
        assert_eq!(of_text("a.htm", b"<p>Hi<p>you").unwrap(), [Block::paragraph("Hi"), Block::paragraph("you")]);
        assert_eq!(of_text("a.txt", b"Hi").unwrap(), [Block::paragraph("Hi")]);
        assert_eq!(of_text("a.bin", b"\0\0\x01").unwrap(), []);
    }
}
