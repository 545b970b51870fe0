//! Sentences that limit or continue the one before: an exception, a condition, a least amount.
//!
//! "Full service costs 159 euros" is half an answer when "We do not repair motors" comes next.

use unicode_segmentation::UnicodeSegmentation;

/// How a sentence opens that goes on with the one before.
const OPENINGS: &[&str] = &[
    // English
    "however",
    "but",
    "except",
    "excepted",
    "exceptions",
    "excluding",
    "excluded",
    "only",
    "unless",
    "not",
    "no",
    "minimum",
    "maximum",
    "from",
    "otherwise",
    "although",
    "instead",
    "provided",
    "please note",
    "this excludes",
    "for orders over",
    "for orders above",
    // German
    "aber",
    "jedoch",
    "allerdings",
    "außer",
    "ausgenommen",
    "ausnahme",
    "ausnahmen",
    "nur",
    "nicht",
    "kein",
    "keine",
    "mindestens",
    "mindestbestellwert",
    "ab",
    "sonst",
    "ansonsten",
    "sofern",
    "bitte beachten",
    // French
    "mais",
    "cependant",
    "toutefois",
    "sauf",
    "excepté",
    "hormis",
    "seulement",
    "uniquement",
    "exception",
    "à partir",
    "pas de",
    "sinon",
    // Spanish
    "pero",
    "sin embargo",
    "excepto",
    "salvo",
    "solo",
    "sólo",
    "solamente",
    "excepción",
    "excepciones",
    "mínimo",
    "desde",
    "a partir",
    "no obstante",
    // Portuguese
    "mas",
    "porém",
    "no entanto",
    "contudo",
    "exceto",
    "só",
    "somente",
    "apenas",
    "exceção",
    "exceções",
    "não",
    // Italian
    "ma",
    "però",
    "tuttavia",
    "eccetto",
    "tranne",
    "solo",
    "soltanto",
    "eccezione",
    "eccezioni",
    "minimo",
    "a partire",
    "non",
    // Dutch
    "maar",
    "echter",
    "behalve",
    "uitgezonderd",
    "alleen",
    "niet",
    "geen",
    "uitzondering",
    "uitzonderingen",
    "vanaf",
    "mits",
    "tenzij",
    // Polish
    "ale",
    "jednak",
    "oprócz",
    "z wyjątkiem",
    "tylko",
    "nie",
    "wyjątek",
    "wyjątki",
    "minimum",
    "od",
    "chyba że",
    // Vietnamese
    "nhưng",
    "tuy nhiên",
    "ngoại trừ",
    "trừ",
    "chỉ",
    "không",
    "tối thiểu",
    "từ",
];

/// What a sentence holds that takes something away from the one before.
const HELD: &[&str] = &[
    // English
    "not",
    "cannot",
    "don't",
    "doesn't",
    "can't",
    "won't",
    "isn't",
    "aren't",
    "except",
    "excluding",
    "excluded",
    "excludes",
    "unless",
    "only",
    "however",
    "without",
    "minimum",
    "at least",
    "no longer",
    "subject to",
    "in addition",
    "extra charge",
    "surcharge",
    // German
    "nicht",
    "kein",
    "keine",
    "keinen",
    "außer",
    "ausgenommen",
    "ausgeschlossen",
    "nur",
    "jedoch",
    "allerdings",
    "mindestens",
    "zuzüglich",
    "mindestbestellwert",
    "aufpreis",
    // French
    "pas",
    "aucun",
    "aucune",
    "sauf",
    "excepté",
    "hormis",
    "uniquement",
    "seulement",
    "minimum",
    "cependant",
    "toutefois",
    "exclu",
    "exclus",
    "supplément",
    // Spanish
    "no se",
    "no es",
    "no son",
    "no incluye",
    "no hacemos",
    "no reparamos",
    "excepto",
    "salvo",
    "solo",
    "sólo",
    "solamente",
    "mínimo",
    "sin embargo",
    "excluye",
    "excluidos",
    "recargo",
    // Portuguese
    "não",
    "exceto",
    "somente",
    "apenas",
    "porém",
    "exclui",
    "excluídos",
    "taxa extra",
    // Italian
    "non",
    "tranne",
    "eccetto",
    "escluso",
    "esclusi",
    "esclusa",
    "escluse",
    "soltanto",
    "tuttavia",
    "supplemento",
    // Dutch
    "niet",
    "geen",
    "behalve",
    "uitgezonderd",
    "alleen",
    "echter",
    "tenzij",
    "toeslag",
    // Polish
    "nie",
    "oprócz",
    "z wyjątkiem",
    "tylko",
    "jednak",
    "co najmniej",
    "dopłata",
    // Vietnamese
    "không",
    "ngoại trừ",
    "chỉ",
    "tuy nhiên",
    "tối thiểu",
    "phụ thu",
];

/// The same where words are not separated by spaces, or where endings are glued to them.
const WRITTEN: &[&str] = &[
    // Chinese
    "但",
    "不包括",
    "不含",
    "除外",
    "除非",
    "仅",
    "只有",
    "不适用",
    "不能",
    "不可",
    "至少",
    // Japanese
    "ただし",
    "除く",
    "除き",
    "のみ",
    "以外",
    "対象外",
    "できません",
    "ません",
    "最低",
    // Arabic
    "لكن",
    "ولكن",
    "باستثناء",
    "ما عدا",
    "إلا",
    "فقط",
    "لا يشمل",
    "لا تشمل",
    "لا ينطبق",
    "ليس",
    "الحد الأدنى",
];

/// How a sentence stands to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It goes on with it by its first word.
    Opens,
    /// It holds a word that may take something away.
    Holds,
}

/// Whether a sentence limits or continues the one before.
pub(super) fn turn(sentence: &str) -> Option<Turn> {
    let lower = sentence.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower.unicode_words().collect();
    let joined = format!(" {} ", words.join(" "));
    let holds = |list: &[&str]| list.iter().any(|word| joined.contains(&format!(" {word} ")));
    let opens = OPENINGS.iter().any(|word| joined.starts_with(&format!(" {word} ")));
    if opens || sentence.starts_with('*') {
        return Some(Turn::Opens);
    }
    (holds(HELD) || WRITTEN.iter().any(|word| lower.contains(word))).then_some(Turn::Holds)
}

#[cfg(test)]
mod tests {
    use super::{Turn, turn};

    #[test]
    fn an_exception_is_seen_in_each_language() {
        for sentence in [
            "We do not repair motors or batteries.",
            "This doesn’t apply to islands.",
            "It is free, unless the parcel is heavier than 20 kg.",
            "Das gilt nicht für Inseln.",
            "Motoren sind ausgenommen.",
            "Les batteries ne sont pas comprises.",
            "No se aplica a Canarias.",
            "Não fazemos entregas aos domingos.",
            "Le isole sono escluse.",
            "De accu is niet inbegrepen.",
            "Nie dotyczy to baterii.",
            "Phí này không gồm thuế.",
            "不包括电池。",
            "ただし、離島は別料金です。",
            "هذا لا يشمل البطاريات.",
        ] {
            assert!(turn(sentence).is_some(), "{sentence}");
        }
        for sentence in
            ["However, islands cost more.", "Ab 50 EUR ist sie frei.", "Tenzij u lid bent.", "* Plus postage"]
        {
            assert_eq!(turn(sentence), Some(Turn::Opens), "{sentence}");
        }
        for sentence in ["We open at nine.", "Unser Laden ist am Hafen.", "Noted.", "我们在港口。", ""] {
            assert_eq!(turn(sentence), None, "{sentence}");
        }
    }
}
