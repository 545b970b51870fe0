//! Stories of PDFs, drawn here in the syntax of the format.

mod draw;
mod random;

use crate::document::{Block, DocumentError, plain};
use draw::Page;
use std::path::{Path, PathBuf};

/// PDFium, as `cargo xtask setup` lays it.
pub(crate) fn library() -> PathBuf {
    if let Some(given) = std::env::var_os("OMNICHAT_PDFIUM") {
        return PathBuf::from(given);
    }
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let file = if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" };
    let candidates = [Path::new("/var/lib/omnichat/parts"), &checkout.join(".omnichat/parts")];
    candidates
        .into_iter()
        .map(|parts| parts.join("pdfium").join(file))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no PDFium: run `cargo xtask setup` first"))
}

fn read(bytes: &[u8]) -> Result<Vec<Block>, DocumentError> {
    super::open(&library()).unwrap();
    super::read(bytes).map(|found| found.blocks)
}

/// What a file of pages says, without the marks of pages.
fn blocks(pages: &[Page]) -> Vec<Block> {
    let mut blocks = read(&draw::file(pages)).unwrap();
    blocks.retain(|block| !matches!(block, Block::Page(_)));
    blocks
}

fn said(pages: &[Page]) -> String {
    plain(&blocks(pages))
}

fn page() -> Page {
    Page::default()
}

fn table(header: &[&str], rows: &[&[&str]]) -> Block {
    let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    Block::Table { caption: String::new(), header: owned(header), rows: rows.iter().map(|row| owned(row)).collect() }
}

#[test]
fn a_pdf_keeps_prices_at_the_foot_of_its_pages() {
    let pages: Vec<Page> = [("Pot", "0.3", "12.50"), ("Jug", "0.9", "13.50"), ("Cup", "0.2", "14.50")]
        .iter()
        .map(|(name, holds, price)| {
            let page = page().text(72.0, 90.0, 11.0, name).text(72.0, 110.0, 11.0, &format!("Holds {holds} litres."));
            page.text(72.0, 790.0, 11.0, &format!("Price: {price} EUR"))
        })
        .collect();
    let said = said(&pages);
    for value in ["Price: 12.50 EUR", "Price: 13.50 EUR", "Price: 14.50 EUR", "Holds 0.9 litres."] {
        assert!(said.contains(value), "{said}");
    }
}

#[test]
fn a_number_alone_on_its_line_is_a_value() {
    let lines = ["Membership prices a year", "Family", "210", "Company", "1450"];
    assert_eq!(said(&[page().lines(72.0, 90.0, 12.0, 16.0, &lines)]), lines.join("\n"));
    // Also where page numbers are, when it does not count with the pages.
    let pages =
        [210, 330, 450].map(|price| page().text(72.0, 90.0, 12.0, "Room").text(290.0, 810.0, 12.0, &price.to_string()));
    for price in ["210", "330", "450"] {
        assert!(said(&pages).contains(price));
    }
}

#[test]
fn heads_are_said_once_and_page_numbers_not_at_all() {
    let pages: Vec<Page> = (1..=4)
        .map(|number| {
            page()
                .text(72.0, 40.0, 9.0, "Terms of Mill & Meadow")
                .text(72.0, 100.0, 11.0, &format!("The rule of letter {} is here.", ["A", "B", "C", "D"][number - 1]))
                .text(72.0, 800.0, 9.0, "Call 030 123456")
                .text(500.0, 800.0, 9.0, &format!("Page {number} of 4"))
        })
        .collect();
    let said = said(&pages);
    assert_eq!(said.matches("Terms of").count(), 1, "{said}");
    assert_eq!(said.matches("030 123456").count(), 1, "{said}");
    assert!(!said.contains("Page"), "{said}");
    assert_eq!(said.matches("The rule").count(), 4, "{said}");
}

#[test]
fn columns_are_read_one_after_the_other_however_they_are_drawn() {
    let left = [
        "We are open from Monday to Friday and",
        "welcome you in our shop in the old mill,",
        "where you find pots, cups and plates.",
        "Our baker brings fresh cake each day.",
    ];
    let right = [
        "Deliveries leave our house each morning",
        "and reach you within two days. If nobody",
        "is at home, the parcel is left with those",
        "who live next door, or at the post office.",
    ];
    let by_row = left.iter().zip(right).enumerate().fold(page(), |page, (line, (left, right))| {
        let y = 14.0_f32.mul_add(line as f32, 100.0);
        page.text(60.0, y, 10.0, left).text(310.0, y, 10.0, right)
    });
    let whole = format!("{}\n\n{}", left.join(" "), right.join(" "));
    assert_eq!(said(&[by_row]), whole);
    let by_column = page().lines(60.0, 100.0, 10.0, 14.0, &left).lines(310.0, 106.0, 10.0, 14.0, &right);
    assert_eq!(said(&[by_column]), whole);
}

