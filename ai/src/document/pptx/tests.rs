//! A talk with columns, bullets, a table, and slides that are skipped.

use super::*;
use crate::document::package::packed;

fn shape(kind: &str, [x, y, width, height]: [u32; 4], paragraphs: &str) -> String {
    let place = if width == 0 {
        String::new()
    } else {
        format!(r#"<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>"#)
    };
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="2"/><p:nvPr>{kind}</p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody>{paragraphs}</p:txBody></p:sp>"#
    )
}

fn slide(attributes: &str, shapes: &str) -> String {
    format!(
        r#"<p:sld xmlns:p="p" xmlns:a="a" xmlns:r="r" {attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"#
    )
}

fn paragraph(text: &str) -> String {
    format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")
}

#[test]
fn a_talk_is_read_slide_by_slide() {
    let body = format!(
        r#"{}<a:p><a:pPr lvl="1"/><a:r><a:t>Inner</a:t></a:r></a:p><a:p><a:pPr><a:buAutoNum type="alphaLcParenR"/></a:pPr><a:r><a:t>First</a:t></a:r></a:p><a:p><a:pPr><a:buAutoNum type="alphaLcParenR"/></a:pPr><a:r><a:t>Second</a:t></a:r></a:p><a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>30 m</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r><a:br/><a:r><a:t>plain</a:t></a:r></a:p>"#,
        paragraph("Bullet")
    );
    let table = r#"<p:graphicFrame><p:xfrm><a:off x="0" y="900"/><a:ext cx="100" cy="50"/></p:xfrm><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>
        <a:tr><a:tc><a:txBody><a:p><a:r><a:t>Day</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Open</a:t></a:r></a:p></a:txBody></a:tc></a:tr>
        <a:tr><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>closed</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"><a:txBody><a:p/></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"#;
    let first = slide(
        "",
        &[
            table.to_owned(),
            shape("", [60, 200, 40, 50], &paragraph("right")),
            shape("", [0, 200, 40, 50], &paragraph("left")),
            shape(r#"<p:ph type="body" idx="1"/>"#, [0, 0, 0, 0], &body),
            shape(r#"<p:ph type="ftr" idx="2"/>"#, [0, 990, 100, 10], &paragraph("Acme GmbH")),
            shape(r#"<p:ph type="title"/>"#, [0, 950, 100, 10], &paragraph("Prices")),
        ]
        .concat(),
    );
    let layout = slide("", &shape(r#"<p:ph type="body" idx="1"/>"#, [0, 400, 100, 100], "<a:lstStyle/>"));
    let master = slide("", "").replace("</p:sld>", r#"<p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr><a:lvl2pPr><a:buChar char="–"/></a:lvl2pPr></p:bodyStyle></p:txStyles></p:sld>"#);
    let relation =
        |kind: &str, target: &str| format!(r#"<R><Relationship Id="a" Type="x/{kind}" Target="{target}"/></R>"#);
    let bytes = packed(&[
        (
            "ppt/presentation.xml",
            r#"<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="b"/><p:sldId id="257" r:id="a"/></p:sldIdLst></p:presentation>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            r#"<R><Relationship Id="a" Type="x/slide" Target="slides/slide1.xml"/><Relationship Id="b" Type="x/slide" Target="slides/slide2.xml"/></R>"#,
        ),
        ("ppt/slides/slide1.xml", &first),
        ("ppt/slides/_rels/slide1.xml.rels", &relation("slideLayout", "../slideLayouts/slideLayout1.xml")),
        ("ppt/slideLayouts/slideLayout1.xml", &layout),
        ("ppt/slideLayouts/_rels/slideLayout1.xml.rels", &relation("slideMaster", "../slideMasters/slideMaster1.xml")),
        ("ppt/slideMasters/slideMaster1.xml", &master),
        ("ppt/slides/slide2.xml", &slide(r#"show="0""#, &shape("", [0, 0, 1, 1], &paragraph("secret")))),
    ]);
    let table = Block::Table {
        caption: String::new(),
        header: vec!["Day".to_owned(), "Open".to_owned()],
        rows: vec![vec!["closed".to_owned(), "closed".to_owned()]],
    };
    assert_eq!(
        read(&bytes).unwrap().blocks,
        [
            Block::Page(2),
            Block::heading(1, "Prices"),
            Block::paragraph("left"),
            Block::paragraph("right"),
            Block::item(0, "", "Bullet"),
            Block::item(1, "", "Inner"),
            Block::item(0, "a)", "First"),
            Block::item(0, "b)", "Second"),
            Block::paragraph("30 m²\nplain"),
            table,
        ]
    );
}
