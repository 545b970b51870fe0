//! The last thing before a line of the log is written: it is redacted, and
//! outside a terminal it holds no escape.

use crate::config::LogFormat;
use ai::redact::redact;
use std::{
    borrow::Cow,
    io::{self, Write},
};
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

/// Writes lines cleaned. The formatter hands over each event as one piece.
pub(super) struct Clean<W> {
    pub(super) to: W,
    pub(super) format: LogFormat,
    pub(super) is_terminal: bool,
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Clean<W> {
    type Writer = Clean<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Clean { to: self.to.make_writer(), format: self.format, is_terminal: self.is_terminal }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Self::Writer {
        Clean { to: self.to.make_writer_for(meta), format: self.format, is_terminal: self.is_terminal }
    }
}

impl<W: Write> Write for Clean<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        // Colour is switched off where it is made. This is for what comes by another way, such as in a name.
        let line = if self.is_terminal { line } else { without_escapes(&line) };
        let line = match self.format {
            LogFormat::Text => redact(&line),
            LogFormat::Json => redact_json(&line),
        };
        self.to.write_all(line.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A text without the escapes of terminals.
fn without_escapes(text: &str) -> Cow<'_, str> {
    const ESCAPE: char = '\u{1b}';
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(ESCAPE);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_end = |char: char| ('\u{40}'..='\u{7e}').contains(&char);
        let behind = part.strip_prefix('[').and_then(|sequence| sequence.split_once(is_end)).map(|(_, behind)| behind);
        out.push_str(behind.unwrap_or(part));
    }
    Cow::Owned(out)
}

/// Redacts a line of JSON. What stands in the place of a bare number is quoted.
fn redact_json(line: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = line;
    let mut is_string = false;
    while !rest.is_empty() {
        let end = if is_string { closing_quote(rest) } else { rest.find('"').unwrap_or(rest.len()) };
        let (part, behind) = rest.split_at(end);
        match redact(part) {
            Cow::Owned(part) if !is_string => {
                out.push_str(&part.replace("[card]", "\"[card]\"").replace("[phone]", "\"[phone]\""));
            }
            part => out.push_str(&part),
        }
        let (quote, behind) = behind.split_at(behind.len().min(1));
        out.push_str(quote);
        is_string = !is_string;
        rest = behind;
    }
    Cow::Owned(out)
}

/// Where a string ends, without its quote.
fn closing_quote(text: &str) -> usize {
    let mut is_escaped = false;
    let quote = text.bytes().position(|byte| {
        let is_quote = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_quote
    });
    quote.unwrap_or(text.len())
}