#[test]
fn a_table_is_read_by_rows_with_and_without_lines() {
    let rows = [["Size", "Length", "Price"], ["S", "10 cm", "4"], ["M", "20 cm", "9"], ["Large one", "30 cm", "12.50"]];
    let drawn = rows.iter().enumerate().fold(page(), |page, (row, cells)| {
        cells.iter().enumerate().fold(page, |page, (column, cell)| {
            page.text(90.0_f32.mul_add(column as f32, 75.0), 18.0_f32.mul_add(row as f32, 113.0), 10.0, cell)
        })
    });
    let found = table(&rows[0], &[&rows[1], &rows[2], &rows[3]]);
    assert_eq!(blocks(std::slice::from_ref(&drawn)), std::slice::from_ref(&found));
    let ruled = (0..5).fold(drawn, |page, line| {
        let y = 18.0_f32.mul_add(line as f32, 100.0);
        page.rule((72.0, y), (342.0, y))
    });
    let ruled = (0..4).fold(ruled, |page, line| {
        let x = 90.0_f32.mul_add(line as f32, 72.0);
        page.rule((x, 100.0), (x, 172.0))
    });
    assert_eq!(blocks(&[ruled]), [found]);
}

#[test]
fn cells_of_several_lines_stay_together() {
    let ruled = [100.0, 120.0, 160.0, 180.0]
        .iter()
        .fold(page(), |page, y| page.rule((72.0, *y), (400.0, *y)))
        .text(75.0, 113.0, 10.0, "Item")
        .text(140.0, 113.0, 10.0, "What it is")
        .text(340.0, 113.0, 10.0, "Price")
        .text(75.0, 133.0, 10.0, "Pot")
        .text(140.0, 133.0, 10.0, "A large pot of clay for the garden,")
        .text(140.0, 147.0, 10.0, "that stands frost.")
        .text(340.0, 133.0, 10.0, "24.00")
        .text(75.0, 173.0, 10.0, "Cup")
        .text(140.0, 173.0, 10.0, "A small one.")
        .text(340.0, 173.0, 10.0, "6.75");
    let found = table(
        &["Item", "What it is", "Price"],
        &[
            &["Pot", "A large pot of clay for the garden, that stands frost.", "24.00"],
            &["Cup", "A small one.", "6.75"],
        ],
    );
    assert_eq!(blocks(&[ruled]), [found]);
}

#[test]
fn words_that_were_cut_at_the_end_of_a_line_are_whole() {
    let lines = ["You can send any-", "thing back in the well-", "known box, by e-", "mail within 5-", "7 days."];
    let whole = "You can send anything back in the well-known box, by e-mail within 5-7 days.";
    assert_eq!(said(&[page().lines(72.0, 90.0, 11.0, 14.0, &lines)]), whole);
}

#[test]
fn raised_and_lowered_signs_do_not_change_numbers() {
    let at = |text: &str| 72.0 + draw::width(text, 11.0);
    let page = page()
        .text(72.0, 90.0, 11.0, "It costs 50")
        .text(at("It costs 50"), 86.0, 7.0, "1")
        .text(at("It costs 50") + 8.0, 90.0, 11.0, "EUR.")
        .text(72.0, 130.0, 11.0, "20 m")
        .text(at("20 m"), 126.0, 7.0, "2")
        .text(72.0, 170.0, 11.0, "H")
        .text(at("H"), 172.0, 7.0, "2")
        .text(at("H") + 4.0, 170.0, 11.0, "O")
        .lines(
            72.0,
            300.0,
            11.0,
            14.0,
            &["The text goes on here in its usual size for some", "lines, so that it is known what that is."],
        )
        .text(72.0, 776.0, 6.0, "1")
        .text(76.0, 780.0, 8.0, "Without the plate.");
    let blocks = blocks(&[page]);
    let text = plain(&blocks);
    for whole in ["It costs 50 1 EUR.", "20 m2", "H2O"] {
        assert!(text.contains(whole), "{text}");
    }
    let note = Block::Note { label: "1".to_owned(), text: "Without the plate.".to_owned() };
    assert!(blocks.contains(&note), "{blocks:?}");
}

#[test]
fn fields_of_a_form_are_said_with_their_label_or_name() {
    let form = page().text(72.0, 100.0, 11.0, "Name:").field((120.0, 100.0), "f1", "Ana Miller").field(
        (120.0, 300.0),
        "customer_number",
        "K-4711",
    );
    assert_eq!(said(&[form]), "Name: Ana Miller\n\ncustomer number: K-4711");
}

