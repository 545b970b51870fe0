//! The languages whose words are brought to their stems, and which of them a text is in.
//!
//! A text is in the language whose commonest words it has most of. That tells
//! sentences apart and says nothing of a single word; then whoever asks has a
//! better guess, such as the language of the whole source.

use rust_stemmers::Algorithm;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};
use unicode_segmentation::UnicodeSegmentation;

/// A language with a stemmer and a list of words that stand in every text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tongue {
    /// English, and every language that is not among the others.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Italian.
    Italian,
    /// Portuguese.
    Portuguese,
    /// Dutch.
    Dutch,
    /// Swedish.
    Swedish,
    /// Danish.
    Danish,
    /// Norwegian.
    Norwegian,
    /// Finnish.
    Finnish,
}

/// Words of a text that are looked at, and bytes in which they are looked for.
const LOOKED_AT: usize = 400;
const LOOKED_IN: usize = 64 * 1024;

/// Common words of a language that a text must have before it is taken to be in it.
const FEWEST: u32 = 2;

/// In which languages a word is a common one.
static COMMON: LazyLock<HashMap<&str, HashSet<Tongue>>> = LazyLock::new(|| {
    let mut common: HashMap<&str, HashSet<Tongue>> = HashMap::new();
    for tongue in Tongue::ALL {
        for word in tongue.stop_words().split_whitespace() {
            common.entry(word).or_default().insert(tongue);
        }
    }
    common
});

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Portuguese,
        Self::Dutch,
        Self::Swedish,
        Self::Danish,
        Self::Norwegian,
        Self::Finnish,
    ];

    /// The language of a text, and `otherwise` when its words do not tell.
    #[must_use]
    pub fn of(text: &str, otherwise: Self) -> Self {
        let mut counts = Self::ALL.map(|tongue| (tongue, 0u32));
        let beginning = text.get(..text.floor_char_boundary(LOOKED_IN)).unwrap_or_default();
        for word in beginning.unicode_words().take(LOOKED_AT) {
            let word = super::words::lower(word);
            for (tongue, count) in &mut counts {
                *count += u32::from(tongue.is_common(&word));
            }
        }
        let best = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let mut found = counts.iter().filter(|(_, count)| *count == best).map(|(tongue, _)| *tongue);
        if best < FEWEST || found.clone().any(|tongue| tongue == otherwise) {
            return otherwise;
        }
        // Of two neighbours that have as many, the first: it is the same one every time.
        found.next().unwrap_or(otherwise)
    }

    /// The number under which passages of this language are counted; never that of a term.
    #[must_use]
    pub fn mark(self) -> i32 {
        Self::ALL.iter().zip(1..).find(|(tongue, _)| **tongue == self).map_or(-1, |(_, place)| -place)
    }

    /// The language of a number that [`Tongue::mark`] gave.
    #[must_use]
    pub fn marked(mark: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|tongue| tongue.mark() == mark)
    }

    /// Whether a word, in small letters, stands in every text of the language.
    pub(super) fn is_common(self, word: &str) -> bool {
        let is_in = |word: &str| COMMON.get(word).is_some_and(|tongues| tongues.contains(&self));
        is_in(word) || self != Self::English && is_in(self.without_article(word))
    }

    /// What is left of a word after an article that lost its vowel: "l'argent", "dell'ordine".
    pub(super) fn without_article(self, word: &str) -> &str {
        const ARTICLES: [&str; 22] = [
            "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "un", "dell", "all", "dall",
            "nell", "sull", "quest", "quell", "com", "dov",
        ];
        if !matches!(self, Self::French | Self::Italian) {
            return word;
        }
        word.split_once('\'').filter(|(article, _)| ARTICLES.contains(article)).map_or(word, |(_, rest)| rest)
    }

    /// What stands before a stem, so that stems of two languages are two terms. English has
    /// nothing, as its terms are stored without.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "",
            Self::German => "de\u{1f}",
            Self::French => "fr\u{1f}",
            Self::Spanish => "es\u{1f}",
            Self::Italian => "it\u{1f}",
            Self::Portuguese => "pt\u{1f}",
            Self::Dutch => "nl\u{1f}",
            Self::Swedish => "sv\u{1f}",
            Self::Danish => "da\u{1f}",
            Self::Norwegian => "no\u{1f}",
            Self::Finnish => "fi\u{1f}",
        }
    }

    /// BCP 47 primary tag, the same that [`crate::language::detect`] gives.
    #[must_use]
    pub fn tag_of_language(self) -> &'static str {
        match self.tag().trim_end_matches('\u{1f}') {
            "" => "en",
            tag => tag,
        }
    }

    pub(super) const fn algorithm(self) -> Algorithm {
        match self {
            Self::English => Algorithm::English,
            Self::German => Algorithm::German,
            Self::French => Algorithm::French,
            Self::Spanish => Algorithm::Spanish,
            Self::Italian => Algorithm::Italian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Dutch => Algorithm::Dutch,
            Self::Swedish => Algorithm::Swedish,
            Self::Danish => Algorithm::Danish,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Finnish => Algorithm::Finnish,
        }
    }

    const fn stop_words(self) -> &'static str {
        match self {
            Self::English => {
                "a about above after again against all also am an and any are aren't as at be because been before being \
                 below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down \
                 during each few for get gets getting got from further had hadn't has hasn't have haven't having he he's \
                 her here here's hers herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's \
                 its itself just know like many may let's me might more most much must my myself no nor not now of off \
                 on once only or other our ours ourselves out over own please same shan't she she's should shouldn't so \
                 some such tell than that that's the their theirs them themselves then there there's these they they're \
                 this those through to too under until up very want wants was wasn't we we'll we're we've were weren't \
                 what what's when when's where where's which while who who's whom why why's will with won't would \
                 wouldn't you you'd you'll you're you've your yours yourself yourselves"
            }
            Self::German => {
                "aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf \
                 aus bei beim bin bis bist bitte da damit dann das dass dein deine deinem deinen deiner dem den denn der \
                 des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer \
                 eines er es etwas euch euer eure für gegen gibt habe haben hat hatte hatten hier hin hinter ich ihm ihn \
                 ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kannst kein \
                 keine keinem keinen keiner können könnt könnte man mein meine meinem meinen meiner mich mir mit muss \
                 müssen möchte nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich sie \
                 sind so soll sollte sondern sonst über um und uns unser unsere unserem unseren unserer unter vom von vor \
                 wann war waren warum was weil welche welchem welchen welcher welches wenn wer werde werden wie wieder \
                 will wir wird wo wollen wurde wurden würde während zu zum zur zwischen"
            }
            Self::French => {
                "a ai au aussi aux avec avez avoir avons bien car ce cela ces cet cette ceux chez comme comment dans de \
                 des donc dont du elle elles en est et eu eux fait faut il ils je la le les leur leurs lui ma mais me \
                 merci mes moi mon même n'est ne nos notre nous on ont ou où par pas peut peux plaît pour pourquoi \
                 pouvez puis qu'est que quel quelle quelles quels quand qui sa sans se ses si son sont sous suis sur ta \
                 te tes toi ton tous tout toute toutes tu un une vos votre vous y à ça été être êtes c'est j'ai"
            }
            Self::Spanish => {
                "a al algo antes aquí así como con cual cuales cuando cuándo cuál cuáles cuánto cuántos cómo de del desde \
                 donde dónde durante e el ella ellas ellos en entre era es esa ese eso esta estas este esto estos está \
                 están fue gracias ha han hasta hay la las le les lo los me mi mis mucho muy más ni no nos nosotros o os \
                 otra otro para pero poco por porque pueda puede pueden puedo que qué quien quién se sea ser si sido sin \
                 sobre son soy su sus sí también tanto te tengo tiene tienen todo todos tu tus un una uno unos usted \
                 ustedes y ya yo él"
            }
            Self::Italian => {
                "a ad agli ai al alla alle allo anche avere c'è che chi ci co coi col come con cosa cui così da dagli dai \
                 dal dalla dalle degli dei del della delle dello di dov'è dove e ed era essere gli grazie ha hai hanno \
                 ho i il in io la le lei li lo loro lui ma me mi mia mie miei mio molto ne negli nei nel nella nelle no \
                 noi non nostra nostro o per perché più posso può puoi quale quali quando quanta quante quanti quanto \
                 quella quelle quelli quello questa queste questi questo se sei si sia sono su sua sue sugli sul sulla \
                 suo suoi ti tra tu tua tuo tutti tutto un una uno vi voi vorrei vostra vostro è"
            }
            Self::Portuguese => {
                "a ao aos as até com como da das de dela dele deles depois do dos e ela elas ele eles em entre era essa \
                 essas esse esses esta estas este estes está estão eu foi for há isso isto já lhe mais mas me mesmo meu \
                 meus minha minhas muito na nas nem no nos nossa nosso não nós num numa o obrigada obrigado onde os ou \
                 para pela pelas pelo pelos por porque pode podem posso qual quais quando quanto quantos que quem qué se \
                 seja sem ser seu seus será são só sua suas também te tem temos tenho ter teu têm tu tudo um uma umas \
                 uns você vocês à às é"
            }
            Self::Dutch => {
                "aan al alle als altijd ben bij dan dat de deze die dit doen door dus een en er ge geen had hebben hebt \
                 heb heeft het hier hij hoe hoeveel hun ik in is ja je jij jouw jullie kan kunnen kunt maar me meer mij \
                 mijn moet na naar niet niets nog nu of om omdat onder ons onze ook op over te tegen toch toen tot u uit \
                 uw van veel voor waar waarom wanneer want waren was wat we wel welke werd wie wij wil worden wordt zal \
                 ze zelf zich zij zijn zo zonder zou"
            }
            Self::Swedish => {
                "alla allt att av bara blev bli blir dem den denna deras dess det detta dig din dina ditt du där efter \
                 ej eller en er era ert ett från för ha hade han har hon hur här i icke inom inte jag ju kan kunde man \
                 med mellan men mig min mina mitt mot mycket ni nu när någon något några och om oss på samma sedan sig \
                 sin sina sitt själv skulle som så till under upp ut utan vad var varför vara varit vem vi vid vilka \
                 vilken vilket vår våra vårt är över"
            }
            Self::Danish => {
                "ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din dine disse dit \
                 dog du efter eller en end er et for fra få får ham han hans har havde have hende hendes her hos hun \
                 hvad hvis hvor hvordan hvorfor hvornår i ikke ind jeg jer jeres kan kunne man mange med meget men mig \
                 min mine mit mod ned noget nogle nu når og også om op os over på selv sig sin sine sit skal skulle som \
                 sådan til ud under var vi vil ville vor være været"
            }
            Self::Norwegian => {
                "alle at av bare begge ble blei bli blir da de deg dei deim den denne der dere deres det dette di din \
                 disse ditt du då eit ein eller en er et etter for fordi fra få får ha hadde han hans har hennes her hjå \
                 ho hun hva hvem hver hvilken hvis hvor hvordan hvorfor i ikke ikkje inn jeg kan kom korleis kun kunne \
                 kva kvar man mange med meg meget mellom men mer mi min mitt mot mye ned no noe noen nå når og også om \
                 opp oss over på seg selv sin sitt skal skulle slik som så til under ut uten var vi vil ville vår være \
                 vært"
            }
            Self::Finnish => {
                "ei eivät ehkä en et että he hän ilman itse ja joka joko jos jossa jota jotka kanssa kautta keitä ketä \
                 koska kuin kuinka kuka kun kyllä me meidän mikä miksi millainen milloin minkä minun minulla minä missä \
                 mistä miten mitkä mitä mihin mutta muu muut myös ne niiden niin niitä noin nyt ole olemme olen olet \
                 olette oli olisi olivat olla on onko ovat paljonko se sekä sen siinä sillä sinun sinä sitten sitä \
                 tai te teidän tuo tämä tämän tässä tätä vai vain voi voin voinko voiko voit voivat yli"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tongue;

    #[test]
    fn sentences_tell_their_language() {
        for (text, tongue) in [
            ("Where can I see the status of my order?", Tongue::English),
            ("Die Lieferung dauert innerhalb von Österreich drei bis fünf Tage.", Tongue::German),
            ("La livraison est gratuite pour les commandes de plus de 50 euros.", Tongue::French),
            ("Los pedidos se envían en un plazo de dos días y el envío es gratis.", Tongue::Spanish),
            ("Gli ordini sono spediti entro due giorni e la consegna è gratuita.", Tongue::Italian),
            ("As encomendas são enviadas em dois dias e a entrega é grátis.", Tongue::Portuguese),
            ("Bestellingen worden binnen twee dagen verzonden en het is gratis.", Tongue::Dutch),
            ("Vi skickar din beställning inom två dagar och frakten är gratis.", Tongue::Swedish),
            ("Hvornår kommer mine varer, og hvad koster det at få dem bragt ud?", Tongue::Danish),
            ("Hva koster frakten, og hvem betaler? Noen varer er mye tyngre, etter det vi hører.", Tongue::Norwegian),
            ("Tilaus toimitetaan kahdessa päivässä ja se on ilmainen, jos olet asiakas.", Tongue::Finnish),
        ] {
            for otherwise in [Tongue::English, tongue] {
                assert_eq!(Tongue::of(text, otherwise), tongue, "{text}");
            }
        }
        for text in ["", "Berlin", "Juniper GmbH 4711", "注文はどこですか"] {
            assert_eq!(Tongue::of(text, Tongue::Italian), Tongue::Italian, "{text}");
        }
    }

    #[test]
    fn a_mark_leads_back_and_is_no_term() {
        for tongue in Tongue::ALL {
            assert!(tongue.mark() < 0);
            assert_eq!(Tongue::marked(tongue.mark()), Some(tongue));
        }
        assert_eq!(Tongue::marked(0), None);
    }
}
