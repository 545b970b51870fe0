//! Number formats: what of a stored number a person sees.

use super::{
    dates::{self, Time},
    digits,
};

/// Characters of a format that are read.
const LONGEST: usize = 255;

/// A format, with a section for each sort of number.
#[derive(Clone, Debug, Default)]
pub(super) struct Format {
    sections: Vec<Section>,
}

#[derive(Clone, Debug, Default)]
struct Section {
    /// What numbers it is for, when it says so.
    condition: Option<(String, f64)>,
    tokens: Vec<Token>,
    /// The language of names of months.
    language: u32,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Words(String),
    /// A place of a digit: `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    Slash,
    /// The power of ten; a plus is printed when it is true.
    Exponent(bool),
    /// Year, month, day, hour or second, with the times its letter is written.
    Date(char, usize),
    /// Hours, minutes or seconds that are counted through.
    Elapsed(char, usize),
    /// Before or after noon, in two letters or in one.
    Noon(bool),
    General,
}

impl Format {
    /// The format that a code says.
    pub(super) fn of(code: &str) -> Self {
        let code: Vec<char> = code.chars().take(LONGEST).collect();
        let mut sections = Vec::new();
        let mut section = Section::default();
        let mut at = 0;
        while let Some(character) = code.get(at) {
            if *character == ';' {
                sections.push(std::mem::take(&mut section));
                at += 1;
            } else {
                at += section.read(code.get(at..).unwrap_or_default()).max(1);
            }
        }
        sections.push(section);
        Self { sections }
    }

    /// A number as it is seen. `is_1904` says from when days are counted.
    pub(super) fn show(&self, value: f64, is_1904: bool) -> String {
        if !value.is_finite() {
            return String::new();
        }
        let Some((place, section)) = self.section(value) else { return digits::general(value) };
        // The section of negative numbers says how they are marked.
        let is_marked = place > 0 && value < 0.0;
        section.show(if is_marked { value.abs() } else { value }, is_1904)
    }

    fn section(&self, value: f64) -> Option<(usize, &Section)> {
        let numbers = self.sections.get(..self.sections.len().min(3))?;
        let is_met = |section: &Section| {
            section.condition.as_ref().is_some_and(|(sign, than)| match sign.as_str() {
                "<" => value < *than,
                "<=" => value <= *than,
                ">" => value > *than,
                ">=" => value >= *than,
                "<>" => (value - than).abs() > 0.0,
                _ => (value - than).abs() <= 0.0,
            })
        };
        let place = if numbers.iter().any(|section| section.condition.is_some()) {
            let met = numbers.iter().position(is_met);
            met.or_else(|| numbers.iter().position(|section| section.condition.is_none()))?
        } else if value < 0.0 && numbers.len() > 1 {
            1
        } else if value.abs() <= 0.0 && numbers.len() > 2 {
            2
        } else {
            0
        };
        Some((place, numbers.get(place)?))
    }
}

