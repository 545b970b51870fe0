//! The words of the eight languages, by hand, for messages to a business.

/// Languages that have words here.
pub const TAGS: [&str; 8] = ["en", "de", "fr", "es", "pt", "it", "nl", "pl"];

/// For each language its words by what they weigh.
pub const WORDS: [(&str, &[(f32, &str)]); 8] = [
    (
        "en",
        &[
            (
                2.5,
                "love loved amazing awesome excellent fantastic perfect wonderful brilliant delighted superb outstanding",
            ),
            (
                1.5,
                "great good happy glad nice beautiful helpful pleased satisfied recommend lovely enjoy enjoyed impressed friendly fast works",
            ),
            (0.6, "thanks thank thx cheers fine appreciate appreciated welcome"),
            (
                -2.5,
                "terrible horrible awful worst hate disgusting scam fraud unacceptable ridiculous furious useless rubbish garbage pathetic disgrace outrageous nightmare",
            ),
            (
                -1.5,
                "bad broken angry annoyed annoying disappointed disappointing damaged defective faulty cracked rude upset unhappy frustrated frustrating poor wrong late complaint complain ruined lied cheated sad scratched torn leaking mess",
            ),
            (
                -0.8,
                "problem problems issue error missing lost delayed delay fails failed confusing slow stuck unfortunately worried",
            ),
        ],
    ),
    (
        "de",
        &[
            (
                2.5,
                "perfekt wunderbar großartig hervorragend fantastisch ausgezeichnet begeistert genial liebe toll super",
            ),
            (
                1.5,
                "gut gute guter gutes schön schöne schönes zufrieden freundlich hilfreich freue klasse empfehlen schnell prima nett",
            ),
            (0.6, "danke dankeschön dank passt okay"),
            (
                -2.5,
                "schrecklich furchtbar katastrophe katastrophal unverschämt unverschämtheit betrug betrüger frechheit hasse schlimmste unfassbar inakzeptabel mies lächerlich",
            ),
            (
                -1.5,
                "schlecht schlechte schlechter kaputt defekt enttäuscht enttäuschend verärgert sauer wütend beschädigt falsch falsche ärgerlich unzufrieden unfreundlich beschwerde zerbrochen traurig",
            ),
            (-0.8, "problem probleme fehler fehlt verspätet verspätung leider verloren langsam"),
        ],
    ),
    (
        "fr",
        &[
            (
                2.5,
                "parfait parfaite excellent excellente génial géniale formidable fantastique magnifique merveilleux adore ravi ravie super",
            ),
            (
                1.5,
                "bon bonne bien content contente satisfait satisfaite beau belle aimable utile rapide recommande heureux heureuse sympa",
            ),
            (0.6, "merci"),
            (
                -2.5,
                "horrible affreux catastrophe catastrophique inadmissible inacceptable scandaleux arnaque escroquerie honteux déteste nul nulle pire lamentable",
            ),
            (
                -1.5,
                "mauvais mauvaise cassé cassée déçu déçue décevant abîmé abîmée défectueux défectueuse furieux furieuse énervé réclamation mécontent mécontente faux triste endommagé endommagée",
            ),
            (-0.8, "problème problèmes erreur manque manquant retard perdu perdue malheureusement lent"),
        ],
    ),
    (
        "es",
        &[
            (
                2.5,
                "perfecto perfecta excelente genial fantástico fantástica maravilloso maravillosa encanta encantado encantada increíble estupendo",
            ),
            (
                1.5,
                "bueno buena buen bien contento contenta feliz satisfecho satisfecha bonito bonita amable útil rápido recomiendo",
            ),
            (0.6, "gracias"),
            (
                -2.5,
                "horrible terrible pésimo pésima fatal inaceptable vergüenza estafa odio asco peor ridículo desastre",
            ),
            (
                -1.5,
                "malo mala mal roto rota decepcionado decepcionada decepcionante dañado dañada defectuoso defectuosa enfadado enfadada enojado molesto molesta queja equivocado triste",
            ),
            (-0.8, "problema problemas error falta retraso perdido perdida lamentablemente desgraciadamente lento"),
        ],
    ),
    (
        "pt",
        &[
            (
                2.5,
                "perfeito perfeita excelente ótimo ótima maravilhoso maravilhosa fantástico adoro adorei amei incrível",
            ),
            (1.5, "bom boa bem feliz satisfeito satisfeita bonito bonita útil rápido recomendo gostei contente"),
            (0.6, "obrigado obrigada"),
            (-2.5, "horrível terrível péssimo péssima inaceitável vergonha golpe fraude odeio pior ridículo"),
            (
                -1.5,
                "ruim mau má quebrado quebrada decepcionado decepcionada danificado danificada defeituoso irritado irritada chateado chateada reclamação errado errada triste",
            ),
            (-0.8, "problema problemas erro falta atraso atrasado perdido infelizmente lento"),
        ],
    ),
    (
        "it",
        &[
            (2.5, "perfetto perfetta eccellente fantastico fantastica meraviglioso meravigliosa ottimo ottima adoro"),
            (1.5, "buono buona bello bella felice soddisfatto soddisfatta gentile veloce consiglio contento contenta"),
            (0.6, "grazie"),
            (-2.5, "terribile orribile pessimo pessima inaccettabile vergogna truffa odio peggiore ridicolo"),
            (
                -1.5,
                "cattivo rotto rotta deluso delusa deludente danneggiato danneggiata difettoso difettosa arrabbiato arrabbiata reclamo sbagliato sbagliata",
            ),
            (-0.8, "ritardo perso purtroppo manca"),
        ],
    ),
    (
        "nl",
        &[
            (2.5, "geweldig uitstekend fantastisch perfect prachtig"),
            (1.5, "goed goede blij tevreden mooi mooie vriendelijk behulpzaam aanrader"),
            (0.6, "bedankt dankjewel dank"),
            (-2.5, "verschrikkelijk vreselijk schandalig oplichting onacceptabel waardeloos belachelijk"),
            (
                -1.5,
                "slecht slechte kapot teleurgesteld teleurstellend boos beschadigd defect klacht verkeerd verkeerde ontevreden",
            ),
            (-0.8, "probleem fout vertraging helaas kwijt"),
        ],
    ),
    (
        "pl",
        &[
            (2.5, "świetnie świetny świetna doskonały doskonale wspaniały wspaniale fantastyczny polecam super"),
            (1.5, "dobry dobra dobrze zadowolony zadowolona miły miła ładny pomocny"),
            (0.6, "dziękuję dzięki"),
            (-2.5, "okropny okropne straszny strasznie fatalny fatalnie skandal oszustwo beznadziejny nienawidzę"),
            (
                -1.5,
                "zły zła zepsuty zepsuta uszkodzony uszkodzona rozczarowany rozczarowana wściekły reklamacja źle niezadowolony",
            ),
            (-0.8, "błąd opóźnienie niestety zgubiony brakuje"),
        ],
    ),
];

