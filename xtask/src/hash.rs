//! SHA-256, for pins and for names that change with the content.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes in hexadecimal.
pub fn of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a file.
pub fn of_file(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(of(&bytes))
}

/// The first characters of a hash: enough to tell versions apart in a name.
pub fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}
