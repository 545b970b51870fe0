//! From an uploaded file to its text, or a sentence that says why not.

use types::limits::SOURCE_BYTES;

/// Why a file cannot be read. Each sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The name ends in something that is not read.
    #[error("“{0}” cannot be read. Upload a Markdown (.md) or text (.txt) file, or paste the text.")]
    Kind(String),
    /// The file is too large.
    #[error("The file is larger than {} MB. Split it and upload the parts.", SOURCE_BYTES / 1024 / 1024)]
    TooLarge,
    /// There is nothing in the file.
    #[error("The file is empty. Upload a file with text in it.")]
    Empty,
    /// The content is not text, whatever the name says.
    #[error("This is {0}, not text. Export it as plain text or Markdown and upload that.")]
    Binary(&'static str),
    /// The text is in an encoding that cannot be told.
    #[error("The text is not in UTF-8. Open it in an editor, save it with the encoding UTF-8 and upload it again.")]
    Encoding,
}

/// File name endings that are read.
const ENDINGS: &[&str] = &["md", "markdown", "txt"];

/// First bytes of files that are often renamed by mistake.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF87a", "a picture"),
    (b"GIF89a", "a picture"),
    (b"RIFF", "a media file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"Rar!\x1a\x07", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\0asm", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"ID3", "a sound file"),
    (b"{\\rtf", "an RTF file"),
];

/// The text of an uploaded file, with line ends as `\n`.
///
/// # Errors
/// When the file is of another kind, empty, too large, or not text.
pub fn read_text(name: &str, bytes: &[u8]) -> Result<String, DocumentError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if !ENDINGS.contains(&ending.as_str()) {
        return Err(DocumentError::Kind(name.chars().take(80).collect()));
    }
    if bytes.len() > SOURCE_BYTES {
        return Err(DocumentError::TooLarge);
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(DocumentError::Binary(what));
    }
    check_text(&decode(bytes)?)
}

/// Checks pasted text in the same way as a file, and evens out its line ends.
///
/// # Errors
/// When it is empty, too large, or has control characters in it.
pub fn check_text(text: &str) -> Result<String, DocumentError> {
    if text.len() > SOURCE_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let controls =
        text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}')).count();
    // Zero bytes cannot be stored; a few other stray ones come from copying and are dropped.
    if text.contains('\0') || controls * 100 > text.chars().count() {
        return Err(DocumentError::Binary("a binary file"));
    }
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                clean.push('\n');
            }
            '\u{c}' | '\u{85}' | '\u{2028}' => clean.push('\n'),
            '\u{2029}' => clean.push_str("\n\n"),
            '\n' | '\t' => clean.push(character),
            '\u{feff}' => {}
            other if other.is_control() => {}
            other => clean.push(other),
        }
    }
    if clean.chars().any(char::is_alphanumeric) { Ok(clean) } else { Err(DocumentError::Empty) }
}

fn decode(bytes: &[u8]) -> Result<String, DocumentError> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes.as_chunks::<2>();
        let text: Result<String, _> = char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect();
        if rest.is_empty() { text.map_err(|_unpaired| DocumentError::Encoding) } else { Err(DocumentError::Encoding) }
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            std::str::from_utf8(rest).map(str::to_owned).map_err(|error| not_utf8(rest, error))
        }
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| not_utf8(bytes, error)),
    }
}

/// Bytes that are not UTF-8 are another encoding, or no text at all when zero bytes are among them.
fn not_utf8(bytes: &[u8], _error: std::str::Utf8Error) -> DocumentError {
    if bytes.contains(&0) { DocumentError::Binary("a binary file") } else { DocumentError::Encoding }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_through_with_even_line_ends() {
        assert_eq!(read_text("A.MD", b"\xef\xbb\xbf# Hi\r\nyou\rthere").unwrap(), "# Hi\nyou\nthere");
        assert_eq!(read_text("a.txt", "größe".as_bytes()).unwrap(), "größe");
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("żółć 🙂".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read_text("a.txt", &utf16).unwrap(), "żółć 🙂");
    }

    #[test]
    fn what_is_not_text_is_refused_with_a_reason() {
        let refused = |name: &str, bytes: &[u8]| read_text(name, bytes).unwrap_err();
        assert!(matches!(refused("a.pdf", b"hello"), DocumentError::Kind(_)));
        assert!(matches!(refused("md", b"hello"), DocumentError::Kind(_)));
        assert_eq!(refused("a.md", b""), DocumentError::Empty);
        assert_eq!(refused("a.md", b" \n\t--- \n"), DocumentError::Empty);
        assert_eq!(refused("a.md", b"%PDF-1.7 ..."), DocumentError::Binary("a PDF file"));
        assert_eq!(refused("a.md", b"\x89PNG\r\n\x1a\n0000"), DocumentError::Binary("a picture"));
        assert_eq!(refused("a.md", b"abc\0def"), DocumentError::Binary("a binary file"));
        assert_eq!(refused("a.md", b"\x01\x02\x03abc\x04"), DocumentError::Binary("a binary file"));
        assert_eq!(refused("a.md", b"\xa3\x00\xff\x01\x80abc"), DocumentError::Binary("a binary file"));
        assert_eq!(refused("a.txt", b"gr\xf6\xdfe"), DocumentError::Encoding);
        assert_eq!(refused("a.txt", b"\xff\xfea"), DocumentError::Encoding);
        assert_eq!(refused("a.txt", &vec![b'a'; SOURCE_BYTES + 1]), DocumentError::TooLarge);
    }
}
