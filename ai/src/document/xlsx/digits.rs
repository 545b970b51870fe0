//! Digits of numbers, rounded as spreadsheets do: by the fifteen that they keep.

use super::format::{Token, words};

/// Digits behind the point at most.
const DECIMALS: usize = 30;
/// Powers of ten at most that are written out.
const WIDEST: i32 = 40;

/// A number in no special format.
pub(super) fn general(value: f64) -> String {
    let size = value.abs();
    if size.fract().abs() <= 0.0 && size < 1e15 {
        return format!("{value:.0}").replace("-0", if size > 0.0 { "-0" } else { "0" });
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let (whole, decimals) = if (1e-9..1e11).contains(&size) {
        let whole = rounded(size, 0).0.len();
        rounded(size, 11_usize.saturating_sub(whole).max(if size < 1.0 { 10 } else { 1 }))
    } else {
        let (mantissa, exponent) = scientific(size, 1, 5);
        let mark = if exponent < 0 { '-' } else { '+' };
        let (whole, decimals) = rounded(mantissa, 5);
        return format!("{sign}{}E{mark}{:02}", trimmed(&whole, &decimals), exponent.abs());
    };
    format!("{sign}{}", trimmed(&whole, &decimals))
}

fn trimmed(whole: &str, decimals: &str) -> String {
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") }
}

/// The digits before and behind the point of a number that is not negative.
pub(super) fn rounded(value: f64, decimals: usize) -> (String, String) {
    let decimals = decimals.min(DECIMALS);
    let written = format!("{value:.14e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    // Zeros before the first digit make room for what is carried.
    let before = usize::try_from(-exponent).unwrap_or_default().clamp(1, DECIMALS * 2);
    digits.splice(0..0, std::iter::repeat_n(0, before));
    let whole = usize::try_from(exponent).map_or(1, |exponent| exponent + 2);
    let keep = whole + decimals;
    let is_up = digits.get(keep).is_some_and(|digit| *digit >= 5);
    digits.resize(keep, 0);
    if is_up {
        for digit in digits.iter_mut().rev() {
            *digit = (*digit + 1) % 10;
            if *digit != 0 {
                break;
            }
        }
    }
    let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    let (whole, decimals) = text.split_at_checked(whole).unwrap_or((&text, ""));
    let whole = whole.trim_start_matches('0');
    (if whole.is_empty() { "0" } else { whole }.to_owned(), decimals.to_owned())
}

/// A number as one with some digits before its point, and a power of ten.
fn scientific(value: f64, whole: usize, decimals: usize) -> (f64, i32) {
    if value <= 0.0 {
        return (0.0, 0);
    }
    let step = i32::try_from(whole.clamp(1, 9)).unwrap_or(1);
    let exponent = |value: f64| (value.log10().floor() as i32).div_euclid(step) * step;
    let first = exponent(value);
    let scaled = |power: i32| value / 10_f64.powi(power);
    // What is rounded up may have a digit more.
    let up = rounded(scaled(first), decimals).0.len() > whole.max(1);
    let power = if up { first + step } else { first };
    (scaled(power), power)
}

/// A number that is not negative, with its digits in their places.
pub(super) fn placed(tokens: &[Token], value: f64) -> String {
    let slash = tokens.iter().position(|token| *token == Token::Slash);
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    if let Some(slash) = slash
        && tokens.get(..slash).is_some_and(|before| before.iter().any(is_digit))
    {
        return fraction(tokens.get(slash..).unwrap_or_default(), value);
    }
    let exponent_at = tokens.iter().position(|token| matches!(token, Token::Exponent(_))).unwrap_or(tokens.len());
    let (number, power) = tokens.split_at_checked(exponent_at).unwrap_or((tokens, &[]));
    let point = number.iter().position(|token| *token == Token::Point).unwrap_or(number.len());
    let count = |tokens: Option<&[Token]>| tokens.unwrap_or_default().iter().filter(|token| is_digit(token)).count();
    let (wholes, decimals) = (count(number.get(..point)), count(number.get(point..)));
    let percents = tokens.iter().filter(|token| **token == Token::Percent).count().min(3);
    let last = number.iter().take(point).rposition(is_digit);
    let thousands =
        last.map_or(0, |last| number.iter().skip(last + 1).take_while(|token| **token == Token::Comma).count());
    let is_grouped = last.is_some_and(|last| {
        number.iter().take(last).skip_while(|token| !is_digit(token)).any(|token| *token == Token::Comma)
    });
    let scale =
        i32::try_from(percents * 2).unwrap_or_default() - i32::try_from(thousands.min(5) * 3).unwrap_or_default();
    let value = value * 10_f64.powi(scale);
    let (value, exponent) = if power.is_empty() { (value, 0) } else { scientific(value, wholes, decimals) };
    if value >= 10_f64.powi(WIDEST) {
        return general(value);
    }
    let (whole, decimal) = rounded(value, decimals);
    let mut said = String::new();
    let mut digits = Digits { whole: if whole == "0" { "" } else { &whole }, places: wholes, is_grouped, place: 0 };
    let significant = decimal.trim_end_matches('0').len();
    let mut decimal_digits = decimal.chars().enumerate();
    for (at, token) in number.iter().enumerate() {
        match token {
            Token::Digit(sign) if at < point => digits.push(&mut said, *sign),
            Token::Digit(sign) => {
                if let Some((place, digit)) = decimal_digits.next()
                    && (place < significant || *sign == '0')
                {
                    said.push(digit);
                }
            }
            Token::Comma => {}
            Token::Point => {
                if wholes == 0 && whole != "0" {
                    said.push_str(&whole);
                }
                let is_seen = significant > 0 || number.get(at..).unwrap_or_default().contains(&Token::Digit('0'));
                said.push_str(if is_seen { "." } else { "" });
            }
            other => said.push_str(&words(other)),
        }
    }
    if let [Token::Exponent(is_plus), rest @ ..] = power {
        let places = count(Some(rest));
        let mark = if exponent < 0 {
            "-"
        } else if *is_plus {
            "+"
        } else {
            ""
        };
        said.push_str(&format!("E{mark}{:0places$}", exponent.abs()));
        rest.iter().for_each(|token| said.push_str(&words(token)));
    }
    said
}

/// The digits before the point on their way into their places.
struct Digits<'w> {
    whole: &'w str,
    places: usize,
    is_grouped: bool,
    place: usize,
}

impl Digits<'_> {
    fn push(&mut self, said: &mut String, sign: char) {
        self.place += 1;
        let right = self.places.saturating_sub(self.place);
        let length = self.whole.len();
        // The first place takes all digits that have none.
        let most = if self.place == 1 { length.max(right + 1) } else { right + 1 };
        for right in (right..most).rev() {
            let digit = length.checked_sub(right + 1).and_then(|at| self.whole.chars().nth(at));
            let Some(digit) = digit.or_else(|| (sign == '0').then_some('0')) else { continue };
            said.push(digit);
            if self.is_grouped && right > 0 && right % 3 == 0 {
                said.push(',');
            }
        }
    }
}

/// A number as a whole one and a fraction. `below` is what stands below the line.
fn fraction(below: &[Token], value: f64) -> String {
    let fixed: String = below
        .iter()
        .filter_map(|token| if let Token::Words(words) = token { Some(words.as_str()) } else { None })
        .collect();
    let places = below.iter().filter(|token| matches!(token, Token::Digit(_))).count().clamp(1, 3);
    let most = 10_u32.pow(u32::try_from(places).unwrap_or(1)) - 1;
    let (whole, rest) = (value.trunc(), value.fract());
    let fixed = fixed.trim().parse::<u32>().ok().filter(|fixed| (1..=1_000).contains(fixed));
    let all = fixed.map_or(1..=most, |fixed| fixed..=fixed);
    let error = |under: u32| (rest - (rest * f64::from(under)).round() / f64::from(under)).abs();
    let under = all.min_by(|one, other| error(*one).total_cmp(&error(*other))).unwrap_or(1);
    let over = (rest * f64::from(under)).round();
    if over <= 0.0 {
        general(whole)
    } else if over >= f64::from(under) {
        general(whole + 1.0)
    } else if whole > 0.0 {
        format!("{} {over:.0}/{under}", general(whole))
    } else {
        format!("{over:.0}/{under}")
    }
}
