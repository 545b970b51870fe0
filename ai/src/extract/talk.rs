//! Messages that are no question to the knowledge: hello, thanks, "a person, please".

use unicode_segmentation::UnicodeSegmentation;

/// Small talk that needs no knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmallTalk {
    /// A greeting alone.
    Greeting,
    /// Thanks alone.
    Thanks,
    /// A farewell alone.
    Farewell,
}

impl SmallTalk {
    /// A short reply that claims nothing.
    #[must_use]
    pub const fn reply(self) -> &'static str {
        match self {
            Self::Greeting => "Hello! What would you like to know?",
            Self::Thanks => "You’re welcome! Is there anything else you would like to know?",
            Self::Farewell => "Goodbye! Write here again whenever you have a question.",
        }
    }
}

/// Words of a message that can be small talk alone.
const SHORT: usize = 6;

const GREETINGS: &str = "hi, hello, hey, hiya, howdy, greetings, hallo, moin, servus, hola, bonjour, salut, ola, olá, ciao, \
    chào, xin chào, good morning, good afternoon, good evening, good day, guten morgen, guten tag, guten \
    abend, grüß gott, buongiorno, buonasera, salve, goedemorgen, goedemiddag, goedenavond, goedendag, hoi, \
    cześć, dzień dobry, dobry wieczór, buenos días, buenos dias, buenas tardes, buenas noches, bonsoir, bom dia, boa \
    tarde, boa noite, chào bạn, alo";

const THANKS: &str = "thanks, thank you, thx, ty, cheers, thank u, danke, danke schön, vielen dank, dankeschön, gracias, \
    muchas gracias, merci, merci beaucoup, obrigado, obrigada, muito obrigado, cảm ơn, cám ơn, cảm ơn \
    bạn, grazie, grazie mille, molte grazie, bedankt, dank je, dank u, dank je wel, dank u wel, dziękuję, \
    dzięki, dziękuję bardzo, great, perfect, super, ok thanks, okay thanks";

const FAREWELLS: &str = "bye, goodbye, good bye, see you, bye bye, tschüss, tschüß, auf wiedersehen, adiós, adios, hasta \
    luego, au revoir, tchau, até logo, tạm biệt, arrivederci, tot ziens, do widzenia";

/// Words that may stand beside small talk without making it a question.
const FILLERS: &str = "there, all, everyone, team, a, lot, so, much, very, many, again, you, for, your, the, help, ok, \
    okay, great, sehr, you're, welcome, everybody, guys, sir, madam, nhé, ạ, bạn, and, then, that, was, \
    helpful, have, nice, day";

/// Persons that one can ask for, in several languages.
const PERSONS: &str = "human, person, agent, representative, operator, staff, employee, someone, somebody, adviser, \
    advisor, supervisor, manager, humans, people, mensch, menschen, mitarbeiter, mitarbeiterin, \
    kundenberater, berater, jemandem, persona, humano, humana, agente, asesor, asesora, operador, \
    alguien, humain, humaine, personne, conseiller, conseillère, quelqu'un, pessoa, atendente, alguém, \
    alguem";

/// Ways to ask for one.
const WISHES: &str = "talk, speak, chat, connect, transfer, need, want, contact, reach, get, give, real, live, actual, \
    sprechen, reden, verbinden, brauche, möchte, will, echten, echter, hablar, quiero, necesito, \
    comunicar, parler, veux, voudrais, besoin, falar, quero, preciso, connected, speaking, talking, \
    please, bitte";

/// Persons whose mere name is a wish.
const ALONE: &str = "human, agent, person, representative, operator, mensch, mitarbeiter, humano, agente, humain, \
    conseiller, atendente, pessoa, persona";

/// What asks for a person as it stands.
const PHRASES: &str = "talk to a person, talk to a human, talk to an agent, speak to a person, speak to a human, speak with \
    a human, speak to an agent, speak to someone, talk to someone, speak with someone, talk with \
    someone, real person, real human, live agent, live person, human agent, human being, human please, \
    person please, agent please, customer service representative, call me back, mit einem menschen, mit \
    einem mitarbeiter, mit jemandem sprechen, hablar con una persona, hablar con un agente, hablar con \
    alguien, hablar con un humano, parler à une personne, parler à quelqu'un, parler à un humain, parler \
    à un conseiller, parler a un humain, falar com uma pessoa, falar com um atendente, falar com alguém, \
    falar com um humano, gặp nhân viên, nói chuyện với nhân viên, gặp người thật, nói chuyện với người, \
    tư vấn viên, gặp tư vấn, nhân viên hỗ trợ, người thật, parlare con una persona, parlare con un operatore, \
    parlare con qualcuno, con un umano, met een mens, met een medewerker, met iemand spreken, iemand \
    spreken, met een persoon, z człowiekiem, z konsultantem, z pracownikiem, z kimś porozmawiać, التحدث مع شخص, \
    التحدث إلى شخص, التحدث مع موظف, أريد موظف";

/// The same in languages that write without spaces.
const UNSPACED: &str = "人工客服, 转人工, 轉人工, 真人客服, 找客服, 人と話したい, 担当者と話, 担当者につな, オペレーターと話, \
    オペレーターにつな, 有人対応";

