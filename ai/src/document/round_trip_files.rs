//! What was written in any format is read back: every word that is seen, in its order, unchanged.

use super::{Block, FileKind, extract, kind_of, package::packed, plain};
use std::fmt::Write as _;

/// Words in many scripts, numbers, prices, dates, and signs that mean something in a format.
const WORDS: [&str; 40] = [
    "Delivery",
    "takes",
    "größer",
    "naïve",
    "Доставка",
    "τιμή",
    "送货",
    "営業時間",
    "مجاني",
    "ส่งฟรี",
    "한국어",
    "żółć",
    "12.50 €",
    "€5",
    "1,299.90",
    "1.299,90",
    "-5",
    "50%",
    "20*30",
    "2026-05-01",
    "01.05.2026",
    "09:00–12:30",
    "+49 30 123456",
    "A&B",
    "<b>",
    "a>b",
    "\"quoted\"",
    "it's",
    "{curly}",
    "back\\slash",
    "100#",
    "a_b",
    "C++",
    "x=1;",
    "50,5",
    "(a)",
    "🙂",
    "½",
    "e.g.",
    "mug@shop.example",
];

/// Numbers that are always the same, so that what fails once fails again.
struct Random(u64);

impl Random {
    const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    /// Some words, the first of which begins no list and no quote.
    fn words(&mut self, most: usize) -> String {
        let first = WORDS[self.below(12)];
        let rest: Vec<&str> = (0..self.below(most)).map(|_| WORDS[self.below(WORDS.len())]).collect();
        std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" ")
    }

    fn table(&mut self) -> Block {
        let columns = 2 + self.below(4);
        let mut row = |most| (0..columns).map(|_| self.words(most)).collect::<Vec<String>>();
        let (header, first, second) = (row(1), row(4), row(4));
        Block::Table { caption: String::new(), header, rows: vec![first, second] }
    }

    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for _ in 0..1 + self.below(8) {
            match self.below(5) {
                0 => blocks.push(Block::heading(1 + self.below(3), &self.words(4))),
                1 => blocks.push(self.table()),
                2 => (1..2 + self.below(4)).for_each(|n| blocks.push(Block::item(0, &format!("{n}."), &self.words(6)))),
                3 => (0..1 + self.below(3)).for_each(|_| blocks.push(Block::item(0, "", &self.words(6)))),
                _ => blocks.push(Block::paragraph(&self.words(20))),
            }
            // A list ends before another begins.
            blocks.push(Block::paragraph(&self.words(3)));
        }
        blocks
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn seen(blocks: &[Block]) -> Vec<String> {
    plain(blocks).split_whitespace().filter(|word| *word != "|").map(str::to_owned).collect()
}

/// Writes and reads some documents.
fn check(kind: FileKind, write: impl Fn(&[Block]) -> Vec<u8>) {
    for seed in 1..60 {
        let blocks = Random::of(seed).blocks();
        let bytes = write(&blocks);
        assert_eq!(kind_of("a", &bytes), Ok(kind));
        let read = extract(kind, &bytes, None).unwrap().blocks;
        assert_eq!(seen(&read), seen(&blocks), "{seed}: {blocks:#?}\n{read:#?}");
    }
}

#[test]
fn separated_tables_come_back() {
    for seed in 1..200 {
        let mut random = Random::of(seed);
        let separator = [",", ";", "\t", "|"][random.below(4)];
        let Block::Table { header, rows, .. } = random.table() else { continue };
        let mut text = String::new();
        for row in std::iter::once(&header).chain(&rows) {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            writeln!(text, "{}", cells.join(separator)).unwrap();
        }
        let read = extract(FileKind::Csv, text.as_bytes(), None).unwrap().blocks;
        assert_eq!(read, [Block::Table { caption: String::new(), header, rows }], "{seed}: {text}");
    }
}

