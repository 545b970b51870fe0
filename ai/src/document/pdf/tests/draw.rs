//! Draws PDFs in the syntax of the format: text in Helvetica, in other scripts by a map to Unicode, lines, fields.

use std::fmt::Write as _;

/// Widths of Helvetica's letters from the space on, in thousandths of its size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// How wide a text in Helvetica is.
pub fn width(text: &str, size: f32) -> f32 {
    let of = |letter: char| {
        let place = (letter as usize).wrapping_sub(32);
        f32::from(WIDTHS.get(place).copied().unwrap_or(556))
    };
    text.chars().map(of).sum::<f32>() * size / 1000.0
}

/// A page that is being drawn, 595 by 842 points; y is from its top.
#[derive(Clone, Default)]
pub struct Page {
    content: String,
    fields: Vec<String>,
    /// What is put into its dictionary.
    pub extra: &'static str,
}

impl Page {
    /// A line of text.
    pub fn text(mut self, x: f32, y: f32, size: f32, text: &str) -> Self {
        self.put("F1", x, y, size, text);
        self
    }

    /// The same in bold.
    pub fn bold(mut self, x: f32, y: f32, size: f32, text: &str) -> Self {
        self.put("F2", x, y, size, text);
        self
    }

    fn put(&mut self, font: &str, x: f32, y: f32, size: f32, text: &str) {
        let (y, mut hex) = (842.0 - y, String::new());
        for letter in text.chars() {
            let byte = match letter {
                '€' => 0x80,
                '•' => 0x95,
                '–' => 0x96,
                other => u32::from(other),
            };
            write!(hex, "{byte:02x}").unwrap();
        }
        writeln!(self.content, "BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm <{hex}> Tj ET").unwrap();
    }

    /// Lines from a place downwards.
    pub fn lines(self, x: f32, y: f32, size: f32, step: f32, lines: &[&str]) -> Self {
        let mut at = y;
        lines.iter().fold(self, |page, line| {
            let page = page.text(x, at, size, line);
            at += step;
            page
        })
    }

    /// Signs of a size, each at its place, by their Unicode: for scripts that Helvetica has not.
    pub fn signs(mut self, size: f32, signs: &[(f32, f32, &str)]) -> Self {
        for (x, y, sign) in signs {
            let code = SIGNS.iter().position(|known| known == sign).expect("a sign of the font");
            let y = 842.0 - y;
            writeln!(self.content, "BT /F3 {size} Tf 1 0 0 1 {x} {y} Tm <{:02x}> Tj ET", code + 65).unwrap();
        }
        self
    }

    /// Text in a direction, in degrees.
    pub fn turned(mut self, x: f32, y: f32, size: f32, degrees: f32, text: &str) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let y = 842.0 - y;
        writeln!(self.content, "BT /F1 {size} Tf {cos} {sin} {} {cos} {x} {y} Tm ({text}) Tj ET", -sin).unwrap();
        self
    }

    /// Text that is not seen.
    pub fn unseen(mut self, x: f32, y: f32, size: f32, text: &str) -> Self {
        let y = 842.0 - y;
        writeln!(self.content, "BT 3 Tr /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj 0 Tr ET").unwrap();
        self
    }

    /// A line.
    pub fn rule(mut self, from: (f32, f32), to: (f32, f32)) -> Self {
        let (a, b) = (842.0 - from.1, 842.0 - to.1);
        writeln!(self.content, "0.5 w {} {a} m {} {b} l S", from.0, to.0).unwrap();
        self
    }

    /// A picture over the whole page.
    pub fn picture(mut self) -> Self {
        self.content.push_str("q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 80> EI Q\n");
        self
    }

    /// A field with a value.
    pub fn field(mut self, (x, y): (f32, f32), name: &str, value: &str) -> Self {
        let (bottom, right) = (842.0 - y - 4.0, x + 150.0);
        self.fields.push(format!(
            "<</Type/Annot/Subtype/Widget/FT/Tx/T({name})/V({value})/F 4/Rect[{x} {bottom} {right} {}]>>",
            bottom + 16.0
        ));
        self
    }
}

/// Signs of the third font.
const SIGNS: &[&str] =
    &["س", "ل", "ا", "م", "لا", "ب", "ה", "ש", "ל", "ו", "ם", "営", "業", "時", "間", "は", "九", "か", "ら", "。", "ﻻ"];

/// A file of pages.
pub fn file(pages: &[Page]) -> Vec<u8> {
    with(pages, "", "")
}

/// A file with something more in its catalog, and objects from number 1000 on.
pub fn with(pages: &[Page], catalog: &str, objects: &str) -> Vec<u8> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut kids = String::new();
    let mut fields = String::new();
    for (place, page) in pages.iter().enumerate() {
        let number = 20 + place * 2;
        write!(kids, "{number} 0 R ").unwrap();
        let mut annotations = String::new();
        for (at, field) in page.fields.iter().enumerate() {
            let own = 500 + place * 50 + at;
            write!(annotations, "{own} 0 R ").unwrap();
            all.push((own, field.clone()));
        }
        fields.push_str(&annotations);
        all.push((
            number,
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Annots[{annotations}]{}\
                 /Resources<</Font<</F1 3 0 R/F2 4 0 R/F3 5 0 R>>>>>>",
                number + 1,
                page.extra
            ),
        ));
        all.push((number + 1, format!("<</Length {}>>stream\n{}\nendstream", page.content.len(), page.content)));
    }
    all.push((1, format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{fields}]/DA(/F1 10 Tf)/DR<</Font<</F1 3 0 R>>>>>>{catalog}>>")));
    all.push((2, format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len())));
    for (number, name) in [(3, "Helvetica"), (4, "Helvetica-Bold")] {
        all.push((number, format!("<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>")));
    }
    // A font whose codes mean other letters.
    let mut map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def \
                   1 begincodespacerange <00> <ff> endcodespacerange\n"
        .to_owned();
    writeln!(map, "{} beginbfchar", SIGNS.len()).unwrap();
    for (code, sign) in SIGNS.iter().enumerate() {
        let units: String = sign.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
        writeln!(map, "<{:02x}> <{units}>", code + 65).unwrap();
    }
    map.push_str("endbfchar endcmap end end");
    let widths = "600 ".repeat(SIGNS.len());
    let last = 64 + SIGNS.len();
    all.push((5, format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 65/LastChar {last}/Widths[{widths}]/ToUnicode 7 0 R>>")));
    all.push((7, format!("<</Length {}>>stream\n{map}\nendstream", map.len())));
    all.sort();
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in &all {
        places.push((*number, bytes.len()));
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    bytes.extend(objects.as_bytes());
    let start = bytes.len();
    bytes.extend(b"xref\n0 1\n0000000000 65535 f \n");
    for (number, place) in places {
        bytes.extend(format!("{number} 1\n{place:010} 00000 n \n").into_bytes());
    }
    bytes.extend(format!("trailer<</Size 2000/Root 1 0 R>>\nstartxref\n{start}\n%%EOF").into_bytes());
    bytes
}
