//! What is money, and what is not.

use super::*;

fn thousandths(text: &str, currency: &str, convention: Option<Convention>) -> Result<Option<i64>, Unread> {
    read(text, Hints { currency, convention }).map(|money| money.map(|money| money.price.thousandths()))
}

#[test]
fn amounts_are_read_exactly() {
    for (text, amount, currency) in [
        ("1.234,56 €", 1_234_560, "EUR"),
        ("1,234.56", 1_234_560, ""),
        ("€ 49,-", 49_000, "EUR"),
        ("49,--", 49_000, ""),
        ("49.–", 49_000, ""),
        ("CHF 49.—", 49_000, "CHF"),
        ("CHF 1'250.00", 1_250_000, "CHF"),
        ("1’250.50 Fr.", 1_250_500, "CHF"),
        ("12\u{a0}000,50 zł", 12_000_500, "PLN"),
        ("₫120.000", 120_000_000, "VND"),
        ("120.000 đ", 120_000_000, "VND"),
        ("R$ 1.299,90", 1_299_900, "BRL"),
        ("US$1,299.90", 1_299_900, "USD"),
        ("1299.9 eur", 1_299_900, "EUR"),
        ("EUR1299", 1_299_000, "EUR"),
        ("€12.50 EUR", 12_500, "EUR"),
        ("JPY 1,200", 1_200_000, "JPY"),
        ("1200 円", 1_200_000, "JPY"),
        ("0.125 KWD", 125, "KWD"),
        ("KWD 12.500", 12_500, "KWD"),
        ("₹1,23,456.50", 123_456_500, "INR"),
        ("₹ 500/-", 500_000, "INR"),
        ("١٬٢٩٩٫٥٠", 1_299_500, ""),
        ("12.990000", 12_990, ""),
        ("49.0000", 49_000, ""),
        ("0", 0, ""),
        ("0,00 €", 0, "EUR"),
        ("1.234.567", 1_234_567_000, ""),
        ("\u{200e}12,50 €", 12_500, "EUR"),
        ("007", 7_000, ""),
    ] {
        let convention = (text == "KWD 12.500").then_some(Convention::Point);
        let money =
            read(text, Hints { convention, ..Hints::default() }).unwrap_or_else(|why| panic!("{text}: {why:?}"));
        let money = money.unwrap();
        assert_eq!((money.price.thousandths(), money.currency.unwrap_or_default()), (amount, currency), "{text}");
    }
    assert_eq!(read("", Hints::default()), Ok(None));
    assert_eq!(read(" \u{a0}", Hints::default()), Ok(None));
}

#[test]
fn what_is_not_understood_is_refused_with_its_reason() {
    use Unread::*;
    for (text, why) in [
        ("0,125 €", Decimals(2, "EUR")),
        ("0.125", Decimals(2, "")),
        ("12.3456 $", Decimals(2, "")),
        ("1200.50 JPY", Decimals(0, "JPY")),
        ("1.234,567", Decimals(2, "")),
        ("ab 89,00", Starting),
        ("from 89", Starting),
        ("à partir de 89 €", Starting),
        ("od 89 zł", Starting),
        ("89-99", Range),
        ("89,00 – 99,00 €", Range),
        ("$5 to $7", Range),
        ("2 for 5 €", Several),
        ("12.50 / 13.50", Several),
        ("5 € 7 €", Several),
        ("-5", Negative),
        ("€ -5,00", Negative),
        ("−5 €", Negative),
        ("(12.50)", Negative),
        ("20%", Percent),
        ("20 % off", Percent),
        ("1.234", Ambiguous),
        ("1,234 €", Ambiguous),
        ("KWD 12.500", Ambiguous),
        ("€ 5 USD", Currencies),
        ("12345678901", TooLarge),
        ("free", NoPrice),
        ("auf Anfrage", NoPrice),
        ("-", NoPrice),
        ("ca. 12 €", NoPrice),
        ("~12", NoPrice),
        ("12 €/kg", NoPrice),
        ("12 €*", NoPrice),
        ("1.2.3", NoPrice),
        ("1,2,3", NoPrice),
        ("1.23,456,789", NoPrice),
        ("12 34", Several),
        ("1e5", Several),
        ("0x10", Several),
        ("5-", NoPrice),
        ("=5", NoPrice),
        ("12 ABC", NoPrice),
        ("1'25", NoPrice),
        ("0.123.456", NoPrice),
    ] {
        assert_eq!(read(text, Hints::default()), Err(why), "{text}");
        assert!(why.reason(text).contains(text), "{}", why.reason(text));
    }
    assert_eq!(read(&"1".repeat(61), Hints::default()), Err(NoPrice));
    assert!(NoPrice.reason(&"x".repeat(99)).contains('…'));
}

#[test]
fn what_is_known_before_decides_between_two_readings() {
    let (point, comma) = (Some(Convention::Point), Some(Convention::Comma));
    assert_eq!(thousandths("1.234", "EUR", comma), Ok(Some(1_234_000)));
    assert_eq!(thousandths("1.234", "EUR", point), Err(Unread::Decimals(2, "EUR")));
    assert_eq!(thousandths("1,234", "", point), Ok(Some(1_234_000)));
    assert_eq!(thousandths("1.234", "KWD", point), Ok(Some(1_234)));
    assert_eq!(thousandths("1.234", "JPY", None), Ok(Some(1_234_000)));
    // What shows its own convention needs none.
    assert_eq!(thousandths("12,50", "EUR", point), Ok(Some(12_500)));
    for (texts, shown) in [
        (vec!["1.234", "12,50"], Shown::One(Convention::Comma)),
        (vec!["1.234", "12.5", "x", ""], Shown::One(Convention::Point)),
        (vec!["1.234.567"], Shown::One(Convention::Comma)),
        (vec!["1'250.00"], Shown::One(Convention::Point)),
        (vec!["1.234", "7", "1 000"], Shown::Nothing),
        (vec!["12,50", "12.50"], Shown::Mixed),
    ] {
        assert_eq!(convention(texts.iter().copied()), shown, "{texts:?}");
    }
}

#[test]
fn a_sign_of_several_currencies_is_none_of_them_by_chance() {
    let found = |text: &str, currency: &str| {
        let money = read(text, Hints { currency, convention: None }).unwrap().unwrap();
        (money.price.thousandths(), money.currency, money.names_currency)
    };
    assert_eq!(found("12 000 kr", ""), (12_000_000, None, true));
    assert_eq!(found("12 000 kr", "SEK"), (12_000_000, Some("SEK"), true));
    assert_eq!(found("12 000 kr", "EUR"), (12_000_000, None, true));
    assert_eq!(found("$5", "CAD"), (5_000, Some("CAD"), true));
    assert_eq!(found("¥1,200.00", "CNY"), (1_200_000, Some("CNY"), true));
    assert_eq!(found("5", "eur"), (5_000, Some("EUR"), false));
    assert_eq!(found("5 €", "USD"), (5_000, Some("EUR"), true));
}
