//! A shop brings its products as the shop system exports them: what would come of it is said, and comes of it.

use crate::harness::{App, Business, wait_for};
use api::{answers, knowledge, products};
use types::{
    ErrorCode,
    answers::AnswerKind,
    knowledge::{Imported, SourceStatus},
    products::{ExportKind, ImportChoices, ImportPreview, Product, ProductColumn, ProductStatus},
};

const SHOPIFY: &str = "Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Status\n\
    raincoat,Harbour raincoat,<p>Waxed cotton with a <b>wool</b> lining.</p>,Kai,true,Colour,Blue,Size,M,HR-BM,shopify,3,deny,129.00,149.00,https://a.example/1.jpg,active\n\
    raincoat,,,,,,Blue,,L,HR-BL,shopify,0,deny,135.00,,,\n\
    raincoat,,,,,,Yellow,,M,HR-YM,shopify,2,deny,119.00,,,\n\
    lantern,Storm lantern,Burns for thirty hours.,Kai,true,Title,Default Title,,,SL-1,shopify,7,deny,48.50,,,active\n\
    anchor,Toy anchor,,Kai,true,Title,Default Title,,,TA-1,shopify,7,deny,from 9,,,active\n\
    secret,Secret hat,,Kai,true,Title,Default Title,,,SH-1,shopify,7,deny,9.00,,,draft\n";

fn choices(currency: &str) -> ImportChoices {
    ImportChoices { currency: currency.to_owned(), ..ImportChoices::default() }
}

async fn preview(shop: &Business, bytes: &[u8], choices: ImportChoices) -> types::Result<ImportPreview> {
    shop.owner.call(&products::PreviewProducts { bytes: bytes.to_vec(), choices }).await
}

async fn import(shop: &Business, bytes: &[u8], choices: ImportChoices) -> types::Result<Imported> {
    shop.owner.call(&products::ImportChosenProducts { bytes: bytes.to_vec(), choices }).await
}

async fn held(shop: &Business) -> Vec<Product> {
    shop.owner.call(&products::ListProducts { search: String::new(), before: None }).await.unwrap().products
}

