//! What two questions must have in common to be the same question, as numbers.
//!
//! Vectors do not tell "with" from "without" or Norway from Sweden, so the
//! words decide: all that tell something, and in their order those that turn
//! a question round.

use ai::bm25::terms_in_order;

/// Words that turn a question round or point a way; their order counts.
const TURNING: &[&str] = &[
    "with", "without", "not", "no", "never", "except", "only", "before", "after", "from", "to", "into", "over",
    "under", "more", "less", "than", "minimum", "maximum", "can't", "cannot", "don't", "doesn't", "isn't", "won't",
    "why", "when", "where", "who", "which", "nicht", "kein", "keine", "ohne", "mit", "nur", "vor", "nach", "von",
    "warum", "wann", "wo", "wer", "sin", "con", "para", "desde", "hasta", "nunca", "sans", "avec", "pas", "pour",
    "depuis", "sem", "com", "não", "không", "có",
];

/// The sense of a question: turning words as negative numbers in their order, each followed by the
/// word that it turns; then its different terms.
pub(super) fn of(question: &str) -> Vec<i32> {
    let lower = question.to_lowercase().replace('’', "'");
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let number = |text: &str| terms_in_order(text).first().and_then(|term| i32::try_from(term.0).ok());
    let mut sense = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let Some(turning) = TURNING.iter().position(|turning| turning == word) else { continue };
        sense.push(-1 - i32::try_from(turning).unwrap_or(0));
        sense.extend(words.iter().skip(place + 1).find_map(|word| number(word)));
    }
    let mut terms: Vec<i32> = terms_in_order(&lower).iter().filter_map(|term| i32::try_from(term.0).ok()).collect();
    terms.sort_unstable();
    terms.dedup();
    sense.push(0);
    sense.extend(terms);
    sense
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_same_question_has_one_sense() {
        for (one, other) in [
            ("How long do parcels to Norway take?", "how long does a parcel to Norway take"),
            ("Can I return a pot?", "Could I please return the pots?"),
            ("Is delivery free?", "is the delivery FREE"),
        ] {
            assert_eq!(of(one), of(other), "{one} / {other}");
        }
        for (one, other) in [
            ("How long do parcels to Norway take?", "How long do parcels to Sweden take?"),
            ("Can I order with an account?", "Can I order without an account?"),
            ("Can I return it after 14 days?", "Can I return it after 30 days?"),
            ("What does a parcel from Norway to Sweden cost?", "What does a parcel from Sweden to Norway cost?"),
            ("Which pots are frost proof?", "Which pots are not frost proof?"),
            ("When do you deliver?", "Where do you deliver?"),
            ("¿Con seguro?", "¿Sin seguro?"),
            ("東京への配送", "大阪への配送"),
        ] {
            assert_ne!(of(one), of(other), "{one} / {other}");
        }
    }
}
