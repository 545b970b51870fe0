//! What a conversation was about, in the people's own words: nothing is
//! written that nobody said.

use crate::{bm25::terms_in_order, chunk, extract, language};
use std::collections::HashMap;

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The contact.
    Contact,
    /// A person of the business.
    Team,
    /// The AI.
    Ai,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Who said it.
    pub who: Who,
    /// What was said.
    pub text: String,
}

/// A conversation in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The contact's words that tell most, six at most; empty when they say nothing.
    pub topic: String,
    /// Two to four lines: what was asked, what was answered, what was said last.
    pub text: String,
}

/// Words in which the lines are put; a line's quote follows.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// Before what the contact asked.
    pub asked: &'static str,
    /// Before what the business answered.
    pub answered: &'static str,
    /// Before the contact's last words when nobody has answered them.
    pub open: &'static str,
}

/// The labels in English.
pub const ENGLISH: Labels = Labels { asked: "Asked", answered: "Answered", open: "Still open" };

/// Messages that are looked at; of more, the last.
const TURNS: usize = 500;
/// Characters of a quote.
const QUOTE: usize = 220;
/// Words of the topic.
const TOPIC_WORDS: usize = 6;

/// Sums a conversation up.
#[must_use]
pub fn extractive(turns: &[Turn], labels: Option<&Labels>) -> Summary {
    let labels = labels.unwrap_or(&ENGLISH);
    let turns = turns.get(turns.len().saturating_sub(TURNS)..).unwrap_or_default();
    let weights = weights(turns);
    let contact: Vec<(usize, &Turn)> =
        turns.iter().enumerate().filter(|(_, turn)| turn.who == Who::Contact && says_something(&turn.text)).collect();
    let Some(asked) = best(&contact, &weights, |text| if text.contains(['?', '？', '؟']) { 1.6 } else { 1.0 }) else {
        return Summary::default();
    };
    let mut lines = vec![format!("{}: “{}”", labels.asked, asked.1)];
    let answers: Vec<(usize, &Turn)> = turns
        .iter()
        .enumerate()
        .filter(|(place, turn)| turn.who != Who::Contact && *place > asked.0 && says_something(&turn.text))
        .collect();
    // What a person said counts more than what the AI said.
    let people: Vec<(usize, &Turn)> = answers.iter().filter(|(_, turn)| turn.who == Who::Team).copied().collect();
    let answered = best(if people.is_empty() { &answers } else { &people }, &weights, |_| 1.0);
    if let Some((_, quote)) = &answered {
        lines.push(format!("{}: “{quote}”", labels.answered));
    }
    let last = contact
        .last()
        .filter(|(place, _)| *place > asked.0 && turns.iter().skip(place + 1).all(|turn| turn.who == Who::Contact));
    if let Some((_, turn)) = last {
        lines.push(format!("{}: “{}”", labels.open, short(&turn.text)));
    }
    let all: Vec<&str> = contact.iter().map(|(_, turn)| turn.text.as_str()).collect();
    Summary { topic: topic(&all, &weights), text: lines.join("\n") }
}

/// Thanks and greetings sum nothing up.
fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && extract::small_talk(text).is_none()
}

/// How often the contact uses each term: what is said again and again is what it is about.
fn weights(turns: &[Turn]) -> HashMap<u32, f32> {
    let mut weights: HashMap<u32, f32> = HashMap::new();
    for turn in turns {
        for term in terms_in_order(&turn.text) {
            *weights.entry(term.0).or_default() += if turn.who == Who::Contact { 1.0 } else { 0.5 };
        }
    }
    weights
}

/// The sentence that holds most of what is talked about, with the place of its message.
fn best(turns: &[(usize, &Turn)], weights: &HashMap<u32, f32>, times: impl Fn(&str) -> f32) -> Option<(usize, String)> {
    let mut best: Option<(f32, usize, String)> = None;
    for (place, turn) in turns {
        for range in chunk::sentences(&turn.text) {
            let sentence = turn.text.get(range).unwrap_or_default().trim();
            let mut terms = terms_in_order(sentence);
            terms.sort_unstable_by_key(|term| term.0);
            terms.dedup();
            let sum: f32 = terms.iter().map(|term| weights.get(&term.0).copied().unwrap_or(0.0)).sum();
            let count = f32::from(u16::try_from(terms.len()).unwrap_or(u16::MAX)).max(1.0);
            // Long sentences hold more by being long.
            let score = (sum / count.sqrt() + 0.1) * times(sentence);
            if !sentence.is_empty() && best.as_ref().is_none_or(|(other, ..)| score > *other) {
                best = Some((score, *place, short(sentence)));
            }
        }
    }
    best.map(|(_, place, quote)| (place, quote))
}

