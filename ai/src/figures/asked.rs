//! What a question asks to be calculated.

use super::{
    amount::Amount,
    phrases::{self, Side},
    value::{self, Measure, Unit, Value},
};
use crate::bm25::{Tongue, stems};

/// Characters of a question that is looked at; a longer one tells a story.
const CHARACTERS: usize = 300;

/// What a question asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// The least or most of something.
    pub(super) end: Option<End>,
    /// Between which values.
    pub(super) bounds: Vec<Bound>,
    /// So much is taken off.
    pub(super) percent: Option<Amount>,
    /// Whether it is to be in stock, or out of it.
    pub(super) stock: Option<bool>,
    pub(super) is_count: bool,
    pub(super) is_total: bool,
    pub(super) is_both: bool,
    pub(super) is_difference: bool,
    pub(super) is_price: bool,
    pub(super) is_list: bool,
    /// It names a unit of measure beside its limits, as in "how many days".
    pub(super) has_unit: bool,
    /// The words of what is named side by side.
    pub(super) groups: Vec<Vec<String>>,
    /// All words of the question.
    pub(super) words: Vec<String>,
    /// The language of its words.
    pub(super) tongue: Tongue,
}

/// An end of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) is_most: bool,
    pub(super) scale: Scale,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    Price,
    Measured(Measure),
    /// The column that is named.
    Named,
}

/// A limit of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) side: Side,
    pub(super) amount: Amount,
    /// What it is an amount of.
    pub(super) of: Of,
    /// As it was written.
    pub(super) text: String,
}

/// What a limit is an amount of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Nothing was said: of money, as a rule.
    Bare,
    Money(String),
    Unit(Unit),
}

impl Asked {
    /// Whether anything is to be calculated, or a row to be said.
    pub(super) fn is_any(&self) -> bool {
        let is_discount = self.percent.is_some();
        let is_asked =
            self.is_count || self.is_total || self.is_both || self.is_difference || self.is_price || self.is_list;
        self.end.is_some() || !self.bounds.is_empty() || self.stock.is_some() || is_discount || is_asked
    }

    /// Reads a question in a language.
    pub(super) fn read(question: &str, language: &str) -> Option<Self> {
        if question.chars().nth(CHARACTERS).is_some() {
            return None;
        }
        let tongue = Tongue::ALL.into_iter().find(|tongue| tongue.tag_of_language() == language).unwrap_or_default();
        let mut text = plain(question);
        let mut asked = Self { words: stems(&text, tongue), tongue, ..Self::default() };
        asked.percent = percent(&mut text);
        asked.bounds = bounds(&mut text);
        asked.has_unit = text.split(' ').any(|word| word.chars().count() > 1 && value::is_unit(word));
        let mut has = |list: &str| take_all(&mut text, list);
        let is_out = has(phrases::OUT_OF_STOCK);
        let is_in = has(phrases::IN_STOCK);
        asked.stock = if is_out { Some(false) } else { is_in.then_some(true) };
        const ENDS: [(&str, bool, Scale); 8] = [
            (phrases::FASTEST, false, Scale::Measured(Measure::Time)),
            (phrases::SLOWEST, true, Scale::Measured(Measure::Time)),
            (phrases::CHEAPEST, false, Scale::Price),
            (phrases::DEAREST, true, Scale::Price),
            (phrases::LIGHTEST, false, Scale::Measured(Measure::Weight)),
            (phrases::HEAVIEST, true, Scale::Measured(Measure::Weight)),
            (phrases::LOWEST, false, Scale::Named),
            (phrases::HIGHEST, true, Scale::Named),
        ];
        let mut ends = 0;
        for (list, is_most, scale) in ENDS {
            if has(list) {
                ends += 1;
                asked.end = asked.end.or(Some(End { is_most, scale }));
            }
        }
        // "The cheapest and the most expensive" are two questions.
        if ends > 1 {
            return None;
        }
        asked.is_count = has(phrases::COUNT);
        asked.is_difference = has(phrases::DIFFERENCE);
        asked.is_total = has(phrases::TOTAL);
        asked.is_both = has(phrases::BOTH);
        // "100 % cotton" is no discount, and a discount of nobody knows how much cannot be calculated.
        if has(phrases::DISCOUNT) != asked.percent.is_some() {
            return None;
        }
        let may_count = has(phrases::COUNT_OR_PRICE);
        asked.is_price = has(phrases::PRICE);
        asked.is_count |= may_count && !asked.is_price;
        asked.is_list = has(phrases::LIST);
        // A "not" that no phrase has taken would turn the answer round.
        if has(phrases::NEGATIONS) {
            return None;
        }
        has(phrases::IDLE);
        let apart =
            phrases::SIDE_BY_SIDE.iter().find(|(tag, _)| *tag == language).map_or("and or ,", |(_, words)| words);
        for word in apart.split(' ') {
            // Where no spaces stand between words, a letter alone may be part of one.
            while take(&mut text, word, "|") {}
        }
        asked.groups = text.split('|').map(|group| stems(group, tongue)).filter(|group| !group.is_empty()).collect();
        Some(asked)
    }
}

