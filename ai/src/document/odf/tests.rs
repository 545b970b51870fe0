//! A contract, opening hours and a talk.

use super::*;
use crate::document::{Block, package::packed, plain};

const HEAD: &str = r#"<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="ta" xmlns:style="s" xmlns:draw="d" xmlns:fo="f">"#;

fn package(styles: &str, body: &str) -> Vec<u8> {
    let content = format!(
        "{HEAD}<office:automatic-styles>{styles}</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    );
    packed(&[
        ("content.xml", &content),
        (
            "meta.xml",
            "<m><office:meta xmlns:office='o'><dc:title xmlns:dc='d'>Terms &amp; more</dc:title></office:meta></m>",
        ),
    ])
}

#[test]
fn a_contract_keeps_its_numbers_and_loses_what_was_deleted() {
    let styles = r#"<style:style style:name="H"><style:text-properties text:display="none"/></style:style>
        <style:style style:name="S"><style:text-properties style:text-position="super 58%"/></style:style>
        <text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
        <text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>"#;
    let body = r#"<office:text><text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>
        <text:h text:outline-level="2">Returns</text:h>
        <text:p>Within<text:s text:c="2"/><text:span>30 m</text:span><text:span text:style-name="S">2</text:span><text:span text:style-name="H">hidden</text:span><text:line-break/>of
        delivery<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>By post.</text:p></text:note-body></text:note>.</text:p>
        <text:list text:style-name="L"><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>Deep</text:p></text:list-item></text:list></text:list-item>
        <text:list-item><text:p>Two</text:p><text:p>more</text:p></text:list-item></text:list>
        <text:p>Between</text:p>
        <text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>Three</text:p></text:list-item></text:list>
        <text:p><draw:frame><draw:text-box><text:p>Boxed</text:p></draw:text-box></draw:frame></text:p></office:text>"#;
    let found = text(&package(styles, body)).unwrap();
    assert_eq!(found.title.as_deref(), Some("Terms & more"));
    assert_eq!(
        found.blocks,
        [
            Block::heading(2, "Returns"),
            Block::paragraph("Within 30 m²\nof delivery 1 ."),
            Block::Note { label: "1".to_owned(), text: "By post.".to_owned() },
            Block::item(0, "1.", "One"),
            Block::item(1, "a)", "Deep"),
            Block::item(0, "2.", "Two"),
            Block::paragraph("more"),
            Block::paragraph("Between"),
            Block::item(0, "3.", "Three"),
            Block::paragraph("Boxed"),
        ]
    );
}

#[test]
fn cells_that_reach_over_others_stand_in_each() {
    let body = r#"<office:text><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Day</text:p></table:table-cell>
        <table:table-cell table:number-columns-spanned="2"><text:p>Open</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>
        <table:table-row><table:table-cell><text:p>Mon</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2" table:number-rows-spanned="2"><text:p>9–12</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell><text:p>Tue</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/></table:table-row></table:table></office:text>"#;
    let found = text(&package("", body)).unwrap();
    assert_eq!(plain(&found.blocks), "Day | Open | Open\nMon | 9–12 | 9–12\nTue | 9–12 | 9–12");
}

#[test]
fn a_sheet_is_read_as_it_is_seen() {
    let body = r#"<office:spreadsheet><table:table table:name="Prices"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="1000"/>
        <table:table-row><table:table-cell><text:p>Item</text:p></table:table-cell><table:table-cell><text:p>Cost</text:p></table:table-cell><table:table-cell><text:p>Price</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell><text:p>Mug</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="12.5"><office:annotation><text:p>cheap</text:p></office:annotation><text:p>12,50 €</text:p></table:table-cell><table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table></office:spreadsheet>"#;
    let found = sheets(&package("", body)).unwrap();
    assert_eq!(plain(&found.blocks), "Prices\n\nItem | Price\nMug | 12,50 €");
}

#[test]
fn slides_are_read_from_above_to_below() {
    let styles = r#"<style:style style:name="X"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>"#;
    let frame = |class: &str, y: &str, text: &str| {
        format!(
            r#"<draw:frame presentation:class="{class}" svg:y="{y}cm" svg:x="1cm"><draw:text-box>{text}</draw:text-box></draw:frame>"#
        )
    };
    let body = format!(
        r#"<office:presentation><draw:page>{}{}{}<presentation:notes><draw:frame><draw:text-box><text:p>note</text:p></draw:text-box></draw:frame></presentation:notes></draw:page><draw:page draw:style-name="X">{}</draw:page></office:presentation>"#,
        frame("outline", "9", "<text:list><text:list-item><text:p>below</text:p></text:list-item></text:list>"),
        frame("outline", "5", "<text:p>above</text:p>"),
        frame("title", "12", "<text:p>Welcome</text:p>"),
        frame("title", "1", "<text:p>secret</text:p>"),
    );
    let found = slides(&package(styles, &body)).unwrap();
    assert_eq!(
        found.blocks,
        [Block::Page(1), Block::heading(1, "Welcome"), Block::paragraph("above"), Block::item(0, "", "below")]
    );
}