#[test]
fn spreadsheets_come_back() {
    // Values, the number of their format, and what is seen of them.
    let values = [
        ("12.5", 1, "12.50 €"),
        ("46143", 2, "01.05.2026"),
        ("0.195", 3, "19.5%"),
        ("1299.9", 4, "1,299.90"),
        ("0.375", 5, "09:00"),
    ];
    let styles = r#"<s><numFmts><numFmt numFmtId="170" formatCode="0.00\ &quot;€&quot;"/><numFmt numFmtId="171" formatCode="dd.mm.yyyy"/><numFmt numFmtId="172" formatCode="0.0%"/><numFmt numFmtId="173" formatCode="hh:mm"/></numFmts>
        <cellXfs><xf/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="4"/><xf numFmtId="173"/></cellXfs></s>"#;
    let relations = r#"<R><Relationship Id="w" Type="x/worksheet" Target="s.xml"/><Relationship Id="t" Type="x/styles" Target="t.xml"/></R>"#;
    for seed in 1..100 {
        let mut random = Random::of(seed);
        let (mut sheet, mut expected) = (String::new(), vec!["Sheet".to_owned()]);
        for _ in 0..2 + random.below(12) {
            sheet.push_str("<row>");
            for _ in 0..random.below(5) {
                let text = random.words(3);
                let (value, style, shown) = values[random.below(values.len())];
                let (cell, shown) = match random.below(3) {
                    0 => ("<c/>".to_owned(), ""),
                    1 => (format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, escaped(&text)), text.as_str()),
                    _ => (format!(r#"<c s="{style}"><v>{value}</v></c>"#), shown),
                };
                sheet.push_str(&cell);
                expected.extend(shown.split_whitespace().map(str::to_owned));
            }
            sheet.push_str("</row>");
        }
        let bytes = packed(&[
            ("xl/workbook.xml", r#"<workbook xmlns:r="r"><sheets><sheet name="Sheet" r:id="w"/></sheets></workbook>"#),
            ("xl/_rels/workbook.xml.rels", relations),
            ("xl/t.xml", styles),
            ("xl/s.xml", &format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
        ]);
        let read = extract(FileKind::Xlsx, &bytes, None).unwrap().blocks;
        if expected.len() > 1 {
            assert_eq!(seen(&read), expected, "{seed}: {sheet}\n{read:#?}");
        }
    }
}

#[test]
fn open_texts_come_back() {
    check(FileKind::Odt, |blocks| {
        let mut body = String::new();
        let paragraph = |text: &str| format!("<text:p>{}</text:p>", escaped(text));
        for block in blocks {
            match block {
                Block::Heading { level, text } => {
                    write!(body, r#"<text:h text:outline-level="{level}">{}</text:h>"#, escaped(text)).unwrap();
                }
                Block::Item { label, text, .. } => {
                    let style = if label.is_empty() { "B" } else { "N" };
                    let goes_on = !matches!(label.as_str(), "" | "1.");
                    write!(body, r#"<text:list text:style-name="{style}" text:continue-numbering="{goes_on}"><text:list-item>{}</text:list-item></text:list>"#, paragraph(text)).unwrap();
                }
                Block::Table { header, rows, .. } => {
                    body.push_str("<table:table>");
                    for row in std::iter::once(header).chain(rows) {
                        let cells: String = row
                            .iter()
                            .map(|cell| format!("<table:table-cell>{}</table:table-cell>", paragraph(cell)))
                            .collect();
                        write!(body, "<table:table-row>{cells}</table:table-row>").unwrap();
                    }
                    body.push_str("</table:table>");
                }
                other => body.push_str(&paragraph(&other.text())),
            }
        }
        let styles = r#"<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/></text:list-style>"#;
        let content = format!(
            "<d><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></d>"
        );
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, part) in [("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", &content)] {
            zip.start_file(name, stored).unwrap();
            std::io::Write::write_all(&mut zip, part.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    });
}

#[test]
fn presentations_come_back() {
    check(FileKind::Pptx, |blocks| {
        let mut shapes = String::new();
        let run = |text: &str| format!("<a:r><a:t>{}</a:t></a:r>", escaped(text));
        for (place, block) in blocks.iter().enumerate() {
            let frame = format!(r#"<a:xfrm><a:off x="0" y="{}"/><a:ext cx="100" cy="90"/></a:xfrm>"#, place * 100);
            if let Block::Table { header, rows, .. } = block {
                let cell = |cell: &String| format!("<a:tc><a:txBody><a:p>{}</a:p></a:txBody></a:tc>", run(cell));
                let row = |row: &Vec<String>| format!("<a:tr>{}</a:tr>", row.iter().map(cell).collect::<String>());
                let table: String = std::iter::once(header).chain(rows).map(row).collect();
                write!(shapes, "<p:graphicFrame>{frame}<a:graphic><a:graphicData><a:tbl>{table}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>").unwrap();
                continue;
            }
            let (mark, text) = match block {
                Block::Item { label, text, .. } if !label.is_empty() => (
                    format!(
                        r#"<a:pPr><a:buAutoNum type="arabicPeriod" startAt="{}"/></a:pPr>"#,
                        label.trim_end_matches('.')
                    ),
                    text.clone(),
                ),
                other => (String::new(), other.text()),
            };
            write!(shapes, "<p:sp><p:spPr>{frame}</p:spPr><p:txBody><a:p>{mark}{}</a:p></p:txBody></p:sp>", run(&text))
                .unwrap();
        }
        packed(&[
            ("ppt/presentation.xml", r#"<p xmlns:r="r"><sldIdLst><sldId id="1" r:id="a"/></sldIdLst></p>"#),
            ("ppt/_rels/presentation.xml.rels", r#"<R><Relationship Id="a" Type="x/slide" Target="s.xml"/></R>"#),
            ("ppt/s.xml", &format!("<p:sld><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>")),
        ])
    });
}

#[test]
fn rich_texts_come_back() {
    check(FileKind::Rtf, |blocks| {
        let written = |text: &str| {
            let mut rtf = String::new();
            for unit in text.encode_utf16() {
                match char::from_u32(u32::from(unit)) {
                    Some(sign @ ('{' | '}' | '\\')) => write!(rtf, "\\{sign}").unwrap(),
                    Some(ascii) if ascii.is_ascii() => rtf.push(ascii),
                    Some(latin @ 'ß'..='ü') => write!(rtf, "\\'{:02x}", u32::from(latin)).unwrap(),
                    _ => write!(rtf, "\\u{}?", unit.cast_signed()).unwrap(),
                }
            }
            rtf
        };
        let mut rtf = "{\\rtf1\\ansi\\ansicpg1252\n".to_owned();
        for block in blocks {
            match block {
                Block::Heading { level, text } => {
                    writeln!(rtf, "\\pard\\outlinelevel{} {}\\par", level - 1, written(text)).unwrap();
                }
                Block::Item { label, text, .. } => {
                    let label = if label.is_empty() { "\\'95" } else { label };
                    writeln!(rtf, "\\pard{{\\listtext {label}\\tab}}{}\\par", written(text)).unwrap();
                }
                Block::Table { header, rows, .. } => {
                    for row in std::iter::once(header).chain(rows) {
                        let cells: String = row.iter().map(|cell| format!("{}\\cell ", written(cell))).collect();
                        writeln!(rtf, "\\trowd\\pard\\intbl {cells}\\row").unwrap();
                    }
                }
                other => writeln!(rtf, "\\pard {}\\par", written(&other.text())).unwrap(),
            }
        }
        rtf.push('}');
        rtf.into_bytes()
    });
}

#[test]
fn books_come_back() {
    check(FileKind::Epub, |blocks| {
        let mut body = String::new();
        for block in blocks {
            match block {
                Block::Heading { level, text } => write!(body, "<h{level}>{}</h{level}>", escaped(text)).unwrap(),
                Block::Item { label, text, .. } if label.is_empty() => {
                    write!(body, "<ul><li>{}</li></ul>", escaped(text)).unwrap();
                }
                Block::Item { label, text, .. } => {
                    write!(body, r#"<ol start="{}"><li>{}</li></ol>"#, label.trim_end_matches('.'), escaped(text))
                        .unwrap();
                }
                Block::Table { header, rows, .. } => {
                    let cell = |cell: &String| format!("<td>{}</td>", escaped(cell));
                    let row = |row: &Vec<String>| format!("<tr>{}</tr>", row.iter().map(cell).collect::<String>());
                    write!(
                        body,
                        "<a id='x'/><table>{}</table>",
                        std::iter::once(header).chain(rows).map(row).collect::<String>()
                    )
                    .unwrap();
                }
                other => write!(body, "<p>{}</p>", escaped(&other.text())).unwrap(),
            }
        }
        packed(&[
            ("META-INF/container.xml", "<container><rootfile full-path='b.opf'/></container>"),
            (
                "b.opf",
                "<package><manifest><item id='a' href='c.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>",
            ),
            ("c.xhtml", &format!("<?xml version='1.0'?><html><head><title/></head><body>{body}</body></html>")),
        ])
    });
}

#[test]
fn mails_come_back() {
    for seed in 1..100 {
        let mut random = Random::of(seed);
        let lines: Vec<String> = (0..1 + random.below(8)).map(|_| random.words(14)).collect();
        let text = lines.join("\r\n\r\n");
        let printable: String = text
            .bytes()
            .map(
                |byte| {
                    if matches!(byte, b'\r' | b'\n') { char::from(byte).to_string() } else { format!("={byte:02X}") }
                },
            )
            .collect();
        let mail = format!(
            "From: a@x.example\r\nTo: b@x.example\r\nSubject: Hi\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{printable}\r\n"
        );
        assert_eq!(kind_of("a", mail.as_bytes()), Ok(FileKind::Eml));
        let read = extract(FileKind::Eml, mail.as_bytes(), None).unwrap().blocks;
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        assert_eq!(seen(&read)[5..], words, "{seed}: {text}\n{read:#?}");
    }
}
