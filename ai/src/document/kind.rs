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
    /// An Excel file.
    Xlsx,
    /// A PowerPoint file.
    Pptx,
    /// An OpenDocument text.
    Odt,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An OpenDocument presentation.
    Odp,
    /// A text in rich text format.
    Rtf,
    /// An electronic book.
    Epub,
    /// An e-mail.
    Eml,
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
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Rtf => "rtf",
            Self::Epub => "epub",
            Self::Eml => "eml",
        }
    }

    /// All kinds.
    const ALL: [Self; 14] = [
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Pdf,
        Self::Docx,
        Self::Csv,
        Self::Xlsx,
        Self::Pptx,
        Self::Odt,
        Self::Ods,
        Self::Odp,
        Self::Rtf,
        Self::Epub,
        Self::Eml,
    ];

    /// The kind with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
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
    if bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Ok(FileKind::Rtf);
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
        "csv" | "tsv" | "tab" => FileKind::Csv,
        "eml" => FileKind::Eml,
        "md" | "markdown" | "txt" | "text" if is_page => FileKind::Html,
        "md" | "markdown" => FileKind::Markdown,
        "txt" | "text" => FileKind::Text,
        _ if is_page => FileKind::Html,
        _ if is_mail(start) => FileKind::Eml,
        // It says that it is one, and is not.
        "pdf" => return Err(DocumentError::Damaged("PDF".into())),
        "docx" => return Err(DocumentError::Damaged("Word file".into())),
        _ => return Err(DocumentError::Kind(name.chars().take(80).collect())),
    };
    // Spreadsheets write UTF-16 without its mark; whoever reads the table decides.
    let may_be_utf16 = kind == FileKind::Csv || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if bytes.contains(&0) && !may_be_utf16 {
        return Err(DocumentError::Binary("a binary file".into()));
    }
    Ok(kind)
}

/// Whether a text begins with the headers of an e-mail. It is in small letters.
fn is_mail(start: &str) -> bool {
    let names = ["from:", "to:", "subject:", "date:", "received:", "return-path:", "message-id:", "mime-version:"];
    let head = start.lines().take_while(|line| !line.trim().is_empty());
    let is_header = |line: &str| names.iter().any(|name| line.starts_with(name));
    start.lines().next().is_some_and(|line| is_header(line) || line.starts_with("delivered-to:") || line.starts_with("x-"))
        && head.filter(|line| is_header(line)).count() >= 3
}

/// The names of a package's files stand in it uncompressed.
fn office(bytes: &[u8]) -> Result<FileKind, DocumentError> {
    // The first file of such a package says what it is.
    let start = bytes.get(..PDF_WITHIN).unwrap_or(bytes);
    let stated = [
        (&b"application/epub+zip"[..], FileKind::Epub),
        (b"application/vnd.oasis.opendocument.text", FileKind::Odt),
        (b"application/vnd.oasis.opendocument.spreadsheet", FileKind::Ods),
        (b"application/vnd.oasis.opendocument.presentation", FileKind::Odp),
    ];
    if let Some((_, kind)) = stated.into_iter().find(|(mark, _)| holds(start, mark)) {
        return Ok(kind);
    }
    let parts = [
        (&b"word/document"[..], FileKind::Docx),
        (b"xl/workbook.xml", FileKind::Xlsx),
        (b"ppt/presentation", FileKind::Pptx),
        (b"META-INF/container.xml", FileKind::Epub),
    ];
    let known = parts.into_iter().find(|(name, _)| holds(bytes, name)).map(|(_, kind)| kind);
    let what = if holds(bytes, b"xl/workbook.bin") {
        "a binary Excel file"
    } else if holds(start, b"application/vnd.oasis.opendocument") {
        "an OpenDocument drawing or formula"
    } else {
        "a ZIP file"
    };
    known.ok_or(DocumentError::Binary(what.into()))
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
