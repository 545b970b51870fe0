//! Files that are made to break their reader.

use crate::products::read;
use std::time::{Duration, Instant};
use types::{
    limits::NAME_CHARS,
    products::{EXTRA_INFO_BYTES, ImportChoices, PRODUCT_DESCRIPTION_CHARS, PRODUCTS, ProductColumn},
};

#[test]
fn large_files_are_bounded_in_time_and_size() {
    let started = Instant::now();
    let choices = ImportChoices::default();
    let many: String = (0..19_000).map(|n| format!("Thing {n},{n}\n")).collect();
    let found = read(format!("name,price\n{many}").as_bytes(), &choices).unwrap();
    assert_eq!((found.products.len(), found.outcome.refused_count), (PRODUCTS as usize, 19_000 - PRODUCTS));
    assert_eq!(found.outcome.refused.len(), 100);
    // One product of as many variants as there are rows.
    let variants: String = (0..19_000).map(|n| format!("a,,{n},{n}\n")).collect();
    let file = format!("Handle,Title,Option1 Value,Variant Price\na,A,x,5\n{variants}");
    let found = read(file.as_bytes(), &choices).unwrap();
    assert!(found.products.len() <= 19_002 && found.products[0].new.extra_info.len() <= EXTRA_INFO_BYTES);
    let nested = format!("name,description\nA,\"{}\"\n", "<div>".repeat(5_000));
    assert!(read(nested.as_bytes(), &choices).is_ok());
    let texts = format!(
        "name,description\n{}",
        (0..4_000).map(|n| format!("T{n},{}\n", "x".repeat(4_000))).collect::<String>()
    );
    assert!(read(texts.as_bytes(), &choices).is_err());
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn fuzz_tables_of_products() {
    let seeds: [&[u8]; 7] = [
        "name,price,currency,status,size\nMug,\"1.299,90 €\",,in stock,L\n".as_bytes(),
        b"Name;Preis;Verf\xfcgbar\nTasse;12,5;ja\n",
        b"Handle,Title,Option1 Name,Option1 Value,Variant Price,Body (HTML)\na,A,Size,S,5,<p>x\na,,,M,6,\n",
        b"ID,Type,SKU,Name,Published,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n1,variable,A,A,1,,,S,\n2,variation,B,B,1,5,id:1,S,L\n",
        b"sku,product_type,name,price,configurable_variations,additional_attributes\na,simple,A,5.0000,,x=1\nb,configurable,B,,\"sku=a,size=S|sku=b\",\n",
        b"<rss><item><id>1</id><title>A</title><price>5 EUR</price><availability>in stock</availability></item></rss>",
        b"Token,Item Name,Variation Name,Price,Current Quantity X\n1,A,Regular,5,3\n",
    ];
    let words =
        ["\"", ",", ";", "name", "price", "status", "EUR", "US$", "<p>", "&amp;", "id:1", "|", "sku=", "\n", "-1"];
    fuzz::fuzz("tables_of_products", &seeds, &words, |input| {
        let choices = [
            ImportChoices::default(),
            ImportChoices { columns: ProductColumn::ALL.to_vec(), currency: "KWD".to_owned(), is_other: true },
        ];
        for choices in choices {
            let Ok(found) = read(input, &choices) else { continue };
            for product in found.products {
                let new = product.new;
                assert!(!new.name.is_empty() && new.name.chars().count() <= NAME_CHARS, "{new:?}");
                assert!(!new.name.chars().any(char::is_control), "{new:?}");
                assert!(new.description.chars().count() <= PRODUCT_DESCRIPTION_CHARS, "{new:?}");
                assert!(
                    new.extra_info.is_empty() || serde_json::from_str::<serde_json::Value>(&new.extra_info).is_ok()
                );
            }
        }
    });
}
