//! Signs of the fonts that have pictures in the place of letters.

/// A font of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// Greek letters and mathematics.
    Symbol,
    /// Arrows, ticks and boxes.
    Wingdings,
    /// Ticks and boxes, at other places.
    Wingdings2,
    /// Arrows.
    Wingdings3,
    /// Pictures.
    Webdings,
}

impl Font {
    /// The font with a name; nothing when it has letters.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "symbol" | "symbolmt" | "symbol mt" => Some(Self::Symbol),
            "wingdings" => Some(Self::Wingdings),
            "wingdings 2" => Some(Self::Wingdings2),
            "wingdings 3" => Some(Self::Wingdings3),
            "webdings" => Some(Self::Webdings),
            _ => None,
        }
    }

    /// What a reader sees in the place of a character.
    pub(super) fn sign(self, character: char) -> char {
        let code = u32::from(character);
        // Such fonts lie in a private place as well.
        let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
        let Ok(code) = u8::try_from(code) else { return character };
        if code <= 0x20 {
            return ' ';
        }
        match self {
            Self::Symbol => symbol(code).unwrap_or(' '),
            Self::Wingdings => wingdings(code),
            Self::Wingdings2 => wingdings2(code),
            Self::Wingdings3 => wingdings3(code),
            Self::Webdings => webdings(code),
        }
    }
}

/// Whether a sign at an item says something that a dot does not: that something is there, is not, or is still to do.
pub(super) const fn is_telling(sign: char) -> bool {
    matches!(sign, '✓' | '✔' | '✗' | '✘' | '✕' | '✖' | '☐' | '☑' | '☒' | '☎' | '✉' | '★' | '☆' | '①'..='⑳' | '❶'..='❿')
}

const SYMBOL_LOW: &str =
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_HIGH: &str = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|—↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑";

fn symbol(code: u8) -> Option<char> {
    match code {
        0x21..=0x7e => SYMBOL_LOW.chars().nth(usize::from(code - 0x21)),
        0xa0..=0xe5 => SYMBOL_HIGH.chars().nth(usize::from(code - 0xa0)),
        0xf1 => Some('⟩'),
        0xf2 => Some('∫'),
        _ => None,
    }
}

fn wingdings(code: u8) -> char {
    match code {
        0x28 => '☎',
        0x29 => '✆',
        0x2a | 0x2b => '✉',
        0x36 => '⌛',
        0x41 => '✌',
        0x43 => '👍',
        0x44 => '👎',
        0x45 => '☜',
        0x46 => '☞',
        0x4a => '☺',
        0x4b => '😐',
        0x4c => '☹',
        0x58 => '✠',
        0x6c | 0x9f | 0x9e | 0xa4 => '•',
        0x6e | 0xa7 => '▪',
        0x6f | 0x70 | 0x71 | 0x72 | 0xa8 => '☐',
        0x74..=0x77 => '◆',
        // Numbers in circles, empty ones and filled ones.
        0x80 => '⓪',
        0x81..=0x8a => char::from_u32(0x2460 + u32::from(code - 0x81)).unwrap_or('•'),
        0x8c..=0x95 => char::from_u32(0x2776 + u32::from(code - 0x8c)).unwrap_or('•'),
        0xa1 => '○',
        0xab => '★',
        0xd5 | 0xdf | 0xe7 | 0xef => '←',
        0xd6 | 0xd8 | 0xe0 | 0xe8 | 0xf0 => '→',
        0xe1 | 0xe9 | 0xf1 => '↑',
        0xe2 | 0xea | 0xf2 => '↓',
        0xf3 => '↔',
        0xfb => '✗',
        0xfc => '✓',
        0xfd => '☒',
        0xfe => '☑',
        _ => ' ',
    }
}

fn wingdings2(code: u8) -> char {
    match code {
        0x4f => '✗',
        0x50 => '✓',
        0x51 | 0x53 | 0x54 => '☒',
        0x52 => '☑',
        0x95..=0x98 => '•',
        0xa2 => '▪',
        0xa3 | 0x2a => '☐',
        0x69 => '⓪',
        0x6a..=0x73 => char::from_u32(0x2460 + u32::from(code - 0x6a)).unwrap_or('•'),
        0x75..=0x7e => char::from_u32(0x2776 + u32::from(code - 0x75)).unwrap_or('•'),
        _ => ' ',
    }
}

fn wingdings3(code: u8) -> char {
    match code {
        0x21 | 0x66 => '←',
        0x22 | 0x67 | 0x7d => '→',
        0x23 | 0x68 => '↑',
        0x24 | 0x69 => '↓',
        0x31 => '↔',
        _ => ' ',
    }
}

fn webdings(code: u8) -> char {
    match code {
        0x61 => '✔',
        0x72 => '✖',
        0x63 => '☐',
        0x67 | 0x3c => '▪',
        0x33 => '←',
        0x34 => '→',
        0x35 => '↑',
        0x36 => '↓',
        0x9c | 0x9b => '✉',
        0xc5..=0xc9 => '☎',
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_what_is_seen() {
        assert_eq!(Font::Symbol.sign('\u{f0b7}'), '•');
        assert_eq!(
            ['\u{f0a3}', 'a', '\u{f0b1}', '\u{f0d7}', '\u{f057}', '\u{f0e5}', '\u{f0a0}'].map(|c| Font::Symbol.sign(c)),
            ['≤', 'α', '±', '⋅', 'Ω', '∑', '€']
        );
        assert_eq!(
            ['\u{f0fc}', 'û', 'þ', '\u{f081}', '\u{f08c}'].map(|c| Font::Wingdings.sign(c)),
            ['✓', '✗', '☑', '①', '❶']
        );
        assert_eq!(['P', 'O', '\u{f0a3}'].map(|c| Font::Wingdings2.sign(c)), ['✓', '✗', '☐']);
        assert_eq!(Font::Wingdings.sign('中'), '中');
        assert_eq!((SYMBOL_LOW.chars().count(), SYMBOL_HIGH.chars().count()), (0x7e - 0x20, 0xe5 - 0x9f));
        assert!(is_telling('✓') && !is_telling('•'));
    }
}
