//! Numbers as they are printed.

use super::*;

fn level(depth: usize, format: &str, text: &str, more: &str) -> String {
    format!(
        "<w:lvl w:ilvl='{depth}'><w:start w:val='1'/><w:numFmt w:val='{format}'/>{more}<w:lvlText w:val='{text}'/></w:lvl>"
    )
}

fn numbering() -> String {
    let abstracts = [
        level(0, "decimal", "%1.", "") + &level(1, "lowerLetter", "%2)", "") + &level(2, "lowerRoman", "(%3)", ""),
        level(0, "bullet", "\u{f0b7}", "") + &level(1, "bullet", "o", ""),
        level(0, "upperRoman", "Art. %1", "<w:pStyle w:val='H1'/>") + &level(1, "decimal", "%1.%2", "<w:isLgl/><w:pStyle w:val='H2'/>"),
        level(0, "decimalZero", "%1", "") + &level(1, "none", "", ""),
        "<w:styleLink w:val='ListStyle'/>".to_owned() + &level(0, "upperLetter", "%1:", ""),
        "<w:numStyleLink w:val='ListStyle'/>".to_owned(),
        "<w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='\u{f0fc}'/><w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr></w:lvl>".to_owned(),
        level(0, "decimal", "%1.", "") + &level(1, "decimal", "%2.", "<w:lvlRestart w:val='0'/>"),
    ];
    let mut xml = "<w:numbering xmlns:w='w'>".to_owned();
    for (id, levels) in abstracts.iter().enumerate() {
        xml += &format!("<w:abstractNum w:abstractNumId='{id}'>{levels}</w:abstractNum>");
    }
    for (list, scheme) in [(1, 0), (2, 1), (3, 2), (4, 3), (5, 5), (6, 4), (7, 6), (9, 7), (10, 0)] {
        xml += &format!("<w:num w:numId='{list}'><w:abstractNumId w:val='{scheme}'/></w:num>");
    }
    xml += "<w:num w:numId='8'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>";
    xml + "</w:numbering>"
}

const STYLES: &str = "<w:styles xmlns:w='w'>
    <w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style>
    <w:style w:type='paragraph' w:styleId='H2'><w:name w:val='heading 2'/><w:basedOn w:val='H1'/><w:pPr><w:numPr><w:ilvl w:val='1'/></w:numPr></w:pPr></w:style>
    <w:style w:type='paragraph' w:styleId='LB'><w:name w:val='List Bullet'/><w:pPr><w:numPr><w:numId w:val='2'/></w:numPr></w:pPr></w:style>
    <w:style w:type='paragraph' w:styleId='LB2'><w:name w:val='Sub'/><w:basedOn w:val='LB'/></w:style>
    <w:style w:type='numbering' w:styleId='ListStyle'><w:name w:val='x'/><w:pPr><w:numPr><w:numId w:val='6'/></w:numPr></w:pPr></w:style>
</w:styles>";

fn item(list: u32, depth: u32, words: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{list}'/></w:numPr></w:pPr>{}</w:p>",
        r(words)
    )
}

fn listed(body: &[String]) -> Vec<String> {
    let blocks = read_with(&body.concat(), &[("word/numbering.xml", &numbering()), ("word/styles.xml", STYLES)]);
    blocks
        .iter()
        .map(|block| match block {
            Block::Item { depth, label, text } => format!("{}{label}|{text}", ">".repeat(usize::from(*depth))),
            Block::Heading { level, text } => format!("#{level} {text}"),
            other => other.text(),
        })
        .collect()
}

#[test]
fn items_are_numbered_as_printed() {
    let body = [
        item(1, 0, "a"),
        item(1, 1, "b"),
        item(1, 1, "c"),
        item(1, 2, "d"),
        item(1, 2, ""),
        p(&r("between")),
        item(1, 0, "e"),
        item(1, 1, "f"),
        // The same scheme counts on, one with its own start does not.
        item(10, 0, "on"),
        item(8, 0, "five"),
        item(8, 0, "six"),
        item(1, 0, "seven"),
    ];
    assert_eq!(
        listed(&body),
        [
            "1.|a", ">a)|b", ">b)|c", ">>(i)|d", ">>(ii)|", "between", "2.|e", ">a)|f", "3.|on", "5.|five", "6.|six",
            "7.|seven"
        ]
    );
    let bullets = [item(2, 0, "dot"), item(2, 1, "o"), item(7, 0, "done"), item(0, 0, "none"), item(99, 0, "unknown")];
    assert_eq!(listed(&bullets), ["|dot", ">|o", "✓|done", "none", "|unknown"]);
    let others = [item(4, 0, "x"), item(4, 1, "nothing"), item(4, 0, "y"), item(5, 0, "linked"), item(5, 0, "again")];
    assert_eq!(listed(&others), ["01|x", "nothing", "02|y", "A:|linked", "B:|again"]);
    let kept = [item(9, 0, "a"), item(9, 1, "b"), item(9, 0, "c"), item(9, 1, "d")];
    assert_eq!(listed(&kept), ["1.|a", ">1.|b", "2.|c", ">2.|d"]);
}

#[test]
fn headings_have_the_numbers_of_their_styles() {
    let body = [styled("H1", "Scope"), styled("H2", "Who"), styled("H2", "What"), styled("H1", "Price"), styled("H2", "How"), styled("LB", "dot"), styled("LB2", "sub"),
        "<w:p><w:pPr><w:pStyle w:val='H1'/><w:numPr><w:numId w:val='0'/></w:numPr></w:pPr><w:r><w:t>Annex</w:t></w:r></w:p>".to_owned()];
    assert_eq!(
        listed(&body),
        ["#1 Art. I Scope", "#2 1.1 Who", "#2 1.2 What", "#1 Art. II Price", "#2 2.1 How", "|dot", "|sub", "#1 Annex"]
    );
}

#[test]
fn deleted_items_are_not_counted() {
    let deleted = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>".to_owned();
    assert_eq!(listed(&[item(1, 0, "a"), deleted, item(1, 0, "b")]), ["1.|a", "2.|b"]);
}
