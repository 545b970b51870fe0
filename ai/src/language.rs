//! In which language a text is, among those that the widget speaks and three of their neighbours.
//!
//! By its script where that tells, otherwise by its commonest words and by
//! letters that others do not have. Made for messages of a few words, where
//! statistics of letters guess; it would rather say nothing than guess.

mod differ;

pub use differ::differ;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// A language with how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Language {
    /// BCP 47 primary tag.
    pub tag: &'static str,
    /// 0 to 1.
    pub confidence: f32,
}

/// Characters of a text that are looked at.
const CHARACTERS: usize = 1_000;

/// Words that hardly any other of these languages has; where two neighbours share one, it counts for both.
const WORDS: [(&str, &str); 9] = [
    (
        "en",
        "the and is are was were have has had do does did you your my i we they he she it's i'm don't can't not of to \
         for with from this that what when where how why who which would could should can will my please thanks hello \
         order how's there been any all get got need want much many long it or doesn't isn't hasn't didn't",
    ),
    (
        "es",
        "el los las una unos es son está están fue tiene tengo tienen hay que qué cómo cuándo dónde cuánto cuál por \
         para con sin pero muy más mi mis su sus yo usted ustedes nosotros gracias hola buenos pedido quiero puedo \
         cuesta envío del al lo y no",
    ),
    (
        "fr",
        "le les des une est sont était avez ai je vous nous ils elle il ne pas que qui quand où comment combien \
         pourquoi pour avec sans mais très plus mon ma mes votre vos notre ce cette ces du au aux merci bonjour \
         commande livraison puis peux et c'est j'ai n'ai l' d' j' qu' non veux",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer ist sind war waren habe hat haben ich sie wir ihr nicht \
         kein keine und oder aber mit ohne für von zu zum zur auf wie was wann wo warum wer welche mein meine ihre \
         bitte danke hallo lieferung bestellung kann können möchte noch auch mir mich bin \
         bist sehr aus bei nach vielen guten",
    ),
    (
        "vi",
        "là và của có không tôi bạn mình cho được này khi nào đâu bao nhiêu giá phí giao hàng đơn muốn cần xin chào \
         cảm ơn như thế với các những một về đến từ hay thì shop ạ",
    ),
    (
        "pt",
        "os uma umas são está estão foi tem tenho têm há quê quando onde quanto qual por para com sem mas muito mais \
         meu minha meus minhas seu sua você vocês nós eu obrigado obrigada olá pedido quero posso custa entrega do da \
         dos das no na não em um ao e",
    ),
    (
        "it",
        "il gli lo uno della dello delle degli nel nella nei alla allo agli dal dalla sul sulla di che chi è sono siamo \
         siete ho abbiamo avete hanno cosa dove dov'è cos'è c'è com'è quando quanto quanti quante posso può puoi possiamo \
         perché quale quali con e non anche ancora già così però più molto mio mia miei suo suoi nostro nostra vostro \
         vostra vostri questo questa questi queste quello quella ciao salve buongiorno buonasera grazie scusi vorrei \
         devo aiuto aiutarmi domanda ordine ordini ordinato ordinare spedizione spedite consegna costa costano pacco \
         arriva arrivato arrivata pagare rimborso restituire reso negozio fattura \
         funziona parlare una l' d' dell' nell' all' sull' dall' un' quest'",
    ),
    (
        "nl",
        "het een niet ik jij jou jouw jullie hij zij wij mijn uw onze ons dat deze voor naar bij aan uit waar wanneer \
         waarom hoe hoeveel wat welke kunt kunnen kun wil moet heb hebt heeft hebben bent zijn wordt geen ook maar nog \
         graag alstublieft alsjeblieft bedankt dankjewel dankuwel goedemorgen goedemiddag goedendag hallo terug vraag \
         bestelling bestellingen levering geleverd verzending verzonden verzendkosten pakket retourneren betalen prijs \
         duurt kost winkel voorraad",
    ),
    (
        "pl",
        "nie jest są się czy jak gdzie kiedy dlaczego ile kto mój moja moje moją mojego mojej masz macie chcę chce \
         chciałbym chciałabym proszę prosze dziękuję dziekuje dzień dobry cześć witam mogę moge można dla przez był była \
         jeszcze tylko bardzo też oraz które który która zamówienie zamówienia zamowienie zamówić zamowienia \
         dostawa dostawy dostawę przesyłka przesyłki przesyłkę przesylka paczka paczki paczkę zwrot zwrotu zwrócić \
         kosztuje wysyłka wysyłki płatność sklep",
    ),
];

/// Words of languages that this does not tell, so that a message in one of them is not taken for
/// a neighbour: Swedish, Danish, Norwegian, Finnish, Czech, Romanian, Hungarian and Turkish.
const STRANGE: &str = "jag och är inte har min mitt när hur var kan får för från på är det att hvor hvornår hvordan \
     jeg ikke er og hvad hva når kommer missä milloin mikä kuinka paljon onko voinko minun ei ole ja tilaukseni \
     kde kdy jsem můj moje jak nebo prosím dobrý den unde este când cum cât costă și sunt pentru comanda mea bir ve \
     için nerede kadar nasıl siparişim var mı değil hol mikor mennyibe hogyan nem csomagom";

