//! Which shop a table comes from, and what its columns hold by their names.

use super::sheet::{Sheet, key};
use crate::document::Table;
use types::{
    money::currency,
    products::{ExportKind, PreviewColumn, ProductColumn},
};

/// Characters of a sample and of a title that are shown.
const SHOWN_CHARS: usize = 60;

/// The shop whose export it is; nothing when that is not known.
pub(super) fn recognise(sheet: &Sheet<'_>) -> Option<ExportKind> {
    let has = |name: &str| sheet.has(name);
    let any = |names: &[&str]| sheet.has_any(names);
    let is = [
        (
            ExportKind::Shopify,
            has("title")
                && ((has("handle") && any(&["variant price", "variant sku", "option1 value"]))
                    || (has("url handle") && any(&["price", "sku", "option1 value"]))),
        ),
        (
            ExportKind::Magento,
            has("sku")
                && has("name")
                && any(&["product type", "store view code", "attribute set code"])
                && has("price"),
        ),
        (
            ExportKind::Shopware,
            any(super::shopware::NUMBER) && any(super::shopware::NAME) && any(super::shopware::GROSS_OR_NET),
        ),
        (ExportKind::WooCommerce, super::woocommerce::is_export(sheet)),
        (ExportKind::Square, has("item name") && has("variation name") && any(&["token", "price", "reference handle"])),
        (
            ExportKind::Google,
            has("id") && has("title") && has("price") && any(&["availability", "image link", "item group id", "gtin"]),
        ),
    ];
    is.into_iter().find(|(_, is)| *is).map(|(kind, _)| kind)
}

/// What a column holds, with the names that it has in several languages; those first that say it best.
const NAMES: &[(ProductColumn, &[&str])] = &[
    (
        ProductColumn::Name,
        &[
            "name",
            "product name",
            "title",
            "product title",
            "item name",
            "product",
            "item",
            "article",
            "produkt",
            "produktname",
            "artikelname",
            "artikelbezeichnung",
            "bezeichnung",
            "artikel",
            "titel",
            "nom",
            "nom du produit",
            "produit",
            "titre",
            "désignation",
            "nombre",
            "nombre del producto",
            "producto",
            "título",
            "nome",
            "nome do produto",
            "produto",
            "prodotto",
            "nome prodotto",
            "naam",
            "productnaam",
            "nazwa",
            "nazwa produktu",
            "název",
            "namn",
            "navn",
            "produktnavn",
            "название",
            "наименование",
            "tên",
            "tên sản phẩm",
            "اسم المنتج",
            "الاسم",
            "产品名称",
            "商品名",
            "商品名称",
            "ürün adı",
        ],
    ),
    (
        ProductColumn::Variant,
        &[
            "variant",
            "variant name",
            "variation",
            "variation name",
            "option",
            "variante",
            "ausführung",
            "variação",
            "wariant",
        ],
    ),
    (
        ProductColumn::Description,
        &[
            "description",
            "product description",
            "body (html)",
            "long description",
            "beschreibung",
            "produktbeschreibung",
            "artikelbeschreibung",
            "text",
            "descripción",
            "descrição",
            "descrizione",
            "omschrijving",
            "beschrijving",
            "opis",
            "popis",
            "beskrivning",
            "beskrivelse",
            "описание",
            "mô tả",
            "الوصف",
            "描述",
            "商品説明",
            "açıklama",
            "details",
            "short description",
            "kurzbeschreibung",
        ],
    ),
    (
        ProductColumn::SalePrice,
        &[
            "sale price",
            "special price",
            "discount price",
            "offer price",
            "promo price",
            "promotional price",
            "reduced price",
            "angebotspreis",
            "aktionspreis",
            "sonderpreis",
            "prix promo",
            "prix soldé",
            "precio oferta",
            "precio rebajado",
            "preço promocional",
            "prezzo scontato",
            "actieprijs",
            "aanbiedingsprijs",
            "cena promocyjna",
            "kampanjpris",
            "tilbudspris",
            "giá khuyến mãi",
            "цена со скидкой",
        ],
    ),
    (
        ProductColumn::Price,
        &[
            "price",
            "regular price",
            "unit price",
            "selling price",
            "retail price",
            "list price",
            "price incl tax",
            "gross price",
            "preis",
            "verkaufspreis",
            "bruttopreis",
            "regulärer preis",
            "vk",
            "prix",
            "prix ttc",
            "prix de vente",
            "precio",
            "precio de venta",
            "preço",
            "preco",
            "prezzo",
            "prijs",
            "verkoopprijs",
            "cena",
            "cena brutto",
            "pris",
            "цена",
            "giá",
            "giá bán",
            "السعر",
            "价格",
            "価格",
            "fiyat",
            "amount",
        ],
    ),
    (
        ProductColumn::Currency,
        &[
            "currency",
            "currency code",
            "währung",
            "devise",
            "moneda",
            "moeda",
            "valuta",
            "waluta",
            "měna",
            "валюта",
            "العملة",
        ],
    ),
    (
        ProductColumn::Stock,
        &[
            "status",
            "availability",
            "stock status",
            "in stock?",
            "in stock",
            "is in stock",
            "stock",
            "available",
            "quantity",
            "qty",
            "stock quantity",
            "inventory",
            "inventory quantity",
            "on hand",
            "verfügbarkeit",
            "verfügbar",
            "lieferbar",
            "bestand",
            "lagerbestand",
            "lager",
            "vorrätig?",
            "vorrätig",
            "menge",
            "disponibilité",
            "en stock",
            "quantité",
            "disponibilidad",
            "existencias",
            "cantidad",
            "disponibilidade",
            "estoque",
            "disponibilità",
            "giacenza",
            "voorraad",
            "dostępność",
            "stan",
            "skladem",
            "lagersaldo",
            "lagerstatus",
            "наличие",
            "tồn kho",
            "المخزون",
            "库存",
            "在庫",
            "stok",
        ],
    ),
    (
        ProductColumn::Sku,
        &[
            "sku",
            "item number",
            "product number",
            "article number",
            "product code",
            "artikelnummer",
            "artikelnr",
            "art nr",
            "référence",
            "referencia",
            "codice",
            "código",
            "codigo",
            "indeks",
            "артикул",
        ],
    ),
    (
        ProductColumn::Published,
        &[
            "published",
            "active",
            "enabled",
            "visible",
            "veröffentlicht",
            "aktiv",
            "publié",
            "publicado",
            "attivo",
            "actief",
        ],
    ),
];

