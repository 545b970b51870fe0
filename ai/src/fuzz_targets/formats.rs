//! Files of offices, books and mails, damaged. What is in a package is damaged before it is packed: a package that is
//! damaged itself hardly ever shows its parts.

use super::read;
use crate::document::FileKind;
use std::io::Write as _;

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="S" r:id="w"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<R><Relationship Id="w" Type="x/worksheet" Target="s.xml"/><Relationship Id="t" Type="x/styles" Target="t.xml"/><Relationship Id="h" Type="x/sharedStrings" Target="h.xml"/></R>"#;
const SHEET: &str = r#"<worksheet><cols><col min="2" max="2" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>46143.5</v></c></row><row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row><row r="5"><c s="2"><v>-12.345</v></c><c t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C5"/></mergeCells></worksheet>"#;
const STYLES: &str = r#"<s><numFmts><numFmt numFmtId="164" formatCode="[$€-407]#,##0.00;[Red]-0.0E+0"/></numFmts><fonts><font><b/></font></fonts><cellXfs><xf/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></s>"#;

#[test]
fn fuzz_spreadsheets() {
    let words =
        ["<row r=\"", "<c r=\"B9\">", "<v>", "1e308", "A1:XFD1048576", "t=\"d\"", "hidden=\"1\"", "-", "NaN", "</c>"];
    fuzz::fuzz("spreadsheets", &[SHEET.as_bytes()], &words, |input| {
        let parts = [("xl/workbook.xml", WORKBOOK), ("xl/_rels/workbook.xml.rels", RELATIONS), ("xl/t.xml", STYLES)];
        let shared =
            ("xl/h.xml", "<sst><si><r><rPr><vertAlign val='superscript'/></rPr><t>a_x000D_</t></r></si></sst>");
        let sheet = &*fuzz::text(input);
        read(FileKind::Xlsx, &package(&[&parts[..], &[shared, ("xl/s.xml", sheet)]].concat()));
    });
}

#[test]
fn fuzz_number_formats() {
    let seeds: [&[u8]; 4] =
        ["#,##0.00\\ [$€-407];[<5]0%".as_bytes(), b"[h]:mm:ss.000 AM/PM", b"# ??/16", b"##0.0E+00,,"];
    let words = [
        "0", "#", "?", ".", ",", "%", "E+", "/", "[h]", "[$-409]", "[>=", ";", "\"", "\\", "m", "yyyy", "General", "@",
        "_", "*",
    ];
    fuzz::fuzz("number_formats", &seeds, &words, |input| {
        let code: String = fuzz::text(input).chars().filter(|c| !matches!(c, '<' | '&' | '"')).collect();
        let styles = format!(
            r#"<s><numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></s>"#
        );
        let cells: String = ["0", "-0.5", "1234567.891", "46143.99999", "1e300", "1e-300", "60", "-1e15"]
            .iter()
            .map(|value| format!("<c><v>{value}</v></c>"))
            .collect();
        let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
        let parts = [
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/t.xml", &styles),
            ("xl/s.xml", &sheet),
        ];
        read(FileKind::Xlsx, &package(&parts));
    });
}

#[test]
fn fuzz_open_documents() {
    let text = r#"<d><office:automatic-styles><style:style style:name="H" style:parent-style-name="H"><style:text-properties text:display="none"/></style:style><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="i" text:display-levels="3"/></text:list-style></office:automatic-styles><office:body><office:text><text:h text:outline-level="2">H</text:h><text:p>a<text:s text:c="9"/><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p><text:list text:style-name="L"><text:list-item><text:p>i</text:p></text:list-item></text:list><table:table><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2"><text:p>c</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table></office:text><office:spreadsheet><table:table table:name="T"><table:table-column table:visibility="collapse"/><table:table-row><table:table-cell office:value-type="float"><text:p>5</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet><office:presentation><draw:page><draw:frame presentation:class="title" svg:y="1cm"><draw:text-box><text:p>t</text:p></draw:text-box></draw:frame></draw:page></office:presentation></office:body></d>"#;
    let words = [
        "<text:p>",
        "</text:p>",
        "<text:list>",
        "<table:table>",
        "repeated=\"999999999\"",
        "spanned=\"999999\"",
        "text:level=\"20\"",
        "<text:note>",
        "&#0;",
        "<draw:g>",
    ];
    fuzz::fuzz("open_documents", &[text.as_bytes()], &words, |input| {
        let bytes = package(&[("content.xml", &fuzz::text(input))]);
        for kind in [FileKind::Odt, FileKind::Ods, FileKind::Odp] {
            read(kind, &bytes);
        }
    });
}