async fn answer(shop: &Business, question: &str) -> String {
    let found = shop.owner.call(&answers::TryQuestion { question: question.to_owned() }).await.unwrap();
    if found.answer.kind == AnswerKind::HandOff { String::new() } else { found.answer.text }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_recognised_shown_and_taken() {
    let app = App::start().await;
    let shop = app.business("export").await;
    let seen = preview(&shop, SHOPIFY.as_bytes(), ImportChoices::default()).await.unwrap();
    assert_eq!((seen.kind, seen.products, seen.variants), (ExportKind::Shopify, 2, 3));
    assert!(seen.lacks_currency && seen.columns.is_empty() && seen.usual_currency.is_empty());
    assert!(held(&shop).await.is_empty(), "a preview changes nothing");

    let seen = preview(&shop, SHOPIFY.as_bytes(), choices("EUR")).await.unwrap();
    assert!(!seen.lacks_currency);
    let names: Vec<&str> = seen.rows.iter().map(|row| row.product.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Harbour raincoat",
            "Harbour raincoat – Blue / M",
            "Harbour raincoat – Blue / L",
            "Harbour raincoat – Yellow / M",
            "Storm lantern"
        ]
    );
    let refused: Vec<(u32, &str)> = seen.outcome.refused.iter().map(|row| (row.line, row.reason.as_str())).collect();
    assert_eq!(refused[1], (7, "It is a draft."));
    assert!(refused[0].0 == 6 && refused[0].1.contains("from 9"), "{refused:?}");

    let done = import(&shop, SHOPIFY.as_bytes(), choices("EUR")).await.unwrap();
    assert_eq!(done, seen.outcome, "the import does what was said before");
    assert_eq!((done.added, done.refused_count), (5, 2));
    let again = preview(&shop, SHOPIFY.as_bytes(), choices("EUR")).await.unwrap();
    assert_eq!((again.outcome.added, again.outcome.changed, again.outcome.unchanged), (0, 0, 5));
    assert_eq!(again.usual_currency, "EUR");
    assert_eq!(import(&shop, SHOPIFY.as_bytes(), choices("EUR")).await.unwrap(), again.outcome);

    let all = held(&shop).await;
    let large = all.iter().find(|product| product.name.ends_with("Blue / L")).unwrap();
    assert_eq!(large.status, ProductStatus::OutOfStock);
    assert_eq!(large.price.unwrap().in_currency(&large.currency), "135.00 EUR");
    let lantern = all.iter().find(|product| product.name == "Storm lantern").unwrap();
    assert_eq!(lantern.extra_info, r#"{"SKU": "SL-1", "Brand": "Kai"}"#);
    wait_for("the products to be learned", async || {
        held(&shop).await.iter().all(|product| product.learning == SourceStatus::Ready).then_some(())
    })
    .await;
    let blue = answer(&shop, "What does the harbour raincoat cost in blue, size M?").await;
    assert!(blue.contains("129.00 EUR"), "{blue}");
    assert!(answer(&shop, "What is the lining of the harbour raincoat made of?").await.contains("wool"));

    // One variant is sold out, another costs something else now.
    let changed = SHOPIFY.replace("HR-BM,shopify,3", "HR-BM,shopify,0").replace("48.50", "44.00");
    let seen = preview(&shop, changed.as_bytes(), choices("EUR")).await.unwrap();
    assert_eq!((seen.outcome.changed, seen.outcome.unchanged), (2, 3));
    assert_eq!(import(&shop, changed.as_bytes(), choices("EUR")).await.unwrap(), seen.outcome);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_table_is_read_as_somebody_says() {
    let app = App::start().await;
    let shop = app.business("mapped").await;
    let table = "Ding;Kosten;Rest\nSpaten;\"1.234,50 €\";12\nHarke;0,125 €;0\nGabel;49,-;3\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(table.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let open = preview(&shop, &utf16, ImportChoices::default()).await.unwrap();
    let titles: Vec<(&str, &str)> =
        open.columns.iter().map(|column| (column.title.as_str(), column.sample.as_str())).collect();
    assert_eq!(titles, [("Ding", "Spaten"), ("Kosten", "1.234,50 €"), ("Rest", "12")]);
    assert_eq!((open.kind, open.products, open.outcome.added), (ExportKind::Other, 0, 0));
    let unnamed = import(&shop, &utf16, ImportChoices::default()).await.unwrap_err();
    assert_eq!((unnamed.code, unnamed.field.as_deref()), (ErrorCode::Invalid, Some("file")));

    let named = ImportChoices {
        columns: vec![ProductColumn::Name, ProductColumn::Price, ProductColumn::Stock],
        ..choices("EUR")
    };
    let seen = preview(&shop, &utf16, named.clone()).await.unwrap();
    let done = import(&shop, &utf16, named).await.unwrap();
    assert_eq!(done, seen.outcome);
    assert_eq!((done.added, done.refused.iter().map(|row| row.line).collect::<Vec<_>>()), (2, vec![3]));
    let all = held(&shop).await;
    let prices: Vec<String> = all.iter().map(|one| one.price.unwrap().in_currency(&one.currency)).collect();
    assert_eq!(prices, ["49.00 EUR", "1234.50 EUR"]);

    // Questions come in any encoding, too.
    let faq = "question;answer\nGibt es Blumenerde?;Ja, im Hof.\n";
    let utf16: Vec<u8> = faq.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let done = shop.owner.call(&knowledge::ImportFaqs { bytes: utf16 }).await.unwrap();
    assert_eq!(done.added, 1);

    for (bytes, choices, code, field) in [
        (b"\x89PNG\r\n\x1a\n".to_vec(), choices(""), ErrorCode::UnsupportedFile, "file"),
        (b"name,price\n".repeat(30_000), choices(""), ErrorCode::TooLarge, "file"),
        (vec![b'a'; 21 * 1024 * 1024], choices(""), ErrorCode::TooLarge, "file"),
        (b"name,price\nA,5\n".to_vec(), choices("EURO"), ErrorCode::Invalid, "currency"),
    ] {
        let refused = preview(&shop, &bytes, choices.clone()).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (code, Some(field)), "{refused:?}");
        assert_eq!(import(&shop, &bytes, choices).await.unwrap_err().code, code);
    }
    app.stop().await;
}
