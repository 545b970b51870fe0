//! Numbers as Word prints them.

use crate::document::numbers::roman;

/// A number in a format that has a name; as a plain one in those that few know.
pub(super) fn printed(number: i64, format: &str) -> String {
    let known = match format {
        "none" => Some(String::new()),
        "decimalZero" | "01, 02, 03, ..." => Some(format!("{number:02}")),
        "001, 002, 003, ..." => Some(format!("{number:03}")),
        "0001, 0002, 0003, ..." => Some(format!("{number:04}")),
        "00001, 00002, 00003, ..." => Some(format!("{number:05}")),
        "lowerLetter" => repeated(number, "abcdefghijklmnopqrstuvwxyz"),
        "upperLetter" => repeated(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "lowerRoman" => roman(number).map(|roman| roman.to_lowercase()),
        "upperRoman" => roman(number),
        "russianLower" => repeated(number, "абвгдежзиклмнопрстуфхцчшщыэюя"),
        "russianUpper" => repeated(number, "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ"),
        "hebrew2" => repeated(number, "אבגדהוזחטיכלמנסעפצקרשת"),
        "arabicAlpha" => repeated(number, "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"),
        "arabicAbjad" => repeated(number, "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
        "aiueoFullWidth" | "aiueo" => repeated(
            number,
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
        ),
        "iroha" | "irohaFullWidth" => repeated(
            number,
            "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
        ),
        "ganada" => repeated(number, "가나다라마바사아자차카타파하"),
        "chicago" => chicago(number),
        "ordinal" => Some(ordinal(number)),
        "numberInDash" => Some(format!("- {number} -")),
        "decimalEnclosedParen" => Some(format!("({number})")),
        "decimalEnclosedFullstop" => Some(format!("{number}.")),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => circled(number),
        "hex" => Some(format!("{number:X}")),
        "thaiNumbers" => Some(digits(number, '๐')),
        "hindiNumbers" => Some(digits(number, '०')),
        "decimalFullWidth" | "decimalFullWidth2" => Some(digits(number, '０')),
        "chineseCounting"
        | "chineseCountingThousand"
        | "ideographDigital"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "koreanCounting"
        | "koreanDigital"
        | "japaneseDigitalTenThousand"
        | "taiwaneseDigital" => chinese(number, format),
        _ => None,
    };
    known.unwrap_or_else(|| number.to_string())
}

/// Letters, which Word repeats where others count on with two: … y, z, aa, bb, …
fn repeated(number: i64, letters: &str) -> Option<String> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    let all = letters.chars().count();
    let letter = letters.chars().nth(place % all)?;
    let times = place / all + 1;
    (times <= 10).then(|| String::from(letter).repeat(times))
}

/// *, †, ‡, §, **, …
fn chicago(number: i64) -> Option<String> {
    repeated(number, "*†‡§")
}

fn ordinal(number: i64) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn circled(number: i64) -> Option<String> {
    let number = u32::try_from(number).ok().filter(|number| (1..=20).contains(number))?;
    char::from_u32(0x2460 + number - 1).map(String::from)
}

/// A number in the digits of another script.
fn digits(number: i64, zero: char) -> String {
    let digit = |digit: char| digit.to_digit(10).and_then(|value| char::from_u32(u32::from(zero) + value));
    number.to_string().chars().map(|character| digit(character).unwrap_or(character)).collect()
}

/// A number up to 99 in Chinese signs; those of one digit after the other in the formats that are called digital.
fn chinese(number: i64, format: &str) -> Option<String> {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let number = usize::try_from(number).ok()?;
    let digit = |place: usize| DIGITS.get(place).copied();
    if format.ends_with("Digital") || format.contains("DigitalTen") {
        return number.to_string().chars().map(|sign| digit(sign.to_digit(10)? as usize)).collect();
    }
    let (tens, ones) = (number / 10, number % 10);
    let mut text = String::new();
    match tens {
        0 => {}
        1 => text.push('十'),
        2..=9 => text.extend([digit(tens)?, '十']),
        _ => return None,
    }
    if ones > 0 || number == 0 {
        text.push(digit(ones)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_in_word() {
        let all = |format: &str| [1, 4, 28].map(|number| printed(number, format)).join(" ");
        assert_eq!(all("decimal"), "1 4 28");
        assert_eq!(all("decimalZero"), "01 04 28");
        assert_eq!(all("lowerLetter"), "a d bb");
        assert_eq!(all("upperRoman"), "I IV XXVIII");
        assert_eq!(all("chicago"), "* § §§§§§§§");
        assert_eq!(all("ordinal"), "1st 4th 28th");
        assert_eq!(all("chineseCounting"), "一 四 二十八");
        assert_eq!(all("thaiNumbers"), "๑ ๔ ๒๘");
        assert_eq!(all("something new"), "1 4 28");
        assert_eq!(printed(0, "lowerLetter"), "0");
        assert_eq!(printed(i64::MAX, "upperLetter"), i64::MAX.to_string());
    }
}
