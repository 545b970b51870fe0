//! What a variant costs: its price, or the price of a sale that is on.

use super::offer::Variant;
use types::{
    money::{self, Convention, Hints, currency},
    products::Price,
};

/// What is known of all prices of a file.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The currency of prices that name none; empty when it is not known.
    pub(super) currency: String,
    pub(super) convention: Option<Convention>,
    /// The day, as YYYY-MM-DD.
    pub(super) today: String,
}

/// What a variant costs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Priced {
    pub(super) price: Option<Price>,
    pub(super) currency: String,
    /// What it costs without the sale.
    pub(super) regular: Option<String>,
    /// A sale of other days, for the details.
    pub(super) other_sale: Option<String>,
    pub(super) notes: Vec<String>,
}

type Amount = (Price, String);

/// Whether a sale is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sale {
    On,
    Off,
    /// Its days are written in a way that is not understood.
    Unread,
}

/// Reads the prices of a variant.
///
/// # Errors
/// The reason, when one of them is not understood.
pub(super) fn of(variant: &Variant, known: &Known) -> Result<Priced, String> {
    let mut notes = Vec::new();
    let mut read = |text: &str| amount(text, &variant.currency, known, &mut notes);
    let (regular, sale, compare) = (read(&variant.price)?, read(&variant.sale)?, read(&variant.compare)?);
    let mut priced = Priced::default();
    let mut now = regular.clone();
    if let Some(sale) = sale {
        let is_less = regular.as_ref().is_none_or(|regular| sale.0 < regular.0);
        if regular.as_ref().is_some_and(|regular| regular.1 != sale.1) {
            return Err("The price and the sale price are in two currencies.".to_owned());
        }
        match on(&variant.sale_from, &variant.sale_until, &known.today) {
            // A price of zero beside another one stands for no sale.
            _ if sale.0.thousandths() == 0 && regular.is_some() => {}
            Sale::On if is_less => {
                priced.regular = regular.as_ref().map(written);
                now = Some(sale);
            }
            Sale::On => {}
            Sale::Off => priced.other_sale = Some(days(&sale, variant)),
            Sale::Unread => {
                notes.push("The days of the sale are not understood, so the regular price is taken.".to_owned());
                priced.other_sale = Some(days(&sale, variant));
            }
        }
    }
    if let (Some(compare), Some(now), None) = (compare, &now, &priced.regular)
        && compare.1 == now.1
        && compare.0 > now.0
    {
        priced.regular = Some(written(&compare));
    }
    if now.as_ref().is_some_and(|(price, _)| price.thousandths() == 0) {
        notes.push("The price is zero.".to_owned());
    }
    notes.dedup();
    (priced.price, priced.currency) = now.map_or((None, String::new()), |(price, code)| (Some(price), code));
    Ok(Priced { notes, ..priced })
}

fn amount(text: &str, column: &str, known: &Known, notes: &mut Vec<String>) -> Result<Option<Amount>, String> {
    let column = of_column(column)?;
    let hints = Hints { currency: column.unwrap_or(&known.currency), convention: known.convention };
    let Some(money) = money::read(text, hints).map_err(|why| why.reason(text))? else { return Ok(None) };
    if let (Some(column), Some(named), true) = (column, money.currency, money.names_currency)
        && column != named
    {
        return Err(format!("“{}” is not in {column}, which the column of currencies names.", text.trim()));
    }
    if money.names_currency && money.currency.is_none() {
        notes.push(format!("It is not known which currency “{}” is in.", text.trim()));
    }
    Ok(Some((money.price, money.currency.unwrap_or_default().to_owned())))
}

/// The currency that a column names, by its code or its sign.
fn of_column(text: &str) -> Result<Option<&'static str>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    match currency::named(text.trim())[..] {
        [one] => Ok(Some(one)),
        [] => Err(format!("“{}” is no currency. Write three letters, such as EUR.", text.trim())),
        _ => Err(format!("“{}” is the sign of several currencies. Write three letters, such as EUR.", text.trim())),
    }
}

