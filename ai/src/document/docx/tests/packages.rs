//! Packages: where their parts are, and what is no document.

use super::*;
use crate::document::DocumentError;

const RELS: &str = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='/TARGET'/><Relationship Id='r2' Type='http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties' Target='props/c.xml'/></Relationships>";

fn read(bytes: &[u8]) -> Result<String, DocumentError> {
    extract(kind_of("a.docx", bytes)?, bytes, None).map(|found| plain(&found.blocks))
}

#[test]
fn parts_are_found_wherever_they_are() {
    let document = in_document(&styled("S", "Returns"));
    let styles = "<w:styles xmlns:w='w'><w:style w:styleId='S'><w:name w:val='heading 2'/></w:style></w:styles>";
    let types = "<Types><Override PartName='/x' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
    for (name, rels) in [
        ("word/document2.xml", "word/_rels/document2.xml.rels"),
        ("Text.XML", "_rels/Text.XML.rels"),
        ("a/b/main.xml", "a/b/_rels/main.xml.rels"),
    ] {
        let root = RELS.replace("TARGET", name);
        let leads = "<Relationships><Relationship Id='s' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/styles' Target='/Looks/s.xml'/></Relationships>";
        let parts = [
            ("_rels/.rels", root.as_str()),
            (name, &document),
            (rels, leads),
            ("looks/s.xml", styles),
            ("props/c.xml", "<c><dc:title> The\n terms </dc:title></c>"),
        ];
        let all: Vec<_> = [("[Content_Types].xml", types)].into_iter().chain(parts).collect();
        for parts in [&parts[..], &all] {
            let bytes = package(parts);
            assert_eq!(kind_of("x", &bytes), Ok(FileKind::Docx), "{name}");
            let found = extract(FileKind::Docx, &bytes, None).unwrap();
            assert_eq!(found.title.as_deref(), Some("The terms"));
            assert_eq!(found.blocks, [Block::heading(2, "Returns")]);
        }
    }
    let strict = "<document xmlns='http://purl.oclc.org/ooxml/wordprocessingml/main'><body><p><r><t>Strict</t></r></p></body></document>";
    assert_eq!(read(&package(&[("word/document.xml", strict)])).unwrap(), "Strict");
    let utf16: String = in_document(&p(&r("Größe")));
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word\\document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&wide).unwrap();
    assert_eq!(read(&zip.finish().unwrap().into_inner()).unwrap(), "Größe");
}

#[test]
fn other_packages_are_called_what_they_are() {
    let binary = |what: &'static str| Err(DocumentError::Binary(what.into()));
    let types = |kind: &str| {
        format!(
            "<Types><Default Extension='docx' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document'/><Override ContentType='application/vnd.openxmlformats-officedocument.{kind}.main+xml'/></Types>"
        )
    };
    // A table that holds a document.
    let sheet = package(&[
        ("[Content_Types].xml", &types("spreadsheetml.sheet")),
        ("xl/workbook.xml", "<w/>"),
        ("xl/embeddings/word/document.xml", "x"),
    ]);
    assert_eq!(kind_of("a", &sheet), Ok(FileKind::Xlsx));
    let slides = package(&[("[Content_Types].xml", &types("presentationml.presentation"))]);
    assert_eq!(kind_of("a", &slides), Ok(FileKind::Pptx));
    assert_eq!(read(&package(&[("a.txt", "word/document.xml")])), binary("a ZIP file"));
    let ole = |stream: &str| {
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), stream.encode_utf16().flat_map(u16::to_le_bytes).collect()]
            .concat()
    };
    assert_eq!(
        read(&ole("EncryptedPackage")).unwrap_err().to_string(),
        "This Word file is locked with a password. Save it without one and upload it again."
    );
    assert_eq!(
        read(&ole("WordDocument")).unwrap_err().to_string(),
        "This is an old Word file, which cannot be read. Open it, save it as .docx and upload that."
    );
    assert_eq!(
        read(&ole("Workbook")).unwrap_err().to_string(),
        "This is an old Excel file, which cannot be read. Open it, save it as .xlsx and upload that."
    );
}

