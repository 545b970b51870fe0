//! What is kept of an answer, by example.

use super::*;

const DELIVERY: &str = "Parcels to Norway take six working days and cost 14 euros. Parcels to Sweden take four working \
    days. Write to hello@fern.example or see https://fern.example/delivery. Cut flowers cannot be returned.";
const GUARANTEE: &str =
    "Every lantern carries a guarantee of eleven years against rust. The guarantee does not cover candles.";

fn check(text: &str, similarity: f32) -> Result<Grounded, Ungrounded> {
    let draft = Draft::read(text, &[DELIVERY, GUARANTEE]);
    let similarities = vec![similarity; draft.doubts().len()];
    draft.judge(&similarities)
}

fn kept(text: &str) -> String {
    check(text, 0.0).unwrap_or_else(|why| panic!("{text}: {why}")).text
}

#[test]
fn what_the_passages_say_is_kept() {
    for text in [
        "Parcels to Norway take six working days [1].",
        "Parcels to Norway take 6 working days. [1]",
        "Hello! Parcels to Norway take six working days and cost €14.00 [1]. Is there anything else?",
        "- Norway: six working days [1]\n- Sweden: four working days [1]",
        "Here are the times:\n\n1. Norway: six working days [1]\n2. Sweden: four working days [1]",
        "Lanterns have a guarantee of eleven years against rust [2], and parcels to Norway cost 14 euros [1].",
        "Write to hello@fern.example [1].",
        "See [our page](https://fern.example/delivery) for parcels to Norway [1].",
        "Parcels to Norway take six working days. They cost 14 euros [1].",
        "No, the guarantee does not cover candles [2].",
        "Cut flowers cannot be returned [1].",
    ] {
        assert_eq!(kept(text), text);
    }
}

#[test]
fn another_language_is_held_by_its_numbers_and_words() {
    for text in [
        "Pakete nach Norwegen brauchen sechs Arbeitstage [1].",
        "Los paquetes a Noruega tardan 6 días laborables [1].",
        "Die Garantie gegen Rost gilt elf Jahre [2].",
    ] {
        assert_eq!(kept(text), text);
    }
    assert!(matches!(check("Pakete nach Norwegen brauchen neun Arbeitstage [1].", 0.9), Err(Ungrounded::Invented(_))));
}

#[test]
fn what_they_do_not_say_is_dropped() {
    let table = [
        (
            "Parcels to Norway take six working days [1]. We also offer gift wrapping in many colours [1].",
            "Parcels to Norway take six working days [1].",
        ),
        // Without a citation, and not said anywhere.
        (
            "Parcels to Sweden take four working days [1].\nOur staff are wonderful people with long experience.",
            "Parcels to Sweden take four working days [1].",
        ),
        // The number stands in another passage than the one cited.
        (
            "Parcels to Norway take six working days [1]. Parcels to Sweden take eleven working days [1].",
            "Parcels to Norway take six working days [1].",
        ),
        // A name that the passage does not know.
        (
            "Parcels to Sweden take four working days [1]. Parcels to Denmark take four working days [1].",
            "Parcels to Sweden take four working days [1].",
        ),
        ("- Sweden: four working days [1]\n- Denmark: four working days [1]", "- Sweden: four working days [1]"),
        // The opposite.
        (
            "Parcels to Sweden take four working days [1]. Cut flowers can be returned [1].",
            "Parcels to Sweden take four working days [1].",
        ),
        // The line above a list of which nothing is left.
        (
            "Parcels to Sweden take four working days [1].\n\nWe also have:\n- Free balloons for every child [1]",
            "Parcels to Sweden take four working days [1].",
        ),
    ];
    for (text, left) in table {
        assert_eq!(kept(text), left);
    }
}

#[test]
fn an_answer_without_its_main_claim_is_none() {
    let main = |text: &str| matches!(check(text, 0.0), Err(Ungrounded::MainClaim(_)));
    assert!(main("We have free balloons for children [1]. Parcels to Norway take six working days [1]."));
    assert!(main("Hello! Parcels to Norway take eleven working days [1]."));
    assert!(main("Parcels to Norway take six working days [2]."), "the wrong passage");
    assert!(main("The guarantee does cover candles [2]."));
    for text in ["Parcels to Norway take six working days.", "Parcels take six days [7].", "Hello!"] {
        assert!(check(text, 1.0).is_err(), "{text}");
    }
}

#[test]
fn an_invented_number_or_address_spoils_the_answer() {
    let invented = |text: &str| match check(text, 1.0) {
        Err(Ungrounded::Invented(fact)) => fact,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(invented("Parcels to Norway take six working days [1]. Call 0800 123."), "123");
    assert_eq!(invented("Parcels to Norway cost 19 euros [1]."), "19");
    assert_eq!(invented("Parcels to Norway take six days [1]. Write to boss@fern.example."), "boss@fern.example");
    assert_eq!(invented("See https://evil.example/x for parcels to Norway [1]."), "evil.example/x");
}

#[test]
fn the_meaning_decides_where_the_words_do_not() {
    let text = "Good news: your lantern is **guaranteed against rust** for eleven whole years, so you can leave it in \
        the garden through every winter without a worry [2].";
    let doubts = Draft::read(text, &[DELIVERY, GUARANTEE]).doubts();
    assert_eq!(doubts.len(), 1);
    assert_eq!(doubts[0].passages, [1]);
    assert!(!doubts[0].sentence.contains('['));
    assert!(check(text, 0.7).is_ok());
    assert!(check(text, 0.5).is_err());
}

#[test]
fn numbers_have_one_form() {
    let draft = |text: &str, passage: &str| Draft::read(text, &[passage]).judge(&[1.0]).is_ok();
    assert!(draft("The bench costs 1250 euros [1].", "The bench costs 1,250.00 euros."));
    assert!(draft("The bench costs 1.250 euros [1].", "The bench costs 1,250 euros."));
    assert!(draft("The pot costs 9,50 euros [1].", "The pot costs 9.5 euros."));
    assert!(!draft("The pot costs 95 euros [1].", "The pot costs 9.5 euros."));
}
