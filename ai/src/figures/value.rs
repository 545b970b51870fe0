//! What a cell holds: money with its currency, a number with its unit, whether something can be had, or words.

use super::amount::{Amount, Point};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An amount of money.
    Money {
        /// How much.
        amount: Amount,
        /// The currency in its short form, such as `EUR` or `$`; empty for nothing to pay, in any currency.
        currency: String,
        /// What it is for, as in "a month" or "/kg"; mostly empty.
        per: String,
    },
    /// A number with its unit.
    Number {
        /// How much, in `unit`.
        amount: Amount,
        /// The unit.
        unit: Unit,
    },
    /// Whether it is in stock.
    Stock(bool),
    /// Anything else.
    Text,
}

/// A unit of measure; two values can be compared when theirs are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// What is measured.
    pub measure: Measure,
    /// The unit to which the number was brought, or its own.
    pub name: String,
}

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Time.
    Time,
    /// Weight.
    Weight,
    /// Length.
    Length,
    /// Volume.
    Volume,
    /// Anything else.
    Other,
}

/// Currencies by what people write, in small letters.
const CURRENCIES: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("欧元", "EUR"),
    ("ユーロ", "EUR"),
    ("يورو", "EUR"),
    ("$", "$"),
    ("dollar", "$"),
    ("dollars", "$"),
    ("dólares", "$"),
    ("美元", "$"),
    ("ドル", "$"),
    ("دولار", "$"),
    ("us$", "USD"),
    ("usd", "USD"),
    ("aud", "AUD"),
    ("a$", "AUD"),
    ("cad", "CAD"),
    ("c$", "CAD"),
    ("nzd", "NZD"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("chf", "CHF"),
    ("franken", "CHF"),
    ("francs", "CHF"),
    ("fr.", "CHF"),
    ("zł", "PLN"),
    ("zl", "PLN"),
    ("pln", "PLN"),
    ("złotych", "PLN"),
    ("złote", "PLN"),
    ("¥", "¥"),
    ("jpy", "JPY"),
    ("円", "JPY"),
    ("yen", "JPY"),
    ("元", "CNY"),
    ("块", "CNY"),
    ("人民币", "CNY"),
    ("cny", "CNY"),
    ("rmb", "CNY"),
    ("₫", "VND"),
    ("đ", "VND"),
    ("vnđ", "VND"),
    ("vnd", "VND"),
    ("đồng", "VND"),
    ("kr", "kr"),
    ("kr.", "kr"),
    ("sek", "SEK"),
    ("nok", "NOK"),
    ("dkk", "DKK"),
    ("kč", "CZK"),
    ("czk", "CZK"),
    ("huf", "HUF"),
    ("₹", "INR"),
    ("inr", "INR"),
    ("rs", "INR"),
    ("rs.", "INR"),
    ("r$", "BRL"),
    ("brl", "BRL"),
    ("reais", "BRL"),
    ("₺", "TRY"),
    ("try", "TRY"),
    ("₽", "RUB"),
    ("₴", "UAH"),
    ("₩", "KRW"),
    ("aed", "AED"),
    ("درهم", "AED"),
    ("sar", "SAR"),
    ("ريال", "SAR"),
    ("mxn", "MXN"),
    ("sgd", "SGD"),
    ("hkd", "HKD"),
];

/// Signs and words that several currencies share.
const SHARED: &[(&str, &[&str])] = &[
    ("$", &["USD", "AUD", "CAD", "NZD", "MXN", "SGD", "HKD"]),
    ("¥", &["JPY", "CNY"]),
    ("kr", &["SEK", "NOK", "DKK"]),
];

/// Nothing to pay.
const FREE: &[&str] = &[
    "free",
    "free of charge",
    "kostenlos",
    "gratis",
    "frei",
    "kostenfrei",
    "gratuit",
    "gratuite",
    "offert",
    "grátis",
    "gratuito",
    "gratuita",
    "za darmo",
    "bezpłatnie",
    "darmowa",
    "miễn phí",
    "免费",
    "無料",
    "مجاني",
    "مجانا",
];