fn written((price, code): &Amount) -> String {
    price.in_currency(code)
}

fn days(sale: &Amount, variant: &Variant) -> String {
    let of = |word: &str, day: &str| if day.is_empty() { String::new() } else { format!(" {word} {day}") };
    format!("{}{}{}", written(sale), of("from", &variant.sale_from), of("until", &variant.sale_until))
}

fn on(from: &str, until: &str, today: &str) -> Sale {
    let read = |text: &str| if text.trim().is_empty() { Some(None) } else { day(text).map(Some) };
    let (Some(from), Some(until)) = (read(from), read(until)) else { return Sale::Unread };
    let is_on = from.is_none_or(|from| from.as_str() <= today) && until.is_none_or(|until| today <= until.as_str());
    if is_on { Sale::On } else { Sale::Off }
}

/// The day that a moment such as "2026-11-28T10:00" begins with.
fn day(text: &str) -> Option<String> {
    let day = text.trim().get(..10)?;
    let rest = text.trim().get(10..)?;
    let is_day = day.chars().enumerate().all(|(place, c)| match place {
        4 | 7 => c == '-',
        _ => c.is_ascii_digit(),
    });
    (is_day && !rest.starts_with(|c: char| c.is_ascii_digit())).then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(price: &str, sale: &str, compare: &str) -> Variant {
        Variant { price: price.into(), sale: sale.into(), compare: compare.into(), ..Variant::default() }
    }

    fn known() -> Known {
        Known { currency: "EUR".into(), convention: None, today: "2026-11-28".into() }
    }

    fn shown(variant: &Variant) -> (String, String) {
        let priced = of(variant, &known()).unwrap();
        let price = priced.price.map(|price| price.in_currency(&priced.currency)).unwrap_or_default();
        (price, priced.regular.or(priced.other_sale).unwrap_or_default())
    }

    #[test]
    fn a_sale_that_is_on_beats_the_price() {
        let both = |price: &str, other: &str| (price.to_owned(), other.to_owned());
        assert_eq!(shown(&variant("20", "15", "")), both("15.00 EUR", "20.00 EUR"));
        assert_eq!(shown(&variant("20", "", "25")), both("20.00 EUR", "25.00 EUR"));
        assert_eq!(shown(&variant("20", "20", "15")), both("20.00 EUR", ""));
        assert_eq!(shown(&variant("20", "0", "0.00")), both("20.00 EUR", ""));
        assert_eq!(shown(&variant("", "", "")), both("", ""));
        let over = Variant { sale_until: "2026-11-27 23:59:59".into(), ..variant("20", "15", "") };
        assert_eq!(shown(&over), both("20.00 EUR", "15.00 EUR until 2026-11-27 23:59:59"));
        let begun = Variant { sale_from: "2026-11-28".into(), ..variant("20", "15", "") };
        assert_eq!(shown(&begun).0, "15.00 EUR");
        let unread = Variant { sale_until: "11/30/26".into(), ..variant("20", "15", "") };
        assert_eq!(shown(&unread).0, "20.00 EUR");
        assert_eq!(of(&unread, &known()).unwrap().notes.len(), 1);
    }

    #[test]
    fn currencies_are_never_mixed_up() {
        let in_column = |price: &str, column: &str| Variant { currency: column.into(), ..variant(price, "", "") };
        assert_eq!(shown(&in_column("5", "USD")).0, "5.00 USD");
        assert_eq!(shown(&in_column("5 €", "€")).0, "5.00 EUR");
        assert_eq!(shown(&in_column("12,50 £", "")).0, "12.50");
        for wrong in [in_column("5 €", "USD"), in_column("5", "euros?"), in_column("5", "kr")] {
            assert!(of(&wrong, &known()).is_err(), "{wrong:?}");
        }
        assert!(of(&variant("5 CHF", "4 €", ""), &known()).is_err());
        assert!(of(&variant("ab 89,00", "", ""), &known()).unwrap_err().contains("ab 89,00"));
    }
}
