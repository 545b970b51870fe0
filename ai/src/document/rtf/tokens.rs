//! The braces, control words and bytes of an RTF file.

/// Groups that hold nothing that is printed.
pub(super) const SKIPPED: [&str; 35] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "fldinst",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "ftnsep",
    "ftnsepc",
    "annotation",
    "atnid",
    "atnauthor",
    "xe",
    "tc",
    "tcn",
    "rxe",
    "bkmkstart",
    "bkmkend",
    "listtable",
    "listoverridetable",
    "revtbl",
    "pn",
    "private1",
    "themedata",
    "sp",
    "shprslt",
    "nonesttables",
];

/// Groups with a star that are read in spite of it.
pub(super) const READ: [&str; 4] = ["shptxt", "shpinst", "nesttableprops", "fldrslt"];

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'b> {
    Open,
    Close,
    /// A control word with its number. `\'e4` is the word "'" with the number 228.
    Word(&'b str, Option<i32>),
    /// A backslash with one sign.
    Symbol(u8),
    Byte(u8),
}

/// The pieces of a file, one after the other.
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
    depth: usize,
    is_closed: bool,
}

impl<'b> Tokens<'b> {
    pub(super) const fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, depth: 0, is_closed: false }
    }

    /// Whether the outermost group was closed.
    pub(super) const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Leaves bytes out.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    pub(super) fn next_token(&mut self) -> Option<Token<'b>> {
        // What follows the outermost group is none of the text.
        if self.is_closed {
            return None;
        }
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        match byte {
            b'{' => {
                self.depth += 1;
                Some(Token::Open)
            }
            b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.is_closed = self.depth == 0;
                Some(Token::Close)
            }
            b'\\' => self.control(),
            byte => Some(Token::Byte(byte)),
        }
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let first = *self.bytes.get(self.at)?;
        if first == b'\'' {
            let digits = self.bytes.get(self.at + 1..self.at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
            let number = digits.and_then(|digits| i32::from_str_radix(digits, 16).ok());
            self.at += if number.is_some() { 3 } else { 1 };
            return Some(Token::Word("'", number));
        }
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return Some(Token::Symbol(first));
        }
        let word = self.while_is(u8::is_ascii_alphabetic);
        let sign = usize::from(self.bytes.get(self.at) == Some(&b'-'));
        let begin = self.at;
        self.at += sign;
        let digits = self.while_is(u8::is_ascii_digit);
        let number = if digits.is_empty() {
            self.at = begin;
            None
        } else {
            // One that is too large says nothing.
            std::str::from_utf8(self.bytes.get(begin..self.at).unwrap_or_default())
                .ok()
                .and_then(|text| text.parse().ok())
        };
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        Some(Token::Word(std::str::from_utf8(word).unwrap_or_default(), number))
    }

    fn while_is(&mut self, is: impl Fn(&u8) -> bool) -> &'b [u8] {
        let begin = self.at;
        while self.bytes.get(self.at).is_some_and(&is) {
            self.at += 1;
        }
        self.bytes.get(begin..self.at).unwrap_or_default()
    }
}