/// Letters that belong to one of these languages.
const LETTERS: [(&str, &str); 7] = [
    ("vi", "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    ("de", "äöüß"),
    ("es", "ñ¿¡"),
    ("pt", "ãõ"),
    ("fr", "èêëîïœùûÿ"),
    ("pl", "ąćęłńśźż"),
    ("it", "èò"),
];

/// Letters that belong to languages that this does not tell.
const STRANGE_LETTERS: &str = "åøæőűğışșțčěřšůžķļņģ";

/// The languages of each of their commonest words.
static TAGS_OF: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut tags: HashMap<&str, Vec<&str>> = HashMap::new();
    for (tag, words) in WORDS {
        for word in words.split_whitespace() {
            let of_word = tags.entry(word).or_default();
            if !of_word.contains(&tag) {
                of_word.push(tag);
            }
        }
    }
    tags
});

static STRANGERS: LazyLock<HashSet<&str>> = LazyLock::new(|| STRANGE.split_whitespace().collect());

/// The language of a text, when it can be told.
#[must_use]
pub fn detect(text: &str) -> Option<Language> {
    let text: String = text.chars().take(CHARACTERS).flat_map(char::to_lowercase).collect();
    if let Some(tag) = by_script(&text) {
        return Some(Language { tag, confidence: 0.99 });
    }
    let mut votes: HashMap<&'static str, f32> = HashMap::new();
    for (tag, letters) in LETTERS {
        // Half of Europe has these of German: they say as much as a word, however many there are.
        let most = if tag == "de" { 1 } else { 8 };
        let count = text.chars().filter(|letter| letters.contains(*letter)).take(most).count();
        *votes.entry(tag).or_default() += f32::from(u8::try_from(count).unwrap_or(8)) * 0.8;
    }
    let strange_letters = text.chars().filter(|letter| STRANGE_LETTERS.contains(*letter)).take(8).count();
    let mut strange = f32::from(u8::try_from(strange_letters).unwrap_or(8)) * 0.8;
    let is_inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '\'' | '’');
    for word in text.split(|letter: char| !is_inside(letter)).filter(|word| !word.is_empty()) {
        let word = word.replace('’', "'");
        // "l'ordine" is an article and a word.
        let parts = word.split_once('\'').map(|(article, rest)| [format!("{article}'"), rest.to_owned()]);
        let forms = std::iter::once(&word).chain(parts.iter().flatten());
        let told: HashSet<&str> = forms.filter_map(|form| TAGS_OF.get(form.as_str())).flatten().copied().collect();
        for tag in told {
            *votes.entry(tag).or_default() += 1.0;
        }
        strange += f32::from(u8::from(STRANGERS.contains(word.as_str())));
    }
    let mut order: Vec<(&'static str, f32)> = votes.into_iter().filter(|(_, vote)| *vote > 0.0).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let (tag, best) = order.first().copied()?;
    let second = order.get(1).map_or(0.0, |(_, vote)| *vote).max(strange);
    let confidence = (best - second) / (best + 1.0);
    (confidence >= 0.2).then_some(Language { tag, confidence })
}

/// Words among the commonest that a text can be about all the same.
const SUBJECTS: &str = "order pedido envío cuesta commande livraison lieferung bestellung giá phí giao hàng đơn entrega custa ordine ordini \
     ordinato ordinare spedizione spedite consegna costa costano pacco pagare rimborso restituire reso negozio aiuto \
     bestelling bestellingen levering geleverd verzending verzonden verzendkosten pakket retourneren betalen prijs kost \
     winkel zamówienie zamówienia zamowienie zamówić zamowienia dostawa dostawy dostawę przesyłka przesyłki przesyłkę \
     przesylka paczka paczki paczkę zwrot zwrotu zwrócić kosztuje wysyłka wysyłki płatność sklep";

/// Whether a word is one of the commonest of a language, which say nothing of what a text is about.
#[must_use]
pub fn is_common(word: &str) -> bool {
    let word = word.to_lowercase();
    !SUBJECTS.split_whitespace().any(|subject| subject == word) && TAGS_OF.contains_key(word.as_str())
}

/// The same, or `hint` (a BCP 47 tag, such as the browser's) when the text alone does not tell.
#[must_use]
pub fn detect_or<'a>(text: &str, hint: Option<&'a str>) -> Option<&'a str> {
    detect(text).map(|language| language.tag).or_else(|| hint?.split(['-', '_']).next())
}

/// By letters that are written in no other way.
fn by_script(text: &str) -> Option<&'static str> {
    let (mut kana, mut han, mut arabic, mut letters) = (0u32, 0u32, 0u32, 0u32);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        letters += 1;
        match u32::from(letter) {
            0x3040..=0x30ff => kana += 1,
            0x4e00..=0x9fff | 0x3400..=0x4dbf => han += 1,
            0x0600..=0x06ff | 0x0750..=0x077f => arabic += 1,
            _ => {}
        }
    }
    // A name in Latin letters does not make a Japanese sentence English.
    match () {
        () if letters == 0 => None,
        () if kana > 0 && (kana + han) * 3 > letters => Some("ja"),
        () if han * 3 > letters => Some("zh"),
        () if arabic * 3 > letters => Some("ar"),
        () => None,
    }
}

#[cfg(test)]
mod tests;
