//! Exports as the shops write them, each with what a visitor would ask for.

use super::{found, lines, refused};
use types::products::ExportKind;

#[test]
fn shopify_with_variants_pictures_and_drafts() {
    let file = "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Status\n\
        linen-shirt,Linen shirt,\"<p>Woven in <b>Ghent</b>.</p>\n<p>Wash cold.</p>\",Vlas,,Shirts,\"summer, linen\",true,Colour,Blue,Size,M,LS-BM,shopify,4,deny,49.00,59.00,https://a.example/1.jpg,active\n\
        linen-shirt,,,,,,,,,Blue,,L,LS-BL,shopify,0,deny,49.00,,,\n\
        linen-shirt,,,,,,,,,White,,M,LS-WM,shopify,0,continue,45.50,,,\n\
        linen-shirt,,,,,,,,,,,,,,,,,,https://a.example/2.jpg,\n\
        gift-card,Gift card,,Vlas,,,,true,Title,Default Title,,,,,,deny,25.00,,,active\n\
        secret,Secret scarf,,Vlas,,,,false,Title,Default Title,,,S-1,shopify,1,deny,9.00,,,active\n\
        new-hat,New hat,,Vlas,,,,true,Title,Default Title,,,H-1,shopify,1,deny,9.00,,,draft\n";
    let found = found(file, "EUR");
    assert_eq!((found.kind, found.wholes, found.variants), (ExportKind::Shopify, 2, 3));
    assert_eq!(
        lines(&found),
        [
            "Linen shirt |  | in | Brand=Vlas; Colour=Blue, White; Price=45.50 EUR to 49.00 EUR; Size=M, L; Tags=summer, linen; Type=Shirts | Woven in Ghent.\n\nWash cold.",
            "Linen shirt – Blue / M | 49.00 EUR | in | Colour=Blue; Regular price=59.00 EUR; SKU=LS-BM; Size=M | ",
            "Linen shirt – Blue / L | 49.00 EUR | out | Colour=Blue; SKU=LS-BL; Size=L | ",
            "Linen shirt – White / M | 45.50 EUR | in | Availability=on backorder; Colour=White; SKU=LS-WM; Size=M | ",
            "Gift card | 25.00 EUR | in | Brand=Vlas | ",
        ]
    );
    assert_eq!(refused(&found), ["7: It is not published.", "8: It is a draft."]);
}

#[test]
fn shopify_with_the_newer_names() {
    let file = "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Price,Compare-at price,Inventory tracker,Inventory quantity,Continue selling when out of stock\n\
        Oak stool,oak-stool,<p>Sits well &amp; long.</p>,Eik,,,,TRUE,Active,OS-1,'4006381333931,Title,Default Title,120.00,,shopify,0,FALSE\n\
        Old stool,old-stool,,Eik,,,,TRUE,Archived,OS-0,,Title,Default Title,80.00,,shopify,3,FALSE\n";
    let found = found(file, "EUR");
    assert_eq!(found.kind, ExportKind::Shopify);
    assert_eq!(
        lines(&found),
        ["Oak stool | 120.00 EUR | out | Barcode=4006381333931; Brand=Eik; SKU=OS-1 | Sits well & long."]
    );
    assert_eq!(refused(&found), ["3: It is archived."]);
}

