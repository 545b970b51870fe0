//! PDFium, the library that Chromium reads PDFs with: one for the process.

use pdfium_render::prelude::Pdfium;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

/// PDFium knows one document at a time, whatever the threads.
static LIBRARY: OnceLock<Mutex<Pdfium>> = OnceLock::new();
/// Opening comes one after the other too.
static OPENING: Mutex<()> = Mutex::new(());

/// The library is missing or is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "PDFium cannot be loaded from {path}: {reason}. Run `cargo xtask setup`, or point OMNICHAT_PDFIUM to libpdfium"
)]
pub struct PdfiumError {
    /// Where it was looked for.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

/// Opens the library with which PDFs are read from now on in this process. Do it before the process may open no more
/// files.
///
/// # Errors
/// When it is missing, or has not the functions that are called.
pub fn open(path: &Path) -> Result<(), PdfiumError> {
    let _one = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    if LIBRARY.get().is_some() {
        return Ok(());
    }
    let bindings = Pdfium::bind_to_library(path)
        .map_err(|error| PdfiumError { path: path.to_owned(), reason: format!("{error:?}") })?;
    let _first = LIBRARY.set(Mutex::new(Pdfium::new(bindings)));
    Ok(())
}

/// Does something with the library; nothing when it was not opened.
pub(super) fn with<T>(work: impl FnOnce(&Pdfium) -> T) -> Option<T> {
    let library = LIBRARY.get()?;
    // What panicked left a document open, and nothing else.
    Some(work(&library.lock().unwrap_or_else(PoisonError::into_inner)))
}
