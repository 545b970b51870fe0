//! Texts in rich text format: what is printed of them.
//!
//! Words stand between groups in braces and control words such as `\par`. What a group says of itself ends with it.

mod charset;
mod page;
mod tokens;

use super::{DocumentError, Extracted, one_line};
use page::Page;
use std::collections::HashMap;
use tokens::{READ, SKIPPED, Token, Tokens};

/// Groups within groups at most; what is deeper belongs to the last of them.
const DEEPEST: usize = 1_000;
/// Bytes of text that are kept; more than a source may have is refused afterwards.
const TEXT_BYTES: usize = 2 * types::limits::SOURCE_BYTES;

/// Where the words of a group go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    Skipped,
    /// The number or the sign before an item.
    Label,
    Note,
    Title,
    Fonts,
    Styles,
}

/// What a group says of its words.
#[derive(Clone, Copy, Debug)]
struct State {
    place: Place,
    font: i32,
    /// Bytes that stand for a `\u`.
    skipped: usize,
    is_hidden: bool,
    is_deleted: bool,
    /// Raised, or lowered when it is true.
    raised: Option<bool>,
}

struct Reader {
    state: State,
    above: Vec<State>,
    /// Groups beyond the deepest.
    beyond: usize,
    /// The encoding of each font, and that of the file.
    fonts: HashMap<i32, charset::Charset>,
    charset: charset::Charset,
    /// Bytes of letters that are not decoded yet.
    bytes: Vec<u8>,
    /// Bytes that stand for a character which was read already.
    stand_ins: usize,
    /// A first half of a character.
    half: Option<u16>,
    is_starred: bool,
    /// The style that is being described, its name, and the level of its headings.
    style: i32,
    style_name: String,
    headings: HashMap<i32, usize>,
    title: String,
    page: Page,
}

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let mut reader = Reader::new();
    let mut tokens = Tokens::of(bytes.get(start..).unwrap_or_default());
    while let Some(token) = tokens.next_token() {
        match token {
            Token::Open => reader.open(),
            Token::Close => reader.close(),
            Token::Byte(byte) => reader.byte(byte),
            Token::Symbol(sign) => reader.symbol(sign),
            Token::Word(word, number) => {
                if word == "bin" {
                    tokens.skip(usize::try_from(number.unwrap_or_default()).unwrap_or_default());
                } else {
                    reader.word(word, number);
                }
            }
        }
        if reader.page.bytes > TEXT_BYTES {
            return Err(DocumentError::TooLong);
        }
    }
    reader.flush();
    let title = one_line(&reader.title);
    let blocks = reader.page.end();
    if blocks.is_empty() && !tokens.is_closed() {
        return Err(DocumentError::Damaged("RTF file".into()));
    }
    Ok(Extracted { title: (!title.is_empty()).then_some(title), ..Extracted::of(blocks) })
}

impl Reader {
    fn new() -> Self {
        let state =
            State { place: Place::Text, font: -1, skipped: 1, is_hidden: false, is_deleted: false, raised: None };
        Self {
            state,
            above: Vec::new(),
            beyond: 0,
            fonts: HashMap::new(),
            charset: charset::Charset::default(),
            bytes: Vec::new(),
            stand_ins: 0,
            half: None,
            is_starred: false,
            style: 0,
            style_name: String::new(),
            headings: HashMap::new(),
            title: String::new(),
            page: Page::default(),
        }
    }

    fn open(&mut self) {
        self.flush();
        self.stand_ins = 0;
        self.is_starred = false;
        if self.above.len() >= DEEPEST {
            self.beyond += 1;
        } else {
            self.above.push(self.state);
        }
        // A group of the style sheet is a style.
        if self.state.place == Place::Styles {
            self.style = 0;
            self.style_name.clear();
        }
    }