#[test]
fn a_text_about_pdfs_is_none() {
    for text in ["A file begins with %PDF-1.7 and has 1 0 obj in it.", "%PDF-1.7 is a version", "x\n%PDF-\nstartxref"] {
        assert_eq!(kind_of("a.txt", text.as_bytes()), Ok(FileKind::Text), "{text}");
    }
    for pdf in ["%PDF-1.7\n1 0 obj", "junk\r\n%PDF-1.4\n%%EOF"] {
        assert_eq!(kind_of("a.txt", pdf.as_bytes()), Ok(FileKind::Pdf));
    }
}

#[test]
fn documents_within_are_taken_up() {
    let inner = package(&[("word/document.xml", &in_document(&p(&r("Inner"))))]);
    let document = in_document(
        &(p(&r("Before"))
            + "<w:altChunk r:id='h'/><w:altChunk r:id='d'/><w:altChunk r:id='t'/><w:altChunk r:id='none'/>"
            + &p(&r("After"))),
    );
    let rels = "<Relationships><Relationship Id='h' Type='x/aFChunk' Target='h.htm'/><Relationship Id='d' Type='x/aFChunk' Target='d.docx'/><Relationship Id='t' Type='x/aFChunk' Target='t.txt'/></Relationships>";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", rels.as_bytes()),
        ("word/h.htm", b"<h2>Hi</h2><p>5 &euro;"),
        ("word/d.docx", &inner),
        ("word/t.txt", b"Text"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(read(&bytes).unwrap(), "Before\n\nHi\n\n5 €\n\nInner\n\nText\n\nAfter");
}

#[test]
fn the_head_is_read_when_there_is_nothing_else() {
    let head = format!("<w:hdr {NAMES}>{}</w:hdr>", p(&r("Head")));
    let rels = "<Relationships><Relationship Id='h' Type='x/header' Target='header1.xml'/></Relationships>";
    let parts = [("word/_rels/document.xml.rels", rels), ("word/header1.xml", &head)];
    assert_eq!(read_with(&p(&r("Body")), &parts), paragraphs(["Body"]));
    assert_eq!(read_with(&p(""), &parts), paragraphs(["Head"]));
}

#[test]
fn what_is_broken_or_too_much_is_refused() {
    let damaged = Err(DocumentError::Damaged("Word file".into()));
    let one = |document: &str| read(&package(&[("word/document.xml", document)]));
    assert_eq!(one("<w:document><w:body><w:p>"), damaged);
    assert_eq!(one("<w:document></w:body>"), damaged);
    assert_eq!(one("\0\0\0"), Ok(String::new()));
    let bomb = in_document(&" ".repeat(97 * 1024 * 1024));
    assert_eq!(one(&bomb), Err(DocumentError::TooLong));
    let words = in_document(&p(&r(&"word ".repeat(100))).repeat(40_000));
    assert_eq!(one(&words), Err(DocumentError::TooLong));
    // Deep ones are read without their marks.
    let deep = |name: &str, times: usize| {
        in_document(&(format!("<w:{name}>").repeat(times) + &p(&r("deep")) + &format!("</w:{name}>").repeat(times)))
    };
    assert_eq!(one(&deep("sdt", 50_000)).unwrap(), "deep");
    let cells = in_document(
        &("<w:tbl><w:tr><w:tc>".repeat(20_000) + &p(&r("deep")) + &"</w:tc></w:tr></w:tbl>".repeat(20_000)),
    );
    assert_eq!(one(&cells).unwrap(), "deep");
    // Cells that would be repeated without end.
    let wide = format!(
        "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='4000000000'/></w:tcPr>{}</w:tc></w:tr>",
        p(&r(&"x".repeat(1_000)))
    );
    let narrow = format!("<w:tr>{}</w:tr>", format!("<w:tc>{}</w:tc>", p(&r("y"))).repeat(200));
    let table = in_document(&format!("<w:tbl>{narrow}{}</w:tbl>", wide.repeat(1_000)));
    assert!(one(&table).unwrap().len() < 40_000_000);
}

#[test]
fn a_long_document_takes_no_longer_than_its_length() {
    let body: String = (0..60_000)
        .map(|place| p(&(r(&format!("Paragraph {place} with some words, ")) + &look("<w:b/>", "bold"))))
        .collect();
    let rows: String = (0..15_000)
        .map(|place| format!("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", p(&r(&place.to_string())), p(&r("9,90"))))
        .collect();
    let started = std::time::Instant::now();
    let blocks = read_body(&format!("{body}<w:tbl>{rows}</w:tbl>"));
    assert_eq!(blocks.len(), 60_001);
    // Some seconds in a slow build; minutes, if it were not linear.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