/// What weighs as a whole.
pub const PHRASES: [(f32, &str); 2] = [
    (
        1.5,
        "well done, good job, can't wait, gut gemacht, bien joué, muy bien, muito bem, thumbs up, keep it up, works well",
    ),
    (
        -1.5,
        "doesn't work, does not work, not working, didn't work, never arrived, hasn't arrived, still waiting, \
         still not, no answer, nobody answers, waste of money, waste of time, fed up, never again, rip off, \
         let down, want my money back, funktioniert nicht, geht nicht, nie wieder, immer noch nicht, warte immer \
         noch, will mein geld zurück, ne marche pas, ne fonctionne pas, toujours pas, plus jamais, jamais reçu, \
         no funciona, todavía no, nunca más, nunca llegó, não funciona, ainda não, nunca mais, nunca chegou, non \
         funziona, mai più, ancora non, werkt niet, nog steeds niet, nooit meer, nie działa, nigdy więcej",
    ),
];

/// Words that turn the next one round.
pub const NEGATORS: &str = "not, no, never, don't, doesn't, didn't, isn't, wasn't, aren't, won't, can't, cannot, hardly, \
    without, nicht, kein, keine, keinen, keiner, nie, ohne, kaum, pas, ne, n'est, jamais, sans, aucun, aucune, sin, \
    nunca, jamás, ningún, ninguna, não, nem, sem, non, mai, senza, niet, geen, nooit, zonder, nie, bez, nigdy";

/// Words that make the next one stronger.
pub const INTENSIFIERS: &str = "very, really, so, extremely, absolutely, totally, completely, incredibly, such, sehr, \
    wirklich, total, absolut, echt, extrem, völlig, très, vraiment, tellement, trop, absolument, muy, realmente, tan, \
    totalmente, demasiado, muito, tão, molto, davvero, veramente, heel, erg, zeer, echt, bardzo, naprawdę";

/// Words that make the next one weaker.
pub const SOFTENERS: &str = "bit, little, slightly, somewhat, fairly, rather, quite, etwas, bisschen, ziemlich, peu, assez, \
    poco, algo, bastante, pouco, abbastanza, beetje, nogal, trochę";

/// Words after which what matters comes.
pub const TURNS: &str = "but, however, aber, jedoch, mais, cependant, pero, mas, porém, ma, però, maar, ale";

/// Emoji by what they weigh.
pub const EMOJI: [(f32, &str); 4] = [
    (2.0, "😍🥰❤💚💙💛🧡💜🎉🤩💯🙌"),
    (1.2, "😀😃😄😁😊🙂😉👍👏🤗😎☺🙏"),
    (-2.0, "😡🤬😠💔🤮👎🖕"),
    (-1.2, "😞😢😭😔😟🙁☹😩😤😒😕😖😫"),
];

/// What asks for haste.
pub const HASTE: &str = "urgent, urgently, asap, a s a p, as soon as possible, immediately, emergency, right away, hurry, \
    straight away, at once please, need it today, need it by tomorrow, dringend, eilig, sofort, umgehend, notfall, \
    schnellstmöglich, so schnell wie möglich, urgente, urgentemente, urgence, au plus vite, dès que possible, \
    immédiatement, tout de suite, lo antes posible, cuanto antes, inmediatamente, emergencia, de inmediato, o quanto \
    antes, imediatamente, o mais rápido possível, emergência, il prima possibile, urgenza, immediatamente, spoed, zo snel \
    mogelijk, onmiddellijk, dringende, pilne, pilnie, natychmiast, jak najszybciej";
