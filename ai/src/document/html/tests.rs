//! Pages as people make them, and what their readers see.

use super::*;
use crate::document::{plain, row_line};

fn read(html: &str) -> Vec<Block> {
    page(format!("<!doctype html><meta charset=utf-8><body>{html}").as_bytes(), None).blocks
}

fn text(html: &str) -> String {
    plain(&read(html))
}

/// The rows of the only table, as they are said.
fn rows(html: &str) -> Vec<String> {
    let blocks = read(html);
    let [Block::Table { header, rows, .. }] = &blocks[..] else { panic!("{blocks:?}") };
    rows.iter().map(|row| row_line(header, row)).collect()
}

#[test]
fn numbers_are_neither_joined_nor_changed() {
    assert_eq!(text("<p>Free from 50<sup>1</sup> EUR"), "Free from 50 1 EUR");
    assert_eq!(text("<p>Only 9<sup>90</sup>, 20 m<sup>2</sup>, H<sub>2</sub>O"), "Only 9 90 , 20 m², H2O");
    assert_eq!(text("<p><del>79</del> <ins>59</ins> EUR"), "(79) 59 EUR");
    assert_eq!(text("<p>20*30 cm, 24. Dezember: _geschlossen_ &gt; 50"), "20*30 cm, 24. Dezember: _geschlossen_ > 50");
    assert_eq!(text("<ol start=3><li>Pour<li>Wait<li value=9>Eat</ol>"), "3. Pour\n4. Wait\n9. Eat");
    assert_eq!(text("<ol type=a><li>one<ol type=i><li>in</ol><li>two</ol>"), "a. one\ni. in\nb. two");
}

#[test]
fn cells_stand_where_a_reader_sees_them() {
    assert_eq!(rows("<table><tr><td>S</td><td>4 EUR</td></tr><tr><td>M</td></tr></table>"), ["S; 4 EUR", "M"]);
    assert_eq!(
        rows(
            "<table><tr><th>Day<th>Morning<th>Evening<tr><td>Monday<td><td>14 to 18<tr><td rowspan=2>Tuesday<td>9 to 12<td>closed<tr><td>10 to 11<td>13<tr><td>Sunday<td colspan=2>closed</table>"
        ),
        [
            "Day: Monday; Evening: 14 to 18",
            "Day: Tuesday; Morning: 9 to 12; Evening: closed",
            "Day: Tuesday; Morning: 10 to 11; Evening: 13",
            "Day: Sunday; Morning: closed; Evening: closed",
        ]
    );
    assert_eq!(
        rows(
            "<table><thead><tr><th rowspan=2>Size<th colspan=2>Price<tr><th>new<th>used</thead><tr><td>S<td>9<td>5</table>"
        ),
        ["Size: S; Price new: 9; Price used: 5"]
    );
    // Lines of neighbouring cells belong together.
    assert_eq!(
        rows("<table><tr><th>Size<th>Price<tr><td>S<br>M<br>L<td>4<br>5<br>6</table>"),
        ["Size: S; Price: 4", "Size: M; Price: 5", "Size: L; Price: 6"]
    );
    // Headers that are only bold.
    assert_eq!(
        rows("<table><tr><td><b>Item</b><td><strong>Days</strong><tr><td>Shoes<td>14</table>"),
        ["Item: Shoes; Days: 14"]
    );
    let captioned = read("<table><caption>Summer <b>2026</b></caption><tr><th>Day<th>Open<tr><td>Monday<td>9</table>");
    assert!(matches!(&captioned[..], [Block::Table { caption, .. }] if caption == "Summer 2026"), "{captioned:?}");
    assert_eq!(
        text(
            "<table><tr><td><h2>Hours</h2>Monday<br>9 to 12</td><td><p>Call us.</p><p>Or write.</p></td></tr></table>"
        ),
        "Hours\n\nMonday\n9 to 12\n\nCall us.\n\nOr write."
    );
    let long = format!("<table><tr><th>N<th>Price{}</table>", "<tr><td>a<td>5".repeat(12_000));
    assert_eq!(rows(&long).len(), 12_000);
    let bomb = format!("<table>{}</table>", "<tr><td colspan=9999 rowspan=9999>x<td>y".repeat(500));
    assert!(read(&bomb).len() <= 1);
}

