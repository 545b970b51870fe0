//! Answers from passages whose vectors are made by hand.

use super::*;
use crate::{
    bm25::{Statistics, Tongue},
    chunk,
    embed::PassageVectors,
    passage::{Indexed, prepare},
    retrieve::rank,
};

/// A vector that points along the axes of a text's words.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.01f32; 384];
    for term in crate::bm25::terms_in_order(text) {
        vector[term.0 as usize % 384] += 1.0;
    }
    let length = vector.iter().map(|n| n * n).sum::<f32>().sqrt();
    vector.into_iter().map(|n| n / length).collect()
}

fn index(heading: &str, content: &str) -> Indexed {
    let prepared = prepare("", heading, content, Tongue::English);
    let windows = prepared.text.windows.iter().map(|range| vector(&prepared.text.text[range.clone()])).collect();
    let whole = vector(&prepared.text.text);
    prepared.index(PassageVectors { whole, windows })
}

fn ask(question: &str, passages: &[(&str, &str)]) -> Extracted {
    let indexed: Vec<Indexed> = passages.iter().map(|(heading, content)| index(heading, content)).collect();
    let question = Question::new(
        question,
        vector(question),
        Weights::english(),
        &Statistics::of(indexed.iter().map(Indexed::counted)),
    );
    let candidates: Vec<Candidate> = indexed
        .into_iter()
        .zip(passages)
        .map(|(one, (_, content))| {
            let similarity = one.vector.iter().zip(&question.vector).map(|(a, b)| a * b).sum();
            Candidate::new(&question, (*content).to_owned(), one.sentences, similarity)
        })
        .collect();
    let ranked = rank(&question, &candidates);
    answer(&question, &candidates, &ranked).unwrap()
}

const PASSAGES: &[(&str, &str)] = &[
    (
        "Delivery",
        "Parcels are delivered within three working days. Delivery is free above 50 €. We send a link to follow the parcel.",
    ),
    ("Returns", "Returned goods are refunded within 14 days. They must be unused. Sale items cannot be returned."),
    ("Payment", "We accept:\n- cards\n- invoices\n- bank transfers"),
    ("Can I change my order?", "Yes, within one hour. Open your account and choose Edit."),
];

#[test]
fn answers_are_the_passages_own_words_with_citations() {
    for question in
        ["Is delivery free?", "refund for returned goods", "How can I pay, which payment do you accept?", "zebra"]
    {
        let answer = ask(question, PASSAGES);
        assert!(answer.text.contains("[1]"), "{}", answer.text);
        for quote in &answer.quotes {
            let words = PASSAGES[quote.candidate].1;
            assert!(words.contains(&quote.text), "{:?} is not in {words:?}", quote.text);
        }
        assert!((0.0..=1.0).contains(&answer.confidence));
    }
    assert!(ask("Is delivery free?", PASSAGES).text.contains("Delivery is free above 50 €."));
    assert!(
        ask("Is delivery free?", PASSAGES).confidence > ask("Do zebras sleep in Africa?", PASSAGES).confidence + 0.1
    );
}

#[test]
fn what_belongs_together_is_said_together() {
    let list = ask("Which payment do you accept?", PASSAGES).text;
    assert!(list.contains("- cards\n- invoices\n- bank transfers"), "{list}");
    let faq = ask("Can I change my order?", PASSAGES).text;
    assert!(faq.starts_with("Yes, within one hour. Open your account"), "{faq}");
    let back = ask("must be unused", PASSAGES).text;
    assert!(back.starts_with("Returned goods are refunded within 14 days. They must be unused."), "{back}");
}

#[test]
fn passages_without_sentences_make_no_answer() {
    assert!(chunk::sentences("…").is_empty());
    let question = Question::new("why", vector("why"), Weights::english(), &Statistics::default());
    assert!(answer(&question, &[], &[]).is_none());
    assert!(rank(&question, &[]).is_empty());
}

const COUNTRIES: &str = "- Country: Norway; Delivery: 19.00 EUR; Time: 5 days\n\
    - Country: France; Delivery: 7.00 EUR; Time: 3 days\n\
    - Country: Germany; Delivery: 4.90 EUR; Time: 2 days\n\
    - Country: Spain; Delivery: 9.00 EUR; Time: 4 days";

#[test]
fn of_a_table_the_row_that_was_asked_for_is_said() {
    let passages = [("Delivery", COUNTRIES), PASSAGES[1]];
    let norway = ask("How much is delivery to Norway?", &passages);
    assert_eq!(norway.text, "Norway – Delivery: 19.00 EUR, Time: 5 days [1]");
    assert_eq!(norway.quotes[0].text, "Country: Norway; Delivery: 19.00 EUR; Time: 5 days");
    // All rows answer, and are few.
    let all = ask("What does delivery cost, by country?", &passages).text;
    assert!(all.starts_with("- Norway – ") && all.contains("- Spain – ") && !all.contains("more"), "{all}");
}

#[test]
fn of_many_rows_some_are_said_and_the_others_counted() {
    let rows: Vec<String> =
        (1..=20).map(|size| format!("- Name: Shirt; Size: {size}; Price: {}.00 EUR", size + 10)).collect();
    let table = rows.join("\n") + "\n- Name: Hat; Size: one; Price: 9.00 EUR";
    let passages = [("Prices", table.as_str()), PASSAGES[1]];
    let shirts = ask("What is the price of a shirt?", &passages).text;
    assert_eq!(shirts.matches("Shirt – ").count(), 8, "{shirts}");
    assert!(shirts.contains("and 12 more") && !shirts.contains("Hat"), "{shirts}");
    let hat = ask("What is the price of a hat?", &passages).text;
    assert_eq!(hat, "Hat – Size: one, Price: 9.00 EUR [1]");
}

#[test]
fn an_item_is_said_with_what_announces_it() {
    let text = ask("Do you accept invoices?", PASSAGES).text;
    assert_eq!(text, "We accept: invoices [1]");
}

const REPAIRS: &str = "Our workshop is behind the shop and opens at ten. A small inspection costs 49 euros and takes an hour. \
    Full service costs 159 euros with all cables. We do not repair motors or batteries. \
    Bring the bicycle in the morning and we call you when it is done. Parking is in the yard beside the workshop.";

#[test]
fn the_exception_that_follows_is_said() {
    let text = ask("What does full service cost?", &[("Workshop", REPAIRS), PASSAGES[1]]).text;
    assert!(text.contains("159 euros") && text.contains("We do not repair motors or batteries. [1]"), "{text}");
    assert!(!text.contains("Parking"), "{text}");
}

#[test]
fn a_heading_of_one_word_is_no_answer() {
    let text = ask("Can I bring dogs?", &[("", "Dogs"), ("House rules", "Pets of any kind stay outside.")]).text;
    assert!(!text.contains("Dogs"), "{text}");
}
