//! Classifiers of a few made-up intents, whose vectors are made of their words.

use super::*;

const INTENTS_OF_A_SHOP: [(&str, [&str; 6]); 4] = [
    (
        "delivery",
        [
            "where is my parcel",
            "when does my parcel arrive",
            "how long does delivery take",
            "is my delivery late",
            "track my parcel",
            "parcel not delivered yet",
        ],
    ),
    (
        "refund",
        [
            "i want my money back",
            "refund my order please",
            "when do i get the refund",
            "money not refunded yet",
            "how do refunds work",
            "give me a refund",
        ],
    ),
    (
        "invoice",
        [
            "send me the invoice",
            "i need an invoice with vat",
            "invoice for my company",
            "the invoice is wrong",
            "where do i find invoices",
            "download an invoice",
        ],
    ),
    (
        "hours",
        [
            "when are you open",
            "opening hours on sunday",
            "are you open today",
            "what time do you close",
            "is the store open now",
            "hours of the store",
        ],
    ),
];

/// A vector that points along the letters of a text's words.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.05f32; 64];
    for word in text.split_whitespace() {
        let place = word.bytes().fold(7usize, |sum, byte| (sum * 31 + usize::from(byte)) % 64);
        vector[place] += 1.0;
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.into_iter().map(|value| value / length).collect()
}

fn example(text: &str, intent: u32) -> Example {
    Example { text: text.to_owned(), vector: vector(text), intent, is_name: false }
}

fn examples() -> Vec<Example> {
    (0..).zip(INTENTS_OF_A_SHOP).flat_map(|(intent, (_, texts))| texts.map(|text| example(text, intent))).collect()
}

#[test]
fn what_was_learned_is_told_again_and_survives_being_stored() {
    let Trained { head, report } = train(&examples(), &AtomicBool::new(false)).unwrap();
    let told = |head: &Head, text: &str| head.classify(text, &vector(text));
    assert_eq!(told(&head, "when will my parcel be delivered").likeliest[0].0, 0);
    assert_eq!(told(&head, "invoice please").likeliest[0].0, 2);
    let certain = told(&head, "send me the invoice");
    assert_eq!(certain.intent, Some(2));
    // Far from everything that was learned: no intent, however sure the softmax is.
    let unused = (0..64).find(|place| examples().iter().all(|example| example.vector[*place] < 0.06)).unwrap();
    let mut far = vec![0.0f32; 64];
    far[unused] = 1.0;
    let strange = head.classify("xylophones quarrel brightly", &far);
    assert!(strange.intent.is_none() && strange.probability < 0.2, "{strange:?}");

    assert!(report.accuracy > 0.5 && report.tested == 24, "{report:?}");
    assert_eq!(report.intents.iter().map(|one| one.examples).collect::<Vec<_>>(), [6; 4]);
    let kept: Vec<f32> = report.unknown.iter().map(|point| point.kept).collect();
    assert!(kept.windows(2).all(|pair| pair[0] >= pair[1]), "a higher threshold keeps less: {kept:?}");

    let stored = head.to_bytes();
    let again = Head::from_bytes(&stored).unwrap();
    for text in ["is my delivery late", "refund", "open on monday", "something else"] {
        let (before, after) = (told(&head, text), told(&again, text));
        assert_eq!(before.likeliest[0].0, after.likeliest[0].0);
        assert!((before.probability - after.probability).abs() < 0.02, "{text}: {before:?} {after:?}");
    }
    for end in 0..stored.len().min(400) {
        assert!(Head::from_bytes(&stored[..end]).is_none(), "half a head is none");
    }
    let mut other = stored;
    other[0] += 1;
    assert!(Head::from_bytes(&other).is_none(), "another version's bytes");
}

#[test]
fn what_cannot_be_trained_says_why() {
    let go = AtomicBool::new(false);
    let failed = |examples: &[Example]| train(examples, &go).unwrap_err();
    assert_eq!(failed(&[]), IntentError::TooFew);
    let one_alone: Vec<Example> = examples().into_iter().filter(|example| example.intent == 0).collect();
    assert_eq!(failed(&one_alone), IntentError::TooFew);
    let mut thin = examples();
    thin.push(example("the only one", 4));
    assert_eq!(failed(&thin), IntentError::TooFew);
    let mut beyond = examples();
    beyond.push(example("far out", 300));
    assert_eq!(failed(&beyond), IntentError::TooMany);
    let mut mixed = examples();
    mixed[3].vector.pop();
    assert_eq!(failed(&mixed), IntentError::Vectors);
    let mut broken = examples();
    broken[3].vector[0] = f32::NAN;
    assert_eq!(failed(&broken), IntentError::Vectors);
    assert_eq!(train(&examples(), &AtomicBool::new(true)).unwrap_err(), IntentError::Stopped);
}
