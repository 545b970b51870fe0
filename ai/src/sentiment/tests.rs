//! What is felt, what is not, and what is not guessed.

use super::*;

fn sentiment(text: &str) -> Option<Sentiment> {
    mood(text).map(|mood| mood.sentiment)
}

#[test]
fn pleased_and_displeased_are_told_in_eight_languages() {
    for text in [
        "I love the pot, it is perfect!",
        "Great service, very helpful. Thank you!",
        "👍",
        "Everything arrived on time, I am happy with it",
        "Ich bin sehr zufrieden, die Pflanze ist wunderbar",
        "Das hat super geklappt, danke!",
        "Merci, c'est parfait, je suis ravie",
        "Estoy muy contenta con el pedido, excelente",
        "Adorei, a entrega foi ótima",
        "Ottimo prodotto, sono molto soddisfatta",
        "Geweldig, ik ben erg blij met de pot",
        "Świetny produkt, polecam",
    ] {
        assert_eq!(sentiment(text), Some(Sentiment::Positive), "{text}: {:?}", mood(text));
    }
    for text in [
        "This is the worst shop. I want my money back.",
        "My pot arrived broken and nobody answers",
        "The lamp is not working",
        "I am not happy with this at all",
        "😡",
        "Die Lampe ist kaputt und niemand antwortet, ich bin enttäuscht",
        "Das ist eine Unverschämtheit!",
        "La lampe ne marche pas, je suis très déçue",
        "El jarrón llegó roto, estoy muy decepcionada",
        "O vaso chegou quebrado, péssimo atendimento",
        "Il vaso è rotto, sono delusa",
        "De pot is kapot, ik ben teleurgesteld",
        "Doniczka jest uszkodzona, jestem rozczarowana",
        "The pots are nice but the delivery was terrible",
    ] {
        assert_eq!(sentiment(text), Some(Sentiment::Negative), "{text}: {:?}", mood(text));
    }
}

#[test]
fn plain_questions_are_neutral() {
    for text in [
        "",
        "4711",
        "Where is my order?",
        "Where is my order? Thanks",
        "How long does delivery to Norway take?",
        "What happens if a pot arrives broken?",
        "Do you have the lamp in blue?",
        "Wie lange dauert die Lieferung nach Österreich?",
        "Wann sind Sie mal da?",
        "Où est ma commande ?",
        "¿Dónde está mi pedido?",
        "Não sei qual é o prazo de entrega",
        "My name is Grant Goodwin",
        "https://juniper.example/pots",
    ] {
        assert_eq!(sentiment(text), Some(Sentiment::Neutral), "{text}: {:?}", mood(text));
    }
}

#[test]
fn what_is_not_understood_is_not_guessed() {
    for text in ["注文はどこですか", "我的订单在哪里?", "أين طلبي؟", "Đơn hàng của tôi ở đâu?"]
    {
        assert_eq!(mood(text), None, "{text}");
    }
    // Emoji are the same everywhere.
    assert_eq!(sentiment("注文はどこですか 😡"), Some(Sentiment::Negative));
}

#[test]
fn degrees_count() {
    let score = |text: &str| mood(text).unwrap().score;
    assert!(score("This is very good") > score("This is good"));
    assert!(score("This is good") > score("This is a bit good"));
    assert!(score("This is bad!!!") < score("This is bad"));
    assert!(score("THIS IS A BAD POT") < score("This is a bad pot"));
    assert!(score("This is not bad") > 0.0 && score("This is not good") < 0.0);
    assert!((-1.0..=1.0).contains(&score(&"terrible ".repeat(500))));
}

#[test]
fn haste_is_told_and_its_opposite_is_not() {
    for text in [
        "I need this ASAP",
        "URGENT: where is my order?",
        "Please answer as soon as possible.",
        "Es ist dringend!",
        "C'est urgent",
        "Lo necesito lo antes posible",
        "È urgente",
        "Het is dringend",
        "To pilne",
    ] {
        assert!(is_urgent(text), "{text}");
    }
    for text in [
        "It is not urgent",
        "Das ist nicht dringend",
        "Ce n'est pas urgent",
        "No es urgente",
        "Where is my order?",
        "I bought it right before the sale",
        "",
    ] {
        assert!(!is_urgent(text), "{text}");
    }
}