/// Words of a message that asks for a person by loose words; in longer ones the wish must be a phrase.
const WISH_WORDS: usize = 9;

/// Words between a wish and the person, with the wish.
const WISH_BEFORE: usize = 4;

fn words(text: &str) -> Vec<String> {
    text.unicode_words().take(60).map(|word| word.to_lowercase().replace('’', "'")).collect()
}

/// Whether the visitor asks for a person.
#[must_use]
pub fn wants_person(text: &str) -> bool {
    let words = words(text);
    let line = format!(" {} ", words.join(" "));
    let negated = [" don't want ", " do not want ", " no need "].iter().any(|no| line.contains(no));
    if negated {
        return false;
    }
    if UNSPACED.split(", ").any(|phrase| text.contains(phrase)) {
        return true;
    }
    if PHRASES.split(", ").any(|phrase| line.contains(&format!(" {phrase} "))) {
        return true;
    }
    match words.as_slice() {
        [word] => holds(ALONE, word),
        words if words.len() <= WISH_WORDS => {
            let is_question =
                words.first().is_some_and(|first| holds("how, what, why, which, when, where, who", first));
            let is_about_talking = words.iter().any(|word| holds("talk, speak, reach, contact", word));
            // A wish shortly before the person: "how many people work here" has none.
            (!is_question || is_about_talking)
                && words.iter().enumerate().any(|(at, word)| {
                    let before = words.get(at.saturating_sub(WISH_BEFORE)..at).unwrap_or_default();
                    holds(PERSONS, word) && before.iter().any(|wish| holds(WISHES, wish))
                })
        }
        _ => false,
    }
}

/// Whether a list holds an entry.
fn holds(list: &str, entry: &str) -> bool {
    list.split(", ").any(|other| other == entry)
}

/// Small talk, when a message is nothing else.
#[must_use]
pub fn small_talk(text: &str) -> Option<SmallTalk> {
    if text.contains('?') {
        return None;
    }
    let words = words(text);
    if words.is_empty() || words.len() > SHORT {
        return None;
    }
    let found = [(SmallTalk::Thanks, THANKS), (SmallTalk::Farewell, FAREWELLS), (SmallTalk::Greeting, GREETINGS)];
    found.into_iter().find(|(_, list)| is_only(&words, list)).map(|(talk, _)| talk)
}

/// The message begins with one of the list (after fillers), and holds nothing but the list and fillers.
fn is_only(words: &[String], list: &str) -> bool {
    let mut rest = words;
    let mut found = false;
    while let Some(first) = rest.first() {
        let longest = (1..=3.min(rest.len()))
            .rev()
            .find(|length| rest.get(..*length).is_some_and(|start| holds(list, &start.join(" "))));
        let step = match longest {
            Some(length) => {
                found = true;
                length
            }
            None if holds(FILLERS, first) => 1,
            None => return false,
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_for_a_person_is_heard() {
        for text in [
            "I want to talk to a person",
            "Can I speak with a human please?",
            "human",
            "AGENT!",
            "get me a real person",
            "let me talk to someone",
            "connect me to an agent",
            "I need a human",
            "Ich möchte mit einem Menschen sprechen",
            "Kann ich mit einem Mitarbeiter sprechen?",
            "Quiero hablar con una persona",
            "Je voudrais parler à quelqu’un",
            "Quero falar com um atendente",
            "Tôi muốn gặp nhân viên",
            "Vorrei parlare con un operatore",
            "Kan ik met een medewerker praten?",
            "Chcę rozmawiać z konsultantem",
            "转人工",
            "担当者と話したいです",
            "أريد التحدث مع شخص",
            "how can I talk to a person?",
            "speak to a manager now",
        ] {
            assert!(wants_person(text), "{text}");
        }
        for text in [
            "How many people work at your company?",
            "What does a travel agent cost?",
            "Is a person under 18 allowed to order?",
            "Who is the manager of the store in Berlin?",
            "Can I pick the parcel up for another person?",
            "",
            "🙂",
            "What kind of person needs a size L?",
            "I want to get my parcel to another person",
            "My washing agent leaked into the parcel, what do I do with it now?",
        ] {
            assert!(!wants_person(text), "{text}");
        }
    }

    #[test]
    fn small_talk_is_nothing_but_small_talk() {
        assert_eq!(small_talk("Hello there!"), Some(SmallTalk::Greeting));
        assert_eq!(small_talk("Thank you so much 🙏"), Some(SmallTalk::Thanks));
        assert_eq!(small_talk("ok, bye"), Some(SmallTalk::Farewell));
        assert_eq!(small_talk("xin chào"), Some(SmallTalk::Greeting));
        assert_eq!(small_talk("Grazie mille!"), Some(SmallTalk::Thanks));
        assert_eq!(small_talk("Dzień dobry"), Some(SmallTalk::Greeting));
        assert_eq!(small_talk("Hi, where is my parcel"), None);
        assert_eq!(small_talk("great shoes"), None);
        assert_eq!(small_talk("thanks?"), None);
        assert_eq!(small_talk("the day"), None);
        assert_eq!(small_talk("…"), None);
    }
}
