//! Letters, lists and tables, in many encodings.

use super::*;
use crate::document::Block;

fn blocks(rtf: &str) -> Vec<Block> {
    read(rtf.as_bytes()).unwrap().blocks
}

#[test]
fn a_letter_is_read_as_it_is_printed() {
    let rtf = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}{\f1\fcharset204 Times;}}{\colortbl;\red0\green0\blue0;}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\*\cs10 Default;}}{\info{\title Terms \'26 more}{\author Ann}}
{\*\generator Riched20;}{\pict\wmetafile8 0102030405}
\pard\s1 Returns\par\pard Gr\'f6\'dfe: 5\~\'80, {\b bold}{\v hidden}{\deleted gone} {\f1\'c4\'ee\'f1\'f2\'e0\'e2\'ea\'e0}\line
30 m{\super 2}, 12{\super 99} \u8364?\u55357?\u56898? {\uc2\u20320\'c4\'e3}ok\tab x\{y\}\\\par
{\field{\*\fldinst HYPERLINK http://x}{\fldrslt our page}}\par}";
    let found = read(rtf.as_bytes()).unwrap();
    assert_eq!(found.title.as_deref(), Some("Terms & more"));
    assert_eq!(
        found.blocks,
        [
            Block::heading(1, "Returns"),
            Block::paragraph("Größe: 5 €, bold Доставка\n30 m², 12 99 €🙂 你ok x{y}\\"),
            Block::paragraph("our page"),
        ]
    );
}

#[test]
fn lists_keep_their_printed_numbers() {
    let rtf = r"{\rtf1\ansi{\*\listtable{\list\listid1}}\pard{\listtext\f0 3.\tab}\ls1 Third\par{\pntext a)\tab}\ilvl1 Inner\par
{\listtext\'95\tab}Dot\par\pard After{\footnote \chftn By post.}.\par}";
    assert_eq!(
        blocks(rtf),
        [
            Block::item(0, "3.", "Third"),
            Block::item(1, "a)", "Inner"),
            Block::item(1, "", "Dot"),
            Block::paragraph("After."),
            Block::Note { label: "1".to_owned(), text: "By post.".to_owned() },
        ]
    );
}

#[test]
fn tables_keep_their_cells() {
    let rtf = r"{\rtf1 Before\par\trowd\trhdr\cellx100\cellx200\pard\intbl Day\cell Open\cell\row
\trowd\cellx100\clvmgf\cellx200\pard\intbl Mon\par day\cell 9\cell\row\trowd\cellx100\clvmrg\cellx200\pard\intbl Tue\cell\cell\row\pard After\par}";
    let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        blocks(rtf),
        [
            Block::paragraph("Before"),
            Block::Table {
                caption: String::new(),
                header: owned(&["Day", "Open"]),
                rows: vec![owned(&["Mon\nday", "9"]), owned(&["Tue", "9"])]
            },
            Block::paragraph("After"),
        ]
    );
}

#[test]
fn damaged_files_end() {
    assert_eq!(read(b"{\\rtf1"), Err(DocumentError::Damaged("RTF file".into())));
    assert_eq!(blocks("{\\rtf1 cut o"), [Block::paragraph("cut o")]);
    let deep = format!("{{\\rtf1 {}x{}}}", "{".repeat(100_000), "}".repeat(100_000));
    assert_eq!(blocks(&deep), [Block::paragraph("x")]);
    assert_eq!(
        blocks("{\\rtf1 \\bin99999999999 a\\u-1 \\uc-5\\u99999999999 b\\'zz}"),
        [Block::paragraph("a\u{ffff}zz")]
    );
}

#[test]
fn what_follows_a_table_without_a_word_for_it_is_kept() {
    let rtf = r"{\rtf1\trowd\cellx100\intbl a\cell b\cell\row After\par\trowd\cellx100\pard\intbl open}";
    let table =
        Block::Table { caption: String::new(), header: Vec::new(), rows: vec![vec!["a".to_owned(), "b".to_owned()]] };
    assert_eq!(blocks(rtf), [table, Block::paragraph("After"), Block::paragraph("open")]);
}