#[test]
fn woocommerce_with_variations_and_sales() {
    let file = "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,Date sale price starts,Date sale price ends,In stock?,Stock,Backorders allowed?,Sale price,Regular price,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n\
        10,variable,TEA,Green tea,1,0,visible,Fresh.,<p>From Uji.</p>\\n<p>Steep 2 minutes.</p>,,,1,,0,,,Tea > Green,,,Weight,\"50 g, 100 g\",,\n\
        11,variation,TEA-50,Green tea - 50 g,1,0,visible,,,,,1,parent,0,,\"7,90\",,,id:10,Weight,50 g,,\n\
        12,variation,TEA-100,Green tea - 100 g,1,0,visible,,,,,0,0,0,\"11,90\",\"13,90\",,,TEA,Weight,100 g,,\n\
        13,simple,POT,Tea pot,1,0,visible,,Holds one litre.,,2026-11-27 23:59:59,backorder,,notify,20,25,Pots,,,Material,Clay,,\n\
        14,\"simple, virtual\",,Tasting,1,0,visible,,,,,1,,0,,30,,,,,,,\n\
        15,simple,,Not yet,-1,0,visible,,,,,1,,0,,30,,,,,,,\n\
        16,simple,,From,1,0,visible,,,,,1,,0,,from 30,,,,,,,\n";
    let found = found(file, "EUR");
    assert_eq!((found.kind, found.wholes, found.variants), (ExportKind::WooCommerce, 3, 2));
    assert_eq!(
        lines(&found),
        [
            "Green tea |  | in | Category=Tea > Green; Price=7.90 EUR to 11.90 EUR; Weight=50 g, 100 g | Fresh.\n\nFrom Uji.\n\nSteep 2 minutes.",
            "Green tea – 50 g | 7.90 EUR | in | SKU=TEA-50; Weight=50 g | ",
            "Green tea – 100 g | 11.90 EUR | out | Regular price=13.90 EUR; SKU=TEA-100; Weight=100 g | ",
            "Tea pot | 25.00 EUR | in | Availability=on backorder; Category=Pots; Material=Clay; SKU=POT; Sale price=20.00 EUR until 2026-11-27 23:59:59 | Holds one litre.",
            "Tasting | 30.00 EUR | in |  | ",
        ]
    );
    assert_eq!(
        refused(&found),
        ["7: It is not published.", "8: “from 30” is where prices start, not a price. Write the price itself."]
    );
}

#[test]
fn woocommerce_in_other_languages() {
    let german = "ID,Typ,Artikelnummer,Name,Veröffentlicht,Kurzbeschreibung,Beschreibung,Vorrätig?,Lager,Angebotspreis,Regulärer Preis,Kategorien,Übergeordnetes Produkt,Attribut 1 Name,Attribut 1 Wert(e)\n\
        1,variable,H,Hut,1,,Aus Filz.,1,,,,Hüte,,Größe,\"S, M\"\n2,variation,H-S,Hut - S,1,,,0,0,,\"39,90\",,id:1,Größe,S\n3,variation,H-M,Hut - M,1,,,1,4,\"29,90\",\"39,90\",,id:1,Größe,M\n";
    let found = found(german, "EUR");
    assert_eq!(found.kind, ExportKind::WooCommerce);
    assert_eq!(
        lines(&found),
        [
            "Hut |  | in | Category=Hüte; Größe=S, M; Price=29.90 EUR to 39.90 EUR | Aus Filz.",
            "Hut – S | 39.90 EUR | out | Größe=S; SKU=H-S | ",
            "Hut – M | 29.90 EUR | in | Größe=M; Regular price=39.90 EUR; SKU=H-M | ",
        ]
    );
    let french = "ID,Type,UGS,Nom,Publié,En stock ?,Tarif promo,Tarif régulier,Nom de l’attribut 1,Valeur(s) de l’attribut 1\n1,simple,C,Chapeau,1,1,,45,Matière,Feutre\n2,simple,D,Brouillon,0,1,,45,,\n";
    let found = super::found(french, "EUR");
    assert_eq!(lines(&found), ["Chapeau | 45.00 EUR | in | Matière=Feutre; SKU=C | "]);
    assert_eq!(refused(&found).len(), 1);
}

