//! From an uploaded file or a web page to what it says, in [`Block`]s, or a sentence that says why not.
//!
//! What a file is shows in its bytes; its name only settles what the bytes leave
//! open. [`extract`] runs parsers of formats in which a hostile file can hide
//! anything: it belongs into a process of its own, with limits.

mod blocks;
mod docx;
mod eml;
mod epub;
mod grid;
mod html;
mod import;
mod kind;
mod line;
mod markdown;
mod names;
mod numbers;
mod odf;
mod package;
mod pdf;
mod plain;
mod pptx;
mod rtf;
mod separated;
mod sheet;
mod table;
mod xlsx;
mod xml;

pub use blocks::{
    Block, ContentForm, bytes, clean, from_stored, labelled, long_names, one_line, plain, row_line, to_stored,
};
pub use html::PageLinks;
pub use import::import_table;
pub use kind::{FileKind, kind_of};
pub use markdown::read as markdown;
pub use names::column_names;
#[cfg(test)]
pub(crate) use pdf::library_of_tests as pdfium_of_tests;
pub use pdf::{PdfiumError, open as open_pdfium};
pub use table::{QuestionAnswer, Row, Table, questions, table};

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use types::limits::{FILE_BYTES, SOURCE_BYTES};

/// Why a file cannot be read. Each sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum DocumentError {
    /// The name ends in something that is not read.
    #[error(
        "“{0}” cannot be read. Upload a PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument, RTF, EPUB, e-mail (.eml), HTML, Markdown, text or CSV file, or paste the text."
    )]
    Kind(String),
    /// The file is too large.
    #[error("The file is larger than {} MB. Split it and upload the parts.", FILE_BYTES / 1024 / 1024)]
    TooLarge,
    /// There is more text in it than a source may have.
    #[error("There are more than {} MB of text in it. Split it and add the parts.", SOURCE_BYTES / 1024 / 1024)]
    TooLong,
    /// There is nothing in the file.
    #[error("The file is empty. Upload a file with text in it.")]
    Empty,
    /// The content is not text, whatever the name says.
    #[error("This is {0}, which cannot be read. Export it as PDF, plain text or Markdown and upload that.")]
    Binary(Cow<'static, str>),
    /// The text is in an encoding that cannot be told.
    #[error("The text is not in UTF-8. Open it in an editor, save it with the encoding UTF-8 and upload it again.")]
    Encoding,
    /// It is broken.
    #[error("This {0} is damaged and cannot be read. Open it, save it anew and upload that.")]
    Damaged(Cow<'static, str>),
    /// A password is needed.
    #[error("This {0} is locked with a password. Save it without one and upload it again.")]
    Locked(Cow<'static, str>),
    /// It was written by an Office of before 2007.
    #[error("This is {what}, which cannot be read. Open it, save it as {save_as} and upload that.")]
    Old {
        /// What it is.
        what: Cow<'static, str>,
        /// What it is saved as.
        save_as: Cow<'static, str>,
    },
    /// It is no table, where one is needed.
    #[error("This is not a table. Save it as CSV or Excel (.xlsx) and upload that.")]
    NoTable,
    /// A table has more rows than are taken.
    #[error("The table has more than {0} rows. Import it in parts.")]
    Rows(usize),
    /// A table has more columns than are taken.
    #[error("The table has more than {0} columns. Delete those that are not needed and upload it again.")]
    Columns(usize),
    /// It could not be read within the limits.
    #[error(
        "This takes too much time or memory to read, or is damaged. Save it anew or in smaller parts, or paste its text."
    )]
    TooHard,
    /// A PDF of pictures.
    #[error(
        "There are only pictures in this PDF, no text. Run a text recognition (OCR) over it first, or paste the text."
    )]
    Scanned,
    /// PDFium is not there.
    #[error(
        "This server is not set up to read PDFs. Ask whoever runs it, or upload the text as Word, HTML, Markdown or plain text."
    )]
    NoPdfium,
}

/// The day of a moment in UTC, as YYYY-MM-DD.
pub(crate) fn day(moment: types::Timestamp) -> String {
    let (year, month, day) = xlsx::civil(moment.0.div_euclid(24 * 3600 * 1000));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The text of a piece of HTML. Not for the server's own process.
#[must_use]
pub fn text_of_html(html: &str) -> String {
    plain(&html::fragment(html))
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// What it calls itself.
    pub title: Option<String>,
    /// What it says; not yet checked, and maybe nothing.
    pub blocks: Vec<Block>,
    /// What else a web page says.
    pub links: PageLinks,
}

impl Extracted {
    /// Blocks without a title and links.
    const fn of(blocks: Vec<Block>) -> Self {
        Self { title: None, blocks, links: PageLinks::NONE }
    }
}

/// What a file of a known kind says, to be checked by [`check`]. Not for the server's own process. `charset` is what a
/// web server said of its encoding.
///
/// # Errors
/// When there is too much in it, or it is broken.
pub fn extract(kind: FileKind, bytes: &[u8], charset: Option<&str>) -> Result<Extracted, DocumentError> {
    match kind {
        FileKind::Text => Ok(Extracted::of(plain::read(&check_text(&text(bytes)?)?))),
        FileKind::Markdown => Ok(Extracted::of(markdown::read(&check_text(&text(bytes)?)?))),
        FileKind::Html => Ok(html::page(bytes, charset)),
        FileKind::Pdf => pdf::read(bytes),
        FileKind::Docx => docx::read(bytes),
        FileKind::Xlsx => xlsx::read(bytes),
        FileKind::Csv => Ok(Extracted::of(table::blocks(table::table(bytes)?))),
        FileKind::Pptx => pptx::read(bytes),
        FileKind::Odt => odf::text(bytes),
        FileKind::Ods => odf::sheets(bytes),
        FileKind::Odp => odf::slides(bytes),
        FileKind::Rtf => rtf::read(bytes),
        FileKind::Epub => epub::read(bytes),
        FileKind::Eml => eml::read(bytes),
    }
}

/// A text in its encoding: UTF-8, what its mark says, or else what its bytes show.
fn text(bytes: &[u8]) -> Result<String, DocumentError> {
    match kind::decode(bytes) {
        Err(DocumentError::Encoding) if Encoding::for_bom(bytes).is_none() => Ok(html::decode(bytes, None)),
        decoded => decoded,
    }
}

/// Checks what was read of a document.
///
/// # Errors
/// When there is nothing in it, or too much.
pub fn check(mut blocks: Vec<Block>) -> Result<Vec<Block>, DocumentError> {
    blocks.retain(|block| !block.is_empty());
    if bytes(&blocks) > SOURCE_BYTES {
        return Err(DocumentError::TooLong);
    }
    let says_something = |block: &Block| block.text().chars().any(char::is_alphanumeric);
    if blocks.iter().any(says_something) { Ok(blocks) } else { Err(DocumentError::Empty) }
}

/// Checks text, and evens out its line ends.
///
/// # Errors
/// When it is empty, too large, or has control characters in it.
pub fn check_text(text: &str) -> Result<String, DocumentError> {
    if text.len() > SOURCE_BYTES {
        return Err(DocumentError::TooLong);
    }
    let controls =
        text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}')).count();
    // Zero bytes cannot be stored; a few other stray ones come from copying and are dropped.
    if text.contains('\0') || controls * 100 > text.chars().count() {
        return Err(DocumentError::Binary("a binary file".into()));
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

#[cfg(test)]
mod made;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod round_trip_files;
#[cfg(test)]
mod tests;
