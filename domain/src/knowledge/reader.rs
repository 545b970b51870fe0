//! Takes the text out of files and cuts long texts, in a process of its own for
//! each: what is made to break its reader breaks that process and nothing else.

use super::Content;
use crate::{Error, Omnichat, Result, platform::day};
use ai::{
    chunk::{self, Chunk, ChunkError},
    document::{self, Block, DocumentError, Extracted, FileKind, Table},
    products,
};
use serde::de::DeserializeOwned;
use std::{
    collections::HashMap,
    ffi::OsString,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
    sync::{AcquireError, Semaphore},
};
use types::{TenantId, limits::SOURCE_BYTES, products::ImportChoices};

/// Bytes of a text that is cut within the server: whatever stands in it, that takes a moment.
const CUT_HERE: usize = 64 * 1024;
/// How long a file may take. The process itself ends after 20 seconds of computing; it lets everything else go first, so
/// on a busy machine these take longer, which is no fault of the file.
const PATIENCE: Duration = Duration::from_secs(60);
/// Files that are read at once, whoever they belong to: each may take a gigabyte of memory.
const PLACES: usize = 2;
/// Bytes that are read of the result: the longest text, its escapes, and links.
const RESULT_BYTES: u64 = 4 * SOURCE_BYTES as u64;

/// The places at the reader. A tenant waits for one with one file at a time, and places are given in the order of
/// asking: so they go round by tenant, whatever one of them has read.
#[derive(Debug)]
pub(crate) struct ReaderPlaces {
    of_all: Semaphore,
    tenants: Mutex<HashMap<TenantId, Weak<Semaphore>>>,
}

impl Default for ReaderPlaces {
    fn default() -> Self {
        Self { of_all: Semaphore::new(PLACES), tenants: Mutex::default() }
    }
}

impl ReaderPlaces {
    /// Does some reading of a tenant when it is its turn.
    async fn within<T>(&self, tenant: TenantId, work: impl Future<Output = Result<T>>) -> Result<T> {
        let closed = |closed: AcquireError| Error::Internal(closed.to_string());
        let turn = self.turn(tenant);
        let _own = turn.acquire().await.map_err(closed)?;
        let _of_all = self.of_all.acquire().await.map_err(closed)?;
        work.await
    }

    fn turn(&self, tenant: TenantId) -> Arc<Semaphore> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = tenants.get(&tenant).and_then(Weak::upgrade) {
            return turn;
        }
        tenants.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Semaphore::new(1));
        tenants.insert(tenant, Arc::downgrade(&turn));
        turn
    }
}

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
    let mut arguments: Vec<OsString> = vec!["extract".into(), kind.as_str().into()];
    // It comes from a stranger's server: only what a label is made of goes on a command line.
    let is_label =
        |label: &&str| label.len() <= 40 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    arguments.extend(charset.filter(is_label).map(|label| OsString::from(format!("--charset={label}"))));
    if let Some(pdfium) = product.pdfium().filter(|_| kind == FileKind::Pdf) {
        arguments.extend([OsString::from("--pdfium"), pdfium.into()]);
    }
    answer(product, tenant, &arguments, bytes, DocumentError::TooHard).await
}

/// The passages of a content. A long one is cut in a process of its own: nobody has to wait for a text that is made to
/// take its time.
///
/// # Errors
/// The same. What is wrong with the text is the inner error.
pub(super) async fn cut(
    product: &Omnichat,
    tenant: TenantId,
    content: Content,
) -> Result<Result<Vec<Chunk>, ChunkError>> {
    let Content { form, text, .. } = content;
    if text.len() > CUT_HERE {
        let arguments = ["cut".into(), form.as_str().into()];
        return answer(product, tenant, &arguments, text.into_bytes(), ChunkError::TooHard).await;
    }
    tokio::task::spawn_blocking(move || chunk::cut_content(form, &text))
        .await
        .map_err(|error| Error::Internal(format!("cutting a source ended early: {error}")))
}

/// The table in a file.
///
/// # Errors
/// As [`extract`].
pub(super) async fn table(
    product: &Omnichat,
    tenant: TenantId,
    bytes: Vec<u8>,
    rows: usize,
) -> Result<Result<Table, DocumentError>> {
    let arguments = ["table".into(), rows.to_string().into()];
    Box::pin(answer(product, tenant, &arguments, bytes, DocumentError::TooHard)).await
}

/// The products in a file.
///
/// # Errors
/// As [`extract`].
pub(crate) async fn products(
    product: &Omnichat,
    tenant: TenantId,
    bytes: Vec<u8>,
    choices: &ImportChoices,
) -> Result<Result<products::Found, DocumentError>> {
    let choices = serde_json::to_string(choices).map_err(|error| Error::Internal(error.to_string()))?;
    let arguments = ["products".into(), choices.into()];
    Box::pin(answer(product, tenant, &arguments, bytes, DocumentError::TooHard)).await
}

/// What the reader makes of some bytes; `too_hard` when it does not come to an end within its limits.
async fn answer<T: DeserializeOwned, E: DeserializeOwned>(
    product: &Omnichat,
    tenant: TenantId,
    arguments: &[OsString],
    bytes: Vec<u8>,
    too_hard: E,
) -> Result<Result<T, E>> {
    let reading = async {
        // What was read while it waited counts.
        let _clock = day::begin_reading(product, tenant).await?;
        in_process(product, arguments, bytes).await
    };
    let read = product.reader_places().within(tenant, reading).await?;
    Ok(read.and_then(|result| serde_json::from_slice(&result).ok()).unwrap_or(Err(too_hard)))
}

/// What the reader writes; nothing when it does not come to an end within its limits.
async fn in_process(product: &Omnichat, arguments: &[OsString], bytes: Vec<u8>) -> Result<Option<Vec<u8>>> {
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
    let Ok(Some(result)) = tokio::time::timeout(PATIENCE, work).await else { return Ok(None) };
    let _ended = child.wait().await;
    Ok(Some(result))
}

/// What a file says, checked.
///
/// # Errors
/// As [`extract`].
pub(super) async fn blocks(
    product: &Omnichat,
    tenant: TenantId,
    kind: FileKind,
    bytes: Vec<u8>,
) -> Result<Result<Vec<Block>, DocumentError>> {
    Ok(extract(product, tenant, kind, None, bytes).await?.and_then(|found| document::check(found.blocks)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_has_much_read_holds_up_nobody_else() {
        let places = Arc::new(ReaderPlaces::default());
        let tenant = |number| TenantId(uuid::Uuid::from_u128(number));
        let order = Arc::new(Mutex::new(Vec::new()));
        let read = |number| {
            let (places, order) = (places.clone(), order.clone());
            tokio::spawn(async move {
                let work = async {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    order.lock().unwrap().push(number);
                    Ok(())
                };
                places.within(tenant(number), work).await
            })
        };
        let hostile: Vec<_> = (0..40).map(|file| read(file % 4)).collect();
        tokio::task::yield_now().await;
        for _ in 0..3 {
            read(9).await.unwrap().unwrap();
        }
        // At most one file of each of the others before each of its own and one beside it, and what was being read.
        let before = order.lock().unwrap().iter().filter(|number| **number != 9).count();
        assert!(before <= 3 * (4 + 1) + PLACES, "{before} files were read first");
        hostile.iter().for_each(tokio::task::JoinHandle::abort);
        for ended in hostile {
            drop(ended.await);
        }
        places.turn(tenant(10));
        assert_eq!(places.tenants.lock().unwrap().len(), 1, "turns of nobody are remembered");
    }
}
