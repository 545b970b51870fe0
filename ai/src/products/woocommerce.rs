//! WooCommerce's products: simple ones, and variable ones with their variations, which name their parent.

use super::{
    offer::{Details, Offer, Stock, Variant, details},
    sheet::Sheet,
    stock,
};
use crate::document::Row;
use std::collections::HashMap;

/// Attributes of a product that are read.
const ATTRIBUTES: usize = 20;

const NAME: &[&str] = &["name", "nom", "nombre", "nome", "naam"];
const TYPE: &[&str] = &["type", "typ", "tipo"];
const ID: &[&str] = &["id"];
const SKU: &[&str] = &["sku", "artikelnummer", "art nr", "ugs", "référence", "codice"];
const PUBLISHED: &[&str] = &["published", "veröffentlicht", "publié", "publicado", "pubblicato", "gepubliceerd"];
const SHORT: &[&str] = &[
    "short description",
    "kurzbeschreibung",
    "description courte",
    "descripción corta",
    "breve descrizione",
    "korte beschrijving",
];
const LONG: &[&str] = &["description", "beschreibung", "descripción", "descrizione", "beschrijving"];
const IN_STOCK: &[&str] = &[
    "in stock?",
    "vorrätig?",
    "auf lager?",
    "en stock ?",
    "en stock?",
    "¿en inventario?",
    "¿existencias?",
    "in magazzino?",
    "op voorraad?",
];
const STOCK: &[&str] = &["stock", "lager", "lagerbestand", "bestand", "inventario", "magazzino", "voorraad"];
const BACKORDERS: &[&str] = &[
    "backorders allowed?",
    "rückstände erlaubt?",
    "lieferrückstande erlaubt?",
    "lieferrückstände erlaubt?",
    "autoriser les commandes de produits en rupture ?",
    "¿permitir reservas de productos agotados?",
];
const SALE: &[&str] =
    &["sale price", "angebotspreis", "tarif promo", "precio rebajado", "prezzo in offerta", "actieprijs"];
const REGULAR: &[&str] =
    &["regular price", "regulärer preis", "tarif régulier", "precio normal", "prezzo di listino", "reguliere prijs"];
const CATEGORIES: &[&str] =
    &["categories", "kategorien", "catégories", "categorías", "categorias", "categorie", "categorieën"];
const TAGS: &[&str] = &["tags", "schlagwörter", "étiquettes", "etiquetas", "tag"];
const PARENT: &[&str] = &["parent", "übergeordnetes produkt", "übergeordnet", "superior", "genitore", "hoofd"];
const STARTS: &[&str] = &[
    "date sale price starts",
    "datum, an dem angebotspreis beginnt",
    "datum, an dem der angebotspreis beginnt",
    "angebotspreis gültig ab",
    "date de début de promo",
    "día en que empieza el precio rebajado",
];
const ENDS: &[&str] = &[
    "date sale price ends",
    "datum, an dem angebotspreis endet",
    "datum, an dem der angebotspreis endet",
    "angebotspreis gültig bis",
    "date de fin de promo",
    "día en que termina el precio rebajado",
];

/// Whether a table is such an export.
pub(super) fn is_export(sheet: &Sheet<'_>) -> bool {
    sheet.has_any(NAME)
        && sheet.has_any(REGULAR)
        && sheet.has_any(TYPE)
        && (sheet.has_any(PUBLISHED) || sheet.has_any(SKU))
}

pub(super) fn offers(sheet: &Sheet<'_>) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    // By their ids and numbers; variable products alone have variations.
    let mut parents: HashMap<String, usize> = HashMap::new();
    for (line, row) in sheet.rows().filter(|(_, row)| !is_variation(sheet, row)) {
        let mut offer = offer(sheet, line, row);
        if is(sheet, row, "variable") {
            let (id, sku) = (sheet.first(row, ID), sheet.first(row, SKU));
            for name in [format!("id:{id}"), sku.to_lowercase()] {
                if name != "id:" && !name.is_empty() {
                    parents.insert(name, offers.len());
                }
            }
        } else {
            offer.variants.push(variant(sheet, line, row));
        }
        offers.push(offer);
    }
    for (line, row) in sheet.rows().filter(|(_, row)| is_variation(sheet, row)) {
        let mut variant = variant(sheet, line, row);
        variant.options = attributes(sheet, row);
        if is_hidden(sheet, row) {
            variant.skipped = Some("It is not published.".to_owned());
        }
        let parent = parents.get(&sheet.first(row, PARENT).to_lowercase());
        match parent.and_then(|place| offers.get_mut(*place)) {
            Some(parent) => parent.variants.push(variant),
            None => offers.push(Offer { variants: vec![variant], ..offer(sheet, line, row) }),
        }
    }
    for offer in offers.iter_mut().filter(|offer| offer.variants.is_empty() && offer.skipped.is_none()) {
        offer.variants.push(Variant { line: offer.line, ..Variant::default() });
    }
    offers
}

