//! A message that asks more than one thing, question by question.

use crate::{
    chunk,
    extract::{small_talk, wants_person},
    retrieve::essence,
};

/// Questions of a message that are answered one by one.
pub const QUESTIONS: usize = 4;

/// Words of a question, at least.
const WORDS: usize = 2;

/// Characters of a message that is looked at; a longer one is a letter, and has one concern.
const CHARACTERS: usize = 1_500;

/// Questions that ask for nothing yet.
const OPENINGS: &[&str] = &[
    "can you help me",
    "could you help me",
    "can you help",
    "can i ask you something",
    "can i ask something",
    "can i ask a question",
    "may i ask a question",
    "is anybody there",
    "is anyone there",
    "are you there",
    "how are you",
    "können sie mir helfen",
    "kannst du mir helfen",
    "ist jemand da",
    "wie geht es ihnen",
    "wie geht es dir",
    "pouvez-vous m'aider",
    "il y a quelqu'un",
    "comment allez-vous",
    "me puede ayudar",
    "puede ayudarme",
    "pueden ayudarme",
    "hay alguien",
    "pode me ajudar",
    "podem me ajudar",
    "tem alguém",
    "mi può aiutare",
    "può aiutarmi",
    "c'è qualcuno",
    "kunt u mij helpen",
    "kun je me helpen",
    "is daar iemand",
    "możecie mi pomóc",
    "czy możesz mi pomóc",
    "bạn giúp mình được không",
    "có ai không",
    "有人吗",
    "在吗",
    "能帮我吗",
    "誰かいますか",
    "هل يمكنك مساعدتي",
];

/// The questions of a message that asks several things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Several {
    /// Those that are answered, each with what was told before it.
    pub questions: Vec<String>,
    /// Those that are too many.
    pub others: Vec<String>,
}

/// The questions of a message, when there are more than one; each ends with a question mark.
#[must_use]
pub fn several(message: &str) -> Option<Several> {
    if message.chars().nth(CHARACTERS).is_some() {
        return None;
    }
    let mut questions: Vec<String> = Vec::new();
    let mut told = String::new();
    for range in chunk::sentences(message) {
        let sentence = message.get(range).unwrap_or_default();
        let sentence = sentence.trim_start_matches(['-', '*', '•']).trim();
        let is_question = sentence.ends_with(['?', '？', '؟']);
        if !is_question {
            // What a question stands on; a greeting is nothing.
            if small_talk(sentence).is_none() {
                told = format!("{told}{sentence} ");
            }
            continue;
        }
        let bare = sentence.trim_end_matches(['?', '？', '؟', ' ']).to_lowercase();
        let asked = essence(&bare);
        let is_opening =
            OPENINGS.contains(&bare.as_str()) || OPENINGS.contains(&asked) || small_talk(sentence).is_some();
        let is_short = asked.split_whitespace().count() < WORDS && asked.is_ascii();
        if is_opening || wants_person(sentence) {
            continue;
        }
        match questions.last_mut() {
            // "Really? Even on Sundays?" is one question.
            Some(last) if is_short => *last = format!("{last} {sentence}"),
            _ => questions.push(format!("{}{sentence}", std::mem::take(&mut told))),
        }
    }
    if questions.len() < 2 {
        return None;
    }
    // What is told at the end belongs to the last one.
    if let Some(last) = questions.last_mut().filter(|_| !told.trim().is_empty()) {
        *last = format!("{last} {}", told.trim());
    }
    let others = questions.split_off(questions.len().min(QUESTIONS));
    Some(Several { questions, others })
}

#[cfg(test)]
mod tests {
    use super::several;

    fn split(message: &str) -> Vec<String> {
        several(message).map(|several| several.questions).unwrap_or_default()
    }

    #[test]
    fn each_question_stands_alone() {
        assert_eq!(
            split("Hello! How long is delivery? Do you ship to Norway?\n- Can I pay by invoice? Thanks"),
            ["How long is delivery?", "Do you ship to Norway?", "Can I pay by invoice?"]
        );
        assert_eq!(
            split("I live in Oslo. How long is delivery? Is there a warranty? My order is 4711."),
            ["I live in Oslo. How long is delivery?", "Is there a warranty? My order is 4711."]
        );
        assert_eq!(split("送料はいくらですか？返品できますか？"), ["送料はいくらですか？", "返品できますか？"]);
        assert_eq!(split("Wie lange dauert die Lieferung? Und nach Norwegen?").len(), 2);
        assert_eq!(split("كم تكلفة الشحن؟ هل يمكنني الدفع نقدا؟").len(), 2);
    }

    #[test]
    fn one_question_is_one() {
        for message in [
            "How long is delivery?",
            "Hi, can you help me? How long is delivery?",
            "I ordered a lamp. It is broken. What now?",
            "How long is delivery? Can I talk to a person?",
            "",
            "???",
        ] {
            assert_eq!(several(message), None, "{message}");
        }
        assert_eq!(several(&"Where is my order? ".repeat(200)), None);
        assert_eq!(split("Is it open on Sundays? Really? And do you have parking there?").len(), 2);
    }

    #[test]
    fn more_than_a_few_are_named() {
        let many = several("Is a fine? Is b fine? Is c fine? Is d fine? Is e fine? Is f fine?").unwrap();
        assert_eq!((many.questions.len(), many.others), (4, vec!["Is e fine?".to_owned(), "Is f fine?".to_owned()]));
    }
}
