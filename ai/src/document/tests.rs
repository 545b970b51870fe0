//! Files of every kind, and files that are not what they say.

use super::*;
use std::io::Write as _;

fn read(name: &str, bytes: &[u8]) -> Result<String, DocumentError> {
    open_pdfium(&pdfium_of_tests()).unwrap();
    check(extract(kind_of(name, bytes)?, bytes, None)?.blocks).map(|blocks| plain(&blocks))
}

#[test]
fn text_comes_through_with_even_line_ends() {
    assert_eq!(read("A.MD", b"\xef\xbb\xbf# Hi\r\nyou\rthere").unwrap(), "Hi\n\nyou there");
    assert_eq!(read("a.txt", "größe".as_bytes()).unwrap(), "größe");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("żółć 🙂".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read("a.txt", &utf16).unwrap(), "żółć 🙂");
}

#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    let refused = |name: &str, bytes: &[u8]| read(name, bytes).unwrap_err();
    let binary = |what: &'static str| DocumentError::Binary(what.into());
    assert!(matches!(refused("a.xls", b"hello"), DocumentError::Kind(_)));
    assert!(matches!(refused("md", b"hello"), DocumentError::Kind(_)));
    assert_eq!(refused("a.pdf", b"hello"), DocumentError::Damaged("PDF".into()));
    assert_eq!(refused("a.pdf", b"%PDF-1.7 ..."), DocumentError::Damaged("PDF".into()));
    assert_eq!(refused("a.docx", b"PK\x03\x04 word/document.xml"), DocumentError::Damaged("Word file".into()));
    assert_eq!(refused("a.docx", b"PK\x03\x04 xl/workbook.xml"), DocumentError::Damaged("Excel file".into()));
    assert_eq!(refused("a.xlsx", b"PK\x03\x04 xl/workbook.bin"), binary("a binary Excel file"));
    assert_eq!(refused("a.md", b""), DocumentError::Empty);
    assert_eq!(refused("a.md", b" \n\t--- \n"), DocumentError::Empty);
    assert_eq!(refused("a.csv", b"name,price\n"), DocumentError::Empty);
    assert_eq!(refused("a.md", b"\x89PNG\r\n\x1a\n0000"), binary("a picture"));
    assert_eq!(refused("a.pdf", b"\x89PNG\r\n\x1a\n0000"), binary("a picture"));
    assert_eq!(refused("a.md", b"abc\0def"), binary("a binary file"));
    assert_eq!(refused("a.md", b"\x01\x02\x03abc\x04"), binary("a binary file"));
    assert_eq!(
        read("a.txt", "Wir öffnen täglich".chars().map(|c| c as u8).collect::<Vec<_>>().as_slice()).unwrap(),
        "Wir öffnen täglich"
    );
    assert_eq!(refused("a.txt", b"\xff\xfea"), DocumentError::Encoding);
    assert_eq!(refused("a.txt", &vec![b'a'; FILE_BYTES + 1]), DocumentError::TooLarge);
    assert_eq!(refused("a.txt", &vec![b'a'; SOURCE_BYTES + 1]), DocumentError::TooLong);
}

