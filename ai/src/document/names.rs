//! The names of a table's columns where nobody marked them.

use super::sheet::is_value;

/// Rows below that are looked at.
const LOOKED_AT: usize = 50;
/// Characters of a column's name.
const NAME_CHARS: usize = 60;

/// Words of a row that is no header although it has no numbers: its cells are values.
const VALUES: &[&str] = &[
    "closed",
    "free",
    "none",
    "no",
    "yes",
    "included",
    "on request",
    "sold out",
    "available",
    "n/a",
    "geschlossen",
    "kostenlos",
    "gratis",
    "frei",
    "keine",
    "nein",
    "ja",
    "inklusive",
    "auf anfrage",
    "ausverkauft",
    "fermé",
    "gratuit",
    "aucun",
    "non",
    "oui",
    "inclus",
    "sur demande",
    "cerrado",
    "no",
    "sí",
    "incluido",
    "ninguno",
    "fechado",
    "grátis",
    "não",
    "sim",
    "incluído",
    "chiuso",
    "gratuito",
    "nessuno",
    "sì",
    "incluso",
    "gesloten",
    "geen",
    "nee",
    "inbegrepen",
    "zamknięte",
    "bezpłatnie",
    "brak",
    "nie",
    "tak",
    "đóng cửa",
    "miễn phí",
    "không",
    "có",
    "免费",
    "关闭",
    "休息",
    "无",
    "無料",
    "休み",
    "定休日",
    "なし",
    "مغلق",
    "مجاني",
    "لا",
    "نعم",
];

/// How the names of days begin, and short ones in full.
const DAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "segunda",
    "terça",
    "quarta",
    "quinta",
    "sexta",
    "lunedì",
    "martedì",
    "mercoledì",
    "giovedì",
    "venerdì",
    "sabato",
    "domenica",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "poniedziałek",
    "wtorek",
    "środa",
    "czwartek",
    "piątek",
    "sobota",
    "niedziela",
    "thứ",
    "chủ nhật",
    "周一",
    "星期一",
    "月曜日",
    "الاثنين",
    "السبت",
    "الأحد",
];

/// The names of a table's columns with its other rows. Where nobody marked them, they are the first row, when that has
/// words alone and a column below it has numbers in every row.
#[must_use]
pub fn column_names<'t>(header: &'t [String], rows: &'t [Vec<String>]) -> (&'t [String], &'t [Vec<String>]) {
    match rows.split_first() {
        Some((first, rest)) if header.iter().all(String::is_empty) && names_columns(first, rest) => (first, rest),
        _ => (header, rows),
    }
}

fn names_columns(first: &[String], rest: &[Vec<String>]) -> bool {
    let is_name = |cell: &String| {
        let lower = cell.trim().to_lowercase();
        cell.chars().count() <= NAME_CHARS
            && !cell.contains(|c: char| c.is_numeric() || matches!(c, '\n' | '@'))
            && !VALUES.contains(&lower.as_str())
            && lower.chars().any(char::is_alphabetic)
    };
    let names = first.iter().filter(|cell| !cell.trim().is_empty()).count();
    // The corner may be empty.
    let are_names =
        first.iter().enumerate().all(|(place, cell)| is_name(cell) || (place == 0 && cell.trim().is_empty()));
    let opening = first.first().map(|cell| cell.trim().to_lowercase()).unwrap_or_default();
    let is_day = DAYS.iter().any(|day| opening == *day || opening.split([' ', '-', '–', '.']).next() == Some(day));
    let is_repeated =
        first.iter().enumerate().any(|(place, cell)| first.iter().skip(place + 1).any(|other| other == cell));
    let has_corner = first.first().is_some_and(|cell| cell.trim().is_empty());
    if names < 2 - usize::from(has_corner) || !are_names || is_day || is_repeated || rest.len() < 2 {
        return false;
    }
    (0..first.len()).any(|column| {
        let mut cells = rest.iter().take(LOOKED_AT).filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty());
        let holds_number = |cell: &String| is_value(cell) || cell.starts_with(|c: char| c.is_ascii_digit());
        cells.clone().count() * 2 > rest.len().min(LOOKED_AT) && cells.all(holds_number)
    })
}

#[cfg(test)]
mod tests {
    use super::column_names;

    fn named(table: &[&[&str]]) -> bool {
        let rows: Vec<Vec<String>> =
            table.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        !column_names(&[], &rows).0.is_empty()
    }

    #[test]
    fn words_above_numbers_name_them() {
        assert!(named(&[
            &["Country", "Delivery", "Time"],
            &["Norway", "19.00 EUR", "5 days"],
            &["France", "7 EUR", "2 days"]
        ]));
        assert!(named(&[&["", "Preis"], &["Tasse", "5 €"], &["Kanne", "7 €"]]));
        for table in [
            &[&["Norway", "19.00 EUR"][..], &["France", "7 EUR"], &["Spain", "9 EUR"]][..],
            &[&["Monday", "closed"], &["Tuesday", "9–17"], &["Wednesday", "9–17"]],
            &[&["Pick-up", "free"], &["Courier", "5 EUR"], &["Express", "9 EUR"]],
            &[&["Owner", "Ana"], &["Street", "Harbour"], &["Town", "Lübeck"]],
            &[&["Name", "Price"], &["Mug", "5 EUR"]],
            &[&["Sonntag", "nach Absprache"], &["Montag", "9–17"], &["Dienstag", "9–17"]],
        ] {
            assert!(!named(table), "{table:?}");
        }
        let (header, rows) = (vec!["A".to_owned()], vec![vec!["b".to_owned()]]);
        assert_eq!(column_names(&header, &rows), (&header[..], &rows[..]));
    }
}
