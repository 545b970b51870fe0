//! What stands above an answer that is quoted in another language than the visitor's: whose words these are.

/// The sentence in each language, with the name of the business at the mark.
const SENTENCES: [(&str, &str); 31] = [
    ("en", "This is how {} puts it:"),
    ("de", "So steht es bei {}:"),
    ("fr", "Voici ce qu’écrit {} :"),
    ("es", "Esto es lo que dice {}:"),
    ("pt", "É isto que diz {}:"),
    ("it", "Ecco che cosa scrive {}:"),
    ("nl", "Dit schrijft {} erover:"),
    ("pl", "Tak pisze o tym {}:"),
    ("cs", "{} k tomu uvádí:"),
    ("sk", "{} k tomu uvádza:"),
    ("hu", "Így ír erről a(z) {}:"),
    ("ro", "Iată ce scrie {}:"),
    ("bg", "Ето какво пише {}:"),
    ("el", "Αυτό αναφέρει η επιχείρηση {}:"),
    ("ru", "Вот что пишет {}:"),
    ("uk", "Ось що пише {}:"),
    ("tr", "{} bu konuda şöyle diyor:"),
    ("sv", "Så här skriver {}:"),
    ("da", "Sådan skriver {}:"),
    ("no", "Slik skriver {}:"),
    ("fi", "{} kertoo asiasta näin:"),
    ("ar", "هذا ما يقوله {}:"),
    ("he", "כך כותבים ב־{}:"),
    ("fa", "{} در این باره چنین می‌گوید:"),
    ("hi", "{} के अपने शब्दों में:"),
    ("vi", "{} cho biết như sau:"),
    ("th", "{} ระบุไว้ดังนี้:"),
    ("id", "Berikut penjelasan dari {}:"),
    ("zh", "{}的原文如下："),
    ("ja", "{}の説明は次のとおりです："),
    ("ko", "{}의 안내는 다음과 같습니다:"),
];

/// An answer in the words of the business, said to be that in the visitor's language; in English for a language that we
/// do not speak.
pub(super) fn quoted(answer: &str, business: &str, language: Option<&str>) -> String {
    let base = super::language::base(language.unwrap_or_default());
    // Norwegian has two, and browsers say which.
    let base = if matches!(base.as_str(), "nb" | "nn") { "no" } else { base.as_str() };
    let of = |tag: &str| SENTENCES.iter().find(|(known, _)| *known == tag).map(|(_, sentence)| *sentence);
    let sentence = of(base).or_else(|| of("en")).unwrap_or("{}:");
    format!("{}\n\n{answer}", sentence.replacen("{}", business, 1))
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, quoted};

    #[test]
    fn a_quote_in_another_language_is_said_to_be_one() {
        assert_eq!(quoted("Six days. [1]", "Hazel", Some("de-AT")), "So steht es bei Hazel:\n\nSix days. [1]");
        assert!(quoted("Six days.", "Hazel", Some("nb")).starts_with("Slik"));
        assert!(quoted("Six days.", "Hazel", Some("xx")).starts_with("This is how Hazel"));
        for (at, (tag, sentence)) in SENTENCES.iter().enumerate() {
            assert_eq!(sentence.matches("{}").count(), 1, "{tag}");
            assert!(SENTENCES.iter().skip(at + 1).all(|(other, _)| other != tag), "{tag}");
        }
    }
}