/// What each column of a table holds: as it was chosen, or by their names.
pub(super) fn held(table: &Table, chosen: &[ProductColumn]) -> Vec<(String, ProductColumn)> {
    let width = table.rows.iter().map(|(_, row)| row.len()).max().unwrap_or_default().max(table.header.len());
    let title = |place: usize| match table.header.get(place).map(|title| title.trim()) {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => format!("Column {}", place + 1),
    };
    let titles: Vec<String> = (0..width).map(title).collect();
    if !chosen.is_empty() {
        let chosen = chosen.iter().copied().chain(std::iter::repeat(ProductColumn::Detail));
        return titles.into_iter().zip(chosen).collect();
    }
    let mut held: Vec<(String, ProductColumn)> = titles
        .into_iter()
        .enumerate()
        .map(|(place, title)| {
            let has_name = table.header.get(place).is_some_and(|title| !title.trim().is_empty());
            (title, if has_name { ProductColumn::Detail } else { ProductColumn::Ignored })
        })
        .collect();
    for (column, names) in NAMES {
        let place = names.iter().find_map(|name| {
            held.iter().position(|(title, other)| *other == ProductColumn::Detail && plain(title) == *name)
        });
        if let Some((_, other)) = place.and_then(|place| held.get_mut(place)) {
            *other = *column;
        }
    }
    // A sale without a regular price is the price.
    let has = |held: &[(String, ProductColumn)], column| held.iter().any(|(_, other)| *other == column);
    if !has(&held, ProductColumn::Price)
        && let Some((_, sale)) = held.iter_mut().find(|(_, other)| *other == ProductColumn::SalePrice)
    {
        *sale = ProductColumn::Price;
    }
    held
}

/// The currency that the name of a column says, as in "Price (EUR)".
pub(super) fn currency_in(title: &str) -> Option<&'static str> {
    let words = title.split(|c: char| c.is_whitespace() || "()[]/_-:,.".contains(c)).filter(|word| !word.is_empty());
    // The first word is the name; "R" and "Fr" alone are too short to say anything there.
    let mut found = words.skip(1).filter_map(|word| match currency::named(word)[..] {
        [one] if word.chars().count() > 2 || !word.chars().all(char::is_alphabetic) => Some(one),
        _ => None,
    });
    found.next()
}

/// The name of a column without a currency.
fn plain(title: &str) -> String {
    let key = key(title);
    if currency_in(title).is_none() {
        return key;
    }
    let words = key.split(|c: char| c.is_whitespace() || "()[]/:,".contains(c)).filter(|word| !word.is_empty());
    let mut kept = Vec::new();
    for (place, word) in words.enumerate() {
        let says_currency = !currency::named(word).is_empty() || matches!(word, "in" | "en" | "w" | "v" | "i");
        if place == 0 || !says_currency {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// The columns as a person sees them.
pub(super) fn preview(table: &Table, held: &[(String, ProductColumn)]) -> Vec<PreviewColumn> {
    let short = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN_CHARS).collect();
    let sample =
        |place: usize| table.rows.iter().filter_map(|(_, row)| row.get(place)).find(|cell| !cell.trim().is_empty());
    let column = |(place, (title, holds)): (usize, &(String, ProductColumn))| PreviewColumn {
        title: short(title),
        sample: sample(place).map(|cell| short(cell)).unwrap_or_default(),
        holds: *holds,
    };
    held.iter().enumerate().map(column).collect()
}
