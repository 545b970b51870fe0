//! The table in a file that somebody imports: with signs between its cells, a spreadsheet, or a feed in XML.

use super::{
    DocumentError, FileKind, Row, Table, html,
    kind::kind_of,
    odf, separated, sheet, table,
    xlsx::{self, Named},
    xml::{self, Element},
};
use std::collections::HashMap;

/// Columns of a table at most.
const COLUMNS: usize = 500;
/// Characters of a cell at most; what is longer is cut.
const CELL_CHARS: usize = 60_000;

/// Reads the table of a file, whatever its encoding and the sign between its cells; of a spreadsheet the first sheet
/// with a table on it. It has `rows` rows at most, and 500 columns.
///
/// # Errors
/// When there is no table in it, it is too large, or it is broken.
pub fn import_table(bytes: &[u8], rows: usize) -> Result<Table, DocumentError> {
    let kind = kind_of("table.csv", bytes).map_err(|error| match error {
        DocumentError::Binary(_) | DocumentError::Kind(_) => DocumentError::NoTable,
        other => other,
    })?;
    let mut table = match kind {
        FileKind::Csv => {
            let text = html::decode(bytes, None);
            let start = text.trim_start_matches('\u{feff}').trim_start();
            if start.starts_with('<') { feed(start, rows)? } else { of_text(&text, rows)? }
        }
        FileKind::Xlsx => first(xlsx::rows(bytes)?, rows)?,
        FileKind::Ods => first(odf::rows(bytes)?, rows)?,
        _ => return Err(DocumentError::NoTable),
    };
    let widest = table.rows.iter().map(|(_, row)| row.len()).max().unwrap_or_default().max(table.header.len());
    if widest > COLUMNS {
        return Err(DocumentError::Columns(COLUMNS));
    }
    for (_, row) in &mut table.rows {
        row.iter_mut().for_each(cut);
    }
    Ok(table)
}

fn of_text(text: &str, rows: usize) -> Result<Table, DocumentError> {
    table::of_text(text, rows).map_err(|error| match error {
        DocumentError::Binary(_) => DocumentError::NoTable,
        other => other,
    })
}

fn cut(cell: &mut String) {
    if let Some((at, _)) = cell.char_indices().nth(CELL_CHARS) {
        cell.truncate(at);
    }
}

/// The first sheet with a row below another.
fn first(sheets: Vec<Named>, rows: usize) -> Result<Table, DocumentError> {
    for (_, sheet) in sheets {
        let mut records: Vec<separated::Record> = Vec::new();
        for row in sheet {
            let row: Row = row.into_iter().map(shown).collect();
            if row.iter().any(|cell| !cell.is_empty()) {
                records.push((records.len() + 1, row));
            }
        }
        match table::of_records(records, ',', rows) {
            Err(DocumentError::Empty) => {}
            found => return found,
        }
    }
    Err(DocumentError::Empty)
}

fn shown(cell: sheet::Cell) -> String {
    if cell.is_repeated { String::new() } else { cell.text }
}

/// The items of a feed: `item` of RSS, `entry` of Atom. What they hold are the columns; of what is there several times,
/// the first counts.
fn feed(text: &str, rows: usize) -> Result<Table, DocumentError> {
    let root = xml::parse(text).ok_or_else(|| DocumentError::Damaged("XML file".into()))?;
    let is_feed = ["rss", "feed", "rdf", "channel"].iter().any(|name| root.name.eq_ignore_ascii_case(name));
    if !is_feed {
        return Err(DocumentError::NoTable);
    }
    let mut items = Vec::new();
    for name in ["item", "entry"] {
        root.all(name, &mut items);
    }
    match items.len() {
        0 => return Err(DocumentError::Empty),
        count if count > rows => return Err(DocumentError::Rows(rows)),
        _ => {}
    }
    let mut table = Table::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (number, item) in items.iter().enumerate() {
        let mut row = Row::new();
        for field in item.elements() {
            let value = said(field);
            if value.is_empty() {
                continue;
            }
            let place = *places.entry(field.name.to_lowercase()).or_insert(table.header.len());
            if place == table.header.len() {
                if place >= COLUMNS {
                    return Err(DocumentError::Columns(COLUMNS));
                }
                table.header.push(field.name.to_string());
            }
            if row.len() <= place {
                row.resize(place + 1, String::new());
            }
            if let Some(cell) = row.get_mut(place).filter(|cell| cell.is_empty()) {
                *cell = value;
            }
        }
        // As if the names of the columns stood above.
        table.rows.push((number + 2, row));
    }
    Ok(table)
}

