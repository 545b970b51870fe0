//! Paragraphs and the words in them.

use super::*;

const STYLES: &str = "<w:styles xmlns:w='w'>
    <w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/></w:style>
    <w:style w:type='paragraph' w:styleId='berschrift2'><w:name w:val='heading 2'/><w:basedOn w:val='Normal'/></w:style>
    <w:style w:type='paragraph' w:styleId='Question'><w:name w:val='Question'/><w:basedOn w:val='berschrift2'/></w:style>
    <w:style w:type='paragraph' w:styleId='Deep'><w:name w:val='Deep'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:style>
    <w:style w:type='paragraph' w:styleId='Body9'><w:name w:val='Body'/><w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>
    <w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>
    <w:style w:type='paragraph' w:styleId='Q'><w:name w:val='Quote'/></w:style>
    <w:style w:type='paragraph' w:styleId='C'><w:name w:val='Source Code'/></w:style>
    <w:style w:type='paragraph' w:styleId='Cap'><w:name w:val='caption'/></w:style>
    <w:style w:type='character' w:styleId='Gone'><w:name w:val='Gone'/><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type='character' w:styleId='Ref'><w:name w:val='footnote reference'/><w:rPr><w:vertAlign w:val='superscript'/></w:rPr></w:style>
    <w:style w:type='paragraph' w:styleId='Loop'><w:name w:val='Loop'/><w:basedOn w:val='Pool'/></w:style>
    <w:style w:type='paragraph' w:styleId='Pool'><w:name w:val='Pool'/><w:basedOn w:val='Loop'/></w:style>
</w:styles>";

#[test]
fn headings_are_found_by_name_base_and_outline() {
    let body = [
        styled("T", "Terms"),
        styled("berschrift2", "Returns"),
        styled("Question", "How long?"),
        styled("Deep", "Deep"),
        "<w:p><w:pPr><w:outlineLvl w:val='0'/></w:pPr><w:r><w:t>Own</w:t></w:r></w:p>".to_owned(),
        styled("Body9", "Words"),
        styled("Loop", "Round"),
        styled("Unknown", "Nobody knows"),
        styled("Q", "They said"),
        styled("C", "x = 1"),
        styled("C", "  y"),
        styled("Cap", "A mill"),
    ];
    assert_eq!(
        read_with(&body.concat(), &[("word/styles.xml", STYLES)]),
        [
            Block::heading(1, "Terms"),
            Block::heading(2, "Returns"),
            Block::heading(2, "How long?"),
            Block::heading(3, "Deep"),
            Block::heading(1, "Own"),
            Block::paragraph("Words"),
            Block::paragraph("Round"),
            Block::paragraph("Nobody knows"),
            Block::Quote("They said".to_owned()),
            Block::Code("x = 1\n  y".to_owned()),
            Block::Caption("A mill".to_owned()),
        ]
    );
}

