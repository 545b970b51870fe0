//! What a file is, by its bytes before its name; and text in its encodings.

use super::DocumentError;
use serde::{Deserialize, Serialize};
use types::limits::FILE_BYTES;

/// A kind of file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// A PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// A table with commas, semicolons or tabs between its cells.
    Csv,
}

impl FileKind {
    /// Its name in the database and on the command line of the reader.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Csv => "csv",
        }
    }

    /// The kind with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Text, Self::Markdown, Self::Html, Self::Pdf, Self::Docx, Self::Csv].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// First bytes of files that cannot be read.
const SIGNATURES: &[(&[u8], &str)] = &[
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

/// Where a PDF may begin: some have a few bytes of something else before.
const PDF_WITHIN: usize = 1024;

/// What a file is.
///
/// # Errors
/// When it is empty, too large, or of a kind that cannot be read.
pub fn kind_of(name: &str, bytes: &[u8]) -> Result<FileKind, DocumentError> {
    if bytes.len() > FILE_BYTES {
        return Err(DocumentError::TooLarge);
    }
    if bytes.is_empty() {
        return Err(DocumentError::Empty);
    }
    if holds(bytes.get(..PDF_WITHIN).unwrap_or(bytes), b"%PDF-") {
        return Ok(FileKind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return office(bytes);
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        return Err(DocumentError::Binary((*what).into()));
    }
    let start =
        String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).trim_start_matches('\u{feff}').to_lowercase();
    let start = start.trim_start();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let is_page = ["<!doctype html", "<html"].iter().any(|tag| start.starts_with(tag));
    let kind = match ending.as_str() {
        "html" | "htm" | "xhtml" => FileKind::Html,
        "csv" | "tsv" => FileKind::Csv,
        "md" | "markdown" | "txt" | "text" if is_page => FileKind::Html,
        "md" | "markdown" => FileKind::Markdown,
        "txt" | "text" => FileKind::Text,
        _ if is_page => FileKind::Html,
        // It says that it is one, and is not.
        "pdf" => return Err(DocumentError::Damaged("PDF".into())),
        "docx" => return Err(DocumentError::Damaged("Word file".into())),
        _ => return Err(DocumentError::Kind(name.chars().take(80).collect())),
    };
    if bytes.contains(&0) && !bytes.starts_with(b"\xff\xfe") && !bytes.starts_with(b"\xfe\xff") {
        return Err(DocumentError::Binary("a binary file".into()));
    }
    Ok(kind)
}

/// The names of a package's files stand in it uncompressed.
fn office(bytes: &[u8]) -> Result<FileKind, DocumentError> {
    if holds(bytes, b"word/document") {
        return Ok(FileKind::Docx);
    }
    let what = if holds(bytes, b"xl/workbook") {
        "an Excel file"
    } else if holds(bytes, b"ppt/presentation") {
        "a PowerPoint file"
    } else if holds(bytes, b"application/vnd.oasis.opendocument") {
        "an OpenDocument file"
    } else {
        "a ZIP file"
    };
    Err(DocumentError::Binary(what.into()))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Text in UTF-8, or in UTF-16 with its mark.
pub(super) fn decode(bytes: &[u8]) -> Result<String, DocumentError> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes.as_chunks::<2>();
        let text: Result<String, _> = char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect();
        if rest.is_empty() { text.map_err(|_unpaired| DocumentError::Encoding) } else { Err(DocumentError::Encoding) }
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).map(str::to_owned).map_err(|_| not_utf8(rest)),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| not_utf8(bytes)),
    }
}

/// Bytes that are not UTF-8 are another encoding, or no text at all when zero bytes are among them.
fn not_utf8(bytes: &[u8]) -> DocumentError {
    if bytes.contains(&0) { DocumentError::Binary("a binary file".into()) } else { DocumentError::Encoding }
}
