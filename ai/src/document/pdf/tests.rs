//! Stories of PDFs, drawn here in the syntax of the format.

use std::path::{Path, PathBuf};

/// PDFium, as `cargo xtask setup` lays it.
pub(crate) fn library() -> PathBuf {
    if let Some(given) = std::env::var_os("OMNICHAT_PDFIUM") {
        return PathBuf::from(given);
    }
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" };
    let candidates = [Path::new("/var/lib/omnichat/parts"), &checkout.join(".omnichat/parts")];
    candidates
        .into_iter()
        .map(|parts| parts.join("pdfium").join(file))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no PDFium: run `cargo xtask setup` first"))
}