#[test]
fn magento_with_configurable_products() {
    let file = "sku,store_view_code,attribute_set_code,product_type,categories,name,description,short_description,product_online,visibility,price,special_price,special_price_from_date,special_price_to_date,additional_attributes,qty,allow_backorders,is_in_stock,manage_stock,configurable_variations\n\
        HD-S-Red,,Default,simple,,Hoodie-S-Red,,,1,Not Visible Individually,52.000000,,,,\"color=Red,size=S\",3.0000,0,1,1,\n\
        HD-M-Red,,Default,simple,,Hoodie-M-Red,,,1,Not Visible Individually,52.000000,,,,\"color=Red,size=M\",0.0000,0,0,1,\n\
        HD,,Default,configurable,\"Default Category/Men/Tops,Default Category/Sale\",Hoodie,<p>Warm.</p>,,1,\"Catalog, Search\",,,,,\"material=Cotton, brushed,eco_collection=No\",0.0000,0,1,1,\"sku=HD-S-Red,size=S,color=Red|sku=HD-M-Red,size=M,color=Red|sku=GONE,size=L,color=Red\"\n\
        HD,de,,,,Kapuzenpulli,,,,,,,,,,,,,,\n\
        BAG,,Bag,simple,Default Category/Gear,Bag,,,1,\"Catalog, Search\",34.0000,30.0000,2026-11-01,,,0.0000,1,1,1,\n\
        OFF,,Bag,simple,,Old bag,,,2,\"Catalog, Search\",34.0000,,,,,1.0000,0,1,1,\n";
    let found = found(file, "USD");
    assert_eq!((found.kind, found.wholes, found.variants), (ExportKind::Magento, 2, 2));
    assert_eq!(
        lines(&found),
        [
            "Hoodie | 52.00 USD | in | Category=Men > Tops, Sale; Color=Red; Material=Cotton, brushed; Size=S, M | Warm.",
            "Hoodie – S / Red | 52.00 USD | in | Color=Red; SKU=HD-S-Red; Size=S | ",
            "Hoodie – M / Red | 52.00 USD | out | Color=Red; SKU=HD-M-Red; Size=M | ",
            "Bag | 30.00 USD | in | Availability=on backorder; Category=Gear; Regular price=34.00 USD; SKU=BAG | ",
        ]
    );
    assert_eq!(refused(&found), ["7: It is disabled."]);
}

#[test]
fn shopware_with_inherited_prices() {
    let file = "id;parent_id;product_number;active;stock;name;description;price_net;price_gross;tax_id;tax_rate;tax_name;cover_media_id;manufacturer_id;manufacturer_name;categories\n\
        a1;;SW1;1;10;Lamp;<p>Made of <i>brass</i>.</p>;84.03;100;t;19;19%;;m;Licht;c\n\
        a2;a1;SW1.1;1;0;Lamp - gold;;;;t;19;19%;;;;\n\
        a3;a1;SW1.2;1;2;;;92.44;110;t;19;19%;;;;\n\
        b1;;SW2;1;5;Bulb;;8.4;;t;19;19%;;;;\n\
        c1;;SW3;0;5;Gone;;8.4;10;t;19;19%;;;;\n";
    let found = found(file, "EUR");
    assert_eq!((found.kind, found.wholes, found.variants), (ExportKind::Shopware, 2, 2));
    assert_eq!(
        lines(&found),
        [
            "Lamp |  | in | Brand=Licht; Price=100.00 EUR to 110.00 EUR; Variant=gold | Made of brass.",
            "Lamp – gold | 100.00 EUR | out | SKU=SW1.1; Variant=gold | ",
            "Lamp – SW1.2 | 110.00 EUR | in | SKU=SW1.2 | ",
            "Bulb | 8.40 EUR | in | Price=without tax; SKU=SW2 | ",
        ]
    );
    assert_eq!(found.products[3].notes, ["The price is without tax, the file has no other."]);
    assert_eq!(refused(&found), ["6: It is not active."]);
}

const FEED: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<item><g:id>R-36</g:id><g:item_group_id>R</g:item_group_id><g:title>Runner</g:title><g:description>&lt;p&gt;Light.&lt;/p&gt;</g:description>
<g:link>https://a.example/r36</g:link><g:image_link>https://a.example/r.jpg</g:image_link><g:price>89.90 EUR</g:price>
<g:sale_price>79.90 EUR</g:sale_price><g:sale_price_effective_date>2026-11-20T00:00+0100/2026-11-30T23:59+0100</g:sale_price_effective_date>
<g:availability>in_stock</g:availability><g:color>Black</g:color><g:size>36</g:size><g:condition>new</g:condition></item>
<item><g:id>R-37</g:id><g:item_group_id>R</g:item_group_id><g:title>Runner</g:title><g:link>https://a.example/r37</g:link>
<g:price>89.90 EUR</g:price><g:availability>out of stock</g:availability><g:color>Black</g:color><g:size>37</g:size></item>
<item><g:id>L</g:id><title>Laces</title><g:price>1,000.50 USD</g:price><g:availability>preorder</g:availability></item>
<item><g:id>X</g:id><title>Soon</title><g:price>5 EUR</g:price><g:availability>perhaps</g:availability></item>
</channel></rss>"#;

