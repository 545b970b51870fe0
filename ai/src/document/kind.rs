//! What a file is, by its bytes before its name; and text in its encodings.

use super::{DocumentError, docx};
use serde::{Deserialize, Serialize};
use std::io::{Cursor, Read as _};
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

/// First bytes of Office files of before 2007, and of locked ones.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// What an OpenDocument file says that it is.
const OPEN_DOCUMENT: &[u8] = b"application/vnd.oasis.opendocument";
/// Bytes in which a package says what its parts are.
const TYPES_WITHIN: u64 = 1024 * 1024;

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
    if is_pdf(bytes) {
        return Ok(FileKind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return office(bytes);
    }
    if bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Ok(FileKind::Rtf);
    }
    if bytes.starts_with(OLE) {
        return Err(old_office(name, bytes));
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
    start
        .lines()
        .next()
        .is_some_and(|line| is_header(line) || line.starts_with("delivered-to:") || line.starts_with("x-"))
        && head.filter(|line| is_header(line)).count() >= 3
}

/// Whether the mark of a PDF stands at the beginning of a line near the start, and parts of one follow. A text may
/// mention the mark.
fn is_pdf(bytes: &[u8]) -> bool {
    let start = bytes.get(..PDF_WITHIN).unwrap_or(bytes);
    let marks = start
        .windows(6)
        .enumerate()
        .filter(|(_, window)| matches!(window, [b'%', b'P', b'D', b'F', b'-', version] if version.is_ascii_digit()));
    let mut begins = marks.map(|(place, _)| start.get(..place).unwrap_or_default());
    let begins_line =
        |before: &[u8]| matches!(before.last(), None | Some(b'\n' | b'\r' | 0)) || before == b"\xef\xbb\xbf";
    begins.any(begins_line) && [b" obj".as_slice(), b"startxref", b"%%EOF"].iter().any(|part| holds(bytes, part))
}

/// Types of the main parts of packages, with what a package is that has one. Other packages may lie within it: their
/// types have other endings.
const TYPES: [(&[u8], Package); 12] = [
    (b"wordprocessingml.document.main+xml", WORD),
    (b"wordprocessingml.template.main+xml", WORD),
    (b"ms-word.document.macroEnabled.main+xml", WORD),
    (b"ms-word.template.macroEnabledTemplate.main+xml", WORD),
    (b"spreadsheetml.sheet.main+xml", EXCEL),
    (b"spreadsheetml.template.main+xml", EXCEL),
    (b"ms-excel.sheet.macroEnabled.main+xml", EXCEL),
    (b"ms-excel.sheet.binary.macroEnabled.main", BINARY_EXCEL),
    (b"presentationml.presentation.main+xml", POWER_POINT),
    (b"presentationml.slideshow.main+xml", POWER_POINT),
    (b"ms-powerpoint.presentation.macroEnabled.main+xml", POWER_POINT),
    (b"ms-powerpoint.slideshow.macroEnabled.main+xml", POWER_POINT),
];
const WORD: Package = Package::Kind(FileKind::Docx);
const EXCEL: Package = Package::Kind(FileKind::Xlsx);
const POWER_POINT: Package = Package::Kind(FileKind::Pptx);
const BINARY_EXCEL: Package = Package::Other("a binary Excel file");

#[derive(Clone, Copy)]
enum Package {
    Kind(FileKind),
    Other(&'static str),
}

/// What the first file of a package says that it is.
const STATED: [(&[u8], Package); 5] = [
    (b"application/epub+zip", Package::Kind(FileKind::Epub)),
    (b"application/vnd.oasis.opendocument.text", Package::Kind(FileKind::Odt)),
    (b"application/vnd.oasis.opendocument.spreadsheet", Package::Kind(FileKind::Ods)),
    (b"application/vnd.oasis.opendocument.presentation", Package::Kind(FileKind::Odp)),
    (OPEN_DOCUMENT, Package::Other("an OpenDocument drawing or formula")),
];

/// What a package is: by what it says of its parts, then by their names, and last by how they belong together.
fn office(bytes: &[u8]) -> Result<FileKind, DocumentError> {
    let start = bytes.get(..PDF_WITHIN).unwrap_or(bytes);
    let stated = STATED.into_iter().find(|(mark, _)| holds(start, mark)).map(|(_, package)| package);
    match stated.or_else(|| by_types(bytes)).or_else(|| by_names(bytes)) {
        Some(Package::Kind(kind)) => Ok(kind),
        Some(Package::Other(what)) => Err(DocumentError::Binary(what.into())),
        None if docx::has_document(bytes) => Ok(FileKind::Docx),
        None => Err(DocumentError::Binary("a ZIP file".into())),
    }
}

fn by_types(bytes: &[u8]) -> Option<Package> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut types = Vec::new();
    zip.by_name("[Content_Types].xml").ok()?.take(TYPES_WITHIN).read_to_end(&mut types).ok()?;
    TYPES.iter().find(|(part, _)| holds(&types, part)).map(|(_, package)| *package)
}

/// The names of a package's files stand in it uncompressed.
fn by_names(bytes: &[u8]) -> Option<Package> {
    if let Ok(zip) = zip::ZipArchive::new(Cursor::new(bytes)) {
        // A package may hold others, whose names are not its own.
        let names: Vec<String> =
            zip.file_names().flatten().map(|name| name.replace('\\', "/").to_lowercase()).collect();
        let has = |start: &str| names.iter().any(|name| name.starts_with(start));
        return if names.iter().any(|name| docx::is_document(name)) {
            Some(WORD)
        } else if has("xl/workbook.bin") {
            Some(BINARY_EXCEL)
        } else if has("xl/workbook") {
            Some(EXCEL)
        } else if has("ppt/presentation") {
            Some(POWER_POINT)
        } else if has("meta-inf/container.xml") {
            Some(Package::Kind(FileKind::Epub))
        } else {
            None
        };
    }
    let parts: [(&[u8], Package); 5] = [
        (b"word/document", WORD),
        (b"xl/workbook.bin", BINARY_EXCEL),
        (b"xl/workbook", EXCEL),
        (b"ppt/presentation", POWER_POINT),
        (b"META-INF/container.xml", Package::Kind(FileKind::Epub)),
    ];
    parts.into_iter().find(|(part, _)| holds(bytes, part)).map(|(_, package)| package)
}

/// An Office file of before 2007, or a newer one that is locked: it lies encrypted within an old one.
fn old_office(name: &str, bytes: &[u8]) -> DocumentError {
    let has = |stream: &str| {
        let stream: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        holds(bytes, &stream)
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if has("EncryptedPackage") {
        let what = match ending.as_str() {
            "docx" | "docm" | "dotx" => "Word file",
            "xlsx" | "xlsm" | "xlsb" => "Excel file",
            "pptx" | "pptm" => "PowerPoint file",
            _ => "Office file",
        };
        return DocumentError::Locked(what.into());
    }
    let (what, save_as) = if has("WordDocument") {
        ("an old Word file", ".docx")
    } else if has("PowerPoint Document") {
        ("an old PowerPoint file", ".pptx")
    } else if has("Workbook") || ending == "xls" {
        ("an old Excel file", ".xlsx")
    } else if has("__substg1.0_") {
        ("an Outlook message", "text")
    } else {
        ("an old Office file", ".docx, .xlsx or PDF")
    };
    DocumentError::Old { what: what.into(), save_as: save_as.into() }
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
