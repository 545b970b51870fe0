//! Documents made by chance: all that is visible in them is read, in its order and unchanged.

use super::*;

/// Numbers by chance, the same ones in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const TOKENS: [&str; 36] = [
    "1.234,50",
    "€5.90",
    "20*30",
    "31.12.2026",
    "2026-01-05",
    "09:00–17:30",
    "+49-30-1234567",
    "a@b.example",
    "50%",
    "#7",
    "3_4",
    "~10",
    "**bold**",
    "[x]",
    "(y)",
    "|",
    "<b>",
    "&",
    "5°C",
    "Größe",
    "Доставка",
    "配送三日",
    "반품은",
    "शुल्क",
    "سعر",
    "מחיר",
    "ราคา",
    "🙂",
    "e\u{301}",
    "§12",
    "A-123/B",
    "\"q\"",
    "it's",
    "№5",
    "−4",
    "1/2",
];

fn escaped(token: &str) -> String {
    token.replace('&', "&amp;").replace('<', "&lt;")
}

/// What stands between words. Lines of cells beside each other are rows, so that none end in cells.
const BETWEEN: [&str; 3] =
    ["<w:r><w:t xml:space='preserve'> </w:t></w:r>", "<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>"];

/// Some words in runs, and what is seen of them.
fn words(chance: &mut Chance, seen: &mut Vec<String>, between: &[&str]) -> String {
    let mut xml = String::new();
    for _ in 0..1 + chance.below(6) {
        let token = chance.pick(&TOKENS);
        seen.push(token.to_owned());
        let token = escaped(token);
        xml += &match chance.below(8) {
            // A word may be torn into several runs.
            0 => {
                let cut = token.find(['1', 'о', 'b', '三']).filter(|_| !token.contains(';')).unwrap_or(0);
                r(&token[..cut]) + "<w:bookmarkStart w:id='1'/>" + &look("<w:i/>", &token[cut..])
            }
            1 => format!("<w:hyperlink w:anchor='x'>{}</w:hyperlink>", look("<w:u/>", &token)),
            2 => format!("<w:ins w:id='4'>{}</w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>", r(&token)),
            3 => look("<w:vanish/>", "hidden") + &look("<w:b/>", &token),
            4 => format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", r(&token)),
            5 => format!(
                "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>X</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>{}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
                r(&token)
            ),
            _ => r(&token),
        };
        xml += chance.pick(between);
    }
    xml
}

fn block(chance: &mut Chance, seen: &mut Vec<String>, count: &mut usize) -> String {
    match chance.below(7) {
        0 => format!(
            "<w:p><w:pPr><w:outlineLvl w:val='{}'/></w:pPr>{}</w:p>",
            chance.below(9),
            words(chance, seen, &BETWEEN)
        ),
        1 => {
            *count += 1;
            seen.push(format!("{count}."));
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>{}</w:p>",
                words(chance, seen, &BETWEEN)
            )
        }
        2 => {
            let columns = 1 + chance.below(4);
            let rows: String = (0..1 + chance.below(4))
                .map(|_| {
                    let cells: String = (0..columns)
                        .map(|_| format!("<w:tc>{}</w:tc>", p(&words(chance, seen, &BETWEEN[..2]))))
                        .collect();
                    format!("<w:tr>{cells}</w:tr>")
                })
                .collect();
            format!("<w:tbl>{rows}</w:tbl>{}", p(""))
        }
        3 => {
            let before = words(chance, seen, &BETWEEN);
            let inner = p(&words(chance, seen, &BETWEEN));
            p(&(before
                + &format!(
                    "<w:r><w:pict><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></w:r>"
                )))
        }
        _ => p(&words(chance, seen, &BETWEEN)),
    }
}

#[test]
fn every_visible_token_is_read_in_order() {
    let numbering = "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>";
    for seed in 0..150 {
        let (mut chance, mut seen, mut count) = (Chance(seed), Vec::new(), 0);
        let body: String = (0..1 + chance.below(12)).map(|_| block(&mut chance, &mut seen, &mut count)).collect();
        let blocks = read_with(&body, &[("word/numbering.xml", numbering)]);
        let read: Vec<String> = plain_cells(&blocks).split_whitespace().map(str::to_owned).collect();
        assert_eq!(read, seen, "of document {seed}: {blocks:#?}\n{body}");
    }
}

/// All words, those of tables cell by cell.
fn plain_cells(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Table { header, rows, .. } => {
                for cell in header.iter().chain(rows.iter().flatten()) {
                    text += &format!(" {cell} ");
                }
            }
            other => text += &format!(" {} ", other.text()),
        }
    }
    text
}
