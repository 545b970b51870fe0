//! Takes the text out of files, in a process of its own for each: a file that
//! is made to break its reader breaks that process and nothing else.

use crate::{Error, Omnichat, Result};
use ai::document::{DocumentError, Extracted, FileKind, check_text};
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
    sync::Semaphore,
};
use types::limits::SOURCE_BYTES;

/// How long a file may take; the process itself stops computing a little sooner.
const PATIENCE: Duration = Duration::from_secs(30);
/// Files that are read at once, whoever they belong to: each may take a gigabyte of memory.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Bytes that are read of the result: the longest text, its escapes, and links.
const RESULT_BYTES: u64 = 4 * SOURCE_BYTES as u64;

/// What is in a file, its text unchecked.
///
/// # Errors
/// When the reader cannot be started. What is wrong with the file is the inner error.
pub(super) async fn extract(
    product: &Omnichat,
    kind: FileKind,
    charset: Option<&str>,
    bytes: Vec<u8>,
) -> Result<Result<Extracted, DocumentError>> {
    let _place = PLACES.acquire().await.map_err(|closed| Error::Internal(closed.to_string()))?;
    let mut command = Command::new(product.reader());
    command.args(["extract", kind.as_str()]);
    // It comes from a stranger's server: only what a label is made of goes on a command line.
    let is_label =
        |label: &&str| label.len() <= 40 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if let Some(label) = charset.filter(is_label) {
        command.arg(format!("--charset={label}"));
    }
    let mut child = command
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Error::Internal(format!("the reader of files cannot be started: {error}")))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::Internal("the reader of files has no pipes".to_owned()));
    };
    let work = async {
        let mut result = Vec::new();
        let give = async move {
            // It may have ended before it read everything.
            let _ = input.write_all(&bytes).await;
        };
        let mut output = output.take(RESULT_BYTES + 1);
        let (read, ()) = tokio::join!(output.read_to_end(&mut result), give);
        (read.is_ok() && result.len() as u64 <= RESULT_BYTES).then_some(result)
    };
    let result = match tokio::time::timeout(PATIENCE, work).await {
        Ok(Some(result)) => result,
        Ok(None) | Err(_) => return Ok(Err(DocumentError::TooHard)),
    };
    let _ended = child.wait().await;
    Ok(serde_json::from_slice(&result).unwrap_or(Err(DocumentError::TooHard)))
}

/// The text of a file, checked.
///
/// # Errors
/// When the reader cannot be started. What is wrong with the file is the inner error.
pub(super) async fn text(product: &Omnichat, kind: FileKind, bytes: Vec<u8>) -> Result<Result<String, DocumentError>> {
    Ok(extract(product, kind, None, bytes).await?.and_then(|found| check_text(&found.text)))
}
