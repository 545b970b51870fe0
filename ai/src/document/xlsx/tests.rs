//! Price lists, opening hours, and what a sheet hides.

use super::*;
use crate::document::{package::packed, plain};

const STYLES: &str = r##"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="#,##0.00\ &quot;€&quot;"/></numFmts>
    <fonts><font/><font><b/></font></fonts>
    <cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/><xf numFmtId="14" fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="9"/></cellXfs></styleSheet>"##;
const RELATIONS: &str = r#"<Relationships>
    <Relationship Id="a" Type="http://x/styles" Target="styles.xml"/>
    <Relationship Id="b" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/>
    <Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="r2" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;

fn book(sheets: &str, sheet: &str) -> Vec<u8> {
    packed(&[
        ("xl/workbook.xml", &format!(r#"<workbook xmlns:r="r"><sheets>{sheets}</sheets></workbook>"#)),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/styles.xml", STYLES),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Item</t></si><si><r><t>12</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>99</t></r></si></sst>",
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        (
            "xl/worksheets/sheet2.xml",
            r#"<worksheet><sheetData><row><c t="str"><v>secret</v></c></row></sheetData></worksheet>"#,
        ),
    ])
}

fn text(name: &str) -> String {
    format!(r#"t="inlineStr"><is><t>{name}</t></is></c>"#)
}

#[test]
fn a_price_list_is_read_as_it_is_seen() {
    let sheet = format!(
        r#"<worksheet><cols><col min="3" max="3" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1" {title}</row>
        <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" s="3" {price}<c r="C3" {cost}<c r="D3" {from}<c r="E3" {off}</row>
        <row r="4"><c r="A4" {mug}<c r="B4" s="1"><f>5*2.5</f><v>12.5</v></c><c r="C4"><v>3</v></c><c r="D4" s="2"><v>46143</v></c><c r="E4" s="4"><v>0.2</v></c></row>
        <row r="5" hidden="1"><c r="A5" {ghost}</row>
        <row r="6"><c r="A6" {pot}<c r="B6" s="1"><v>1299</v></c><c r="D6" t="e"><v>#N/A</v></c><c r="E6" t="b"><v>1</v></c></row>
        </sheetData><mergeCells><mergeCell ref="A1:E1"/></mergeCells></worksheet>"#,
        title = text("Prices &amp; more"),
        price = text("Price"),
        cost = text("Cost"),
        from = text("From"),
        off = text("Off"),
        mug = text("Mug"),
        ghost = text("Ghost"),
        pot = text("Pot"),
    );
    let bytes = book(r#"<sheet name="List" r:id="r1"/><sheet name="Hidden" state="hidden" r:id="r2"/>"#, &sheet);
    let found = read(&bytes).unwrap();
    assert_eq!(
        plain(&found.blocks),
        "List\n\nPrices & more\n\nItem | Price | From | Off\nMug | 12.50 € | 2026-05-01 | 20%\nPot | 1,299.00 € |  | TRUE"
    );
    assert!(matches!(&found.blocks[2], Block::Table { header, .. } if header[1] == "Price"));
}

#[test]
fn merged_cells_stand_in_every_row_that_they_reach() {
    let sheet = format!(
        r#"<worksheet><sheetData><row r="1"><c r="A1" {day}<c r="B1" {open}</row>
        <row r="2"><c r="A2" {monday}<c r="B2" {hours}</row><row r="3"><c r="A3" {tuesday}<c r="B3"/></row></sheetData>
        <mergeCells><mergeCell ref="B2:B3"/></mergeCells></worksheet>"#,
        day = text("Day"),
        open = text("Open"),
        monday = text("Monday"),
        hours = text("9–12"),
        tuesday = text("Tuesday"),
    );
    let found = read(&book(r#"<sheet name="Hours" r:id="r1"/>"#, &sheet)).unwrap();
    assert_eq!(plain(&found.blocks), "Hours\n\nDay | Open\nMonday | 9–12\nTuesday | 9–12");
}

#[test]
fn raised_cents_do_not_join_the_price() {
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c></row></sheetData></worksheet>"#;
    let found = read(&book(r#"<sheet name="S" r:id="r1"/>"#, sheet)).unwrap();
    assert_eq!(plain(&found.blocks), "S\n\n12 99");
}

#[test]
fn far_away_cells_cost_nothing() {
    let rows: String = (1..2_000)
        .map(|row| format!(r#"<row r="{}"><c r="XFD{}"><v>{row}</v></c></row>"#, row * 500, row * 500))
        .collect();
    let sheet = format!(
        r#"<worksheet><sheetData>{rows}</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>"#
    );
    let found = read(&book(r#"<sheet name="S" r:id="r1"/>"#, &sheet)).unwrap();
    assert_eq!(found.blocks.len(), 2_000);
}