/// In small letters, without marks, with a space before and after each word.
fn plain(question: &str) -> String {
    let mut text = String::with_capacity(question.len() + 2);
    text.push(' ');
    let letters: Vec<char> = question.to_lowercase().chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        let next = place.checked_add(1).and_then(|next| letters.get(next));
        let is_inside = next.is_some_and(char::is_ascii_digit);
        match letter {
            '’' | 'ʼ' => text.push('\''),
            ',' | '.' if is_inside => text.push(*letter),
            ',' | '，' | '、' => text.push_str(" , "),
            '+' | '&' => text.push_str(&format!(" {letter} ")),
            '.' => text.push_str(if next.is_some_and(|next| next.is_alphabetic()) { "." } else { " " }),
            '|' | '?' | '!' | '¿' | '¡' | '？' | '！' | '。' | '：' | '؟' | ':' | ';' | '"' | '“' | '”' | '«' | '»'
            | '(' | ')' | '„' | '「' | '」' => text.push(' '),
            space if space.is_whitespace() => text.push(' '),
            other => text.push(*other),
        }
    }
    text.push(' ');
    text.split_whitespace().fold(String::from(" "), |mut all, word| {
        all.push_str(word);
        all.push(' ');
        all
    })
}

fn is_unspaced(phrase: &str) -> bool {
    phrase.chars().any(|c| matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xffef))
}

/// Where a phrase stands in a text, from the space before it.
fn found(text: &str, phrase: &str) -> Option<(usize, usize)> {
    if is_unspaced(phrase) {
        return text.find(phrase).map(|at| (at, at + phrase.len()));
    }
    let (stem, is_open) = phrase.strip_suffix('*').map_or((phrase, false), |stem| (stem, true));
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(stem)).map(|at| from + at) {
        let end = at + stem.len();
        let starts = text.get(..at).is_some_and(|before| before.ends_with([' ', '|']));
        let rest = text.get(end..).unwrap_or_default();
        if starts && (rest.starts_with(' ') || is_open || stem.ends_with('\'')) {
            let tail = if is_open { rest.find(' ').unwrap_or(rest.len()) } else { 0 };
            return Some((at, end + tail));
        }
        from = end;
    }
    None
}

/// Takes a phrase out; true when it was there.
fn take(text: &mut String, phrase: &str, instead: &str) -> bool {
    let Some((start, end)) = found(text, phrase) else { return false };
    text.replace_range(start..end, instead);
    if instead == "|" || is_unspaced(phrase) {
        // What stood around it are words of their own.
        let at = start + instead.len();
        text.insert(at, ' ');
        text.insert(start, ' ');
    }
    true
}

/// Takes every phrase of a list out, the longest first; true when there was one.
fn take_all(text: &mut String, list: &str) -> bool {
    let mut there: Vec<&str> = list.split('|').filter(|phrase| found(text, phrase).is_some()).collect();
    there.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    let mut any = false;
    for phrase in there {
        while take(text, phrase, " ") {
            any = true;
        }
    }
    any
}

