//! Takes the text out of files and cuts long texts, in a process of its own for
//! each: what is made to break its reader breaks that process and nothing else.

use crate::{Error, Omnichat, Result, platform::day};
use ai::{
    chunk::{self, Chunk, ChunkError},
    document::{DocumentError, Extracted, FileKind, check_text},
};
use serde::de::DeserializeOwned;
use std::{
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
    sync::Semaphore,
};
use types::{TenantId, limits::SOURCE_BYTES};

/// Bytes of a text that is cut within the server: whatever stands in it, that takes a moment.
const CUT_HERE: usize = 64 * 1024;
/// How long a file may take; the process itself stops computing a little sooner.
const PATIENCE: Duration = Duration::from_secs(30);
/// Files that are read at once, whoever they belong to: each may take a gigabyte of memory.
static PLACES: Semaphore = Semaphore::const_new(2);
/// Bytes that are read of the result: the longest text, its escapes, and links.
const RESULT_BYTES: u64 = 4 * SOURCE_BYTES as u64;

/// What is in a file, its text unchecked.
///
/// # Errors
/// When the reader cannot be started, or the tenant's files were read for long enough today. What is wrong with the
/// file is the inner error.
pub(super) async fn extract(
    product: &Omnichat,
    tenant: TenantId,
    kind: FileKind,
    charset: Option<&str>,
    bytes: Vec<u8>,
) -> Result<Result<Extracted, DocumentError>> {
    let mut arguments = vec!["extract".to_owned(), kind.as_str().to_owned()];
    // It comes from a stranger's server: only what a label is made of goes on a command line.
    let is_label =
        |label: &&str| label.len() <= 40 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    arguments.extend(charset.filter(is_label).map(|label| format!("--charset={label}")));
    answer(product, tenant, &arguments, bytes, DocumentError::TooHard).await
}

/// The passages of a text. A long one is cut in a process of its own: nobody has to wait for a text that is made to
/// take its time.
///
/// # Errors
/// The same. What is wrong with the text is the inner error.
pub(super) async fn cut(product: &Omnichat, tenant: TenantId, text: String) -> Result<Result<Vec<Chunk>, ChunkError>> {
    if text.len() > CUT_HERE {
        return answer(product, tenant, &["cut".to_owned()], text.into_bytes(), ChunkError::TooHard).await;
    }
    tokio::task::spawn_blocking(move || chunk::cut(&text))
        .await
        .map_err(|error| Error::Internal(format!("cutting a source ended early: {error}")))
}

/// What the reader makes of some bytes; `too_hard` when it does not come to an end within its limits.
async fn answer<T: DeserializeOwned, E: DeserializeOwned>(
    product: &Omnichat,
    tenant: TenantId,
    arguments: &[String],
    bytes: Vec<u8>,
    too_hard: E,
) -> Result<Result<T, E>> {
    day::check_reading(product, tenant).await?;
    let _place = PLACES.acquire().await.map_err(|closed| Error::Internal(closed.to_string()))?;
    let began = Instant::now();
    let mut child = Command::new(product.reader())
        .args(arguments)
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
    let read = tokio::time::timeout(PATIENCE, work).await;
    day::spend_reading(product, tenant, began.elapsed()).await?;
    let result = match read {
        Ok(Some(result)) => result,
        Ok(None) | Err(_) => return Ok(Err(too_hard)),
    };
    let _ended = child.wait().await;
    Ok(serde_json::from_slice(&result).unwrap_or(Err(too_hard)))
}

/// The text of a file, checked.
///
/// # Errors
/// As [`extract`].
pub(super) async fn text(
    product: &Omnichat,
    tenant: TenantId,
    kind: FileKind,
    bytes: Vec<u8>,
) -> Result<Result<String, DocumentError>> {
    Ok(extract(product, tenant, kind, None, bytes).await?.and_then(|found| check_text(&found.text)))
}