    fn close(&mut self) {
        self.flush();
        self.stand_ins = 0;
        if self.state.place == Place::Styles {
            let name = self.style_name.trim().trim_end_matches(';').to_lowercase();
            let level = name.strip_prefix("heading ").and_then(|level| level.trim().parse::<usize>().ok());
            if let Some(level) = level.or_else(|| (name == "title").then_some(1)) {
                self.headings.insert(self.style, level);
            }
            self.style_name.clear();
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(above) = self.above.pop() else { return };
        if self.state.place == Place::Note && above.place != Place::Note {
            self.page.end_note();
        }
        self.state = above;
    }

    fn byte(&mut self, byte: u8) {
        if self.stand_ins > 0 {
            self.stand_ins -= 1;
        } else if matches!(byte, b'\r' | b'\n') {
            // Line ends of the file are not those of the text.
        } else {
            self.is_starred = false;
            self.bytes.push(byte);
        }
    }

    fn symbol(&mut self, sign: u8) {
        if !matches!(sign, b'{' | b'}' | b'\\') {
            self.flush();
        }
        match sign {
            b'*' => self.is_starred = true,
            b'~' => self.say(" "),
            b'_' => self.say("-"),
            // An optional hyphen is not printed.
            b'-' => {}
            b'\n' | b'\r' => self.end_paragraph(),
            b'\t' => self.say(" "),
            b'{' | b'}' | b'\\' if self.stand_ins > 0 => self.stand_ins -= 1,
            b'{' | b'}' | b'\\' => self.bytes.push(sign),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        if word == "u" {
            self.character(number.unwrap_or_default());
            return;
        }
        if word == "'" {
            self.byte_of_word(number);
            return;
        }
        self.flush();
        if self.stand_ins > 0 {
            self.stand_ins -= 1;
            return;
        }
        self.half = None;
        if std::mem::take(&mut self.is_starred) && !READ.contains(&word) {
            self.state.place = if word == "pnseclvl" { self.state.place } else { Place::Skipped };
            return;
        }
        let is_on = number != Some(0);
        match word {
            "ansicpg" => self.charset = charset::of_page(number.unwrap_or_default()).unwrap_or(self.charset),
            "mac" => self.charset = charset::of_page(10_000).unwrap_or(self.charset),
            "fonttbl" => self.state.place = Place::Fonts,
            "stylesheet" => self.state.place = Place::Styles,
            "f" => self.state.font = number.unwrap_or_default(),
            "deff" if self.state.font < 0 => self.state.font = number.unwrap_or_default(),
            "fcharset" | "cpg" if self.state.place == Place::Fonts => {
                let number = number.unwrap_or_default();
                let charset = if word == "cpg" { charset::of_page(number) } else { charset::of_font(number) };
                if let Some(charset) = charset {
                    self.fonts.insert(self.state.font, charset);
                }
            }
            "s" if self.state.place == Place::Styles => self.style = number.unwrap_or_default(),
            "outlinelevel" if self.state.place == Place::Styles => {
                let level = usize::try_from(number.unwrap_or_default()).unwrap_or_default() + 1;
                if level <= 9 {
                    self.headings.insert(self.style, level);
                }
            }
            "uc" => self.state.skipped = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "v" => self.state.is_hidden = is_on,
            "deleted" => self.state.is_deleted = is_on,
            "super" | "up" => self.state.raised = is_on.then_some(false),
            "sub" | "dn" => self.state.raised = is_on.then_some(true),
            "nosupersub" => self.state.raised = None,
            "plain" => {
                self.state.is_hidden = false;
                self.state.is_deleted = false;
                self.state.raised = None;
            }
            "pntext" | "listtext" => self.state.place = Place::Label,
            "footnote" => {
                self.state.place = Place::Note;
                self.page.begin_note();
            }
            "chftn" if self.state.place != Place::Note => {
                if self.is_read() {
                    self.page.mark_note();
                }
            }
            // The title stands in a group that is not printed.
            "title" if self.state.place == Place::Skipped => self.state.place = Place::Title,
            word if SKIPPED.contains(&word) => self.state.place = Place::Skipped,
            word => self.printed(word, number),
        }
    }

    /// A word that prints something, or says something of a paragraph.
    fn printed(&mut self, word: &str, number: Option<i32>) {
        let sign = match word {
            "par" | "sect" => return self.end_paragraph(),
            "page" => {
                if self.is_read() {
                    self.page.end_paragraph();
                }
                return;
            }
            "line" | "lbr" => "\n",
            "tab" | "emspace" | "enspace" | "qmspace" => " ",
            "emdash" => "—",
            "endash" => "–",
            "lquote" => "‘",
            "rquote" => "’",
            "ldblquote" => "“",
            "rdblquote" => "”",
            "bullet" => "•",
            "zwj" => "\u{200d}",
            "zwnj" => "\u{200c}",
            _ => {
                if self.is_read() || word == "pard" {
                    let heading = (word == "s").then(|| self.headings.get(&number.unwrap_or_default()).copied());
                    self.page.word(word, number, heading);
                }
                return;
            }
        };
        self.say(sign);
    }

    fn end_paragraph(&mut self) {
        match self.state.place {
            Place::Text if !self.state.is_deleted => self.page.end_paragraph(),
            Place::Note => self.page.say_note("\n"),
            _ => {}
        }
    }

    fn is_read(&self) -> bool {
        self.state.place == Place::Text && !self.state.is_deleted
    }

    fn byte_of_word(&mut self, number: Option<i32>) {
        if self.stand_ins > 0 {
            self.stand_ins -= 1;
        } else if let Some(byte) = number.and_then(|number| u8::try_from(number).ok()) {
            self.bytes.push(byte);
        }
    }

    /// A character by its number, and how many bytes after it stand for it elsewhere.
    fn character(&mut self, number: i32) {
        self.flush();
        self.stand_ins = self.state.skipped;
        // Some programs write the number whole, most as one with a sign.
        let unit = u16::try_from(number.rem_euclid(0x1_0000)).unwrap_or_default();
        let whole = u32::try_from(number).ok().filter(|number| *number > 0xffff).and_then(char::from_u32);
        let character = match (self.half.take(), whole) {
            (_, Some(whole)) => Some(whole),
            (Some(half), None) => char::decode_utf16([half, unit]).next().and_then(Result::ok),
            (None, None) if (0xd800..0xdc00).contains(&unit) => {
                self.half = Some(unit);
                None
            }
            // Signs of old fonts stand in the private use area.
            (None, None) => {
                char::from_u32(u32::from(if (0xf020..=0xf0ff).contains(&unit) { unit - 0xf000 } else { unit }))
            }
        };
        if let Some(character) = character {
            self.say(character.encode_utf8(&mut [0; 4]));
        }
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let charset = self.fonts.get(&self.state.font).copied().unwrap_or(self.charset);
            let text = charset.decode(&std::mem::take(&mut self.bytes));
            self.say(&text);
        }
    }

    fn say(&mut self, text: &str) {
        if self.state.is_hidden || self.state.is_deleted {
            return;
        }
        match self.state.place {
            Place::Text => self.page.say(text, self.state.raised),
            Place::Label => self.page.say_label(text),
            Place::Note => self.page.say_note(text),
            Place::Title => self.title.push_str(text),
            Place::Styles if self.style_name.len() < 200 => self.style_name.push_str(text),
            Place::Styles | Place::Fonts | Place::Skipped => {}
        }
    }
}

#[cfg(test)]
mod tests;
