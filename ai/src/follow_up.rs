//! Whether a question is the second half of the one before: "And to Austria?"

use unicode_segmentation::UnicodeSegmentation;

/// How much a question stands by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It needs nothing before it.
    Alone,
    /// It is short and may lean on what was said.
    Short,
    /// It points back: by a pronoun, or by going on with "and".
    Leaning,
}

/// Words of a question that may be the second half of the one before it.
const SHORT: usize = 7;
/// Words of one that points back; a longer one explains itself.
const LEANING: usize = 12;

/// Openings that go on with what was said.
const OPENINGS: &[&str] = &[
    "and",
    "or",
    "but",
    "also",
    "then",
    "so",
    "what about",
    "how about",
    "what if",
    "why",
    "und",
    "oder",
    "aber",
    "was ist mit",
    "wie ist es mit",
    "et",
    "ou",
    "mais",
    "et pour",
    "y",
    "o",
    "pero",
    "qué hay de",
    "que hay de",
    "e",
    "ou",
    "mas",
    "ma",
    "oppure",
    "e per",
    "en naar",
    "en voor",
    "en hoe",
    "en wat",
    "maar",
    "hoe zit het met",
    "a do",
    "a co z",
    "a ile",
    "a jak",
    "albo",
    "còn",
    "vậy",
    "thế",
    "と",
    "じゃあ",
    "那",
    "还有",
    "و",
    "ماذا عن",
];

/// Words that stand for something said before.
const POINTING: &[&str] = &[
    "it", "its", "they", "them", "their", "those", "this", "these", "one", "ones", "same", "there", "either", "else",
    "instead", "es", "ihn", "sie", "davon", "dafür", "das", "dort", "lo", "la", "los", "las", "eso", "esto", "allí",
    "ça", "cela", "ils", "elles", "y", "isso", "ele", "ela", "eles", "lá", "nó", "đó", "それ", "它", "هذا",
];

/// Words after which "that" points back.
const BEFORE_THAT: &[&str] = &["does", "do", "is", "was", "will", "can", "would", "about", "like", "for", "with"];

/// How much a question stands by itself.
#[must_use]
pub fn standing(question: &str) -> Standing {
    let lower = question.trim().trim_start_matches(['¿', '¡']).to_lowercase();
    let words: Vec<&str> = lower.unicode_words().collect();
    let opens = |opening: &str| {
        let many = opening.split(' ').count();
        words.iter().take(many).copied().eq(opening.split(' '))
    };
    let points = || {
        words.iter().enumerate().any(|(place, word)| {
            let before = place.checked_sub(1).and_then(|before| words.get(before));
            // "That" points back after a verb, and not in "the pot that I bought".
            POINTING.contains(word) || *word == "that" && before.is_some_and(|before| BEFORE_THAT.contains(before))
        })
    };
    if words.len() <= LEANING && !words.is_empty() && (OPENINGS.iter().any(|opening| opens(opening)) || points()) {
        Standing::Leaning
    } else if words.len() <= SHORT {
        Standing::Short
    } else {
        Standing::Alone
    }
}

/// What a question may lean on: the question before, with the one before that when it leans itself.
/// `earlier` are the questions before, newest first.
#[must_use]
pub fn context<'a>(mut earlier: impl Iterator<Item = &'a str>) -> Option<String> {
    let last = earlier.next()?;
    match earlier.next().filter(|_| standing(last) == Standing::Leaning) {
        Some(before) => Some(format!("{before} {last}")),
        None => Some(last.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Standing, context, standing};

    #[test]
    fn a_question_that_leans_takes_the_one_before_along() {
        let mut earlier = vec!["How long do parcels to Germany take?"];
        assert_eq!(context(earlier.iter().copied()).as_deref(), Some("How long do parcels to Germany take?"));
        earlier.insert(0, "And to Austria?");
        let both = "How long do parcels to Germany take? And to Austria?";
        assert_eq!(context(earlier.iter().copied()).as_deref(), Some(both));
        assert_eq!(context([].into_iter()), None);
    }

    #[test]
    fn a_question_that_points_back_is_seen() {
        for question in [
            "And to Austria?",
            "how much is it?",
            "what about the small one",
            "Does that include customs?",
            "Und nach Österreich?",
            "¿Y a Francia?",
            "Et pour la Suisse ?",
            "còn màu đỏ?",
            "En naar België?",
            "A do Niemiec?",
            "E per la Svizzera?",
            "Can I return them?",
        ] {
            assert_eq!(standing(question), Standing::Leaning, "{question}");
        }
        for question in [
            "A refund please",
            "I want a lamp",
            "¿En qué color?",
            "Delivery to Austria?",
            "How long is the guarantee?",
            "Opening hours",
        ] {
            assert_eq!(standing(question), Standing::Short, "{question}");
        }
        for question in [
            "How long do parcels to Norway take when I order on a Friday?",
            "I bought a lantern last year and it has rusted since, what does the guarantee say?",
        ] {
            assert_eq!(standing(question), Standing::Alone, "{question}");
        }
    }
}
