//! Files, messages and the words of language models, damaged.

mod formats;

use crate::{
    bm25, chunk,
    document::{self, Block, FileKind},
    extract, follow_up, intents, language, leads,
    llm::{self, grounding::Draft},
    passage::Sentences,
    redact, sentiment, summary,
};
use std::io::Write as _;

/// As much stack as the process has in which files are read.
const STACK: usize = 64 * 1024 * 1024;

/// Reads a file as `omnichat extract` does: a parser may panic, which is "too hard" there, and nothing worse.
fn read(kind: FileKind, input: &[u8]) {
    let input = input.to_vec();
    let reader = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || fuzz::tolerate_panics(|| document::extract(kind, &input, None)));
    let Some(Ok(found)) = reader.unwrap().join().unwrap() else { return };
    index(found.blocks);
}

/// What becomes of a document that was read: that is done in the server itself.
fn index(blocks: Vec<Block>) {
    let Ok(blocks) = document::check(blocks) else { return };
    let stored = document::to_stored(&blocks).unwrap();
    assert!(!stored.contains('\0') && !stored.contains("\\u0000"), "a zero byte cannot be stored: {stored}");
    assert_eq!(document::from_stored(&stored).unwrap(), blocks);
    for passage in chunk::cut(&blocks).unwrap_or_default() {
        assert!(!passage.content.trim().is_empty(), "an empty passage of {blocks:?}");
        let tongue = bm25::Tongue::of(&passage.content, bm25::Tongue::English);
        let _weights = bm25::passage_weights(&passage.content, tongue);
        for range in chunk::sentences(&passage.content) {
            assert!(passage.content.get(range).is_some(), "a sentence is cut in a letter: {:?}", passage.content);
        }
    }
}

#[test]
fn fuzz_kinds() {
    let seeds: [&[u8]; 6] = [
        b"\0From: a\nTo: b\nSubject: c\n\nd",
        b"a.pdf\0%PDF-1.7",
        b"a.docx\0PK\x03\x04 word/document.xml",
        b"a.md\0# Hi",
        b"x\0<html>",
        b"a.csv\0a;b\n1;2",
    ];
    fuzz::fuzz(
        "kinds",
        &seeds,
        &["xl/workbook.xml", "application/epub+zip", "<!doctype html", ".", "\u{feff}", "{\\rtf"],
        |input| {
            let name = fuzz::two_texts(input).0;
            let bytes = input.get(name.len() + 1..).unwrap_or_default();
            if let Ok(kind) = document::kind_of(&name, bytes) {
                assert!(!bytes.is_empty());
                assert_eq!(FileKind::from_name(kind.as_str()), Some(kind));
            }
        },
    );
}

#[test]
fn fuzz_text_files() {
    let seeds: [&[u8]; 4] = [
        b"# Terms\r\n\r\nWe deliver in *two* days. Dr. Who asks: \"Why?\"\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        b"\xff\xfeH\0i\0\n\0",
        b"\xef\xbb\xbf> quoted\n\n```\ncode\n```\n\n[a](b) ![c](d)",
        "Wir öffnen um 9 Uhr。营业时间是九点。 ส่งฟรี".as_bytes(),
    ];
    let words = ["\n\n", "# ", "|", "```", "[", "](", "*", "\u{2028}", "\u{feff}", "…", "。", "e.g. ", "\0", "<!--"];
    fuzz::fuzz("text_files", &seeds, &words, |input| {
        if let Ok(found) = document::extract(FileKind::Text, input, None) {
            index(found.blocks);
        }
    });
}

#[test]
fn fuzz_tables() {
    let seeds: [&[u8]; 3] =
        [b"question,answer\n\"How, long?\",\"Two \"\"days\"\"\"\n", b"name;price\nMug;1,50\n", b"a\tb\n\xe4\t2\n"];
    fuzz::fuzz("tables", &seeds, &["\"", "\"\"", ",", ";", "\t", "\r\n", "question", "answer"], |input| {
        if let Ok(table) = document::table(input) {
            assert!(!table.rows.is_empty());
            let _pairs = document::questions(&table);
        }
        if let Ok(found) = document::extract(FileKind::Csv, input, None) {
            index(found.blocks);
        }
    });
}

