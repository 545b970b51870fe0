//! Words and numbers that say whether something is in stock, and yes and no.

use super::offer::Stock;

const IN: &[&str] = &[
    "available",
    "in stock",
    "instock",
    "limited availability",
    "low stock",
    "few left",
    "lieferbar",
    "sofort lieferbar",
    "verfügbar",
    "auf lager",
    "lagernd",
    "vorrätig",
    "en stock",
    "disponible",
    "disponibile",
    "disponível",
    "em estoque",
    "op voorraad",
    "leverbaar",
    "på lager",
    "i lager",
    "dostępny",
    "w magazynie",
    "skladem",
    "в наличии",
    "на складе",
    "còn hàng",
    "有货",
    "在庫あり",
    "stokta",
    "متوفر",
];
const OUT: &[&str] = &[
    "out of stock",
    "outofstock",
    "sold out",
    "soldout",
    "unavailable",
    "not available",
    "discontinued",
    "not in stock",
    "ausverkauft",
    "nicht lieferbar",
    "nicht verfügbar",
    "nicht vorrätig",
    "nicht auf lager",
    "vergriffen",
    "épuisé",
    "rupture de stock",
    "en rupture",
    "indisponible",
    "agotado",
    "sin stock",
    "esaurito",
    "non disponibile",
    "esgotado",
    "indisponível",
    "uitverkocht",
    "niet op voorraad",
    "udsolgt",
    "utsolgt",
    "slutsåld",
    "niedostępny",
    "brak",
    "vyprodáno",
    "нет в наличии",
    "hết hàng",
    "缺货",
    "在庫なし",
    "tükendi",
    "غير متوفر",
];
const BACKORDER: &[&str] = &[
    "backorder",
    "back order",
    "on backorder",
    "onbackorder",
    "backordered",
    "available for backorder",
    "available on backorder",
    "nachbestellbar",
    "sur commande",
    "en réapprovisionnement",
];
const PREORDER: &[&str] =
    &["preorder", "pre order", "vorbestellbar", "vorbestellung", "précommande", "preventa", "pre sale", "presale"];
/// What pieces are called.
const PIECES: &[&str] = &["pcs", "pc", "pieces", "units", "left", "in stock", "stück", "stk", "st", "szt", "ks", "шт"];

/// What a cell says of the stock.
pub(super) fn read(text: &str) -> Stock {
    if text.trim().is_empty() {
        return Stock::Unsaid;
    }
    if let Some(number) = number(text) {
        return if number { Stock::In } else { Stock::Out };
    }
    let word = word(text);
    let is = |words: &[&str]| words.contains(&word.as_str());
    match yes(text) {
        Some(true) => Stock::In,
        Some(false) => Stock::Out,
        None if is(IN) => Stock::In,
        None if is(OUT) => Stock::Out,
        None if is(BACKORDER) => Stock::Backorder,
        None if is(PREORDER) => Stock::Preorder,
        None => Stock::Unread(text.trim().to_owned()),
    }
}

/// What the number of pieces says; `is_sold_beyond`: it is sold when there are none.
pub(super) fn of_number(text: &str, is_sold_beyond: bool) -> Stock {
    match number(text) {
        Some(true) => Stock::In,
        Some(false) if is_sold_beyond => Stock::Backorder,
        Some(false) => Stock::Out,
        None if text.trim().is_empty() => Stock::Unsaid,
        None => Stock::Unread(text.trim().to_owned()),
    }
}

/// Whether a number of pieces is more than none; nothing when it is no number.
fn number(text: &str) -> Option<bool> {
    let text = text.trim().trim_start_matches(['>', '≥']).trim_end_matches('+').trim();
    let (is_negative, text) = text.strip_prefix(['-', '−']).map_or((false, text), |rest| (true, rest));
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '\'' | ' ')).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    let unit = word(unit);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !(unit.is_empty() || PIECES.contains(&unit.as_str())) {
        return None;
    }
    Some(!is_negative && digits.contains(|c: char| matches!(c, '1'..='9')))
}

/// Yes or no, as it is said in several languages.
pub(super) fn yes(text: &str) -> Option<bool> {
    match word(text).as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" | "ja" | "wahr" | "oui" | "vrai" | "sí" | "si" | "sì" | "sim"
        | "tak" | "ano" | "да" | "evet" | "có" | "x" => Some(true),
        "0" | "no" | "n" | "false" | "f" | "off" | "nein" | "falsch" | "non" | "faux" | "nee" | "não" | "nao"
        | "nie" | "ne" | "нет" | "hayır" | "không" => Some(false),
        _ => None,
    }
}

fn word(text: &str) -> String {
    let text = text.to_lowercase().replace(['_', '-'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches(['.', '!']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_say_what_is_in_stock() {
        for text in
            ["12", "1.250", "0.5", "10+", "> 5", "5 Stück", "In stock", "instock", "yes", "TRUE", "auf Lager", "1"]
        {
            assert_eq!(read(text), Stock::In, "{text}");
        }
        for text in ["0", "-3", "0.00", "0 pcs", "out_of_stock", "Sold out!", "no", "false", "ausverkauft", "épuisé"]
        {
            assert_eq!(read(text), Stock::Out, "{text}");
        }
        assert_eq!(
            (read("on-backorder"), read("preorder"), read(" ")),
            (Stock::Backorder, Stock::Preorder, Stock::Unsaid)
        );
        for text in ["perhaps", "2 weeks", "5 of 6", "next week", "?"] {
            assert_eq!(read(text), Stock::Unread(text.to_owned()));
        }
        assert_eq!((of_number("-2", true), of_number("-2", false)), (Stock::Backorder, Stock::Out));
        assert_eq!(of_number("many", false), Stock::Unread("many".to_owned()));
    }
}
