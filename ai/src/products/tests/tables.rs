//! Tables that come from no shop that is known.

use super::{found, lines, refused};
use crate::products::read;
use types::products::{ExportKind, ImportChoices, ProductColumn};

#[test]
fn columns_are_guessed_by_their_names() {
    let english = found("name,regular price,sale price,in stock?\nMug,12.50,10,yes\nCup,9,,0\n", "GBP");
    assert_eq!(english.kind, ExportKind::Other);
    assert_eq!(lines(&english), ["Mug | 10.00 GBP | in | Regular price=12.50 GBP | ", "Cup | 9.00 GBP | out |  | "]);
    let german = found(
        "Artikelname;Beschreibung;Preis (EUR);Bestand;Artikelnummer;Farbe\nTasse;Aus Ton;1.299,50;3;T-1;blau\nTeller;;1.299;0;;\n",
        "",
    );
    assert_eq!(
        lines(&german),
        ["Tasse | 1299.50 EUR | in | Farbe=blau; SKU=T-1 | Aus Ton", "Teller | 1299.00 EUR | out |  | "]
    );
    for (header, price) in [
        ("Nom;Prix;Devise", "5;USD"),
        ("Nombre;Precio;Moneda", "5;USD"),
        ("Nazwa;Cena;Waluta", "5;USD"),
        ("tên;giá;currency", "5;USD"),
        ("Product Title;Price USD;x", "5;"),
        ("title;price_usd;x", "5;"),
        ("Name;Preis in US$;x", "5;"),
    ] {
        let found = found(&format!("{header}\nThing;{price}\n"), "");
        assert!(lines(&found)[0].starts_with("Thing | 5.00 USD | in"), "{header}: {:?}", lines(&found));
    }
}

#[test]
fn what_is_not_understood_is_refused_with_its_row() {
    let table = "name,price,stock\nA,\"0,125 €\",1\nB,\"ab 89,00\",1\nC,\"49,-\",1\nD,89-99,1\nE,1.234,1\nF,,1\nG,5,soon\n,5,1\nC,7,1\n";
    let found = found(table, "EUR");
    assert_eq!(lines(&found), ["C | 49.00 EUR | in |  | ", "E | 1234.00 EUR | in |  | ", "F |  | in |  | "]);
    let rows: Vec<u32> = found.outcome.refused.iter().map(|row| row.line).collect();
    assert_eq!((rows, found.outcome.refused_count), (vec![2, 3, 5, 8, 9, 10], 6));
    let reasons = refused(&found).join("\n");
    for word in ["0,125 €", "ab 89,00", "89-99", "soon", "no name", "Row 4 has the same name"] {
        assert!(reasons.contains(word), "{word} in {reasons}");
    }
    // Without another row that shows how they are written, it stays open.
    let open = super::found("name,price\nA,1.234\nB,5\n", "EUR");
    assert_eq!(refused(&open).len(), 1, "{:?}", refused(&open));
    let mixed = super::found("name,price\nA,1.234\nB,\"5,50\"\nC,5.50\n", "EUR");
    assert_eq!(lines(&mixed).len(), 2, "{:?}", lines(&mixed));
}

#[test]
fn chosen_columns_go_before_their_names() {
    use ProductColumn::*;
    let choices = |columns: &[ProductColumn]| ImportChoices {
        columns: columns.to_vec(),
        currency: "EUR".to_owned(),
        is_other: true,
    };
    let read = |text: &str, columns: &[ProductColumn]| read(text.as_bytes(), &choices(columns)).unwrap();
    let table = "a,b,c,d\nMug,Blue,5,secret\nMug,Red,6,secret\nPot,,7,secret\n";
    assert!(!read(table, &[]).has_names);
    let found = read(table, &[Name, Variant, Price, Ignored]);
    assert_eq!((found.wholes, found.variants, found.columns[1].sample.as_str()), (2, 2, "Blue"));
    assert_eq!(
        lines(&found),
        [
            "Mug |  | in | Price=5.00 EUR to 6.00 EUR; b=Blue, Red | ",
            "Mug – Blue | 5.00 EUR | in | b=Blue | ",
            "Mug – Red | 6.00 EUR | in | b=Red | ",
            "Pot | 7.00 EUR | in |  | ",
        ]
    );
    // A table without names of columns has places.
    let bare = read("Mug,5.00\nPot,7.00\n", &[Name, Price]);
    assert_eq!((bare.columns[0].title.as_str(), bare.products.len()), ("Column 1", 2));
    // An export of a shop is another table when somebody says so.
    let shopify = "Handle,Title,Variant Price,Status\nmug,Mug,5,draft\n";
    assert_eq!(read(shopify, &[]).kind, ExportKind::Other);
    assert_eq!(lines(&read(shopify, &[Ignored, Name, Price, Ignored])), ["Mug | 5.00 EUR | in |  | "]);
}

#[test]
fn products_of_one_name_are_told_apart_by_their_numbers() {
    let file = "Handle,Title,Variant SKU,Variant Price\na,Mug,M-1,5\nb,Mug,M-2,6\nc,Mug,,7\nd,mug,,8\n";
    let found = found(file, "EUR");
    assert_eq!(
        lines(&found),
        [
            "Mug (M-1) | 5.00 EUR | in | SKU=M-1 | ",
            "Mug (M-2) | 6.00 EUR | in | SKU=M-2 | ",
            "Mug | 7.00 EUR | in |  | "
        ]
    );
    assert_eq!(refused(&found), ["5: Row 4 has the same name, “mug”."]);
}