#[test]
fn fuzz_pages() {
    // Each of them was read as often as all others around it together.
    let terms = b"<dl><dt>x".repeat(60);
    let seeds: [&[u8]; 4] = [
        &terms,
        b"<!doctype html><meta charset=iso-8859-1><title>D | M</title><main><h1>D</h1><p>We <b>do</b>.<ul><li>a</ul><table><tr><td>1</table></main><footer>f</footer>",
        b"<base href=/x><link rel=canonical href=/y><meta name=robots content='noindex,nofollow'><a href='/z' rel=nofollow>z</a><details><summary>Q?</summary><p>A</details>",
        b"<svg><math><template><p>x</template></math><select><option>1</svg>",
    ];
    let words = [
        "<table>",
        "<tr><td>",
        "</p>",
        "<b>",
        "<ul><li>",
        "<details><summary>",
        "<main>",
        "<!--",
        "]]>",
        "&amp;",
        "&#x110000;",
        "<select>",
        "<template>",
        "<form>",
        "charset=",
        "<pre>",
        "<a href=",
        "<h1>",
        "<dl><dt>",
        "<img>",
        "<blockquote>",
    ];
    fuzz::fuzz("pages", &seeds, &words, |input| read(FileKind::Html, input));
}

#[test]
fn fuzz_pdfs() {
    let text = "BT /F1 12 Tf 72 720 Td (Hello from the shop) Tj 0 -14 Td [(We o) -20 (pen at nine)] TJ ET";
    let pdf = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length {}>>stream\n{text}\nendstream endobj\n\
         5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n\
         xref\n0 6\n0000000000 65535 f \ntrailer<</Size 6/Root 1 0 R>>\nstartxref\n0\n%%EOF",
        text.len()
    );
    let words = [
        "1 0 obj",
        "endobj",
        "stream\n",
        "<<",
        ">>",
        "[",
        "/Kids[2 0 R]",
        "/Filter/FlateDecode",
        "/Filter/ASCIIHexDecode",
        "/Length 1 0 R",
        "/Type/ObjStm",
        "/Encrypt",
        "trailer",
        "startxref",
        "/Prev 0",
        "/ToUnicode 4 0 R",
        "Tj",
        "BT",
        "cm",
    ];
    document::open_pdfium(&document::pdfium_of_tests()).unwrap();
    fuzz::fuzz("pdfs", &[pdf.as_bytes()], &words, |input| read(FileKind::Pdf, input));
}

