//! What is asked, without the greeting before it and the thanks behind it:
//! they belong to no passage, and would only blur what does.

/// Openings, each with the words that may follow it cut off as well.
const OPENINGS: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "hi there",
    "hello there",
    "hey there",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "dear team",
    "dear support",
    "hi team",
    "hello team",
    "greetings",
    "excuse me",
    "sorry",
    "quick question",
    "i have a question",
    "i've got a question",
    "just a question",
    "one question",
    "question",
    "please",
    "ok",
    "okay",
    "so",
    "well",
    "thanks",
    "thank you",
    "can you tell me",
    "can you please tell me",
    "could you tell me",
    "could you please tell me",
    "can you let me know",
    "could you let me know",
    "could you please let me know",
    "please tell me",
    "please let me know",
    "do you know",
    "do you happen to know",
    "i would like to know",
    "i'd like to know",
    "i want to know",
    "i wanted to know",
    "i wanted to ask",
    "i would like to ask",
    "i'd like to ask",
    "i was wondering",
    "i am wondering",
    "i'm wondering",
    "may i ask",
    "can i ask",
    "can i ask you",
    "would you mind telling me",
    "can you explain",
    "could you explain",
    "can you help me and tell me",
    "hallo",
    "guten tag",
    "guten morgen",
    "hallo zusammen",
    "moin",
    "servus",
    "bitte",
    "entschuldigung",
    "können sie mir sagen",
    "könnten sie mir sagen",
    "kannst du mir sagen",
    "ich würde gerne wissen",
    "ich möchte wissen",
    "ich wollte fragen",
    "eine frage",
    "ich habe eine frage",
    "bonjour",
    "bonsoir",
    "salut",
    "s'il vous plaît",
    "pouvez-vous me dire",
    "pourriez-vous me dire",
    "je voudrais savoir",
    "j'aimerais savoir",
    "j'ai une question",
    "hola",
    "buenos días",
    "buenas tardes",
    "buenas",
    "por favor",
    "puede decirme",
    "podría decirme",
    "puedes decirme",
    "quisiera saber",
    "me gustaría saber",
    "tengo una pregunta",
    "una pregunta",
    "olá",
    "oi",
    "bom dia",
    "boa tarde",
    "boa noite",
    "pode me dizer",
    "poderia me dizer",
    "gostaria de saber",
    "queria saber",
    "tenho uma dúvida",
    "xin chào",
    "chào bạn",
    "chào shop",
    "shop ơi",
    "cho mình hỏi",
    "cho em hỏi",
    "cho tôi hỏi",
    "cho hỏi",
];

/// Closings.
const CLOSINGS: &[&str] = &[
    "please",
    "thanks",
    "thank you",
    "thx",
    "many thanks",
    "thanks in advance",
    "thank you in advance",
    "thank you very much",
    "thanks a lot",
    "cheers",
    "bitte",
    "danke",
    "vielen dank",
    "danke im voraus",
    "merci",
    "merci d'avance",
    "s'il vous plaît",
    "gracias",
    "muchas gracias",
    "por favor",
    "obrigado",
    "obrigada",
    "cảm ơn",
    "ạ",
];

/// Words that must be left for anything to be cut off.
const WORDS_LEFT: usize = 2;

/// The question in a text. When almost nothing would be left, the text stays as it is.
#[must_use]
pub fn essence(text: &str) -> &str {
    let mut rest = text.trim();
    while let Some(cut) = cut(rest) {
        if cut.split_whitespace().count() < WORDS_LEFT {
            break;
        }
        rest = cut;
    }
    rest
}

/// The text without one opening or one closing.
fn cut(text: &str) -> Option<&str> {
    // The longest one, so that "hi" does not leave "there".
    let opened = OPENINGS.iter().filter_map(|opening| behind(text, opening)).min_by_key(|rest| rest.len());
    let is_end = |char: char| char.is_whitespace() || ".,!?;:".contains(char);
    opened.or_else(|| {
        let body = text.trim_end_matches(is_end);
        CLOSINGS.iter().filter_map(|closing| before(body, closing)).min_by_key(|rest| rest.len())
    })
}

/// What stands behind an opening, when a word ends there.
fn behind<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let end = matches_at_start(text, opening)?;
    let rest = text.get(end..)?;
    let is_gap = |char: char| char.is_whitespace() || ".,!;:–-…?".contains(char);
    rest.starts_with(is_gap).then(|| rest.trim_start_matches(is_gap))
}

/// What stands before a closing, when a word begins there.
fn before<'a>(text: &'a str, closing: &str) -> Option<&'a str> {
    let from = text.char_indices().rev().nth(closing.chars().count().checked_sub(1)?)?.0;
    let (head, tail) = text.split_at(from);
    let is_gap = |char: char| char.is_whitespace() || ".,!?;:–-".contains(char);
    let is_closing = tail.to_lowercase() == closing && head.ends_with(is_gap);
    is_closing.then(|| head.trim_end_matches(|char: char| char.is_whitespace() || ",;:–-".contains(char)))
}

/// Where an opening ends in a text, whatever its case and its apostrophes.
fn matches_at_start(text: &str, opening: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    for expected in opening.chars() {
        let (_, found) = characters.next()?;
        let found = if found == '’' { '\'' } else { found };
        if !found.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    Some(characters.next().map_or(text.len(), |(at, _)| at))
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn greetings_and_thanks_are_left_out() {
        for (text, question) in [
            ("Hi there, could you please tell me how long delivery takes? Thanks!", "how long delivery takes?"),
            ("Hello! I was wondering: do you ship to Norway", "do you ship to Norway"),
            ("Good morning. What are your opening hours, please?", "What are your opening hours"),
            ("I’d like to know if lamps can be returned. Thank you very much.", "if lamps can be returned."),
            (
                "Guten Tag, ich wollte fragen, wie lange die Lieferung dauert. Vielen Dank",
                "wie lange die Lieferung dauert.",
            ),
            ("Xin chào, cho mình hỏi phí giao hàng bao nhiêu ạ", "phí giao hàng bao nhiêu"),
        ] {
            assert_eq!(essence(text), question, "{text}");
        }
    }

    #[test]
    fn what_is_a_question_itself_stays() {
        for text in [
            "Hi",
            "opening hours?",
            "Please",
            "Hidden fees?",
            "Thanks giving opening hours",
            "Sorry policy",
            "Can I ask for a refund?",
            "İstanbul kargo ücreti nedir",
        ] {
            let is_whole = essence(text) == text;
            let keeps_most = essence(text).split_whitespace().count() >= 2;
            assert!(is_whole || keeps_most, "{text}: {}", essence(text));
        }
        assert_eq!(essence("Hidden fees?"), "Hidden fees?");
        assert_eq!(essence("  "), "");
    }
}