/// What an element says: its words, or where it leads. What has elements of its own, such as what sending costs, is no
/// single value.
fn said(field: &Element) -> String {
    if field.elements().next().is_some() {
        return String::new();
    }
    let words = field.text().trim().to_owned();
    if words.is_empty() { field.attribute("href").unwrap_or_default().trim().to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::package;
    use std::time::{Duration, Instant};

    fn read(bytes: &[u8]) -> Result<Table, DocumentError> {
        import_table(bytes, 20_000)
    }

    fn owned(cells: &[&str]) -> Row {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_table_is_read_in_any_encoding() {
        let text = "name;price\nGröße;1,50 €\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(little.iter().copied()).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), &little, &marked, &big, &latin] {
            let table = read(bytes).unwrap();
            assert_eq!((table.header, table.rows), (owned(&["name", "price"]), vec![(2, owned(&["Größe", "1,50 €"]))]));
        }
    }

    #[test]
    fn feeds_of_both_kinds_are_tables() {
        let rss = r#"<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
            <title>Shop</title><item><g:id>1</g:id><title><![CDATA[Mug & more]]></title><g:price>12.99 EUR</g:price>
            <g:shipping><g:price>4 EUR</g:price></g:shipping><g:image_link>a</g:image_link></item>
            <item><g:id>2</g:id><g:size>M</g:size></item></channel></rss>"#;
        let table = read(rss.as_bytes()).unwrap();
        assert_eq!(table.header, ["id", "title", "price", "image_link", "size"]);
        assert_eq!(table.rows[0], (2, owned(&["1", "Mug & more", "12.99 EUR", "a"])));
        assert_eq!(table.rows[1], (3, owned(&["2", "", "", "", "M"])));
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Mug</title><link href="https://a.example/m"/></entry></feed>"#;
        assert_eq!(read(atom.as_bytes()).unwrap().rows[0].1, ["Mug", "https://a.example/m"]);
        assert_eq!(read(b"<rss><channel></channel></rss>"), Err(DocumentError::Empty));
        assert_eq!(read(b"<html><body><p>Hi"), Err(DocumentError::Damaged("XML file".into())));
        assert_eq!(read(b"<html><body><p>Hi</p></body></html>"), Err(DocumentError::NoTable));
    }

    #[test]
    fn the_first_sheet_with_a_table_counts() {
        let cell = |text: &str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
        let row = |cells: &[String]| format!("<row>{}</row>", cells.concat());
        let sheet = |rows: String| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        let book = package::packed(&[
            (
                "xl/workbook.xml",
                r#"<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/><sheet name="b" r:id="r2"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>
                <Relationship Id="r2" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#,
            ),
            ("xl/worksheets/sheet1.xml", &sheet(String::new())),
            (
                "xl/worksheets/sheet2.xml",
                &sheet(
                    [row(&[cell("name"), cell("price")]), row(&[cell("Mug"), "<c><v>12.5</v></c>".to_owned()])]
                        .concat(),
                ),
            ),
        ]);
        let table = read(&book).unwrap();
        assert_eq!((table.header, table.rows), (owned(&["name", "price"]), vec![(2, owned(&["Mug", "12.5"]))]));
    }

    #[test]
    fn other_files_are_no_tables() {
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\0"), Err(DocumentError::NoTable));
        assert_eq!(read(b"%PDF-1.7\n1 0 obj\n%%EOF"), Err(DocumentError::NoTable));
        assert_eq!(read(b"a,b\n\0\0\0,\0\0\x01\n"), Err(DocumentError::NoTable));
        assert_eq!(read(b""), Err(DocumentError::Empty));
    }

    #[test]
    fn hostile_tables_are_refused_in_time() {
        let started = Instant::now();
        let wide = ",x".repeat(1_000_000);
        assert!(read(format!("a{wide}\n1\n").as_bytes()).is_err());
        assert!(matches!(read(format!("a{}\n1\n", ",x".repeat(600)).as_bytes()), Err(DocumentError::Columns(_))));
        assert!(matches!(read("a,b\n1,2\n".repeat(30_000).as_bytes()), Err(DocumentError::Rows(20_000))));
        // A quote that is never closed, again and again.
        let _open = read("name,price\n\"a,b\n".repeat(60_000).as_bytes());
        let laughs = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
        let bomb = format!("{laughs}<rss><channel><item><title>&b;&b;</title><id>1</id></item></channel></rss>");
        assert!(read(bomb.as_bytes()).unwrap().rows[0].1.concat().len() < 100);
        let deep = format!("<rss>{}", "<item>".repeat(300_000));
        assert!(read(deep.as_bytes()).is_err());
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
}
