//! PDFs with and without the library that reads them. A process loads one, so this is one test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use ai::document::{self, DocumentError, FileKind};
use std::path::{Path, PathBuf};

/// The library, as `cargo xtask setup` lays it.
fn library() -> PathBuf {
    if let Some(given) = std::env::var_os("OMNICHAT_PDFIUM") {
        return PathBuf::from(given);
    }
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" };
    let parts = [PathBuf::from("/var/lib/omnichat/parts"), checkout.join(".omnichat/parts")];
    let mut places = parts.into_iter().map(|parts| parts.join("pdfium").join(file));
    places.find(|path| path.exists()).unwrap_or_else(|| panic!("no PDFium: run `cargo xtask setup` first"))
}

#[test]
fn without_pdfium_pdfs_are_refused_with_a_reason() {
    let read = |bytes: &[u8]| document::extract(FileKind::Pdf, bytes, None).unwrap_err();
    assert_eq!(read(b"%PDF-1.7"), DocumentError::NoPdfium);
    let missing = document::open_pdfium(Path::new("/nowhere/libpdfium.so")).unwrap_err();
    assert!(missing.to_string().contains("OMNICHAT_PDFIUM") && missing.to_string().contains("/nowhere"), "{missing}");
    assert_eq!(read(b"%PDF-1.7"), DocumentError::NoPdfium);
    // The crate and the library agree: every function that the crate calls is there.
    document::open_pdfium(&library()).unwrap();
    document::open_pdfium(&library()).unwrap();
    assert_eq!(read(b"%PDF-1.7"), DocumentError::Damaged("PDF".into()));
}
