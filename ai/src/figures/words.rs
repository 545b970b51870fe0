//! The sentences in which a computed answer is said.

mod eastern;
mod european;

use eastern::EASTERN;
use european::EUROPEAN;

/// Sentences of one language. What stands in braces is put in.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) cheapest: &'static str,
    pub(super) cheapest_of_many: &'static str,
    pub(super) dearest: &'static str,
    pub(super) dearest_of_many: &'static str,
    pub(super) lowest: &'static str,
    pub(super) highest: &'static str,
    pub(super) costs: &'static str,
    pub(super) costs_and_in_stock: &'static str,
    pub(super) costs_and_out: &'static str,
    pub(super) in_stock: &'static str,
    pub(super) out_of_stock: &'static str,
    pub(super) all_in_stock: &'static str,
    pub(super) all_out_of_stock: &'static str,
    pub(super) under: &'static str,
    pub(super) at_most: &'static str,
    pub(super) over: &'static str,
    pub(super) at_least: &'static str,
    pub(super) between: &'static str,
    pub(super) none_fits: &'static str,
    pub(super) none_in_stock: &'static str,
    pub(super) total: &'static str,
    pub(super) cheaper: &'static str,
    pub(super) same: &'static str,
    pub(super) less_percent: &'static str,
    pub(super) count: &'static str,
    pub(super) have: &'static str,
    pub(super) unknown: &'static str,
    pub(super) and: &'static str,
    pub(super) and_more: &'static str,
}

const ENGLISH: Words = Words {
    cheapest: "The cheapest is {names}: {value}.",
    cheapest_of_many: "The cheapest are {names}: {value} each.",
    dearest: "The most expensive is {names}: {value}.",
    dearest_of_many: "The most expensive are {names}: {value} each.",
    lowest: "{column}: the lowest is {value} ({names}).",
    highest: "{column}: the highest is {value} ({names}).",
    costs: "{name} costs {value}.",
    costs_and_in_stock: "{name} costs {value} and is in stock.",
    costs_and_out: "{name} costs {value} and is out of stock at the moment.",
    in_stock: "{name} is in stock.",
    out_of_stock: "{name} is out of stock at the moment.",
    all_in_stock: "In stock: {list}.",
    all_out_of_stock: "Out of stock at the moment: {list}.",
    under: "Under {bound}: {list}.",
    at_most: "Up to {bound}: {list}.",
    over: "Over {bound}: {list}.",
    at_least: "From {bound}: {list}.",
    between: "From {low} to {high}: {list}.",
    none_fits: "None of them.",
    none_in_stock: "None of them is in stock at the moment.",
    total: "{parts} = {value} in total.",
    cheaper: "{first} costs {one} and {second} costs {other}: {first} is {value} cheaper.",
    same: "{names} cost the same: {value}.",
    less_percent: "{name} costs {old}; with {percent} % off that is {value}.",
    count: "{count} in total: {list}.",
    have: "We have {list}.",
    unknown: "No value is known for {list}.",
    and: "and",
    and_more: "and {count} more",
};

/// The sentences of a BCP 47 language; English for one that is not among them.
pub(super) fn words(language: Option<&str>) -> &'static Words {
    let language = language.unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_lowercase();
    EUROPEAN.iter().chain(&EASTERN).find(|(known, _)| *known == language).map_or(&ENGLISH, |(_, words)| words)
}

/// A sentence with what is put into it.
pub(super) fn filled(sentence: &str, parts: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut rest = sentence;
    // Once through: what is put in may have braces itself.
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        text.push_str(parts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::{EASTERN, ENGLISH, EUROPEAN, Words, filled, words};

    #[test]
    fn no_language_forgets_what_is_put_in() {
        let all = |words: &Words| {
            [
                (words.cheapest, "names value"),
                (words.cheapest_of_many, "names value"),
                (words.dearest, "names value"),
                (words.dearest_of_many, "names value"),
                (words.lowest, "column names value"),
                (words.highest, "column names value"),
                (words.costs, "name value"),
                (words.costs_and_in_stock, "name value"),
                (words.costs_and_out, "name value"),
                (words.in_stock, "name"),
                (words.out_of_stock, "name"),
                (words.all_in_stock, "list"),
                (words.all_out_of_stock, "list"),
                (words.under, "bound list"),
                (words.at_most, "bound list"),
                (words.over, "bound list"),
                (words.at_least, "bound list"),
                (words.between, "low high list"),
                (words.none_fits, ""),
                (words.none_in_stock, ""),
                (words.total, "parts value"),
                (words.cheaper, "first one second other value"),
                (words.same, "names value"),
                (words.less_percent, "name old percent value"),
                (words.count, "count list"),
                (words.have, "list"),
                (words.unknown, "list"),
                (words.and, ""),
                (words.and_more, "count"),
            ]
        };
        for (language, words) in
            EUROPEAN.iter().chain(&EASTERN).map(|(tag, words)| (*tag, words)).chain([("en", &ENGLISH)])
        {
            for (sentence, names) in all(words) {
                assert!(!sentence.is_empty());
                assert_eq!(sentence.matches('{').count(), sentence.matches('}').count());
                for name in names.split_whitespace() {
                    assert!(sentence.contains(&format!("{{{name}}}")), "{language}: {sentence} lacks {name}");
                }
            }
        }
    }

    #[test]
    fn braces_in_names_stay() {
        assert_eq!(filled("{name} costs {value}.", &[("name", "A {value} b"), ("value", "5")]), "A {value} b costs 5.");
        assert_eq!(words(Some("de-AT")).and, "und");
        assert_eq!(words(Some("xx")).and, "and");
    }
}