/// Units by what people write: what they measure, the unit to which they are brought, and how many of it they are.
const UNITS: &[(&str, Measure, &str, i64)] = &[
    (
        "min minute minutes minuten minuto minutos minuti minuut minuut minuty minut phút 分钟 分",
        Measure::Time,
        "minute",
        1,
    ),
    (
        "h hour hours hr hrs stunde stunden heure heures hora horas ora ore uur uren godzina godziny godzin giờ 小时 時間 ساعة ساعات",
        Measure::Time,
        "minute",
        60,
    ),
    (
        "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dzień dni ngày 天 日 يوم أيام",
        Measure::Time,
        "minute",
        1_440,
    ),
    (
        "week weeks woche wochen semaine semaines semana semanas settimana settimane weken tydzień tygodnie tygodni tuần 周 週間 أسبوع أسابيع",
        Measure::Time,
        "minute",
        10_080,
    ),
    (
        "month months monat monate monaten mois mes meses mês mese mesi maand maanden miesiąc miesiące miesięcy tháng 个月 か月 ヶ月 شهر أشهر",
        Measure::Time,
        "month",
        1,
    ),
    (
        "year years jahr jahre jahren an ans année années año años ano anos anno anni jaar jaren rok lata lat năm 年 سنة سنوات",
        Measure::Time,
        "month",
        12,
    ),
    ("mg", Measure::Weight, "mg", 1),
    ("g gram grams gramm grammes gramos gramas grammi", Measure::Weight, "mg", 1_000),
    ("kg kilo kilos kilogram kilograms kilogramm kilogrammes kilogramos كجم 公斤", Measure::Weight, "mg", 1_000_000),
    ("mm", Measure::Length, "mm", 1),
    ("cm", Measure::Length, "mm", 10),
    ("m metre metres meter meters metro metros metri", Measure::Length, "mm", 1_000),
    ("km kilometre kilometres kilometer kilometers", Measure::Length, "mm", 1_000_000),
    ("ml", Measure::Volume, "ml", 1),
    ("cl", Measure::Volume, "ml", 10),
    ("l litre litres liter liters litro litros litri litrów", Measure::Volume, "ml", 1_000),
];

impl Value {
    /// Reads a cell. `point` is the sign before decimals where others of its column tell it.
    pub(super) fn read(cell: &str, point: Option<Point>) -> Self {
        let lower = cell.trim().to_lowercase();
        if FREE.contains(&lower.as_str()) {
            return Self::Money { amount: Amount::default(), currency: String::new(), per: String::new() };
        }
        let Some((before, number, after)) = parts(&lower) else { return Self::Text };
        let currency = |word: &str| CURRENCIES.iter().find(|(written, _)| *written == word).map(|(_, short)| *short);
        let (after, per) = after.split_once('/').map_or((after, ""), |(after, per)| (after.trim(), per.trim()));
        let known = match (currency(before), currency(after)) {
            (Some(short), None) if after.is_empty() => Some(short),
            (None, Some(short)) if before.is_empty() => Some(short),
            _ => None,
        };
        if let Some(short) = known {
            // Thousands are common among prices, three decimals are not.
            let point =
                point.or(Some(if number.contains(',') { Point::Dot } else { Point::Comma })).filter(|_| per.is_empty());
            return match Amount::read(number, point) {
                Some(amount) => Self::Money { amount, currency: short.to_owned(), per: per.to_owned() },
                None => Self::Text,
            };
        }
        let Some(amount) = Amount::read(number, point).filter(|_| before.is_empty() && per.is_empty()) else {
            return Self::Text;
        };
        match unit(after) {
            Some((measure, name, times)) => match amount.times(times) {
                Some(amount) => Self::Number { amount, unit: Unit { measure, name: name.to_owned() } },
                None => Self::Text,
            },
            None if after.split_whitespace().count() <= 2 && !after.contains(|c: char| c.is_numeric()) => {
                Self::Number { amount, unit: Unit { measure: Measure::Other, name: after.to_owned() } }
            }
            None => Self::Text,
        }
    }
}

fn unit(word: &str) -> Option<(Measure, &'static str, i64)> {
    let is_it = |written: &str| written.split(' ').any(|one| one == word) && !word.is_empty();
    UNITS.iter().find(|(written, ..)| is_it(written)).map(|(_, measure, name, times)| (*measure, *name, *times))
}

/// Whether a word is a unit of measure.
pub(super) fn is_unit(word: &str) -> bool {
    unit(word).is_some()
}