#[test]
fn fuzz_presentations() {
    let slide = r#"<p:sld><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="1" y="2"/><a:ext cx="3" cy="4"/></a:xfrm></p:spPr><p:txBody><a:p><a:pPr lvl="1"><a:buAutoNum type="romanLcParenBoth" startAt="7"/></a:pPr><a:r><a:rPr baseline="3000"/><a:t>a</a:t></a:r><a:br/></a:p></p:txBody></p:sp><p:grpSp><p:sp><p:txBody><a:p><a:r><a:t>b</a:t></a:r></a:p></p:txBody></p:sp></p:grpSp><p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/><a:tr><a:tc gridSpan="2"/><a:tc hMerge="1"/></a:tr><a:tr><a:tc vMerge="1"/></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame></p:spTree></p:cSld></p:sld>"#;
    let words = [
        "<p:sp>",
        "<p:grpSp>",
        "NaN",
        "inf",
        "-1e308",
        "lvl=\"9\"",
        "startAt=\"-9223372036854775808\"",
        "<a:p>",
        "show=\"0\"",
        "</p:sp>",
    ];
    fuzz::fuzz("presentations", &[slide.as_bytes()], &words, |input| {
        let parts = [
            ("ppt/presentation.xml", r#"<p xmlns:r="r"><sldIdLst><sldId id="1" r:id="a"/></sldIdLst></p>"#),
            ("ppt/_rels/presentation.xml.rels", r#"<R><Relationship Id="a" Type="x/slide" Target="s.xml"/></R>"#),
            ("ppt/s.xml", &*fuzz::text(input)),
        ];
        read(FileKind::Pptx, &package(&parts));
    });
}

#[test]
fn fuzz_rich_texts() {
    let seeds: [&[u8]; 3] = [
        b"{\\rtf1{\\listtext 1\\u.\\tab}a\\par}",
        b"{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0\\fcharset128 A;}}{\\stylesheet{\\s1 heading 1;}}\\pard\\s1 H\\par{\\listtext 1.\\tab}\\'e4\\u8364?\\uc2\\u-10179\\'81\\'82{\\v x}{\\super 2}{\\footnote n}\\par}",
        b"{\\rtf1\\trowd\\trhdr\\clmgf\\cellx1\\clmrg\\cellx2\\intbl a\\cell b\\cell\\row\\trowd\\clvmrg\\cellx1 c\\cell\\row{\\*\\shppict{\\pict\\bin3 abc}}{\\field{\\*\\fldinst x}{\\fldrslt y}}\\nestcell\\nestrow}",
    ];
    let words = [
        "{",
        "}",
        "\\par",
        "\\u",
        "\\'",
        "\\bin99",
        "\\*",
        "\\cell",
        "\\row",
        "\\trowd",
        "\\uc0",
        "\\f0",
        "-2147483648",
        "\\listtext",
        "\\footnote",
    ];
    fuzz::fuzz("rich_texts", &seeds, &words, |input| read(FileKind::Rtf, input));
}

#[test]
fn fuzz_books() {
    let seeds: [&[u8]; 2] = [
        b"<package><metadata><title>T</title></metadata><manifest><item id='a' href='%20c.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>\0<html><head><title/></head><body><header><h1>H</h1></header><a epub:type='noteref' href='x>y'>1</a><![CDATA[a<b]]><!-- c --><td/></body></html>",
        b"\0<p>a<br/>b</p>",
    ];
    let words = [
        "<a noteref>",
        "</a>",
        "/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "'",
        "\"",
        "%2",
        "../",
        "<?",
        "properties='nav'",
    ];
    fuzz::fuzz("books", &seeds, &words, |input| {
        let (book, chapter) = fuzz::two_texts(input);
        let container = "<container><rootfile full-path='b.opf'/></container>";
        let parts = [("META-INF/container.xml", container), ("b.opf", &*book), (" c.xhtml", &*chapter)];
        read(FileKind::Epub, &package(&parts));
    });
}

#[test]
fn fuzz_mails() {
    let seeds: [&[u8]; 2] = [
        b"From: =?utf-8?q?J=C3=B6?= <j@x>\r\nTo: a: b@x, c@x;\r\nSubject: =?iso-8859-1?B?R/Y=?=\r\nDate: Fri, 1 May 2026 10:00:00 +0200\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C4=E0\r\n> q\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+YTwvcD4=\r\n--x\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.pdf\r\n\r\nx\r\n--x--\r\n",
        b"From x\nFrom: a\nSubject: b\nContent-Type: message/rfc822\n\nFrom: c\n\nd",
    ];
    let words = [
        "Content-Type: multipart/mixed; boundary=x\r\n",
        "\r\n\r\n",
        "--x\r\n",
        "--x--",
        "=?utf-8?b?",
        "?=",
        "charset=utf-7",
        "> ",
        "\"",
        "message/rfc822",
    ];
    fuzz::fuzz("mails", &seeds, &words, |input| read(FileKind::Eml, input));
}
