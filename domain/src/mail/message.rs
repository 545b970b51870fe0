//! A mail in the form that travels: headers, the text, and the same text as
//! simple HTML.

use super::{Mail, MailError};
use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart},
};
use std::fmt::Write as _;
use uuid::Uuid;

/// Longest subject, in characters.
const SUBJECT_CHARS: usize = 200;

/// Puts a mail into its form. What it says of the outside (names of people
/// and businesses) cannot add a header: line breaks are taken out of the
/// subject, and a recipient must be an address and nothing else.
pub(super) fn message(id: Uuid, from: &Mailbox, mail: &Mail) -> Result<Message, MailError> {
    if mail.to.chars().any(|char| char.is_control() || char.is_whitespace()) {
        return Err(MailError::Unfit("the recipient is no address".to_owned()));
    }
    let to: Address = mail.to.parse().map_err(unfit)?;
    Message::builder()
        .from(from.clone())
        .to(to.into())
        .subject(one_line(&mail.subject))
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), page(&mail.text)))
        .map_err(unfit)
}

#[expect(clippy::needless_pass_by_value, reason = "the form of map_err")]
fn unfit(error: impl ToString) -> MailError {
    MailError::Unfit(error.to_string())
}

fn one_line(subject: &str) -> String {
    let plain: String = subject.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT_CHARS).collect()
}

fn page(text: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head>\
         <body style=\"font:16px/1.5 sans-serif;max-width:36rem\">{}</body></html>\n",
        html(text)
    )
}

/// A text as HTML: paragraphs, line breaks, web addresses as links, and
/// everything else as it is.
#[must_use]
pub fn html(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).fold(String::new(), |mut out, part| {
        let lines: Vec<String> = part.lines().map(line).collect();
        let _never_fails = writeln!(out, "<p>{}</p>", lines.join("<br>\n"));
        out
    })
}

fn line(line: &str) -> String {
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn word(word: &str) -> String {
    if !word.starts_with("https://") && !word.starts_with("http://") {
        return escape(word);
    }
    // A full stop after an address is the sentence's.
    let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let rest = word.strip_prefix(address).unwrap_or_default();
    let address = escape(address);
    format!("<a href=\"{address}\" rel=\"noreferrer\">{address}</a>{}", escape(rest))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str) -> Mail {
        Mail { to: to.to_owned(), subject: subject.to_owned(), text: "Hello".to_owned() }
    }

    fn formed(mail: &Mail) -> Result<String, MailError> {
        let from = "Omnichat <no-reply@chat.example.com>".parse().unwrap();
        message(Uuid::now_v7(), &from, mail).map(|message| String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn nobody_adds_a_header() {
        for evil in
            ["Hi\r\nBcc: eve@evil.example", "Hi\nBcc: eve@evil.example", "Hi\rBcc: x", "Hé\r\nBcc: x\r\n\r\n<p>"]
        {
            let text = formed(&mail("olga@example.com", evil)).unwrap();
            assert!(!text.to_lowercase().contains("\nbcc") && !text.to_lowercase().contains("\rbcc"), "{text}");
            assert_eq!(text.matches("Subject: ").count(), 1, "{text}");
        }
        let plain = formed(&mail("olga@example.com", "Hi\r\nBcc: eve@evil.example")).unwrap();
        assert!(plain.contains("Subject: Hi Bcc: eve@evil.example\r\n"), "{plain}");
        for evil in [
            "olga@example.com\r\nBcc: eve@evil.example",
            "olga@example.com\nBcc: eve@evil.example",
            "olga@example.com, eve@evil.example",
            "Olga <olga@example.com>",
            "\"a\r\nBcc: x\"@example.com",
            "olga@example.com>\r\nRCPT TO:<eve@evil.example",
            "olga",
            "",
        ] {
            let refused = formed(&mail(evil, "Hi")).unwrap_err();
            assert!(refused.is_final() && !refused.to_string().contains("evil"), "{evil}: {refused}");
        }
    }

    #[test]
    fn text_becomes_html_and_nothing_else() {
        let out = html("Hi <b>Olga</b> & co,\nsee https://a.example/x?y=1&z=\"2\".\n\n\n\njavascript:alert(1)");
        assert_eq!(
            out,
            "<p>Hi &lt;b&gt;Olga&lt;/b&gt; &amp; co,<br>\nsee <a href=\"https://a.example/x?y=1&amp;z=&quot;2&quot;\" \
             rel=\"noreferrer\">https://a.example/x?y=1&amp;z=&quot;2&quot;</a>.</p>\n<p>javascript:alert(1)</p>\n"
        );
    }
}