#[test]
fn fuzz_word_documents() {
    let document = r#"<w:document><w:body><w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>Hi &amp; you</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:rPr><w:strike/><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:sym w:font="Symbol" w:char="F0B7"/></w:r><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "mailto:a@b.c"</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>x</w:t><w:fldChar w:fldCharType="end"/><w:pict><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr></w:tc></w:tr></w:tbl><w:altChunk r:id="a"/></w:body></w:document>"#;
    let styles =
        r#"<w:styles><w:style w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="H1"/></w:style></w:styles>"#;
    let core = "<cp:coreProperties><dc:title>T</dc:title></cp:coreProperties>";
    let numbering = r#"<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="9"/></w:lvlOverride></w:num></w:numbering>"#;
    let notes = r#"<w:footnotes><w:footnote w:id="1"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let relations = r#"<Relationships><Relationship Id="a" Type="x/aFChunk" Target="a.rtf"/></Relationships>"#;
    let rtf = r"{\rtf1 {\b Hi}\u8364?\'e4\par}";
    let package = |method| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        for (name, content) in [
            ("word/document.xml", document),
            ("word/styles.xml", styles),
            ("docProps/core.xml", core),
            ("word/numbering.xml", numbering),
            ("word/footnotes.xml", notes),
            ("word/_rels/document.xml.rels", relations),
            ("word/a.rtf", rtf),
        ] {
            zip.start_file(name, options).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let (stored, packed) = (package(zip::CompressionMethod::Stored), package(zip::CompressionMethod::Deflated));
    let words = [
        "<w:p>",
        "</w:p>",
        "<w:tbl>",
        "<w:tr>",
        "<w:tc>",
        "<w:t>",
        "<w:del>",
        "<w:txbxContent>",
        "<w:vMerge/>",
        "&#x0;",
        "&#xD800;",
        "<![CDATA[",
        "<!DOCTYPE",
        "PK\u{1}\u{2}",
        "PK\u{5}\u{6}",
        "w:val=\"",
        "heading 99999999999999999999",
    ];
    fuzz::fuzz("word_documents", &[&stored, &packed], &words, |input| read(FileKind::Docx, input));
}

#[test]
fn fuzz_model_answers() {
    let seeds: [&[u8]; 4] = [
        b"We deliver to Norway in 6 days [1]. It costs 14 euros [2].\n- by post [1, 2]\nCall +47 22 12 34 56.\0Norway takes 6 days and costs 14 euros.",
        b"**Yes** [1][2]! See https://a.example/x?y=1).\0yes a.example",
        b"1. one\n2. two [3]\n\nSo: [99999999999999999999]\0one two",
        "「はい」[1]。 Größe 38 [1]\0Größe 38".as_bytes(),
    ];
    let words =
        ["[1]", "[", "]", "[1, 2]", "(", "\u{27e6}1\u{27e7}", "https://", "\n", ". ", "- ", "9", "\u{301}", "**"];
    fuzz::fuzz("model_answers", &seeds, &words, |input| {
        let (answer, passage) = fuzz::two_texts(input);
        let draft = Draft::read(&answer, &[&passage, "Something else entirely."]);
        let doubts = draft.doubts().len();
        for similarity in [0.0, 1.0] {
            let _judged = draft.clone().judge(&vec![similarity; doubts]);
        }
        let (text, places) = llm::citations(&answer, 2);
        assert!(places.iter().all(|place| *place < 2), "{text}");
        let turns = [llm::Turn { is_visitor: true, content: passage.clone().into_owned() }];
        let _summary = llm::summary(&turns, &answer);
        let _question = llm::stand_alone(&turns, &passage, &answer);
        assert!(llm::keeps_facts(&answer, &answer), "{answer}");
    });
}

#[test]
fn fuzz_messages() {
    let seeds: [&[u8]; 4] = [
        b"Hi, I'm Ana from Acme Ltd. Call me at +49 170 1234567 or ana@acme.example, it's urgent!!!",
        "Ich möchte mit einem Menschen sprechen. Was kostet das?".as_bytes(),
        "¿Y a Austria? 我想要退款 أريد".as_bytes(),
        b"and that?\0ok",
    ];
    let words = ["@", ".example", "?", "!", "\u{301}", "\u{200d}", "ß", "İ", "'", "http://", " ", "person", "and to "];
    fuzz::fuzz("messages", &seeds, &words, |input| {
        let (text, other) = fuzz::two_texts(input);
        let _language = language::detect(&text);
        let _mood = (sentiment::mood(&text), sentiment::is_urgent(&text));
        let _signs = leads::signs(&text);
        let _talk = (extract::wants_person(&text), extract::small_talk(&text));
        let _standing = follow_up::standing(&text);
        let _terms = bm25::every_term(&text);
        let turn = |who, content: &str| summary::Turn { who, text: content.to_owned() };
        let turns = [turn(summary::Who::Contact, &text), turn(summary::Who::Team, &other)];
        let _summary = summary::extractive(&turns, None);
    });
}

#[test]
fn fuzz_private_things() {
    let seeds: [&[u8]; 4] = [
        b"4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, a.b+c@d.example, +49 (0)170 123-4567",
        b"\x1b[31ma@b.example\x1b[0m \\u0040 \\x1b \\n4111-1111-1111-1111",
        "\u{660}\u{661}\u{662} １２３ ⟦1⟧ [card]".as_bytes(),
        b"[email][phone] 2026-01-02 10:00 192.168.0.1 a@b.example",
    ];
    let words =
        ["@", "+", "\u{1b}[", "\\u{", "\u{27e6}1\u{27e7}", "[card]", "4111111111111111", "DE89", "-", "xn--", "."];
    fuzz::fuzz("private_things", &seeds, &words, |input| {
        let text = &*fuzz::text(input);
        let once = redact::redact(text);
        assert_eq!(redact::redact(&once), once, "redacting again changes something");
        let found = redact::find(text);
        for private in &found.private {
            assert!(found.redacted.get(private.at..).is_some_and(|rest| rest.starts_with(private.mark)));
        }
        let shielded = redact::shield(text);
        if !text.contains('\u{27e6}') {
            assert_eq!(shielded.restore(&shielded.text).as_deref(), Some(text), "it is not put back as it was");
            let marked = (1..).zip(&found.private).fold(shielded.text, |text, (number, private)| {
                text.replacen(&format!("\u{27e6}{number}\u{27e7}"), private.mark, 1)
            });
            assert_eq!(marked, found.redacted, "something private stays behind");
        }
    });
}

#[test]
fn fuzz_stored_bytes() {
    let seeds: [&[u8]; 2] = [&[1, 0, 0, 0, 0], &[2, 0xff, 0xff, 0xff, 0xff, 0x0f]];
    fuzz::fuzz("stored_bytes", &seeds, &["\u{1}", "\u{2}"], |input| {
        let _sentences = Sentences::from_bytes(input);
        let _head = intents::Head::from_bytes(input);
    });
}
