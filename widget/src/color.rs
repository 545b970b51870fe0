//! Colours made from the brand colour so that every text on them can be read.

/// Contrast that WCAG 2.2 AA asks for between text and its ground.
const ENOUGH: f32 = 4.5;
/// The panel's surface in light and in dark, as in `style/panel.css`.
const LIGHT_SURFACE: Rgb = [255.0, 255.0, 255.0];
const DARK_SURFACE: Rgb = [35.0, 34.0, 32.0];

type Rgb = [f32; 3];

/// The brand colour and what goes with it, as CSS colours.
#[derive(Debug, PartialEq, Eq)]
pub struct Palette {
    /// The brand colour itself.
    pub brand: String,
    /// Text upon the brand colour.
    pub on: &'static str,
    /// The brand colour as text on the light surface.
    pub ink_light: String,
    /// The brand colour as text on the dark surface.
    pub ink_dark: String,
}

impl Palette {
    /// The palette of a colour written `#rrggbb`; of our own teal when it is not.
    #[must_use]
    pub fn of(color: &str) -> Self {
        let brand = parse(color).unwrap_or([15.0, 118.0, 110.0]);
        Self {
            brand: css(brand),
            on: if contrast(brand, [255.0; 3]) >= ENOUGH { "#fff" } else { "#000" },
            ink_light: css(toward(brand, [0.0; 3], LIGHT_SURFACE)),
            ink_dark: css(toward(brand, [255.0; 3], DARK_SURFACE)),
        }
    }
}

fn parse(color: &str) -> Option<Rgb> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let part = |shift: u32| ((number >> shift) & 0xff) as f32;
    Some([part(16), part(8), part(0)])
}

fn css(color: Rgb) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::from("#");
    for part in color {
        let byte = part.clamp(0.0, 255.0) as usize;
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS.get(digit).copied().unwrap_or(b'0')));
        }
    }
    text
}

fn luminance(color: Rgb) -> f32 {
    let [red, green, blue] = color.map(|part| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { power_2_4((part + 0.055) / 1.055) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// `x` to the power 2.4, for `x` from 0 to 1, by Newton's method on the fifth root.
fn power_2_4(x: f32) -> f32 {
    // x^2.4 = x^2 · (x^(1/5))^2
    let mut root = 1.0_f32;
    for _ in 0..24 {
        let fourth = root * root * root * root;
        root = (4.0 * root + x / fourth) / 5.0;
    }
    x * x * root * root
}

fn contrast(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour, moved toward `end` until it can be read on `surface`.
fn toward(color: Rgb, end: Rgb, surface: Rgb) -> Rgb {
    let [red, green, blue] = color;
    let [end_red, end_green, end_blue] = end;
    let mut share = 0.0_f32;
    loop {
        let mix = |from: f32, to: f32| (from + (to - from) * share).round();
        let mixed = [mix(red, end_red), mix(green, end_green), mix(blue, end_blue)];
        if share >= 1.0 || contrast(mixed, surface) >= ENOUGH {
            return mixed;
        }
        share += 0.05;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read() {
        for red in (0..=255).step_by(17) {
            for green in (0..=255).step_by(17) {
                for blue in (0..=255).step_by(17) {
                    let color = format!("#{red:02x}{green:02x}{blue:02x}");
                    let palette = Palette::of(&color);
                    let brand = parse(&palette.brand).unwrap();
                    let on = if palette.on == "#fff" { [255.0; 3] } else { [0.0; 3] };
                    assert!(contrast(brand, on) >= ENOUGH, "{color} under {}", palette.on);
                    assert!(contrast(parse(&palette.ink_light).unwrap(), LIGHT_SURFACE) >= ENOUGH, "{color} light");
                    assert!(contrast(parse(&palette.ink_dark).unwrap(), DARK_SURFACE) >= ENOUGH, "{color} dark");
                }
            }
        }
    }

    #[test]
    fn a_readable_colour_stays_as_it_is() {
        let palette = Palette::of("#0f766e");
        assert_eq!((palette.brand.as_str(), palette.on), ("#0f766e", "#fff"));
        assert_eq!(palette.ink_light, "#0f766e");
    }

    #[test]
    fn nonsense_gives_our_own_colour() {
        assert_eq!(Palette::of("red; background: url(x)"), Palette::of("#0f766e"));
    }
}
