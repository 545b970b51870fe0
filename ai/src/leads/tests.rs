//! Who is a lead and what is only a number.

use super::signs;

#[test]
fn ways_to_reach_somebody_are_found() {
    let found = signs("Hi! I'm Mia, write to Mia.Moss+shop@Example.co.uk or call +49 151 2345678 please");
    assert_eq!(found.emails, ["mia.moss+shop@example.co.uk"]);
    assert_eq!(found.phones, ["+49 151 2345678"]);
    assert!(!found.wants_to_buy);
    for (text, phone) in [
        ("My number is 0151 2345678", "0151 2345678"),
        ("Tel. (415) 555-2671", "(415) 555-2671"),
        ("Please call me: 020 7946 0958", "020 7946 0958"),
        ("030 1234567 is my mobile, it is about order 4711", "030 1234567"),
        ("Call me on 06.12.34.56.78 about my order", "06.12.34.56.78"),
        ("Bestellung 4711. Telefon 030/123 456-78", "030/123 456-78"),
    ] {
        assert_eq!(signs(text).phones, [phone], "{text}");
    }
    let twice = signs("a@b.de a@b.de A@B.DE c@d.org e@f.net g@h.net");
    assert_eq!(twice.emails, ["a@b.de", "c@d.org", "e@f.net"]);
}

#[test]
fn numbers_of_orders_and_addresses_of_nobody_are_not() {
    for text in [
        "Where is my order 4711?",
        "My order number is 12345678",
        "order no. 030 1234567",
        "Order #415-555-2671",
        "My tracking code: 0034 0434 1234 5678",
        "Bestellnummer 0151 2345678",
        "Rechnung Nr. 030 123456-78",
        "numéro de commande 06 12 34 56 78",
        "Pedido 612 345 678",
        "612 345 678 is my order number",
        "It cost 1 234 567 VND, 20 pots of 12.50 each, on 2026-11-21",
        "My card is 4111 1111 1111 1111",
        "IBAN DE89 3704 0044 0532 0130 00",
        "000 000 0000",
        "me@home",
        "The mail came from no-reply@juniper.example",
        "",
    ] {
        assert!(signs(text).is_empty(), "{text}: {:?}", signs(text));
    }
}

#[test]
fn wanting_to_buy_is_told_from_asking() {
    for text in [
        "I'd like to order twenty pots for our office",
        "We would like to buy the blue lamp",
        "Can I buy this as a gift?",
        "Could you send me a quote for 50 lamps?",
        "Do you sell wholesale?",
        "Ich möchte drei Töpfe kaufen",
        "Können Sie mir ein Angebot machen?",
        "Je voudrais acheter deux lampes",
        "Quiero comprar una lámpara",
        "Gostaria de comprar um vaso",
        "Vorrei ordinare due vasi",
        "Ik wil bestellen",
        "Chcę kupić lampę",
    ] {
        assert!(signs(text).wants_to_buy, "{text}");
    }
    for text in [
        "Where is my order?",
        "I don't want to buy anything",
        "I want to order a refund for my order",
        "I want to return the lamp that I bought",
        "How long does delivery take?",
        "Ich möchte heute nichts kaufen",
        "Ich möchte meine Bestellung stornieren",
        "Je ne veux pas acheter ça, je ne veux acheter rien",
        "No quiero comprar nada",
        "Hello!",
    ] {
        assert!(!signs(text).wants_to_buy, "{text}");
    }
}
