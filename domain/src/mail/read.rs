//! Reading back the mails that we wrote. Not for mails of others: it knows
//! the forms that our own have and no more.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

/// A mail in the mailbox folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMail {
    /// The file's name.
    pub file: String,
    /// Whom it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was sent, as mails say it.
    pub date: String,
    /// Its plain text.
    pub text: String,
}

/// The parts of a mail, if it is one of ours.
pub(super) fn read(file: String, raw: &str) -> Option<StoredMail> {
    let (head, body) = raw.split_once("\r\n\r\n")?;
    let boundary = header(head, "Content-Type")?.split_once("boundary=\"")?.1.split('"').next()?.to_owned();
    let separator = format!("--{boundary}");
    let text = body.split(separator.as_str()).find_map(plain_text)?;
    Some(StoredMail {
        file,
        to: header(head, "To")?,
        subject: decode_words(&header(head, "Subject")?),
        date: header(head, "Date").unwrap_or_default(),
        text,
    })
}

/// A header in one line.
fn header(head: &str, name: &str) -> Option<String> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn plain_text(part: &str) -> Option<String> {
    let (head, body) = part.split_once("\r\n\r\n")?;
    header(head, "Content-Type").filter(|kind| kind.starts_with("text/plain"))?;
    // The last line break belongs to the separator.
    let body = body.strip_suffix("\r\n").unwrap_or(body);
    let text = match header(head, "Content-Transfer-Encoding").as_deref() {
        Some("quoted-printable") => lossy(&unquote(body)),
        Some("base64") => lossy(&BASE64.decode(body.split_whitespace().collect::<String>()).ok()?),
        _ => body.to_owned(),
    };
    Some(text.replace("\r\n", "\n"))
}

/// Undoes quoted-printable: `=3D` is a byte, and `=` ends a line that goes on.
fn unquote(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(code, 16).ok());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

/// Undoes `=?utf-8?b?…?=`. Spaces between two such words are not part of the text.
fn decode_words(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some((before, word, tail)) = next_word(rest) {
        if !after_word || !before.trim().is_empty() {
            bytes.extend_from_slice(before.as_bytes());
        }
        bytes.extend(word);
        (rest, after_word) = (tail, true);
    }
    bytes.extend_from_slice(rest.as_bytes());
    lossy(&bytes)
}

fn next_word(text: &str) -> Option<(&str, Vec<u8>, &str)> {
    let (before, encoded) = text.split_once("=?utf-8?b?")?;
    let (encoded, tail) = encoded.split_once("?=")?;
    Some((before, BASE64.decode(encoded).ok()?, tail))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzz_stored_mails() {
        let seeds: [&[u8]; 2] = [
            b"To: a@b.example\r\nSubject: =?utf-8?b?SGk=?= =?utf-8?b?IQ==?=\r\nDate: now\r\nContent-Type: multipart/alternative; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHi =3D you=\r\n!\r\n--x--",
            b"To: a\r\n\tb\r\nSubject: s\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nSGk=\r\n",
        ];
        let words =
            ["\r\n\r\n", "=?utf-8?b?", "?=", "=\r\n", "=C3", "boundary=", "--", "\r\n ", "Content-Type: text/plain"];
        fuzz::fuzz("stored_mails", &seeds, &words, |input| {
            let _mail = read(String::new(), &fuzz::text(input));
        });
    }
}