#[test]
fn google_feeds_in_xml_and_as_a_table() {
    let xml = found(FEED, "");
    assert_eq!((xml.kind, xml.wholes, xml.variants), (ExportKind::Google, 2, 2));
    assert_eq!(
        lines(&xml),
        [
            "Runner |  | in | Colour=Black; Price=79.90 EUR to 89.90 EUR; Size=36, 37 | Light.",
            "Runner – Black / 36 | 79.90 EUR | in | Colour=Black; Link=https://a.example/r36; Regular price=89.90 EUR; SKU=R-36; Size=36 | ",
            "Runner – Black / 37 | 89.90 EUR | out | Colour=Black; Link=https://a.example/r37; SKU=R-37; Size=37 | ",
            "Laces | 1000.50 USD | in | Availability=preorder; SKU=L | ",
        ]
    );
    assert!(refused(&xml)[0].starts_with("5: “perhaps” does not say"), "{:?}", refused(&xml));
    let tsv = found(
        "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tbrand\nA\tCap\t\thttps://a.example\t\tin stock\t9.50 GBP\tKap\n",
        "",
    );
    assert_eq!(lines(&tsv), ["Cap | 9.50 GBP | in | Brand=Kap; Link=https://a.example; SKU=A | "]);
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:g='http://base.google.com/ns/1.0'><entry><g:id>1</g:id><title>Mug</title><g:price>5.00 EUR</g:price><g:availability>in stock</g:availability></entry></feed>";
    assert_eq!(lines(&found(atom, "")), ["Mug | 5.00 EUR | in | SKU=1 | "]);
}

#[test]
fn square_with_locations() {
    let file = "Reference Handle,Token,Item Name,Variation Name,SKU,Description,Categories,Price,Online Sale Price,Archived,Sellable,Option Name 1,Option Value 1,Enabled Main St,Current Quantity Main St,Enabled Harbour,Current Quantity Harbour\n\
        #latte,T1,Latte,Small,L-S,With oat milk.,Drinks,3.50,,N,Y,,,Y,,Y,\n\
        #latte,T2,Latte,Large,L-L,,Drinks,4.50,4.00,N,Y,,,Y,,Y,\n\
        #beans,T3,Beans,Regular,B-1,,Shop,\"1,250.00\",,N,Y,,,Y,0,Y,6\n\
        #cup,T4,Cup,Regular,C-1,,Shop,variable,,N,Y,,,Y,0,N,0\n\
        #old,T5,Old cup,Regular,C-0,,Shop,2,,Y,Y,,,Y,1,Y,1\n\
        #off,T6,Off,Regular,O-0,,Shop,2,,N,Y,,,N,1,N,1\n";
    let found = found(file, "USD");
    assert_eq!((found.kind, found.wholes, found.variants), (ExportKind::Square, 3, 2));
    assert_eq!(
        lines(&found),
        [
            "Latte |  | in | Category=Drinks; Price=3.50 USD to 4.00 USD; Variation=Small, Large | With oat milk.",
            "Latte – Small | 3.50 USD | in | SKU=L-S; Variation=Small | ",
            "Latte – Large | 4.00 USD | in | Regular price=4.50 USD; SKU=L-L; Variation=Large | ",
            "Beans | 1250.00 USD | in | Category=Shop; SKU=B-1 | ",
            "Cup |  | out | Category=Shop; SKU=C-1 | ",
        ]
    );
    assert_eq!(refused(&found), ["6: It is archived.", "7: It is sold at no location."]);
}