#[test]
fn a_web_page_gives_what_a_reader_came_for() {
    let html = r#"<!doctype html><html><head><title>Delivery | Mill & Meadow</title>
        <meta name="robots" content="noindex, follow"><link rel=canonical href="/delivery"><script>track("all")</script></head><body>
        <header><a href="/">Home</a></header><nav><a href="/shop">Shop</a></nav>
        <main><h1>Delivery</h1><p>We deliver to <b>Germany</b> in 2_4 days &amp; to France in five.</p>
        <h2>Costs</h2><ul><li>Germany: 4.90 €</li><li>France: 9.90 €</li></ul>
        <table><tr><th>Country</th><th>Days</th></tr><tr><td>Germany</td><td>2 to 4</td></tr></table>
        <details><summary>Do you deliver on Saturdays?</summary><p>Yes, in Berlin.</p></details>
        <p style="x">Ask <a href="mailto:hi@mill.example">us</a> or <a href="faq?x=1#top" rel="nofollow">read on</a>.</p></main>
        <footer>Imprint</footer></body></html>"#;
    let page = extract(FileKind::Html, html.as_bytes(), None).unwrap();
    assert_eq!(page.title.as_deref(), Some("Delivery"));
    assert!(page.links.no_index && !page.links.no_follow);
    assert_eq!(page.links.canonical.as_deref(), Some("/delivery"));
    assert_eq!(page.links.links, ["/", "/shop", "mailto:hi@mill.example"]);
    for noise in ["track", "Home", "Shop", "Imprint"] {
        assert!(!plain(&page.blocks).contains(noise), "{}", plain(&page.blocks));
    }
    let chunks = crate::chunk::cut(&page.blocks).unwrap();
    let found = |heading: &str, words: &str| {
        assert!(
            chunks.iter().any(|chunk| chunk.heading == heading && chunk.content.contains(words)),
            "{heading}: {words} in {chunks:#?}"
        );
    };
    found("Delivery", "We deliver to Germany in 2_4 days & to France in five.");
    found("Delivery › Costs", "Germany: 4.90 €");
    found("Delivery › Costs", "- Country: Germany; Days: 2 to 4");
    found("Delivery › Costs › Do you deliver on Saturdays?", "Yes, in Berlin.");
}

#[test]
fn a_page_in_another_encoding_is_understood() {
    let page = |bytes: &[u8], charset| extract(FileKind::Html, bytes, charset).unwrap();
    assert!(page(b"<meta charset=iso-8859-1><body><p>Gr\xf6\xdfe", None).blocks[0].text().contains("Größe"));
    assert!(page(b"<body><p>Gr\xf6\xdfe", None).blocks[0].text().contains("Größe"));
    assert!(page("<body><p>Größe".as_bytes(), Some("utf-8")).blocks[0].text().contains("Größe"));
}

#[test]
fn a_word_document_keeps_its_structure() {
    let mut package = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts = [
        (
            "word/styles.xml",
            r#"<w:styles xmlns:w="w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>"#,
        ),
        ("docProps/core.xml", "<c xmlns:dc='d'><dc:title>Terms &amp; more</dc:title></c>"),
        (
            "word/document.xml",
            r#"<w:document xmlns:w="w"><w:body>
            <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Returns</w:t></w:r></w:p>
            <w:p><w:r><w:t xml:space="preserve">Thirty </w:t></w:r><w:del><w:r><w:delText>ten</w:delText><w:t>ten</w:t></w:r></w:del><w:r><w:t>days &amp; no more.</w:t></w:r></w:p>
            <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>unused</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Parcel</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>4.90</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            </w:body></w:document>"#,
        ),
    ];
    for (name, content) in parts {
        package.start_file(name, stored).unwrap();
        package.write_all(content.as_bytes()).unwrap();
    }
    let bytes = package.finish().unwrap().into_inner();
    assert_eq!(kind_of("terms.bin", &bytes), Ok(FileKind::Docx));
    let found = extract(FileKind::Docx, &bytes, None).unwrap();
    assert_eq!(found.title.as_deref(), Some("Terms & more"));
    assert_eq!(plain(&found.blocks), "Returns\n\nThirty days & no more.\n\nunused\n\nParcel | 4.90");
}

#[test]
fn tables_stay_tables_or_become_questions() {
    let text = read("a.csv", "Name;Price;Note\nTea pot;\"24,90\";\"for\n six\"\n\nCup;9;\n".as_bytes()).unwrap();
    assert_eq!(text, "Name | Price | Note\nTea pot | 24,90 | for\nsix\nCup | 9 | ");
    let faq = table(b"Question,Answer\nWhere?,\"Here, of course.\"\nWhen?,\n").unwrap();
    let pairs = questions(&faq).unwrap();
    assert_eq!(
        pairs,
        [QuestionAnswer { line: 2, question: "Where?".to_owned(), answer: "Here, of course.".to_owned() }]
    );
    assert!(table(b"Gr\xf6\xdfe,Preis\nS,3\n").unwrap().header.contains(&"Größe".to_owned()));
}