impl Section {
    /// Reads what stands at the beginning of a code, and says how long it is.
    fn read(&mut self, code: &[char]) -> usize {
        let Some(first) = code.first().copied() else { return 0 };
        let second = code.get(1).copied();
        let until = |end: char| code.iter().skip(1).position(|c| *c == end).map_or(code.len(), |at| at + 2);
        let run = code.iter().take_while(|c| c.eq_ignore_ascii_case(&first)).count();
        let starts = |word: &str| {
            word.chars().zip(code).filter(|(one, other)| one.eq_ignore_ascii_case(other)).count()
                == word.chars().count()
        };
        let (token, length) = match first {
            '"' => (Token::Words(code.iter().skip(1).take_while(|c| **c != '"').collect()), until('"')),
            '\\' => (Token::Words(second.into_iter().collect()), 2),
            '_' => (Token::Words(" ".to_owned()), 2),
            '*' => return 2,
            '[' => {
                let inner: String = code.iter().skip(1).take_while(|c| **c != ']').collect();
                self.bracket(&inner);
                return until(']');
            }
            'G' | 'g' if starts("General") => (Token::General, 7),
            'A' | 'a' if starts("AM/PM") => (Token::Noon(true), 5),
            'A' | 'a' if starts("A/P") => (Token::Noon(false), 3),
            'E' | 'e' if second.is_some_and(|c| matches!(c, '+' | '-')) => (Token::Exponent(second == Some('+')), 2),
            'e' | 'E' => (Token::Date('y', 4), run),
            '0' | '#' | '?' => (Token::Digit(first), 1),
            '.' => (Token::Point, 1),
            ',' => (Token::Comma, 1),
            '%' => (Token::Percent, 1),
            '/' => (Token::Slash, 1),
            '@' => (Token::General, 1),
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                (Token::Date(first.to_ascii_lowercase(), run), run)
            }
            other => (Token::Words(other.to_string()), 1),
        };
        self.tokens.push(token);
        length
    }

    fn bracket(&mut self, inner: &str) {
        if let Some(currency) = inner.strip_prefix('$') {
            let (sign, place) = currency.rsplit_once('-').unwrap_or((currency, ""));
            self.language = u32::from_str_radix(place, 16).unwrap_or_default() & 0x3ff;
            if !sign.is_empty() {
                self.tokens.push(Token::Words(sign.to_owned()));
            }
            return;
        }
        let lower = inner.to_lowercase();
        if let Some(unit) = lower.chars().next().filter(|unit| matches!(unit, 'h' | 'm' | 's'))
            && lower.chars().all(|c| c == unit)
        {
            self.tokens.push(Token::Elapsed(unit, lower.len()));
        } else if inner.starts_with(['<', '>', '=']) {
            let sign: String = inner.chars().take_while(|c| matches!(c, '<' | '>' | '=')).collect();
            let than = inner.get(sign.len()..).and_then(|number| number.trim().parse().ok());
            self.condition = than.map(|than| (sign, than));
        }
    }

    fn show(&self, value: f64, is_1904: bool) -> String {
        let has = |wanted: fn(&Token) -> bool| self.tokens.iter().any(wanted);
        if has(|token| matches!(token, Token::Date(..) | Token::Elapsed(..) | Token::Noon(_))) {
            return self.time(value, is_1904).unwrap_or_else(|| digits::general(value));
        }
        if has(|token| *token == Token::General) || !has(|token| matches!(token, Token::Digit(_))) {
            let piece = |token: &Token| match token {
                Token::General => digits::general(value),
                other => words(other),
            };
            return self.tokens.iter().map(piece).collect();
        }
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", digits::placed(&self.tokens, value.abs()))
    }

    fn time(&self, value: f64, is_1904: bool) -> Option<String> {
        let fraction = self.tokens.iter().skip_while(|token| **token != Token::Point).skip(1);
        let fraction = fraction.take_while(|token| matches!(token, Token::Digit(_))).count().min(3);
        let time = Time::of(value, is_1904, fraction)?;
        let is_noon = self.tokens.iter().any(|token| matches!(token, Token::Noon(_)));
        let mut said = String::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let (before, after) = self.tokens.split_at_checked(at)?;
            match token {
                Token::Date('m', length) if is_minute(before, after) => {
                    said.push_str(&dates::padded(time.minute, *length));
                }
                Token::Date('h', length) => said.push_str(&dates::padded(time.hour(is_noon), *length)),
                Token::Date('s', length) => said.push_str(&dates::padded(time.second, *length)),
                Token::Date(unit, length) => said.push_str(&time.day(*unit, *length, self.language)),
                Token::Elapsed(unit, length) => said.push_str(&dates::padded(time.elapsed(*unit), *length)),
                Token::Noon(is_long) => said.push_str(time.noon(*is_long)),
                Token::Digit(_) => {}
                Token::Point if fraction > 0 => said.push_str(&format!(".{:0fraction$}", time.fraction)),
                other => said.push_str(&words(other)),
            }
        }
        Some(said)
    }
}

/// Whether an "m" between other letters of a time is that of minutes.
fn is_minute(before: &[Token], after: &[Token]) -> bool {
    let unit = |token: &Token| match token {
        Token::Date(unit, _) | Token::Elapsed(unit, _) => Some(*unit),
        _ => None,
    };
    before.iter().rev().find_map(unit) == Some('h') || after.iter().skip(1).find_map(unit) == Some('s')
}