/// Whether a word is a currency.
pub(super) fn is_currency(word: &str) -> bool {
    CURRENCIES.iter().any(|(written, _)| *written == word)
}

/// The number of a text with what stands before and after it; none when there is no number, or more than one.
pub(super) fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let start = text.get(..start)?.strip_suffix(['-', '−']).map_or(start, str::len);
    let rest = text.get(start..)?;
    let is_inside = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | '-' | '−' | '–' | '—');
    let mut end = 0;
    for (at, letter) in rest.char_indices() {
        // A space inside a number stands before three digits.
        let is_group = matches!(letter, ' ' | '\u{a0}' | '\u{202f}') && {
            let after: Vec<char> = rest.get(at + letter.len_utf8()..).unwrap_or_default().chars().take(4).collect();
            after.iter().take(3).filter(|c| c.is_ascii_digit()).count() == 3
                && after.get(3).is_none_or(|c| !c.is_ascii_digit())
        };
        if !is_inside(letter) && !is_group {
            break;
        }
        end = at + letter.len_utf8();
    }
    let number = rest.get(..end)?;
    let kept = number.trim_end_matches(['.', '\'', '’']);
    let (before, after) = (text.get(..start)?.trim(), text.get(start + kept.len()..)?.trim());
    // "3-5" and "20*30" are two.
    let is_range = kept
        .chars()
        .skip(1)
        .zip(kept.chars().skip(2))
        .any(|(one, next)| matches!(one, '-' | '−' | '–' | '—') && next.is_ascii_digit());
    (!is_range && !after.contains(|c: char| c.is_ascii_digit())).then_some((
        before,
        kept,
        after.trim_start_matches('.').trim(),
    ))
}

/// The sign before the decimals of a column, where one of its cells tells it.
pub(super) fn point_of<'c>(cells: impl Iterator<Item = &'c str>) -> Option<Point> {
    let told = |cell: &str| {
        let (_, number, _) = parts(cell)?;
        let (at, sign) = number.char_indices().rfind(|(_, c)| matches!(c, '.' | ','))?;
        let after = number.get(at + 1..)?;
        let is_short = (1..=2).contains(&after.len()) && after.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then_some(if sign == ',' { Point::Comma } else { Point::Dot })
    };
    let mut all = cells.filter_map(told);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// Whether money that was asked about is the same as money of a row.
pub(super) fn is_same_currency(asked: &str, row: &str) -> bool {
    asked == row
        || asked.is_empty()
        || row.is_empty()
        || SHARED
            .iter()
            .any(|(sign, all)| (*sign == asked && all.contains(&row)) || (*sign == row && all.contains(&asked)))
}

#[cfg(test)]
mod tests {
    use super::{Measure, Value};

    fn money(text: &str) -> (String, String, String) {
        match Value::read(text, None) {
            Value::Money { amount, currency, per } => (amount.to_string(), currency, per),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn cells_are_read_with_their_units() {
        let owned = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
        for (text, wanted) in [
            ("19.00 EUR", ("19", "EUR", "")),
            ("€ 1.299,00", ("1299", "EUR", "")),
            ("$1,299", ("1299", "$", "")),
            ("4,50 €/kg", ("4.5", "EUR", "kg")),
            ("49,- €", ("49", "EUR", "")),
            ("12 zł", ("12", "PLN", "")),
            ("1 299 kr", ("1299", "kr", "")),
            ("500円", ("500", "JPY", "")),
            ("Free", ("0", "", "")),
        ] {
            assert_eq!(money(text), owned(wanted), "{text}");
        }
        let time = |text: &str| match Value::read(text, None) {
            Value::Number { amount, unit } => (amount.to_string(), unit.measure, unit.name),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(time("2 days"), ("2880".to_owned(), Measure::Time, "minute".to_owned()));
        assert_eq!(time("36 Stunden"), ("2160".to_owned(), Measure::Time, "minute".to_owned()));
        assert_eq!(time("2.5 kg").0, "2500000");
        assert_eq!(time("5 working days"), ("5".to_owned(), Measure::Other, "working days".to_owned()));
        assert_eq!(time("17").2, "");
        for text in ["from 89 EUR", "3–5 days", "20*30 cm", "on request", "ab 89,00 €", "5 EUR or 6 EUR", "", "9:30"]
        {
            assert_eq!(Value::read(text, None), Value::Text, "{text}");
        }
    }
}