/// Whether a row is of a type; a type may be followed by others, as in "simple, virtual".
fn is(sheet: &Sheet<'_>, row: &Row, kind: &str) -> bool {
    sheet.first(row, TYPE).split(',').any(|word| word.trim().eq_ignore_ascii_case(kind))
}

fn is_variation(sheet: &Sheet<'_>, row: &Row) -> bool {
    is(sheet, row, "variation")
}

/// Drafts have -1, private products 0.
fn is_hidden(sheet: &Sheet<'_>, row: &Row) -> bool {
    let published = sheet.first(row, PUBLISHED);
    published == "-1" || stock::yes(published) == Some(false)
}

fn offer(sheet: &Sheet<'_>, line: usize, row: &Row) -> Offer {
    let (short, long) = (text(sheet.first(row, SHORT)), text(sheet.first(row, LONG)));
    let description = match (short.is_empty(), long.is_empty() || long.contains(&short)) {
        (true, _) => long,
        (false, true) if long.is_empty() => short,
        (false, true) => long,
        (false, false) => format!("{short}\n\n{long}"),
    };
    let mut all = details(&[
        ("Brand", sheet.first(row, &["brands", "brand"])),
        ("Category", sheet.first(row, CATEGORIES)),
        ("Tags", sheet.first(row, TAGS)),
    ]);
    let weight = ["weight (kg)", "weight (g)", "weight (lbs)", "weight (oz)", "gewicht (kg)", "gewicht (g)"];
    if let Some(name) = weight.iter().find(|name| !sheet.cell(row, name).is_empty()) {
        let unit = name.split(['(', ')']).nth(1).unwrap_or_default();
        all.push(("Weight".to_owned(), format!("{} {unit}", sheet.cell(row, name))));
    }
    if !is_variation(sheet, row) {
        all.extend(attributes(sheet, row));
    }
    Offer {
        line,
        title: text(sheet.first(row, NAME)),
        description,
        details: all,
        skipped: is_hidden(sheet, row).then(|| "It is not published.".to_owned()),
        variants: Vec::new(),
    }
}

fn variant(sheet: &Sheet<'_>, line: usize, row: &Row) -> Variant {
    Variant {
        line,
        price: text(sheet.first(row, REGULAR)),
        sale: text(sheet.first(row, SALE)),
        sale_from: sheet.first(row, STARTS).to_owned(),
        sale_until: sheet.first(row, ENDS).to_owned(),
        stock: in_stock(sheet, row),
        sku: text(sheet.first(row, SKU)),
        ..Variant::default()
    }
}

/// "In stock?" is the word of the shop; pieces are counted only where it manages them.
fn in_stock(sheet: &Sheet<'_>, row: &Row) -> Stock {
    match stock::read(sheet.first(row, IN_STOCK)) {
        Stock::Unsaid => {
            let backorders = sheet.first(row, BACKORDERS);
            let is_sold_beyond = backorders.eq_ignore_ascii_case("notify") || stock::yes(backorders) == Some(true);
            match stock::of_number(sheet.first(row, STOCK), is_sold_beyond) {
                // "parent": as the product that it is a variation of.
                Stock::Unread(word) if word.eq_ignore_ascii_case("parent") => Stock::Unsaid,
                said => said,
            }
        }
        said => said,
    }
}

fn attributes(sheet: &Sheet<'_>, row: &Row) -> Details {
    let attribute = |number: usize| {
        let first = |names: [&str; 6]| {
            let names = names.map(|name| name.replace('#', &number.to_string()));
            text(sheet.first(row, &names.each_ref().map(String::as_str)))
        };
        let name = first([
            "attribute # name",
            "attribut # name",
            "eigenschaft # name",
            "nom de l'attribut #",
            "nombre del atributo #",
            "nome attributo #",
        ]);
        let value = first([
            "attribute # value(s)",
            "attribut # wert(e)",
            "eigenschaft # wert(e)",
            "valeur(s) de l'attribut #",
            "valor(es) del atributo #",
            "valore(i) attributo #",
        ]);
        (name, value)
    };
    (1..=ATTRIBUTES).map(attribute).filter(|(name, value)| !name.is_empty() && !value.is_empty()).collect()
}

/// A text as it was before it was made safe for a table: line ends are written as "\n", and what a spreadsheet would
/// take for a formula has a quote before it.
fn text(cell: &str) -> String {
    let cell = cell.replace("\\n", "\n");
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => cell,
    }
}
