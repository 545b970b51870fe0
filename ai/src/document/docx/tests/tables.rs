//! Tables.

use super::*;

fn cell(place: &str, content: &str) -> String {
    format!("<w:tc><w:tcPr>{place}</w:tcPr>{content}</w:tc>")
}

fn c(words: &str) -> String {
    cell("", &p(&r(words)))
}

fn bold(words: &str) -> String {
    cell("", &p(&look("<w:b/>", words)))
}

fn tr(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

fn tbl(rows: &[String]) -> String {
    format!("<w:tbl><w:tblPr/><w:tblGrid/>{}</w:tbl>", rows.concat())
}

fn table(header: Vec<String>, rows: Vec<Vec<String>>) -> Block {
    Block::Table { caption: String::new(), header, rows }
}

#[test]
fn cells_stand_where_they_are_seen() {
    let tall = |kind: &str, words: &str| cell(&format!("<w:vMerge{kind}/>"), &p(&r(words)));
    let rows = [
        tr(&[bold("Country"), bold("Size"), bold("Price")]),
        tr(&[tall(" w:val='restart'", "Norway"), c("S"), c("5")]),
        tr(&[tall("", ""), c("M"), c("6")]),
        tr(&[c("Sweden"), cell("<w:gridSpan w:val='2'/>", &p(&r("on request")))]),
    ];
    assert_eq!(
        read_body(&tbl(&rows)),
        [table(
            row(["Country", "Size", "Price"]),
            vec![row(["Norway", "S", "5"]), row(["Norway", "M", "6"]), row(["Sweden", "on request", "on request"]),]
        )]
    );
    let shifted = [
        tr(&[c("a"), c("b"), c("c")]),
        "<w:tr><w:trPr><w:gridBefore w:val='1'/><w:gridAfter w:val='1'/></w:trPr>".to_owned() + &c("d") + "</w:tr>",
    ];
    assert_eq!(read_body(&tbl(&shifted)), [table(vec![], vec![row(["a", "b", "c"]), row(["", "d"])])]);
    // A line that was moved a little makes columns that nobody sees.
    let moved = [
        tr(&[cell("<w:gridSpan w:val='2'/>", &p(&r("Tea"))), c("4")]),
        tr(&[c("Cup"), cell("<w:gridSpan w:val='2'/>", &p(&r("9")))]),
    ];
    assert_eq!(read_body(&tbl(&moved)), [table(vec![], vec![row(["Tea", "4"]), row(["Cup", "9"])])]);
}

#[test]
fn names_of_columns_are_marked_or_bold_or_styled() {
    let marked = "<w:tr><w:trPr><w:tblHeader/></w:trPr>".to_owned() + &c("Day") + &c("Open") + "</w:tr>";
    let body = tr(&[c("Monday"), c("9–17")]);
    let expected = [table(row(["Day", "Open"]), vec![row(["Monday", "9–17"])])];
    assert_eq!(read_body(&tbl(&[marked, body.clone()])), expected);
    let styles = "<w:styles xmlns:w='w'><w:style w:type='table' w:styleId='G'><w:name w:val='Grid'/><w:tblStylePr w:type='firstRow'><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style><w:style w:type='table' w:styleId='H'><w:basedOn w:val='G'/></w:style></w:styles>";
    let styled = |look: &str| {
        format!(
            "<w:tbl><w:tblPr><w:tblStyle w:val='H'/><w:tblLook {look}/></w:tblPr>{}{body}</w:tbl>",
            tr(&[c("Day"), c("Open")])
        )
    };
    for look in ["w:firstRow='1'", "w:val='04A0'"] {
        assert_eq!(read_with(&styled(look), &[("word/styles.xml", styles)]), expected);
    }
    let rows = [table(vec![], vec![row(["Day", "Open"]), row(["Monday", "9–17"])])];
    assert_eq!(read_with(&styled("w:firstRow='0'"), &[("word/styles.xml", styles)]), rows);
    // Two rows of names, and the title of the table above them.
    let wide = |words: &str, wide: u32| cell(&format!("<w:gridSpan w:val='{wide}'/>"), &p(&look("<w:b/>", words)));
    let rows = [
        tr(&[wide("Summer", 3)]),
        tr(&[cell("<w:vMerge w:val='restart'/>", &p(&look("<w:b/>", "Day"))), wide("Open", 2)]),
        tr(&[cell("<w:vMerge/>", &p("")), bold("from"), bold("to")]),
        tr(&[c("Monday"), c("9"), c("17")]),
    ];
    assert_eq!(
        read_body(&tbl(&rows)),
        [Block::Table {
            caption: "Summer".to_owned(),
            header: row(["Day", "Open from", "Open to"]),
            rows: vec![row(["Monday", "9", "17"])],
        }]
    );
}

#[test]
fn lines_of_cells_beside_each_other_are_rows() {
    let lines = |lines: &[&str]| cell("", &lines.iter().map(|line| p(&r(line))).collect::<String>());
    assert_eq!(
        read_body(&tbl(&[tr(&[lines(&["S", "M"]), lines(&["4 EUR", "5 EUR"])])])),
        [table(vec![], vec![row(["S", "4 EUR"]), row(["M", "5 EUR"])])]
    );
    let tall = cell("<w:vMerge w:val='restart'/>", &p(&r("Shirt")));
    let rows =
        [tr(&[tall, lines(&["S", "M"]), lines(&["4", "5"])]), tr(&[cell("<w:vMerge/>", &p("")), c("L"), c("6")])];
    assert_eq!(
        read_body(&tbl(&rows)),
        [table(vec![], vec![row(["Shirt", "S", "4"]), row(["Shirt", "M", "5"]), row(["Shirt", "L", "6"])])]
    );
}

#[test]
fn what_is_arranged_like_a_table_is_text() {
    let framed = tbl(&[tr(&[cell("", &(p(&r("One")) + &p(&r("Two"))))]), tr(&[c("Three")])]);
    assert_eq!(read_body(&framed), paragraphs(["One", "Two", "Three"]));
    // Tables within others.
    let inner = tbl(&[tr(&[c("S"), c("4")]), tr(&[c("M"), c("5")])]);
    let outer = tbl(&[tr(&[c("Left"), cell("", &(p(&r("Right")) + &inner + &p("")))])]);
    assert_eq!(
        read_body(&outer),
        [Block::paragraph("Left"), Block::paragraph("Right"), table(vec![], vec![row(["S", "4"]), row(["M", "5"])]),]
    );
    let named = tbl(&[tr(&[bold("Item"), bold("Sizes")]), tr(&[c("Shirt"), cell("", &(inner + &p("")))])]);
    assert_eq!(read_body(&named), [table(row(["Item", "Sizes"]), vec![row(["Shirt", "S; 4\nM; 5"])])]);
    // A heading across all columns belongs to the text.
    let heading = "<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:r><w:t>Pizza</w:t></w:r></w:p>";
    let menu =
        tbl(&[tr(&[c("Tea"), c("2")]), tr(&[cell("<w:gridSpan w:val='2'/>", heading)]), tr(&[c("Salami"), c("9")])]);
    assert_eq!(
        read_body(&menu),
        [table(vec![], vec![row(["Tea", "2"])]), Block::heading(2, "Pizza"), table(vec![], vec![row(["Salami", "9"])]),]
    );
}

#[test]
fn captions_go_to_their_tables() {
    let styles = "<w:styles xmlns:w='w'><w:style w:type='paragraph' w:styleId='Cap'><w:name w:val='caption'/></w:style></w:styles>";
    let one = || tbl(&[tr(&[c("a"), c("b")])]);
    let named =
        |caption: &str| Block::Table { caption: caption.to_owned(), header: vec![], rows: vec![row(["a", "b"])] };
    let read = |body: String| read_with(&body, &[("word/styles.xml", styles)]);
    let cap = |words: &str| styled("Cap", words);
    assert_eq!(read(cap("T1") + &one() + &cap("T2") + &one()), [named("T1"), named("T2")]);
    assert_eq!(read(one() + &cap("T1") + &one() + &cap("T2")), [named("T1"), named("T2")]);
    let picture = p("<w:r><w:drawing/></w:r>");
    assert_eq!(read(picture + &cap("A mill") + &one()), [Block::Caption("A mill".to_owned()), named("")]);
}

#[test]
fn changes_of_tables_are_accepted() {
    let deleted = "<w:tr><w:trPr><w:del/></w:trPr>".to_owned() + &c("x") + &c("y") + "</w:tr>";
    let wrapped = format!(
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
        tr(&[c("a"), format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", c("b"))])
    );
    let nested = c("c") + &cell("<w:cellDel/>", &p(&r("gone"))) + &c("d");
    assert_eq!(
        read_body(&tbl(&[deleted, wrapped, format!("<w:tr>{nested}</w:tr>")])),
        [table(vec![], vec![row(["a", "b"]), row(["c", "d"])])]
    );
}
