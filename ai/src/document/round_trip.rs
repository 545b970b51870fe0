//! Documents made by chance are written in a format and read back: every sign that a reader sees is there, in its order.

use super::{
    Block, FileKind, extract,
    made::{document, seen},
};

const DOCUMENTS: u64 = 300;

fn read_back(kind: FileKind, seed: u64, written: &str) -> Vec<Block> {
    let blocks =
        extract(kind, written.as_bytes(), None).unwrap_or_else(|error| panic!("{seed}: {error}\n{written}")).blocks;
    let _cut = crate::chunk::cut(&blocks).unwrap();
    blocks
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Runs of items with and without numbers are lists of their own.
fn as_html(blocks: &[Block]) -> String {
    let mut html = String::from("<!doctype html><meta charset=utf-8><main>");
    let mut open = "";
    for block in blocks {
        let list = match block {
            Block::Item { label, .. } if label.is_empty() => "ul",
            Block::Item { .. } => "ol",
            _ => "",
        };
        if list != open {
            if !open.is_empty() {
                html.push_str(&format!("</{open}>"));
            }
            match block {
                Block::Item { label, .. } if list == "ol" => {
                    html.push_str(&format!("<ol start={}>", label.trim_end_matches('.')));
                }
                _ if list == "ul" => html.push_str("<ul>"),
                _ => {}
            }
            open = list;
        }
        match block {
            Block::Heading { level, text } => html.push_str(&format!("<h{level}>{}</h{level}>\n", escaped(text))),
            Block::Item { label, text, .. } => {
                let value = label.trim_end_matches('.');
                let value = if value.is_empty() { String::new() } else { format!(" value={value}") };
                html.push_str(&format!("<li{value}><b>{}</b></li>\n", escaped(text)));
            }
            Block::Table { header, rows, .. } => {
                let cells = |row: &[String], name: &str| {
                    row.iter().map(|cell| format!("<{name}>{}</{name}>", escaped(cell))).collect::<String>()
                };
                html.push_str(&format!("<table><tr>{}</tr>", cells(header, "th")));
                for row in rows {
                    html.push_str(&format!("<tr>{}</tr>", cells(row, "td")));
                }
                html.push_str("</table>");
            }
            other => html.push_str(&format!("<p>{}</p>", escaped(&other.text()))),
        }
    }
    html
}

#[test]
fn html_says_everything_in_its_order() {
    for seed in 0..DOCUMENTS {
        let (made, html) = {
            let made = document(seed);
            let html = as_html(&made);
            (made, html)
        };
        let read = read_back(FileKind::Html, seed, &html);
        assert_eq!(seen(&read), seen(&made), "{seed}: {html}");
        assert_eq!(read, made, "{seed}: {html}");
    }
}

/// Words are escaped where they could be marks, as an editor does it.
fn as_markdown(blocks: &[Block]) -> String {
    let plain = |text: &str| {
        let mut escaped = String::new();
        for character in text.chars() {
            if matches!(
                character,
                '\\' | '*' | '_' | '<' | '>' | '#' | '|' | '~' | '`' | '[' | ']' | '&' | '+' | '-' | '(' | ')' | '.'
            ) {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        escaped
    };
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Heading { level, text: words } => {
                text.push_str(&format!("\n\n{} {}\n\n", "#".repeat(usize::from(*level)), plain(words)));
            }
            Block::Item { label, text: words, .. } => {
                let label = if label.is_empty() { "-" } else { label };
                text.push_str(&format!("{label} {}\n", plain(words)));
            }
            Block::Table { header, rows, .. } => {
                let row = |cells: &[String]| {
                    format!("| {} |\n", cells.iter().map(|cell| plain(cell)).collect::<Vec<_>>().join(" | "))
                };
                text.push_str(&format!("\n\n{}|{}\n", row(header), "---|".repeat(header.len())));
                rows.iter().for_each(|cells| text.push_str(&row(cells)));
                text.push('\n');
            }
            other => text.push_str(&format!("\n\n{}\n\n", plain(&other.text()))),
        }
    }
    text
}

#[test]
fn markdown_says_everything_in_its_order() {
    for seed in 0..DOCUMENTS {
        let made = document(seed);
        let text = as_markdown(&made);
        let read = read_back(FileKind::Markdown, seed, &text);
        assert_eq!(seen(&read), seen(&made), "{seed}: {text}");
    }
}

/// Nobody escapes anything in a text file, or in a text that is typed.
#[test]
fn plain_text_says_everything_in_its_order() {
    for seed in 0..DOCUMENTS {
        let made = document(seed);
        let text: String = made.iter().map(|block| format!("{}\n\n", block.text().replace(" | ", "  "))).collect();
        let expected = seen(&[Block::Paragraph(text.clone())]);
        assert_eq!(seen(&read_back(FileKind::Text, seed, &text)), expected, "{seed}: {text}");
    }
}

#[test]
fn tables_say_everything_in_its_order() {
    for seed in 0..DOCUMENTS {
        for block in document(seed) {
            let Block::Table { header, rows, .. } = &block else { continue };
            for separator in [",", ";", "\t"] {
                let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
                let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(separator);
                let text =
                    std::iter::once(header).chain(rows).map(|row| format!("{}\r\n", line(row))).collect::<String>();
                assert_eq!(read_back(FileKind::Csv, seed, &text), std::slice::from_ref(&block), "{seed}: {text}");
            }
        }
    }
}
