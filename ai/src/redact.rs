//! Takes out of a text what points at a person or opens a purse: payment
//! cards, IBANs, e-mail addresses, phone numbers. For the log, and for what
//! leaves the house.
//!
//! One pass from left to right. What machines write (UUIDs, times, addresses
//! of the network, amounts, counts) stays as it is, so that a redacted log can
//! still be searched.

mod iban;
mod numbers;
mod phone;
mod shield;

pub use shield::{Shielded, shield};

use std::borrow::Cow;

/// What stands in the place of an e-mail address.
pub const EMAIL: &str = "[email]";
/// What stands in the place of a phone number.
pub const PHONE: &str = "[phone]";

/// The text with `[card]`, `[iban]`, `[email]` and `[phone]` in the place of
/// what they name. Redacting it again changes nothing.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|char| char == '@' || is_digit(char)) {
        return Cow::Borrowed(text);
    }
    let found = find(text);
    if found.private.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(found.redacted) }
}

/// The redacted text, and what was taken out of it in its order.
#[must_use]
pub fn find(text: &str) -> Found {
    let mut out = Found { redacted: String::with_capacity(text.len()), private: Vec::new() };
    let mut rest = text;
    loop {
        let seam = rest.find(['\u{1b}', '\\']);
        let (before, after) = rest.split_at(seam.unwrap_or(rest.len()));
        piece(before, &mut out);
        if after.is_empty() {
            return out;
        }
        let (escape, behind) = after.split_at(escape(after));
        out.redacted.push_str(escape);
        rest = behind;
    }
}

/// A redacted text with what was taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The text with marks.
    pub redacted: String,
    /// What the marks stand for, from left to right.
    pub private: Vec<Private>,
}

/// Something private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Private {
    /// The mark in its place, such as `[email]`.
    pub mark: &'static str,
    /// Where the mark begins in the redacted text.
    pub at: usize,
    /// What stood there.
    pub text: String,
}

impl Found {
    fn put(&mut self, mark: &'static str, text: String) {
        self.private.push(Private { mark, at: self.redacted.len(), text });
        self.redacted.push_str(mark);
    }
}

/// Bytes of the escape at the start of a text: a terminal's colour, or the
/// `\n` or `\u001b` of quoted text. Its letters belong to no word.
fn escape(text: &str) -> usize {
    let bytes = text.as_bytes();
    let hex = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    match bytes {
        [0x1b, b'[', parameters @ ..] => parameters
            .iter()
            .position(|byte| !(0x20..0x40).contains(byte))
            .filter(|end| parameters.get(*end).is_some_and(u8::is_ascii))
            .map_or(2, |end| end + 3),
        [b'\\', b'u', ..] if hex(2, 4) => 6,
        [b'\\', b'u', b'{', code @ ..] => {
            let digits = code.iter().take(7).take_while(|byte| byte.is_ascii_hexdigit()).count();
            if code.get(digits) == Some(&b'}') { digits + 4 } else { 1 }
        }
        [b'\\', b'x', ..] if hex(2, 2) => 4,
        [b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'0' | b'"' | b'\'' | b'/' | b'\\', ..] => 2,
        _ => 1,
    }
}

/// Redacts a text without escapes.
fn piece(text: &str, out: &mut Found) {
    let (mut copied, mut search) = (0, 0);
    while let Some(at) = text.get(search..).and_then(|rest| rest.find('@')).map(|at| search + at) {
        search = at + 1;
        let (head, tail) = (text.get(copied..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let (local, host) = (local_part(head), host(tail));
        if local > 0 && host > 0 {
            numbers::redact(text.get(copied..at - local).unwrap_or_default(), out);
            search += host;
            out.put(EMAIL, text.get(at - local..search).unwrap_or_default().to_owned());
            copied = search;
        }
    }
    numbers::redact(text.get(copied..).unwrap_or_default(), out);
}

/// Bytes of the name before an `@`.
fn local_part(head: &str) -> usize {
    let is_local = |char: &char| is_word(*char) || ".+-%".contains(*char);
    let bytes: usize = head.chars().rev().take_while(is_local).map(char::len_utf8).sum();
    let name = head.get(head.len() - bytes..).unwrap_or_default();
    name.trim_start_matches(['.', '-', '+', '%']).len()
}

/// Bytes of the host behind an `@`, when it ends in what can be a top-level domain.
fn host(tail: &str) -> usize {
    let is_label = |char: &char| *char == '-' || (*char != '_' && is_word(*char));
    let (mut end, mut at, mut is_first) = (0, 0, true);
    loop {
        let rest = tail.get(at..).unwrap_or_default();
        let bytes: usize = rest.chars().take_while(is_label).map(char::len_utf8).sum();
        let label = rest.get(..bytes).unwrap_or_default();
        let is_letter = |char: &char| is_word(*char) && char.is_alphabetic();
        let letters = label.chars().take_while(is_letter);
        if !is_first && label.starts_with("xn--") {
            end = at + bytes;
        } else if !is_first && letters.clone().nth(1).is_some() {
            end = at + letters.map(char::len_utf8).sum::<usize>();
        }
        is_first = false;
        at += bytes + 1;
        if bytes == 0 || rest.as_bytes().get(bytes) != Some(&b'.') {
            return end;
        }
    }
}

/// Digits that people type: ours, Arabic and Persian ones, and full-width ones.
fn is_digit(char: char) -> bool {
    digit(char).is_some()
}

/// The value of a digit.
fn digit(char: char) -> Option<u8> {
    let zero = match char {
        '0'..='9' => '0',
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06f0}'..='\u{06f9}' => '\u{06f0}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    u8::try_from(u32::from(char) - u32::from(zero)).ok()
}

/// Whether a character joins its neighbours to one word. Scripts that write
/// without spaces do not: a number may follow them directly.
fn is_word(char: char) -> bool {
    char == '_' || is_digit(char) || (char.is_alphanumeric() && char < '\u{2e80}')
}

#[cfg(test)]
mod tests;