#[test]
fn what_a_click_unfolds_is_read_and_what_nobody_sees_is_not() {
    let accordion = "<h3><button aria-expanded=false aria-controls=a1>Do you ship to Norway?</button></h3>
        <div id=a1 hidden>Yes, for 19 EUR.</div>
        <button class=accordion-button data-bs-target='#c2'>Returns?</button><div id=c2 class=collapse aria-hidden=true style='display:none'>30 days.</div>
        <details><summary>Gift wrap?</summary>Yes, 3 EUR.</details>
        <div role=tablist><a role=tab href='#t1'>Care</a></div><div role=tabpanel id=t1 hidden>Wash at 30 °C.</div>";
    let read = text(accordion);
    for seen in [
        "Do you ship to Norway?",
        "Yes, for 19 EUR.",
        "Returns?",
        "30 days.",
        "Gift wrap?",
        "Yes, 3 EUR.",
        "Wash at 30 °C.",
    ] {
        assert!(read.contains(seen), "{seen} in {read}");
    }
    let hidden = "<style>.ghost, #off { display : none } .ghost:hover{color:red} @media print { p { display:none } } /* .seen{display:none} */</style>
        <p class=ghost>a</p><p id=off>b</p><p hidden>c</p><p style='display: none'>d</p><p style='font-size:1px'>e</p>
        <p style='position:absolute;left:-9999px'>f</p><span class=sr-only>g</span><p style='visibility:hidden'>h</p>
        <p aria-hidden=true>i</p><div class='cookie-banner'>j</div><p class=seen>Seen.</p>";
    assert_eq!(text(hidden), "Seen.");
    assert_eq!(
        text(
            "<form><h2>Prices</h2><p>A class costs 12 EUR.</p><input value=x><select><option>y</select><button>Send</button></form>"
        ),
        "Prices\n\nA class costs 12 EUR."
    );
}

#[test]
fn menus_go_by_what_they_say() {
    let menu = "<nav><ul><li><a href=/>Home</a><li><a href=/shop>Shop</a></ul></nav>";
    let page = format!(
        "<header><a href=/>Mill</a>{menu}</header><p>We bake.</p><footer>Mill & Meadow, Hauptstr. 5, 10115 Berlin, open Monday to Friday 9 to 18, phone 030 1234 <a href=/terms>Terms</a></footer>"
    );
    assert_eq!(
        text(&page),
        "We bake.\n\nMill & Meadow, Hauptstr. 5, 10115 Berlin, open Monday to Friday 9 to 18, phone 030 1234 Terms"
    );
}

#[test]
fn terms_links_and_signs_are_as_a_reader_takes_them() {
    assert_eq!(
        text("<dl><dt>Phone</dt><dd>030 1234</dd><dt>Do you bake at night?</dt><dd>Yes.</dd></dl>"),
        "Phone: 030 1234\n\nDo you bake at night?\n\nYes."
    );
    assert_eq!(
        text(
            "<p>Write <a href='mailto:hi@mill.example?subject=x'>us</a> or <a href='tel:+493012'>+49 30 12</a>.<p>deliv\u{ad}ery, o\u{fb03}ce, zero\u{200b}width"
        ),
        "Write us (hi@mill.example) or +49 30 12.\n\ndelivery, office, zerowidth"
    );
    assert_eq!(
        text("<p>one<br>two<blockquote>said</blockquote><pre>x  = 1\n  y</pre>"),
        "one\ntwo\n\nsaid\n\nx  = 1\n  y"
    );
    let deep = "<div>".repeat(3_000) + "deep";
    assert_eq!(text(&deep), "deep");
}
