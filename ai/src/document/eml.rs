//! E-mails: who wrote when and to whom, what was written, and what was quoted.

use super::{Block, DocumentError, Extracted, clean, html, one_line, plain};
use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

/// Attachments that are named.
const ATTACHMENTS: usize = 100;
/// Mails within mails at most: each is read by the reader of the one around it.
const FORWARDED: usize = 200;
/// Letters of a page's text of which the plain text has one at least, to be more than a hint that there is a page.
const SHARE: usize = 4;

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let mail = parse(bytes)?;
    if mail.from().is_none() && mail.subject().is_none() && mail.date().is_none() {
        return Err(DocumentError::Damaged("e-mail".into()));
    }
    let title = mail.subject().map(one_line).filter(|subject| !subject.is_empty());
    let mut blocks: Vec<Block> = title.iter().map(|title| Block::heading(1, title)).collect();
    blocks.push(Block::paragraph(&head(&mail)));
    blocks.extend(body(&mail));
    let names: Vec<String> = mail.attachments().take(ATTACHMENTS).filter_map(attached).collect();
    if !names.is_empty() {
        blocks.push(Block::paragraph(&format!("Attachments: {}", names.join(", "))));
    }
    blocks.retain(|block| !block.is_empty());
    Ok(Extracted { title, ..Extracted::of(blocks) })
}

/// What stands in a page that is stored in the form of a mail (`.mht`).
pub(super) fn stored_page(bytes: &[u8]) -> Result<Vec<Block>, DocumentError> {
    Ok(body(&parse(bytes)?))
}

fn parse(bytes: &[u8]) -> Result<Message<'_>, DocumentError> {
    // A mailbox begins with a line of its own.
    let bytes = if bytes.starts_with(b"From ") {
        bytes.iter().position(|byte| *byte == b'\n').and_then(|at| bytes.get(at + 1..)).unwrap_or_default()
    } else {
        bytes
    };
    let holds_mail = |kind: &[u8]| bytes.windows(kind.len()).filter(|part| part.eq_ignore_ascii_case(kind)).count();
    if holds_mail(b"message/") + holds_mail(b"multipart/digest") > FORWARDED {
        return Err(DocumentError::TooHard);
    }
    MessageParser::default().parse(bytes).ok_or_else(|| DocumentError::Damaged("e-mail".into()))
}

/// From whom, to whom, and when.
fn head(mail: &Message<'_>) -> String {
    let mut lines = Vec::new();
    for (name, address) in [("From", mail.from()), ("To", mail.to()), ("Cc", mail.cc())] {
        if let Some(people) = address.map(people).filter(|people| !people.is_empty()) {
            lines.push(format!("{name}: {people}"));
        }
    }
    // As it was written: in the time of the sender.
    if let Some(date) = mail.header_raw("Date").map(one_line).filter(|date| !date.is_empty()) {
        lines.push(format!("Date: {date}"));
    }
    lines.join("\n")
}

fn people(address: &Address<'_>) -> String {
    let one = |person: &mail_parser::Addr<'_>| match (person.name(), person.address()) {
        (Some(name), Some(address)) if name != address => format!("{} <{address}>", one_line(name)),
        (Some(one), _) | (None, Some(one)) => one_line(one),
        (None, None) => String::new(),
    };
    let people: Vec<String> = address.iter().map(one).filter(|person| !person.is_empty()).collect();
    people.join(", ")
}

/// The plain text when it is real, and the page otherwise.
fn body(mail: &Message<'_>) -> Vec<Block> {
    let part = |place: &u32| usize::try_from(*place).ok().and_then(|place| mail.parts.get(place));
    let mut texts = Vec::new();
    for text in mail.text_body.iter().filter_map(part) {
        if let PartType::Text(text) = &text.body {
            texts.extend(lines(text));
        }
    }
    let mut pages = Vec::new();
    for page in mail.html_body.iter().filter_map(part) {
        match &page.body {
            PartType::Html(page) => pages.extend(html::fragment(page)),
            PartType::Text(text) => pages.extend(lines(text)),
            _ => {}
        }
    }
    if letters(&texts) * SHARE >= letters(&pages) { texts } else { pages }
}

fn letters(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| block.text().chars().filter(|c| c.is_alphanumeric()).count()).sum()
}

/// A plain text, with what is quoted from other mails.
fn lines(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut own, mut quoted) = (String::new(), String::new());
    for line in text.lines() {
        match line.strip_prefix('>') {
            Some(quote) => {
                blocks.extend(plain::read(&std::mem::take(&mut own)));
                quoted.push_str(quote.trim_start_matches(['>', ' ']));
                quoted.push('\n');
            }
            None => {
                end_quote(&mut quoted, &mut blocks);
                own.push_str(line);
                own.push('\n');
            }
        }
    }
    end_quote(&mut quoted, &mut blocks);
    blocks.extend(plain::read(&own));
    blocks
}

fn end_quote(quoted: &mut String, blocks: &mut Vec<Block>) {
    let quote = clean(&std::mem::take(quoted));
    if !quote.is_empty() {
        blocks.push(Block::Quote(quote));
    }
}

/// The name of what is attached.
fn attached(part: &MessagePart<'_>) -> Option<String> {
    part.attachment_name().map(one_line).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_with_its_head_and_its_quotes() {
        let mail = "From: =?utf-8?q?J=C3=B6rg?= <j@mill.example>\r\nTo: Ann <ann@x.example>, b@x.example\r\nSubject: =?iso-8859-1?B?R3L2327l?=\r\n =?utf-8?q?_and_more?=\r\nDate: Fri, 1 May 2026 10:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C4=E0, 5 EUR for 20*30=20cm.\r\n\r\n> What does\r\n>> it cost?\r\n\r\nYours\r\n--x\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=\"list.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n";
        let found = read(mail.as_bytes()).unwrap();
        assert_eq!(found.title.as_deref(), Some("Größnå and more"));
        assert_eq!(
            found.blocks,
            [
                Block::heading(1, "Größnå and more"),
                Block::paragraph(
                    "From: Jörg <j@mill.example>\nTo: Ann <ann@x.example>, b@x.example\nDate: Fri, 1 May 2026 10:00:00 +0200"
                ),
                Block::paragraph("Да, 5 EUR for 20*30 cm."),
                Block::Quote("What does\nit cost?".to_owned()),
                Block::paragraph("Yours"),
                Block::paragraph("Attachments: list.pdf"),
            ]
        );
    }

    #[test]
    fn a_page_is_read_when_the_text_only_points_to_it() {
        let mail = "From: a@x.example\nSubject: Hi\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nOpen in a browser\n--x\nContent-Type: text/html; charset=utf-8\n\n<h2>Offer</h2><p>A long text about mugs and pots and what each of them costs in our shop this May.</p><ul><li>Mug: 5 €</li></ul>\n--x--\n";
        let found = read(mail.as_bytes()).unwrap();
        assert_eq!(found.blocks.get(2), Some(&Block::heading(2, "Offer")));
        assert_eq!(found.blocks.last(), Some(&Block::item(0, "", "Mug: 5 €")));
        assert!(matches!(read(b"hello"), Err(DocumentError::Damaged(_))));
    }

    #[test]
    fn mails_within_mails_end() {
        let mail = "From: a\nSubject: b\nContent-Type: Message/RFC822\n\n";
        assert_eq!(read(mail.repeat(20_000).as_bytes()), Err(DocumentError::TooHard));
        assert!(read(mail.repeat(FORWARDED).as_bytes()).is_ok());
    }
}
