//! Brand colours: reading them, and whether they can be read.

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Text on the brand colour, as the widget chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// On a dark brand colour.
    White,
    /// On a light one.
    Black,
}

impl Ink {
    /// As a CSS colour.
    #[must_use]
    pub const fn css(self) -> &'static str {
        match self {
            Self::White => "#ffffff",
            Self::Black => "#000000",
        }
    }
}

/// Reads `#rrggbb`, `rrggbb` or `#rgb`.
#[must_use]
pub fn parse(text: &str) -> Option<Rgb> {
    let digits = text.trim().trim_start_matches('#');
    if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let byte = |shift: u32| u8::try_from(value >> shift & 0xff).unwrap_or_default();
    let nibble = |shift: u32| u8::try_from((value >> shift & 0xf) * 17).unwrap_or_default();
    match digits.len() {
        6 => Some(Rgb(byte(16), byte(8), byte(0))),
        3 => Some(Rgb(nibble(8), nibble(4), nibble(0))),
        _ => None,
    }
}

/// Written `#rrggbb`.
#[must_use]
pub fn css(Rgb(red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// White where it can be read well, black otherwise.
#[must_use]
pub fn ink(color: Rgb) -> Ink {
    if contrast(color, Rgb(255, 255, 255)) >= 4.5 { Ink::White } else { Ink::Black }
}

/// Contrast after WCAG 2, from 1 to 21.
#[must_use]
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(Rgb(red, green, blue): Rgb) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
}

/// What a person should know about a brand colour; none when all is well.
#[must_use]
pub fn advice(color: Rgb) -> Option<&'static str> {
    if contrast(color, Rgb(255, 255, 255)) < 1.6 {
        Some("The launcher will be hard to find on a white page. A darker colour stands out.")
    } else if contrast(color, Rgb(20, 20, 20)) < 1.6 {
        Some("The launcher will be hard to find on a dark page. A lighter colour stands out.")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(parse(" #0F766E"), Some(Rgb(15, 118, 110)));
        assert_eq!(parse("fa0"), Some(Rgb(255, 170, 0)));
        assert_eq!(parse("teal"), None);
        assert_eq!(parse("#12345"), None);
        assert_eq!(parse(""), None);
        assert_eq!(css(Rgb(15, 118, 110)), "#0f766e");
    }

    #[test]
    fn every_colour_gets_text_that_can_be_read() {
        for step in 0..=255_u8 {
            let color = Rgb(step, 255 - step, step / 2);
            let text = if ink(color) == Ink::White { Rgb(255, 255, 255) } else { Rgb(0, 0, 0) };
            assert!(contrast(color, text) >= 4.5, "{color:?}");
        }
    }

    #[test]
    fn pale_and_black_colours_are_told() {
        assert!(advice(Rgb(250, 240, 200)).is_some());
        assert!(advice(Rgb(10, 10, 12)).is_some());
        assert_eq!(advice(Rgb(15, 118, 110)), None);
    }
}
