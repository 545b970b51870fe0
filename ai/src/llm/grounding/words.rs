//! What stands in a sentence: its terms, numbers, addresses and names.

use crate::bm25::{Term, terms_in_order};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

/// Numbers as words, in the languages that visitors write most.
static NUMBERS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    "two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 fourteen=14 \
        fifteen=15 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 ninety=90 hundred=100 thousand=1000 zwei=2 \
        drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 vierzehn=14 zwanzig=20 \
        dreißig=30 hundert=100 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 \
        doce=12 catorce=14 veinte=20 treinta=30 deux=2 trois=3 quatre=4 cinq=5 sept=7 huit=8 neuf=9 dix=10 \
        onze=11 douze=12 quatorze=14 vingt=20 trente=30 cent=100"
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .collect()
});

/// Short words that tell English from other languages.
const ENGLISH: &[&str] = &[
    "the", "of", "to", "and", "is", "are", "for", "with", "you", "your", "our", "it", "this", "that", "can", "will",
    "from", "by", "not", "be", "have", "has", "at", "within", "or",
];

/// Short words of German, in which every noun begins like a name.
const GERMAN: &[&str] = &[
    "der",
    "die",
    "das",
    "und",
    "ist",
    "sind",
    "nicht",
    "ein",
    "eine",
    "wir",
    "sie",
    "mit",
    "für",
    "den",
    "dem",
    "nach",
    "im",
    "am",
    "von",
    "zu",
    "bei",
    "auf",
    "innerhalb",
];

/// Words that turn a sentence round.
const NOT: &[&str] = &[
    "not", "no", "never", "cannot", "can't", "don't", "doesn't", "isn't", "aren't", "won't", "without", "none",
    "nicht", "kein", "keine", "ohne", "nie", "ne", "pas", "sans", "jamais", "sin", "nunca", "não", "sem", "không",
];

/// Openings of sentences that claim nothing.
const TALK: &[&str] = &[
    "hello",
    "hi ",
    "hi!",
    "hi,",
    "hey",
    "good question",
    "great question",
    "thanks",
    "thank you",
    "sure",
    "of course",
    "certainly",
    "happy to help",
    "i'm happy",
    "i’m happy",
    "glad",
    "let me know",
    "i hope",
    "feel free",
    "good news",
    "here is",
    "here are",
    "here's",
    "welcome",
    "you're welcome",
    "you’re welcome",
    "yes.",
    "yes!",
    "no.",
    "sorry",
    "hallo",
    "guten tag",
    "gern",
    "gerne",
    "danke",
    "natürlich",
    "hola",
    "claro",
    "gracias",
    "con gusto",
    "por supuesto",
    "bonjour",
    "bien sûr",
    "merci",
    "avec plaisir",
    "olá",
    "obrigad",
    "com prazer",
    "xin chào",
    "chào",
    "dạ",
    "vâng",
    "cảm ơn",
    "مرحبا",
    "شكرا",
    "こんにちは",
    "かしこまりました",
    "您好",
    "你好",
];

/// Words of a sentence that may be talk.
const TALK_WORDS: usize = 14;

/// Whether a sentence is written in another language than its passages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    Yes,
    No,
}

/// What stands in a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub(super) terms: HashSet<Term>,
    /// Numbers, in one form each.
    numbers: BTreeSet<String>,
    /// Web and e-mail addresses.
    addresses: BTreeSet<String>,
    /// Names, as written in small letters.
    names: Vec<String>,
    lower: String,
    count: usize,
    english: usize,
    german: usize,
    is_latin: bool,
    /// Sentences with their terms and whether they say no.
    sentences: Vec<(HashSet<Term>, bool)>,
}

impl Words {
    /// What stands in a passage; numbers as words count as numbers too.
    pub(super) fn of_passage(text: &str) -> Self {
        Self::of(text)
    }

    /// What a sentence of an answer says.
    pub(super) fn of_sentence(text: &str) -> Self {
        let text = cut_marks(text);
        let mut words = Self::of(&text);
        words.names = names(&text);
        words
    }

    fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let plain: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
        let (letters, latin) =
            text.chars().filter(|c| c.is_alphabetic()).fold((0_usize, 0_usize), |(all, latin), c| {
                (all + 1, latin + usize::from(u32::from(c) < 0x250 || (0x1e00..0x1f00).contains(&u32::from(c))))
            });
        let among = |list: &[&str]| plain.iter().filter(|word| list.contains(word)).count();
        let sentences = crate::chunk::sentences(text)
            .into_iter()
            .filter_map(|range| text.get(range))
            .map(|sentence| (terms_in_order(sentence).into_iter().collect(), says_no(sentence)))
            .collect();
        Self {
            terms: terms_in_order(text).into_iter().collect(),
            numbers: numbers(&lower, &plain),
            addresses: addresses(&lower),
            names: Vec::new(),
            count: plain.len(),
            english: among(ENGLISH),
            german: among(GERMAN),
            is_latin: latin * 2 >= letters,
            sentences,
            lower,
        }
    }

    /// Numbers and addresses, which must never be invented.
    pub(super) fn facts(&self) -> impl Iterator<Item = &str> {
        self.addresses.iter().chain(&self.numbers).map(String::as_str)
    }

    pub(super) fn holds(&self, fact: &str) -> bool {
        self.numbers.contains(fact)
            || self.addresses.contains(fact)
            || fact.contains(['@', '/']) && self.lower.contains(fact)
    }

    /// Which part of the words a passage holds.
    #[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
    pub(super) fn share_in(&self, terms: &HashSet<&Term>) -> f32 {
        if self.terms.is_empty() {
            return 0.0;
        }
        self.terms.iter().filter(|term| terms.contains(term)).count() as f32 / self.terms.len() as f32
    }

    pub(super) fn foreign_to(&self, cited: &[&Self], is_covered: bool) -> Foreign {
        let of = |all: &[&Self], of: fn(&Self) -> usize| all.iter().map(|one| of(one)).sum::<usize>();
        let is_latin = cited.iter().any(|passage| passage.is_latin);
        let passage_is_english = of(cited, |one| one.english) * 8 >= of(cited, |one| one.count);
        let is_english = self.english * 8 >= self.count;
        if self.is_latin != is_latin || (!is_covered && self.count >= 4 && is_english != passage_is_english) {
            Foreign::Yes
        } else {
            Foreign::No
        }
    }

    /// A number, or a word that is nearly the same in both languages.
    pub(super) fn has_anchor(&self, cited: &[&Self]) -> bool {
        if self.facts().next().is_some() {
            return true;
        }
        let begins = |word: &str| word.chars().take(5).collect::<String>();
        let known: HashSet<String> = cited
            .iter()
            .flat_map(|one| one.lower.split(|c: char| !c.is_alphanumeric()))
            .filter(|w| w.chars().count() >= 5)
            .map(begins)
            .collect();
        self.lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.chars().count() >= 5 && known.contains(&begins(word)))
    }

    /// A name that none of the passages holds.
    pub(super) fn has_strange_name(&self, cited: &[&Self]) -> bool {
        self.german * 10 < self.count.max(1)
            && self.names.iter().any(|name| !cited.iter().any(|passage| passage.lower.contains(name.as_str())))
    }

    /// It says the opposite of the passages' sentence with nearly the same words.
    #[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
    pub(super) fn contradicts(&self, cited: &[&Self]) -> bool {
        let Some((terms, no)) = self.sentences.first().filter(|(terms, _)| terms.len() >= 2) else { return false };
        let share = |other: &HashSet<Term>| {
            terms.intersection(other).count() as f32 / terms.len().max(other.len()).max(1) as f32
        };
        let closest = cited.iter().flat_map(|passage| &passage.sentences).map(|(other, is_no)| (share(other), is_no));
        let close = closest.filter(|(share, _)| *share >= 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
        self.sentences.len() == 1 && close.is_some_and(|(_, is_no)| is_no != no)
    }

    /// A greeting, a question back, or what stands above a list.
    pub(super) fn is_talk(&self, text: &str) -> bool {
        if self.facts().next().is_some() || !self.addresses.is_empty() {
            return false;
        }
        let text = text.trim().trim_matches(['*', '_']);
        let lower = text.to_lowercase();
        text.ends_with(['?', '？', '؟', ':', '：'])
            || (self.count <= TALK_WORDS && TALK.iter().any(|opening| lower.starts_with(opening)))
    }
}

fn says_no(sentence: &str) -> bool {
    let lower = sentence.to_lowercase().replace('’', "'");
    lower.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| NOT.contains(&word))
}

