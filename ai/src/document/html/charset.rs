//! The encoding of a text: what its bytes show goes before what is said of it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes in which a page says its encoding.
const HEAD: usize = 64 * 1024;
/// Bytes by which an encoding is detected.
const LOOKED_AT: usize = 512 * 1024;

/// The text of some bytes. `said` is what a web server said of their encoding.
pub(in super::super) fn decode(bytes: &[u8], said: Option<&str>) -> String {
    encoding(bytes, said).decode(bytes).0.into_owned()
}

fn encoding(bytes: &[u8], said: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf16(bytes) {
        return encoding;
    }
    let is_ascii = bytes.is_ascii();
    // Other bytes are UTF-8 by chance in no text of some length.
    if !is_ascii && std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let label = |label: &str| Encoding::for_label(label.trim().as_bytes()).filter(|encoding| *encoding != UTF_8);
    let labels = [said.and_then(label), declared(bytes).as_deref().and_then(label)];
    let mut said = labels.into_iter().flatten();
    if is_ascii {
        // Only an encoding with escapes says anything with such bytes.
        let escapes = bytes.contains(&0x1b);
        return if escapes { detect(bytes) } else { UTF_8 };
    }
    let detected = detect(bytes);
    // "windows-1252" and "iso-8859-1" are said of everything.
    let believed = said.find(|encoding| *encoding != WINDOWS_1252 && !encoding.decode(bytes).2);
    match believed {
        Some(said) if letters(said, bytes) >= letters(detected, bytes) => said,
        _ => detected,
    }
}

/// Signs that a text of people has, less those that it does not.
fn letters(encoding: &'static Encoding, bytes: &[u8]) -> i64 {
    let start = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let text = encoding.decode(start).0;
    let weight = |c: char| match c {
        '\u{fffd}' | '\u{80}'..='\u{9f}' => -20,
        c if c.is_alphabetic() => 1,
        _ => 0,
    };
    // Two letters of one that was torn apart count as one sign of another text.
    text.chars().map(weight).sum::<i64>().signum()
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..LOOKED_AT).unwrap_or(bytes), true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without its mark: every second byte of a text in Latin letters is zero.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..4096).unwrap_or(bytes);
    if start.len() < 8 || bytes.len() % 2 == 1 {
        return None;
    }
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count() * 2;
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 >= start.len() * 7 && even * 20 <= start.len() {
        Some(UTF_16LE)
    } else if even * 10 >= start.len() * 7 && odd * 20 <= start.len() {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What a page says of its encoding, in a `meta` element or the declaration of XML. What scripts say does not count.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_lowercase();
    if let Some(declaration) = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next())
        && let Some((_, label)) = declaration.split_once("encoding=")
    {
        return Some(word(label));
    }
    let mut rest = head.as_str();
    while let Some((_, tag)) = rest.split_once("<meta") {
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        if let Some((_, label)) = tag.split_once("charset=") {
            return Some(word(label));
        }
        rest = after;
    }
    None
}

fn word(label: &str) -> String {
    label
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str = "Доставка занимает от трёх до пяти рабочих дней, возврат в течение тридцати дней.";

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    #[test]
    fn bytes_are_believed_before_labels() {
        let japanese = "配送には三日から五日かかります。返品は三十日以内です。";
        for (label, text) in [
            ("windows-1251", RUSSIAN),
            ("koi8-r", RUSSIAN),
            ("shift_jis", japanese),
            ("euc-jp", japanese),
            ("iso-2022-jp", japanese),
            ("gb18030", "送货需要三到五个工作日，三十天内可以退货，请联系我们的客服。"),
            ("windows-1252", "Größe: 20 cm, Preis: 5 € – frei Haus für „alle“"),
            ("windows-1250", "Doručení trvá tři až pět pracovních dnů, vrácení do třiceti dnů, žluťoučký kůň."),
            ("windows-1256", "يستغرق التوصيل من ثلاثة إلى خمسة أيام عمل"),
        ] {
            let bytes = encoded(label, text);
            for said in [None, Some("utf-8"), Some("iso-8859-1"), Some(label)] {
                assert_eq!(decode(&bytes, said), text, "{label} with {said:?}");
            }
        }
        assert_eq!(decode(RUSSIAN.as_bytes(), Some("windows-1251")), RUSSIAN);
    }

    #[test]
    fn a_page_says_its_encoding_wherever_it_stands_in_its_head() {
        let page = format!(
            "<script charset=\"koi8-r\">{}</script><meta http-equiv=x content='text/html; charset=windows-1251'><p>{RUSSIAN}",
            "x".repeat(3_000)
        );
        assert!(decode(&encoded("windows-1251", &page), None).contains(RUSSIAN));
        let utf16: Vec<u8> = "Price list, 5 EUR".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16, None), "Price list, 5 EUR");
    }
}