#[test]
fn headings_and_lists_are_known() {
    let page = page()
        .bold(72.0, 90.0, 18.0, "Returns")
        .lines(
            72.0,
            120.0,
            11.0,
            14.0,
            &["You may send back what you bought within thirty days, and we pay", "for the way."],
        )
        .bold(72.0, 170.0, 11.0, "How to send it")
        .lines(
            72.0,
            190.0,
            11.0,
            14.0,
            &[
                "1. Put it into its box.",
                "2. Write to us, and we send you a paper that you put on the box, so",
                "    that you need not pay.",
                "3. Bring it to the post.",
            ],
        )
        .lines(72.0, 270.0, 11.0, 14.0, &["• by parcel", "• by letter"]);
    let item = |label: &str, text: &str| Block::item(0, label, text);
    assert_eq!(
        blocks(&[page]),
        [
            Block::heading(1, "Returns"),
            Block::paragraph("You may send back what you bought within thirty days, and we pay for the way."),
            Block::heading(2, "How to send it"),
            item("1.", "Put it into its box."),
            item("2.", "Write to us, and we send you a paper that you put on the box, so that you need not pay."),
            item("3.", "Bring it to the post."),
            item("", "by parcel"),
            item("", "by letter"),
        ]
    );
}

#[test]
fn text_from_right_to_left_is_in_the_order_in_which_it_is_typed() {
    // As it is seen from left to right: the second word, then the first.
    let arabic = page().signs(
        12.0,
        &[
            (100.0, 90.0, "ب"),
            (107.2, 90.0, "ا"),
            (114.4, 90.0, "ب"),
            (130.0, 90.0, "م"),
            (137.2, 90.0, "لا"),
            (144.4, 90.0, "س"),
        ],
    );
    assert_eq!(said(&[arabic]), "سلام باب");
    let form = page().signs(12.0, &[(130.0, 90.0, "م"), (137.2, 90.0, "ﻻ"), (144.4, 90.0, "س")]);
    assert_eq!(said(&[form]), "سلام");
    let hebrew = page().signs(12.0, &[(100.0, 90.0, "ם"), (107.2, 90.0, "ו"), (114.4, 90.0, "ל"), (121.6, 90.0, "ש")]);
    assert_eq!(said(&[hebrew]), "שלום");
}

#[test]
fn columns_of_japanese_are_read_downwards_from_the_right() {
    let column = |x: f32, signs: &[&'static str]| -> Vec<(f32, f32, &'static str)> {
        signs.iter().enumerate().map(|(line, sign)| (x, 12.0_f32.mul_add(line as f32, 100.0), *sign)).collect()
    };
    let mut signs = column(300.0, &["営", "業", "時", "間"]);
    signs.extend(column(280.0, &["は", "九", "時", "か", "ら", "。"]));
    assert_eq!(said(&[page().signs(12.0, &signs)]).replace('\n', ""), "営業時間は九時から。");
}

#[test]
fn marks_over_pages_are_no_text_and_turned_pages_are() {
    let pages = ["A", "B", "C"].map(|letter| {
        let lines = [format!("Line one of {letter}."), format!("Line two of {letter}.")];
        page().turned(150.0, 600.0, 60.0, 45.0, "DRAFT").lines(
            72.0,
            90.0,
            11.0,
            14.0,
            &lines.each_ref().map(String::as_str),
        )
    });
    let text = said(&pages);
    assert!(!text.contains("DRAFT") && text.contains("Line two of C."), "{text}");
    let turned = page().turned(100.0, 700.0, 11.0, 90.0, "Line one").turned(116.0, 700.0, 11.0, 90.0, "Line two");
    assert_eq!(said(&[turned]).replace('\n', " "), "Line one Line two");
}

#[test]
fn what_is_not_seen_is_no_text_unless_it_is_that_of_a_picture() {
    let hidden = page().text(72.0, 90.0, 11.0, "Seen").unseen(72.0, 120.0, 11.0, "Hidden words");
    assert_eq!(said(&[hidden]), "Seen");
    let scan = page().picture().unseen(72.0, 120.0, 11.0, "Recognized words");
    assert_eq!(said(&[scan]), "Recognized words");
    assert_eq!(read(&draw::file(&[page().picture()])), Err(DocumentError::Scanned));
    assert_eq!(said(&[page().picture(), page().text(72.0, 90.0, 11.0, "Text")]), "Text");
}

#[test]
fn what_cannot_be_read_says_why() {
    super::open(&library()).unwrap();
    assert_eq!(super::read(b"%PDF-1.7 nothing").unwrap_err(), DocumentError::Damaged("PDF".into()));
    // The rest of an encryption that nobody has the key of.
    let encrypt = "1000 0 obj\n<</Filter/Standard/V 2/R 3/Length 128/P -4/O<0123456789012345678901234567890101234567890123456789012345678901>/U<0123456789012345678901234567890101234567890123456789012345678901>>>\nendobj\n";
    let bytes = draw::with(&[page().text(72.0, 90.0, 11.0, "Secret")], "", encrypt);
    let place = bytes.windows(10).position(|window| window == b"1000 0 obj").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let text = text
        .replace("trailer<</Size 2000", "1000 1\nPLACE 00000 n \ntrailer<</ID[<01><01>]/Encrypt 1000 0 R/Size 2000")
        .replace("PLACE", &format!("{place:010}"));
    assert_eq!(super::read(text.as_bytes()).unwrap_err(), DocumentError::Locked("PDF".into()));
}