/// What a piece says for itself.
pub(super) fn words(token: &Token) -> String {
    match token {
        Token::Words(words) => words.clone(),
        Token::Point => ".".to_owned(),
        Token::Comma => ",".to_owned(),
        Token::Percent => "%".to_owned(),
        Token::Slash => "/".to_owned(),
        _ => String::new(),
    }
}

/// The code of a format that every program knows by its number. Dates whose order depends on the reader's country are
/// written so that nobody takes the month for the day.
pub(super) const fn built_in(number: u32) -> &'static str {
    match number {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 | 6 => "$#,##0;-$#,##0",
        7 | 8 => "$#,##0.00;-$#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-mm-dd",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 | 34 | 55 => "h:mm",
        21 | 33 | 35 | 56 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        37 | 38 => "#,##0;-#,##0",
        39 | 40 => "#,##0.00;-#,##0.00",
        41 => "#,##0;-#,##0;\"-\"",
        42 => "$#,##0;-$#,##0;\"-\"",
        43 => "#,##0.00;-#,##0.00;\"-\"",
        44 => "$#,##0.00;-$#,##0.00;\"-\"",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        _ => "General",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seen_as_their_format_says() {
        for (code, value, seen) in [
            ("0.00 €", 12.5, "12.50 €"),
            ("#,##0.00\\ [$€-407]", 1_299.9, "1,299.90 €"),
            ("[$$-409]#,##0.00;[Red]-[$$-409]#,##0.00", -1_234.5, "-$1,234.50"),
            ("\"CHF\" 0.00", 5.0, "CHF 5.00"),
            ("0%", 0.195, "20%"),
            ("0.0%", 0.195, "19.5%"),
            ("0.00", 1.005, "1.01"),
            ("0.00", 0.285, "0.29"),
            ("#,##0", 1_234_567.0, "1,234,567"),
            ("#,##0,\"k\"", 1_234_567.0, "1,235k"),
            ("000000", 4_711.0, "004711"),
            ("0000-000", 123_4567.0, "1234-567"),
            ("0.##", 5.0, "5"),
            ("0.##", 5.25, "5.25"),
            ("0.00E+00", 12_345.0, "1.23E+04"),
            ("# ?/?", 2.5, "2 1/2"),
            ("General", 0.1 + 0.2, "0.3"),
            ("General", 4_006_381_333_931.0, "4006381333931"),
            ("General", -3.25, "-3.25"),
            ("General\" pieces\"", 3.0, "3 pieces"),
            ("(0.00);(0.00)", -2.0, "(2.00)"),
            ("[<1]\"few\";[>=100]\"many\";0", 250.0, "many"),
            (";;;", 5.0, ""),
            ("0.00_);(0.00)", 5.0, "5.00 "),
            ("_-* #,##0.00 €_-;-* #,##0.00 €_-", 12.5, " 12.50 € "),
            ("0 \"Stück\"", 7.0, "7 Stück"),
            ("#", 0.0, ""),
            ("0.0", 99.96, "100.0"),
        ] {
            assert_eq!(Format::of(code).show(value, false), seen, "{value} in {code}");
        }
    }

    #[test]
    fn days_and_times_are_seen_as_their_format_says() {
        for (code, value, seen) in [
            ("dd.mm.yyyy", 46_143.0, "01.05.2026"),
            ("[$-407]d. mmmm yyyy", 46_143.0, "1. Mai 2026"),
            ("[$-409]ddd, mmm d yy;@", 46_143.0, "Fri, May 1 26"),
            ("m/d/yyyy h:mm AM/PM", 46_143.75, "5/1/2026 6:00 PM"),
            ("hh:mm", 0.375, "09:00"),
            ("h:mm:ss", 0.999_999_9, "0:00:00"),
            ("[h]:mm", 1.5, "36:00"),
            ("mm:ss.0", 0.000_706_018_518_518_518_5, "01:01.0"),
            (built_in(14), 46_143.0, "2026-05-01"),
            ("yyyy-mm-dd", 60.0, "1900-02-29"),
            ("yyyy-mm-dd", 1.0, "1900-01-01"),
            ("dd/mm/yy", -1.0, "-1"),
        ] {
            assert_eq!(Format::of(code).show(value, false), seen, "{value} in {code}");
        }
        assert_eq!(Format::of("yyyy-mm-dd").show(44_681.0, true), "2026-05-01");
    }
}