/// Numbers in one form: without separators of thousands, with a dot, without empty decimals.
fn numbers(lower: &str, plain: &[&str]) -> BTreeSet<String> {
    let without_addresses: String =
        lower.split_whitespace().filter(|word| !is_address(word)).collect::<Vec<_>>().join(" ");
    let digits = without_addresses
        .split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '\u{a0}'))
        .map(|word| word.trim_matches(['.', ',', '\u{a0}']))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(one_form);
    let as_words = plain.iter().filter_map(|word| NUMBERS.get(word));
    digits.chain(as_words.map(|number| (*number).to_owned())).collect()
}

fn one_form(number: &str) -> String {
    let mut parts: Vec<&str> = number.split(['.', ',', '\u{a0}']).collect();
    let last = if parts.len() > 1 && parts.last().is_some_and(|last| last.len() != 3) { parts.pop() } else { None };
    let whole = parts.concat();
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match last.map(|last| last.trim_end_matches('0')).filter(|last| !last.is_empty()) {
        Some(decimals) => format!("{whole}.{decimals}"),
        None => whole.to_owned(),
    }
}

fn is_address(word: &str) -> bool {
    word.contains('@') && word.contains('.') || word.contains("://") || word.contains("www.")
}

fn addresses(lower: &str) -> BTreeSet<String> {
    lower
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '"' | '“' | '”' | '|'))
        .filter(|word| is_address(word))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .map(|word| word.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("mailto:"))
        .map(|word| word.trim_start_matches("www.").to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Words with a capital letter that do not open a sentence or a clause.
fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut opens = true;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
        // What stands before a colon is what is spoken of: "Denmark: six days".
        if (!opens || word.ends_with(':'))
            && bare.chars().count() > 1
            && bare.starts_with(char::is_uppercase)
            && !bare.starts_with("I'")
            && !bare.starts_with("I’")
        {
            names.push(bare.to_lowercase());
        }
        opens = bare.is_empty() && opens
            || word.ends_with(['.', ':', '!', '?', '"', '”'])
            || matches!(word, "-" | "–" | "—");
    }
    names
}

/// The mark of a list or a heading, and what stands behind it.
pub(super) fn without_lead(line: &str) -> (&str, &str) {
    let rest = line.trim_start();
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = match rest.chars().next() {
        Some('#') => Some(rest.trim_start_matches('#')),
        Some('-' | '*' | '•' | '+' | '>') if rest.get(1..).is_some_and(|behind| behind.starts_with(' ')) => {
            rest.get(1..)
        }
        Some('•') => rest.strip_prefix('•'),
        Some(first) if first.is_ascii_digit() && rest.len() - digits.len() <= 2 => {
            digits.strip_prefix(['.', ')']).filter(|behind| behind.starts_with(' '))
        }
        _ => None,
    };
    let content = marked.unwrap_or(rest).trim_start();
    let lead = line.get(..line.len() - content.len()).unwrap_or_default();
    (lead, content)
}

/// Bytes of the citations that a text begins with.
pub(super) fn leading_marks(text: &str) -> usize {
    let mut rest = text;
    while let Some(behind) = rest.trim_start().strip_prefix('[') {
        match behind.split_once(']') {
            Some((inside, behind)) if is_mark(inside, behind) => rest = behind,
            _ => break,
        }
    }
    text.len() - rest.len()
}

fn is_mark(inside: &str, behind: &str) -> bool {
    !behind.starts_with('(')
        && inside.contains(|c: char| c.is_ascii_digit())
        && inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
}

/// Each citation: what stands before it, and inside.
fn each_mark(text: &str, mut take: impl FnMut(&str, Option<&str>)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        match after.split_once(']') {
            Some((inside, behind)) if is_mark(inside, behind) => {
                take(before, Some(inside));
                rest = behind;
            }
            _ => {
                take(before, None);
                take("[", None);
                rest = after;
            }
        }
    }
    take(rest, None);
}

/// Places of the passages that a text cites, from 0; numbers without a passage are left out.
pub(super) fn marks(text: &str, passages: usize) -> Vec<usize> {
    let mut all = Vec::new();
    each_mark(text, |_, inside| {
        let numbers = inside.unwrap_or_default().split([',', ' ']).filter_map(|number| number.parse::<usize>().ok());
        all.extend(numbers.filter_map(|number| number.checked_sub(1)).filter(|place| *place < passages));
    });
    all
}

pub(super) fn has_marks(text: &str) -> bool {
    !marks(text, usize::MAX).is_empty()
}

/// A text without its citations.
pub(super) fn cut_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    each_mark(text, |before, _| kept.push_str(before));
    kept
}