/// The words that are said most, in the order of their first use.
fn topic(texts: &[&str], weights: &HashMap<u32, f32>) -> String {
    let mut words: Vec<(f32, usize, &str)> = Vec::new();
    for text in texts {
        for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').filter(|word| word.len() > 2)
        {
            // One term: no stop word, and no two words.
            if let [term] = terms_in_order(word).as_slice() {
                let weight = weights.get(&term.0).copied().unwrap_or(0.0);
                // Stop words of English are no terms; those of the others are left out here.
                let is_new =
                    !language::is_common(word) && words.iter().all(|(_, _, other)| !other.eq_ignore_ascii_case(word));
                if is_new {
                    words.push((weight, words.len(), word));
                }
            }
        }
    }
    words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    words.truncate(TOPIC_WORDS);
    words.sort_by_key(|(_, place, _)| *place);
    words.into_iter().map(|(_, _, word)| word).collect::<Vec<_>>().join(" ")
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTE {
        return line;
    }
    let cut: String = line.chars().take(QUOTE).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(who: Who, text: &str) -> Turn {
        Turn { who, text: text.to_owned() }
    }

    #[test]
    fn a_conversation_is_summed_up_in_the_peoples_own_words() {
        let turns = [
            turn(Who::Contact, "Hello!"),
            turn(Who::Ai, "Hello! How can I help?"),
            turn(Who::Contact, "I ordered two lamps. When does the parcel with the lamps arrive in Norway?"),
            turn(Who::Ai, "Parcels to Norway take six working days. [1]"),
            turn(Who::Team, "Your parcel with both lamps left today and arrives on Friday."),
            turn(Who::Contact, "Thanks!"),
            turn(Who::Contact, "And can I return one lamp?"),
        ];
        let summary = extractive(&turns, None);
        let lines: Vec<&str> = summary.text.lines().collect();
        assert_eq!(lines[0], "Asked: “When does the parcel with the lamps arrive in Norway?”");
        assert_eq!(lines[1], "Answered: “Your parcel with both lamps left today and arrives on Friday.”");
        assert_eq!(lines[2], "Still open: “And can I return one lamp?”");
        assert!(
            summary.topic.contains("lamps") && summary.topic.split(' ').count() <= TOPIC_WORDS,
            "{}",
            summary.topic
        );
    }

    #[test]
    fn one_message_and_five_hundred_are_enough_and_nothing_is_made_up() {
        let one = extractive(&[turn(Who::Contact, "my pot is cracked")], None);
        assert_eq!(one.text, "Asked: “my pot is cracked”");
        let german = extractive(&[turn(Who::Contact, "Ich bin sehr enttäuscht, die Lampe ist kaputt.")], None);
        assert_eq!(german.topic, "enttäuscht Lampe kaputt");
        assert_eq!(extractive(&[turn(Who::Contact, "Hi"), turn(Who::Ai, "Hello!")], None), Summary::default());
        assert_eq!(extractive(&[], None), Summary::default());
        let many: Vec<Turn> = (0..600)
            .map(|place| {
                let who = if place % 2 == 0 { Who::Contact } else { Who::Team };
                turn(who, &format!("Sentence {place} about the invoice {}. {}", place % 7, "long ".repeat(80)))
            })
            .collect();
        let summary = extractive(&many, None);
        assert!(summary.text.lines().count() <= 4 && summary.text.chars().count() < 800, "{}", summary.text);
        for line in summary.text.lines() {
            let quote = line.split_once('“').unwrap().1.trim_end_matches(['”', '…']);
            assert!(
                many.iter().any(|turn| turn.text.split_whitespace().collect::<Vec<_>>().join(" ").contains(quote)),
                "{quote}"
            );
        }
    }
}