#[test]
fn words_are_as_they_are_seen() {
    let cases: &[(String, &str)] = &[
        (r("Monday") + "<w:r><w:tab/><w:t>9</w:t><w:noBreakHyphen/><w:t>17</w:t><w:br/><w:t>closed</w:t><w:cr/><w:t>on So</w:t><w:softHyphen/><w:t>nday</w:t></w:r>", "Monday 9-17\nclosed\non Sonday"),
        (r("one") + "<w:r><w:br w:type='page'/><w:lastRenderedPageBreak/></w:r>" + &r("two"), "one\ntwo"),
        ("<w:r><w:t>a\n   b &amp; &#8364;<![CDATA[<c>]]></w:t></w:r>".to_owned(), "a b & €<c>"),
        (r("from 50") + &look("<w:vertAlign w:val='superscript'/>", "1") + &r(" EUR, 9 m") + &look("<w:vertAlign w:val='superscript'/>", "2"), "from 50 1 EUR, 9 m²"),
        (r("only ") + &look("<w:strike/>", "79 ") + &look("<w:dstrike/>", "EUR") + &r(" 59 EUR"), "only (79 EUR) 59 EUR"),
        (look("<w:caps/>", "Shouted") + &look("<w:vanish/>", "secret") + &look("<w:webHidden/>", "12") + &look("<w:rStyle w:val='Gone'/>", "x") + &look("<w:rStyle w:val='Gone'/><w:vanish w:val='0'/>", " shown"), "Shouted shown"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>".to_owned() + &r(" yes ") + "<w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r>" + &r(" 5") + &look("<w:rFonts w:ascii='Wingdings'/>", "û"), "✓ yes ≥ 5✗"),
        (r("A") + "<w:proofErr/><w:smartTag><w:smartTagPr><w:attr/></w:smartTagPr>" + &r("B") + "</w:smartTag><w:sdt><w:sdtPr><w:alias w:val='n'/></w:sdtPr><w:sdtContent>" + &r("C") + "</w:sdtContent></w:sdt><w:ins>" + &r("D") + "</w:ins><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:moveFrom>" + &r("y") + "</w:moveFrom><w:moveTo>" + &r("E") + "</w:moveTo><w:r><w:commentReference w:id='0'/></w:r>", "ABCDE"),
        ("<m:oMath><m:r><m:t>x=1</m:t></m:r><m:f><m:fPr/><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>m</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup><m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e><m:r><m:t>y</m:t></m:r></m:e></m:d><m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>0</m:t></m:r></m:sub><m:sup/><m:e><m:r><m:t>z</m:t></m:r></m:e></m:nary></m:oMath>".to_owned(), "x=1 1/2m²[y]∑0 z"),
        (r("שלום") + &look("<w:rtl/>", " עולם 5"), "שלום עולם 5"),
        ("<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>".to_owned(), "漢(kan)"),
    ];
    for (runs, text) in cases {
        assert_eq!(read_with(&p(runs), &[("word/styles.xml", STYLES)]), [Block::paragraph(text)], "{runs}");
    }
}

#[test]
fn paragraphs_without_an_end_go_on() {
    let body = "<w:p><w:pPr><w:framePr w:dropCap='drop'/></w:pPr><w:r><w:t>O</w:t></w:r></w:p>".to_owned()
        + &p(&r("nce upon"))
        + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>first </w:t></w:r></w:p>"
        + &p(&r("second"))
        + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>all</w:delText></w:r></w:del></w:p>"
        + &p(&r("third"));
    assert_eq!(read_body(&body), paragraphs(["Once upon", "first second", "third"]));
}

#[test]
fn fields_show_their_result_and_links_their_words() {
    let char = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let instr = |text: &str| format!("<w:r><w:instrText>{text}</w:instrText></w:r>");
    let field =
        |instruction: &str, shown: &str| char("begin") + &instr(instruction) + &char("separate") + shown + &char("end");
    let inner = char("begin")
        + &instr("IF ")
        + &field("MERGEFIELD x", &r("no"))
        + &instr("= 1")
        + &char("separate")
        + &r("yes")
        + &char("end");
    let link = |id: &str, words: &str| format!("<w:hyperlink r:id='{id}'>{}</w:hyperlink>", r(words));
    let body = p(&(r("Page ") + &field("PAGE", &r("7")) + &r(".")))
        + &p(&inner)
        + &p(&(r("Write to ") + &field("HYPERLINK \"mailto:a@b.example\"", &r("us")) + &r(", or ") + &link("m", "them") + &r(" or ") + &link("s", "c@d.example") + &link("w", " here")))
        + &p("<w:fldSimple w:instr='SEQ Table'><w:r><w:t>Table 1</w:t></w:r></w:fldSimple>")
        // One that goes over paragraphs.
        + &p(&(char("begin") + &instr("TOC") + &char("separate") + &r("Returns")))
        + &p(&(r("Terms") + &char("end")))
        + &p(&("<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>".to_owned() + &instr("FORMCHECKBOX") + &char("end") + &r(" express")));
    let rels = "<Relationships><Relationship Id='m' Type='x/hyperlink' Target='mailto:c@d.example?subject=x' TargetMode='External'/><Relationship Id='s' Type='x/hyperlink' Target='mailto:c@d.example' TargetMode='External'/><Relationship Id='w' Type='x/hyperlink' Target='https://x.example' TargetMode='External'/></Relationships>";
    assert_eq!(
        read_with(&body, &[("word/_rels/document.xml.rels", rels)]),
        paragraphs([
            "Page 7.",
            "yes",
            "Write to us (a@b.example), or them (c@d.example) or c@d.example here",
            "Table 1",
            "Returns",
            "Terms",
            "☑ express"
        ])
    );
}

#[test]
fn notes_stand_at_the_end_of_their_section_with_the_sign_that_is_printed() {
    let reference = |kind: &str, id: u32| {
        format!("<w:r><w:rPr><w:rStyle w:val='Ref'/></w:rPr><w:{kind}Reference w:id='{id}'/></w:r>")
    };
    let body = p(&(r("From 50") + &reference("footnote", 2) + &r(" EUR")))
        + &p(&(r("Own")
            + "<w:r><w:rPr><w:rStyle w:val='Ref'/></w:rPr><w:footnoteReference w:customMarkFollows='1' w:id='4'/><w:t>*</w:t></w:r>"
            + &r(".")))
        + &styled("berschrift2", "Next")
        + &p(&(r("End") + &reference("endnote", 1) + &reference("footnote", 3)))
        + "<w:sectPr><w:footnotePr><w:numFmt w:val='upperRoman'/><w:numStart w:val='4'/></w:footnotePr></w:sectPr>";
    let note = |id: u32, text: &str| {
        format!("<w:footnote w:id='{id}'>{}</w:footnote>", p(&("<w:r><w:footnoteRef/></w:r>".to_owned() + &r(text))))
    };
    let foot = format!(
        "<w:footnotes xmlns:w='w'><w:footnote w:type='separator' w:id='0'>{}</w:footnote>{}{}{}{}</w:footnotes>",
        p(&r("-----")),
        note(2, " Within Germany"),
        note(3, "Third"),
        note(4, "* Starred"),
        note(9, "Orphan")
    );
    let end = format!(
        "<w:endnotes xmlns:w='w'><w:endnote w:id='1'>{}{}</w:endnote></w:endnotes>",
        p(&r("Two")),
        p(&r("parts"))
    );
    let note = |label: &str, text: &str| Block::Note { label: label.to_owned(), text: text.to_owned() };
    assert_eq!(
        read_with(&body, &[("word/styles.xml", STYLES), ("word/footnotes.xml", &foot), ("word/endnotes.xml", &end)]),
        [
            Block::paragraph("From 50 [IV] EUR"),
            Block::paragraph("Own [*]."),
            note("IV", "Within Germany"),
            note("*", "Starred"),
            Block::heading(2, "Next"),
            Block::paragraph("End [i] [V]"),
            note("V", "Third"),
            note("i", "Two\nparts"),
        ]
    );
}

#[test]
fn boxes_are_read_once_and_apart() {
    let text_box = |words: &str| format!("<w:txbxContent>{}{}</w:txbxContent>", p(&r(words)), p(&r("more")));
    let both = format!(
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>{0}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape alt='x'><v:textbox>{0}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        text_box("boxed")
    );
    let old = format!("<w:r><w:pict><v:textbox>{}</v:textbox></w:pict></w:r>", text_box("old"));
    let fallback = "<w:r><mc:AlternateContent><mc:Choice Requires='new'><w:drawing/></mc:Choice><mc:Fallback><w:t>shown</w:t></mc:Fallback></mc:AlternateContent></w:r>";
    let body = p(&(r("be") + &both + &r("fore"))) + &p(&old) + &p(fallback);
    assert_eq!(read_body(&body), paragraphs(["before", "boxed", "more", "old", "more", "shown"]));
}

#[test]
fn words_of_diagrams_stand_beside_the_text() {
    let body = p(&(r("Steps") + "<w:r><w:drawing><dgm:relIds xmlns:dgm='d' r:dm='d'/></w:drawing></w:r>"));
    let rels = "<Relationships><Relationship Id='d' Type='x/diagramData' Target='diagrams/data1.xml'/></Relationships>";
    let data = "<dgm:dataModel xmlns:dgm='d' xmlns:a='a'><dgm:pt><dgm:t><a:p><a:r><a:t>Or</a:t></a:r><a:r><a:t>der</a:t></a:r></a:p><a:p/></dgm:t></dgm:pt></dgm:dataModel>";
    let parts = [("word/_rels/document.xml.rels", rels), ("word/diagrams/data1.xml", data)];
    assert_eq!(read_with(&body, &parts), paragraphs(["Steps", "Order"]));
}
