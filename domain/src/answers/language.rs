//! Which language a visitor writes.

use types::answers::HandOffWords;

/// The language of a question as a BCP 47 code: by its words where they tell, otherwise the
/// one in which the visitor reads.
pub(super) fn language_of(question: &str, locale: Option<&str>) -> Option<String> {
    let told = ai::language::detect(question).map(|language| language.tag.to_owned());
    told.or_else(|| locale.map(base).filter(|tag| !tag.is_empty()))
}

/// The language of a tag without its region.
pub(super) fn base(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

/// Whether the AI may answer in a language; one that is not known is tried.
pub(super) fn is_spoken(languages: &[String], language: Option<&str>) -> bool {
    languages.is_empty() || language.is_none_or(|language| languages.iter().any(|one| base(one) == base(language)))
}

/// The tenant's own words for a hand-off in a language.
pub(super) fn own_words<'a>(all: &'a [HandOffWords], language: Option<&str>) -> Option<&'a str> {
    let of = |tag: &str| all.iter().find(|words| base(&words.language) == tag).map(|words| words.text.as_str());
    language.and_then(|language| of(&base(language))).or_else(|| of(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_a_language_and_the_visitor_the_rest() {
        assert_eq!(language_of("送料はいくらですか", Some("en")).as_deref(), Some("ja"));
        assert_eq!(language_of("运费多少钱", None).as_deref(), Some("zh"));
        assert_eq!(language_of("كم تكلفة الشحن؟", Some("en-GB")).as_deref(), Some("ar"));
        assert_eq!(language_of("Phí vận chuyển là bao nhiêu?", None).as_deref(), Some("vi"));
        assert_eq!(language_of("How much is it?", Some("de-AT")).as_deref(), Some("en"));
        assert_eq!(language_of("4711", Some("de-AT")).as_deref(), Some("de"));
        assert_eq!(language_of("4711", None), None);
    }

    #[test]
    fn own_words_are_those_of_the_language_or_of_all() {
        let words = |language: &str| HandOffWords { language: language.to_owned(), text: format!("[{language}]") };
        let all = [words("de"), words("")];
        assert_eq!(own_words(&all, Some("de-AT")), Some("[de]"));
        assert_eq!(own_words(&all, Some("fr")), Some("[]"));
        assert_eq!(own_words(&all[..1], Some("fr")), None);
        assert!(is_spoken(&["en".to_owned(), "pt-BR".to_owned()], Some("pt")));
        assert!(!is_spoken(&["en".to_owned()], Some("ja")) && is_spoken(&["en".to_owned()], None));
    }
}
