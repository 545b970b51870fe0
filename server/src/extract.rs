//! `omnichat extract`, `table`, `products` and `cut`: the text, the table and the products of one file, and the
//! passages of one text, made in a process of its own that may run out of time or memory
//! without anybody noticing.

use crate::Failure;
use ai::{
    chunk::{self, ChunkError},
    document::{self, ContentForm, DocumentError, FileKind},
    products,
};
use rlimit::Resource;
use serde::Serialize;
use std::{
    io::{self, Read as _, Write as _},
    path::Path,
};
use types::{
    limits::{FILE_BYTES, SOURCE_BYTES},
    products::ImportChoices,
};

/// Bytes of address space: a PDF of 20 MB with its fonts takes a quarter.
const MEMORY: u64 = 1024 * 1024 * 1024;
/// Seconds of computing; the server waits a little longer and then ends the process.
const SECONDS: u64 = 20;
/// Bytes of the stack: parsers go down as deep as a file is nested.
const STACK: usize = 64 * 1024 * 1024;

/// Reads a file from standard input and writes what is in it to standard output, as JSON. `pdfium` is the library that
/// reads PDFs; without it, or when it is not one, they are refused.
///
/// # Errors
/// When the limits cannot be set, or nobody reads the result.
pub fn extract(kind: &str, charset: Option<String>, pdfium: Option<&Path>) -> Result<(), Failure> {
    let kind = FileKind::from_name(kind).ok_or_else(|| Failure::advice(format!("“{kind}” is no kind of file")))?;
    if let Some(library) = pdfium.filter(|_| kind == FileKind::Pdf) {
        // Before the limits: it is a file. What is wrong with it is in the answer.
        let _refused = document::open_pdfium(library);
    }
    let read = move |bytes: Vec<u8>| document::extract(kind, &bytes, charset.as_deref());
    answer(FILE_BYTES, read, DocumentError::TooHard)
}

/// Reads a text from standard input and writes its passages to standard output, as JSON.
///
/// # Errors
/// Those of [`extract`].
pub fn cut(form: &str) -> Result<(), Failure> {
    let form =
        ContentForm::from_name(form).ok_or_else(|| Failure::advice(format!("“{form}” is no form of a content")))?;
    // Blocks have names and signs around their words.
    let most = SOURCE_BYTES * 4;
    answer(most, move |bytes| chunk::cut_content(form, &String::from_utf8_lossy(&bytes)), ChunkError::TooHard)
}

/// Reads a file from standard input and writes the table in it to standard output, as JSON.
///
/// # Errors
/// Those of [`extract`].
pub fn table(rows: usize) -> Result<(), Failure> {
    answer(FILE_BYTES, move |bytes| document::import_table(&bytes, rows), DocumentError::TooHard)
}

/// Reads a file from standard input and writes the products in it to standard output, as JSON. `choices` are
/// [`types::products::ImportChoices`] as JSON.
///
/// # Errors
/// Those of [`extract`].
pub fn products(choices: &str) -> Result<(), Failure> {
    let choices: ImportChoices =
        serde_json::from_str(choices).map_err(|error| Failure::advice(format!("these are no choices: {error}")))?;
    answer(FILE_BYTES, move |bytes| products::read(&bytes, &choices), DocumentError::TooHard)
}

/// Does the work on what comes from standard input, within the limits; `too_hard` when it panics.
fn answer<T, E>(
    most: usize,
    work: impl FnOnce(Vec<u8>) -> Result<T, E> + Send + 'static,
    too_hard: E,
) -> Result<(), Failure>
where
    T: Serialize + Send + 'static,
    E: Serialize + Send + 'static,
{
    limit().map_err(Failure::system("limiting the process"))?;
    let mut bytes = Vec::new();
    io::stdin().take(most as u64 + 1).read_to_end(&mut bytes).map_err(Failure::system("reading the file"))?;
    let worker = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || work(bytes))
        .map_err(Failure::system("starting the reader"))?;
    // Parsers of such formats panic on what they did not expect.
    let found = worker.join().unwrap_or(Err(too_hard));
    let json = serde_json::to_vec(&found).map_err(|error| Failure::advice(error.to_string()))?;
    io::stdout().write_all(&json).map_err(Failure::system("writing the text"))
}

/// No more than this, whatever the file makes of the parser: it cannot fill
/// memory, run on, write a file or open a connection.
fn limit() -> io::Result<()> {
    // The server and its database go first.
    domain::give_way();
    // Not every system limits the address space; where it does not, time and the size of the file do.
    let _ = rlimit::setrlimit(Resource::AS, MEMORY, MEMORY);
    rlimit::setrlimit(Resource::CPU, SECONDS, SECONDS)?;
    rlimit::setrlimit(Resource::FSIZE, 0, 0)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)?;
    // What is open stays so: standard input and output.
    rlimit::setrlimit(Resource::NOFILE, 3, 3)
}
