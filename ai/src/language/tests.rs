//! Short messages to a shop, and what they may not be taken for.

use super::*;

#[test]
fn short_messages_are_told() {
    for (text, tag) in [
        ("Where is my order?", "en"),
        ("how long does delivery take", "en"),
        ("Wo ist meine Bestellung?", "de"),
        ("Wie lange dauert die Lieferung nach Österreich", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("cuánto cuesta el envío", "es"),
        ("Où est ma commande ?", "fr"),
        ("Je voudrais rendre mes chaussures", "fr"),
        ("Onde está o meu pedido?", "pt"),
        ("Quanto custa a entrega para São Paulo", "pt"),
        ("Đơn hàng của tôi ở đâu?", "vi"),
        ("phí giao hàng bao nhiêu", "vi"),
        ("Dov'è il mio ordine?", "it"),
        ("Quanto costa la spedizione?", "it"),
        ("Quando arriva il pacco", "it"),
        ("Vorrei restituire le scarpe", "it"),
        ("ho una domanda", "it"),
        ("Posso pagare con PayPal?", "it"),
        ("L’ordine non è arrivato", "it"),
        ("Buongiorno", "it"),
        ("Waar is mijn bestelling?", "nl"),
        ("Hoe lang duurt de levering naar Oostenrijk?", "nl"),
        ("Hallo, ik heb een vraag", "nl"),
        ("wat kost de verzending", "nl"),
        ("Kan ik mijn schoenen retourneren?", "nl"),
        ("Bedankt!", "nl"),
        ("Gdzie jest moje zamówienie?", "pl"),
        ("ile kosztuje dostawa", "pl"),
        ("Czy mogę zwrócić buty?", "pl"),
        ("Dzień dobry, kiedy będzie paczka?", "pl"),
        ("gdzie jest moja przesylka", "pl"),
        ("Dziękuję", "pl"),
        // Neighbours of these stay what they were.
        ("Quando chega o meu pedido?", "pt"),
        ("¿Cuánto cuesta una lámpara?", "es"),
        ("Il est où, mon colis ?", "fr"),
        ("C'est combien la livraison", "fr"),
        ("Wann kommt meine Bestellung an?", "de"),
        ("Is it available in red?", "en"),
        ("What's the price of the lamp", "en"),
        ("注文はどこですか", "ja"),
        ("我的订单在哪里?", "zh"),
        ("iPhone 15 的运费是多少", "zh"),
        ("أين طلبي؟", "ar"),
    ] {
        assert_eq!(detect(text).map(|language| language.tag), Some(tag), "{text}");
    }
}

#[test]
fn common_words_are_known() {
    assert!(["The", "sehr", "étaient", "para"].map(is_common) == [true, true, false, true]);
    assert!(!is_common("Lampe") && !is_common("Bestellung") && !is_common(""));
    assert!(["questo", "niet", "gdzie", "zamówienie", "spedizione"].map(is_common) == [true, true, true, false, false]);
}

#[test]
fn stems_are_made_in_the_language_that_is_told() {
    use crate::bm25::Tongue;
    for text in [
        "The parcels are sent within two days, and you do not pay for that.",
        "Die Pakete werden innerhalb von zwei Tagen verschickt, und das kostet Sie nichts.",
        "Les colis sont envoyés dans les deux jours et vous ne payez pas pour cela.",
        "Los paquetes se envían en dos días y usted no paga por eso.",
        "I pacchi sono spediti entro due giorni e non si paga per questo.",
        "As encomendas são enviadas em dois dias e você não paga por isso.",
        "De pakketten worden binnen twee dagen verzonden en daar betaalt u niet voor.",
    ] {
        let tongue = Tongue::of(text, Tongue::Finnish);
        assert_eq!(detect(text).map(|language| language.tag), Some(tongue.tag_of_language()), "{text}");
    }
    // Polish has no stemmer: its words are taken as they are, like those of every other language.
    assert!(Tongue::ALL.iter().all(|tongue| tongue.tag_of_language() != "pl"));
}

#[test]
fn what_does_not_tell_is_not_guessed() {
    for text in ["", "4711", "OK", "iPhone", "😀", "Berlin", "https://juniper.example"] {
        assert_eq!(detect(text), None, "{text}");
    }
    // What two of them say, and languages that are not among them.
    for text in [
        "Hallo",
        "Quando?",
        "Non",
        "Kan jag få hjälp med min beställning?",
        "Hvor er min ordre?",
        "Hvornår kommer pakken?",
        "Missä tilaukseni on?",
        "Siparişim nerede?",
        "Kde je moje objednávka?",
        "Unde este comanda mea?",
    ] {
        assert_eq!(detect(text), None, "{text}");
    }
    assert_eq!(detect_or("4711", Some("de-AT")), Some("de"));
    assert_eq!(detect_or("Where is my order?", Some("de")), Some("en"));
    assert_eq!(detect_or("4711", None), None);
}

/// Messages to a shop; `-` is a language that is not told.
const MESSAGES: &str = "
it|Avete questo modello in blu?
it|Il pacco non è ancora arrivato
it|Come faccio a tracciare la spedizione?
it|Quali sono i tempi di consegna?
it|Vorrei parlare con una persona
it|Posso cambiare l'indirizzo?
it|Mi serve una fattura
it|È possibile ritirare in negozio?
it|Accettate carte di credito?
it|ciao, avete la taglia 42?
it|Ho ricevuto un articolo sbagliato
it|non funziona
it|Grazie mille
it|quando mi rimborsate?
it|La garanzia quanto dura?
it|spedite anche in Svizzera?
it|Il codice sconto non funziona
it|Siete aperti la domenica?
it|Dove posso trovare le istruzioni
it|Ok va bene
nl|Kan ik mijn bestelling annuleren?
nl|Wanneer wordt mijn pakket bezorgd?
nl|Hebben jullie deze in het blauw?
nl|Mijn pakje is nog niet aangekomen
nl|Ik wil graag een mens spreken
nl|Hoe kan ik betalen?
nl|Zijn jullie open op zondag?
nl|De kortingscode werkt niet
nl|Ik heb het verkeerde artikel ontvangen
nl|Verzenden jullie ook naar België?
nl|Hoe lang is de garantie?
nl|Waar kan ik de handleiding vinden?
nl|Dank u wel
nl|is dit op voorraad
nl|Wat zijn de verzendkosten?
nl|Ik wil mijn geld terug
nl|Goedemiddag
nl|Moet ik een account aanmaken?
nl|werkt niet
nl|ok prima
pl|Czy macie to w kolorze niebieskim?
pl|Moja paczka jeszcze nie dotarła
pl|Jak mogę śledzić przesyłkę?
pl|Ile trwa dostawa?
pl|Chcę porozmawiać z człowiekiem
pl|Czy mogę zmienić adres?
pl|Potrzebuję faktury
pl|Czy można odebrać w sklepie?
pl|Jakie są metody płatności?
pl|otrzymałem zły produkt
pl|nie działa
pl|Dzięki
pl|kiedy dostane zwrot pieniedzy
pl|Jak długo trwa gwarancja?
pl|Wysyłacie do Niemiec?
pl|Kod rabatowy nie działa
pl|Czy jesteście otwarci w niedzielę?
pl|gdzie znajde instrukcje
pl|chcialbym anulowac zamowienie
pl|ok super
en|Do you have this in blue?
en|My parcel hasn't arrived
en|Can I cancel my order?
en|it doesn't work
en|talk to a human
en|Do you ship to Switzerland?
en|opening hours on Sunday
en|I got the wrong item
en|What payment methods are there
en|cancel please
en|the discount code is invalid
en|Where can I come pick it up
en|per month or per year?
en|thanks a lot
en|Is it out of stock
de|Habt ihr das in Blau?
de|Mein Paket ist noch nicht da
de|Kann ich stornieren?
de|geht nicht
de|Ich möchte mit einem Menschen sprechen
de|Versendet ihr auch in die Schweiz?
de|Was kostet der Versand?
de|Vielen Dank
de|Der Gutschein funktioniert nicht
de|Wie kann ich bezahlen?
de|Guten Tag
de|Gibt es das in Größe 42?
de|Ich will mein Geld zurück
fr|Avez-vous ce modèle en bleu ?
fr|Mon colis n'est pas arrivé
fr|Je veux annuler ma commande
fr|ça ne marche pas
fr|Livrez-vous en Suisse ?
fr|Quel est le délai de livraison ?
fr|Je veux parler à quelqu'un
fr|Merci beaucoup
fr|Le code promo ne fonctionne pas
fr|Puis-je payer par carte ?
fr|Il manque un article
fr|Combien ça coûte ?
fr|Bonsoir
fr|la lampe est cassée
es|¿Tienen este modelo en azul?
es|Mi paquete no ha llegado
es|Quiero cancelar mi pedido
es|no funciona
es|Quiero hablar con una persona
es|¿Hacen envíos a Suiza?
es|el código no funciona
es|Muchas gracias
es|puedo pagar con tarjeta
es|Cuanto cuesta
es|Donde esta mi paquete
es|me llegó el artículo equivocado
pt|Vocês têm este modelo em azul?
pt|Minha encomenda não chegou
pt|Quero cancelar o pedido
pt|não funciona
pt|Posso pagar com cartão?
pt|Quanto custa
pt|Muito obrigado
pt|quero falar com uma pessoa
pt|Enviam para a Suíça?
pt|o código não funciona
pt|Quando chega
-|Har ni den i blått?
-|Var är mitt paket?
-|Hvor lang tid tager levering?
-|Jeg vil gerne returnere mine sko
-|Hva koster frakt?
-|Kan jeg betale med kort?
-|Onko tätä varastossa?
-|Paljonko toimitus maksaa?
-|Iade etmek istiyorum
-|Kargo ücreti ne kadar?
-|Kde je můj balík?
-|Kolik stojí doprava?
-|Unde este coletul meu?
-|Cât costă livrarea?
-|Hol van a csomagom?
-|Mennyibe kerül a szállítás?
-|Tack så mycket
-|Kan man betala med Swish?
-|On minu pakk kohal?
-|Gdje je moja narudžba?
-|Koliko košta dostava?
";

#[test]
fn no_message_is_taken_for_another_language_and_most_are_told() {
    let (mut told, mut total) = (0, 0);
    for (tag, text) in MESSAGES.lines().filter_map(|line| line.split_once('|')) {
        let found = detect(text).map(|language| language.tag);
        assert!(found.is_none_or(|found| found == tag), "{text}: {found:?}");
        total += usize::from(tag != "-");
        told += usize::from(found.is_some());
    }
    assert!(told * 100 >= total * 85, "{told} of {total}");
}