/// Takes a percentage out.
fn percent(text: &mut String) -> Option<Amount> {
    for word in phrases::PERCENT.split('|') {
        while take(text, word, "%") {}
    }
    let sign = text.find('%')?;
    let before = text.get(..sign)?.trim_end();
    let start = before
        .rfind(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
        .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let amount = Amount::read(before.get(start..)?, None)?;
    text.replace_range(start..=sign, " ");
    Some(amount)
}

/// A value at the start of a text, and where it ends.
fn leading(text: &str) -> Option<(Value, usize)> {
    let skipped = text.len() - text.trim_start().len();
    let rest = text.get(skipped..)?;
    let mut ends: Vec<usize> = rest.match_indices(' ').map(|(at, _)| at).take(3).collect();
    ends.push(rest.len());
    ends.truncate(3);
    for end in ends.iter().rev() {
        let part = rest.get(..*end)?;
        match Value::read(part, None) {
            Value::Number { unit, .. } if unit.measure == Measure::Other && !unit.name.is_empty() => {}
            Value::Money { currency, .. } if currency.is_empty() => {}
            value @ (Value::Money { .. } | Value::Number { .. }) => return Some((value, skipped + end)),
            Value::Stock(_) | Value::Text => {}
        }
    }
    // Without a space between the number and what follows.
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(rest.len());
    let after = rest.get(end..)?;
    let word: String = after.chars().take(3).collect();
    for length in (0..=word.chars().count()).rev() {
        let currency: String = word.chars().take(length).collect();
        if length == 0 || value::is_currency(&currency) {
            let value = Value::read(&format!("{}{currency}", rest.get(..end)?), None);
            return (value != Value::Text).then_some((value, skipped + end + currency.len()));
        }
    }
    None
}

/// A value at the end of a text, and where it begins.
fn trailing(text: &str) -> Option<(Value, usize)> {
    let text = text.trim_end();
    let start = text.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
    let part = text.get(start..)?;
    let from = part.find(|c: char| c.is_ascii_digit() || matches!(c, '€' | '$' | '£' | '¥'))?;
    let value = Value::read(part.get(from..)?, None);
    (value != Value::Text).then_some((value, start + from))
}

fn bound(side: Side, value: &Value, text: &str) -> Option<Bound> {
    let text = text.trim().to_uppercase();
    match value {
        Value::Money { amount, currency, .. } => {
            Some(Bound { side, amount: *amount, of: Of::Money(currency.clone()), text })
        }
        Value::Number { amount, unit } if unit.name.is_empty() => {
            Some(Bound { side, amount: *amount, of: Of::Bare, text })
        }
        Value::Number { amount, unit } => {
            Some(Bound { side, amount: *amount, of: Of::Unit(unit.clone()), text: text.to_lowercase() })
        }
        Value::Stock(_) | Value::Text => None,
    }
}

/// Takes limits of values out.
fn bounds(text: &mut String) -> Vec<Bound> {
    if let Some(range) = between(text) {
        return range;
    }
    let before: [(&str, Side); 4] = [
        (phrases::UNDER, Side::Under),
        (phrases::AT_MOST, Side::AtMost),
        (phrases::OVER, Side::Over),
        (phrases::AT_LEAST, Side::AtLeast),
    ];
    for (list, side) in phrases::AFTER {
        for phrase in list.split('|') {
            let Some((at, end)) = found(text, phrase) else { continue };
            let Some((value, start)) = text.get(..at).and_then(trailing) else { continue };
            let Some(bound) = bound(*side, &value, text.get(start..at).unwrap_or_default()) else { continue };
            text.replace_range(start..end, " ");
            return vec![bound];
        }
    }
    let mut all: Vec<(&str, Side)> =
        before.iter().flat_map(|(list, side)| list.split('|').map(|phrase| (phrase, *side))).collect();
    all.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
    for (phrase, side) in all {
        let Some((start, end)) = found(text, phrase) else { continue };
        let Some((value, length)) = text.get(end..).and_then(leading) else { continue };
        let Some(bound) = bound(side, &value, text.get(end..end + length).unwrap_or_default()) else { continue };
        text.replace_range(start..end + length, " ");
        return vec![bound];
    }
    Vec::new()
}

/// Two limits that are said together.
fn between(text: &mut String) -> Option<Vec<Bound>> {
    for phrase in phrases::BETWEEN.split('|') {
        let Some((start, end)) = found(text, phrase) else { continue };
        let Some((low, length)) = text.get(end..).and_then(leading) else { continue };
        let after_low = end + length;
        let rest = text.get(after_low..)?;
        let skipped = rest.len() - rest.trim_start().len();
        let to = phrases::TO.split('|').filter(|to| rest.trim_start().starts_with(*to)).max_by_key(|to| to.len());
        let Some(to) = to else { continue };
        let at = after_low + skipped + to.len();
        let Some((high, length)) = text.get(at..).and_then(leading) else { continue };
        let low_text = text.get(end..after_low).unwrap_or_default().to_owned();
        let high_text = text.get(at..at + length).unwrap_or_default().to_owned();
        let (Some(mut low), Some(high)) =
            (bound(Side::AtLeast, &low, &low_text), bound(Side::AtMost, &high, &high_text))
        else {
            continue;
        };
        // "Between 20 and 50 euros" are euros both.
        if low.of == Of::Bare {
            low.of = high.of.clone();
        }
        if low.of != high.of || matches!(low.of, Of::Unit(_)) && low.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        text.replace_range(start..at + length, " ");
        return Some(vec![low, high]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Asked, Of, Scale, Side};

    fn read(question: &str, language: &str) -> Asked {
        Asked::read(question, language).unwrap()
    }

    #[test]
    fn the_cheapest_is_asked_for_in_each_language() {
        for (question, language, named) in [
            ("What is the cheapest mug?", "en", "mug"),
            ("Was ist die günstigste Tasse?", "de", "tass"),
            ("Quelle est la tasse la moins chère ?", "fr", "tass"),
            ("¿Cuál es la taza más barata?", "es", "taz"),
            ("Qual é a caneca mais barata?", "pt", "canec"),
            ("Qual è la tazza più economica?", "it", "tazz"),
            ("Wat is de goedkoopste mok?", "nl", "mok"),
            ("Jaki kubek jest najtańszy?", "pl", "kubek"),
            ("最便宜的杯子是哪个？", "zh", "杯子"),
            ("一番安いマグはどれですか？", "ja", "マグ"),
            ("ما هو أرخص كوب؟", "ar", "كوب"),
        ] {
            let asked = read(question, language);
            let end = asked.end.unwrap_or_else(|| panic!("{question}"));
            assert!(!end.is_most && end.scale == Scale::Price, "{question}");
            assert_eq!(asked.groups, [[named.to_owned()]], "{question}");
        }
        let vietnamese = read("Cái cốc nào rẻ nhất?", "vi");
        assert!(vietnamese.end.is_some_and(|end| !end.is_most));
        assert_eq!(vietnamese.groups, [["cốc"]]);
    }

    #[test]
    fn limits_are_read_with_what_they_are_of() {
        for (question, language, side, amount) in [
            ("Which mugs are under 20 euros?", "en", Side::Under, "20"),
            ("mugs for less than €20", "en", Side::Under, "20"),
            ("Welche Tassen gibt es bis 12,50 €?", "de", Side::AtMost, "12.5"),
            ("Quelles tasses coûtent moins de 20 euros ?", "fr", Side::Under, "20"),
            ("¿Qué tazas cuestan más de 20 euros?", "es", Side::Over, "20"),
            ("Jakie kubki kosztują poniżej 20 euro?", "pl", Side::Under, "20"),
            ("20欧元以下的杯子有哪些？", "zh", Side::AtMost, "20"),
            ("低于20欧元的杯子", "zh", Side::Under, "20"),
            ("20ユーロ未満のマグはありますか", "ja", Side::Under, "20"),
            ("ما هي الأكواب أقل من 20 يورو؟", "ar", Side::Under, "20"),
        ] {
            let asked = read(question, language);
            let [bound] = asked.bounds.as_slice() else { panic!("{question}: {asked:?}") };
            assert_eq!((bound.side, bound.amount.to_string().as_str()), (side, amount), "{question}");
            assert_eq!(bound.of, Of::Money("EUR".to_owned()), "{question}");
        }
        let range = read("lamps between 20 and 50 euros", "en");
        assert_eq!(range.bounds.iter().map(|bound| bound.amount.to_string()).collect::<Vec<_>>(), ["20", "50"]);
        assert_eq!(read("bags over 2 kg", "en").bounds.len(), 1);
        assert!(read("Is it over?", "en").bounds.is_empty());
    }

    #[test]
    fn what_is_named_side_by_side_is_told_apart() {
        let asked = read("What do the red mug and the teapot cost together?", "en");
        assert!(asked.is_total && asked.is_price);
        assert_eq!(asked.groups, [vec!["red", "mug"], vec!["teapot"]]);
        let off = read("How much is the teapot with 12.5 % off?", "en");
        assert_eq!(off.percent.unwrap().to_string(), "12.5");
        assert_eq!(off.groups, [["teapot"]]);
        let count = read("Wie viele Lampen habt ihr auf Lager?", "de");
        assert!(count.is_count && count.stock == Some(true));
        assert!(read("Hoeveel kost de lamp?", "nl").is_price && !read("Hoeveel kost de lamp?", "nl").is_count);
    }
}
