//! A PDF as its reader sees it: where each letter stands is known, and nothing else. From that come words, lines,
//! columns, tables, paragraphs and headings.

mod columns;
mod fields;
mod grid;
mod headings;
mod heads;
mod hyphens;
mod labels;
mod layout;
mod library;
mod page;
mod paragraphs;
mod rules;
mod script;
mod segments;
mod tables;

pub use library::{PdfiumError, open};

use super::{DocumentError, Extracted, one_line};
use page::Sheet;
use pdfium_render::prelude::{PdfDocument, PdfDocumentMetadataTagType, PdfiumInternalError};
use std::time::{Duration, Instant};
use types::limits::SOURCE_BYTES;

/// Pages that are read at most.
const PAGES: u32 = 5_000;
/// How long pages are read. The process itself ends a little later.
const TIME: Duration = Duration::from_secs(15);

/// Reads a PDF.
pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    library::with(|pdfium| {
        let document = pdfium.load_pdf_from_byte_slice(bytes, None).map_err(|error| match error {
            pdfium_render::prelude::PdfiumError::PdfiumLibraryInternalError(
                PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
            ) => DocumentError::Locked("PDF".into()),
            _ => DocumentError::Damaged("PDF".into()),
        })?;
        let mut sheets = sheets(&document)?;
        let outline = headings::outline(&document);
        let title = title(&document);
        // Its memory is given back before more is taken.
        drop(document);
        heads::drop(&mut sheets);
        let blocks = layout::blocks(&sheets, &outline);
        Ok(Extracted { title, ..Extracted::of(blocks) })
    })
    .unwrap_or(Err(DocumentError::NoPdfium))
}

/// What stands on each page.
fn sheets(document: &PdfDocument<'_>) -> Result<Vec<Sheet>, DocumentError> {
    let started = Instant::now();
    let pages = document.pages();
    let count = u32::try_from(pages.len()).unwrap_or_default();
    if count == 0 {
        return Err(DocumentError::Damaged("PDF".into()));
    }
    if count > PAGES {
        return Err(DocumentError::TooLong);
    }
    let has_form = document.form().is_some();
    let mut sheets = Vec::new();
    let (mut bytes, mut unread, mut pictures) = (0, 0, 0);
    for index in 0..pages.len() {
        if started.elapsed() > TIME {
            return Err(DocumentError::TooHard);
        }
        let number = u32::try_from(index).unwrap_or_default() + 1;
        let Ok(page) = pages.get(index) else {
            unread += 1;
            continue;
        };
        let sheet = page::read(&page, number, has_form);
        bytes += sheet.bytes();
        if bytes > SOURCE_BYTES {
            return Err(DocumentError::TooLong);
        }
        if sheet.bytes() == 0 && sheet.has_pictures {
            pictures += 1;
        }
        sheets.push(sheet);
    }
    let letters = sheets.iter().map(Sheet::letters).sum::<usize>();
    if unread > 0 && letters == 0 {
        return Err(DocumentError::Damaged("PDF".into()));
    }
    if letters < 3 && pictures > 0 {
        return Err(DocumentError::Scanned);
    }
    Ok(sheets)
}

/// What a document calls itself, unless that is the name of a file or of a program.
fn title(document: &PdfDocument<'_>) -> Option<String> {
    let title = one_line(document.metadata().get(PdfDocumentMetadataTagType::Title)?.value());
    let small = title.to_lowercase();
    let is_file = [
        ".doc", ".docx", ".indd", ".tex", ".dvi", ".qxd", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".pdf", ".ps",
        ".rtf", ".txt", ".html", ".htm", ".md", ".pages", ".cdr", ".ai",
    ]
    .iter()
    .any(|ending| small.ends_with(ending));
    let is_empty_word = ["untitled", "unbenannt", "sans titre", "sin título", "document", "dokument", "title"]
        .iter()
        .any(|word| small == *word)
        || ["microsoft word", "microsoft powerpoint", "untitled ", "(anonymous"]
            .iter()
            .any(|word| small.starts_with(word));
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    let is_short = title.chars().count() <= 200;
    (!is_file && !is_empty_word && letters >= 3 && is_short && !title.contains('\u{fffd}')).then_some(title)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::library as library_of_tests;
