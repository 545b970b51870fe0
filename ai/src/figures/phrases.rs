//! The words by which people ask for something to be calculated, in the languages of the widget.
//!
//! A phrase that ends in `*` also stands for words that begin so. What is in a script without spaces is found
//! within words. Phrases of a list stand between bars.

/// The lowest price.
pub(super) const CHEAPEST: &str = "cheapest|least expensive|lowest price|lowest-priced|lowest priced|most affordable|cheaper|less expensive|\
    costs less|cost less|costs least|billigst*|günstigst*|preiswertest*|niedrigsten preis|niedrigste preis|\
    billiger*|günstiger*|moins cher*|moins chère*|meilleur marché|más barat*|menos car*|más económic*|\
    precio más bajo|mais barat*|mais em conta|menor preço|preço mais baixo|meno car*|più economic*|\
    più convenient*|prezzo più basso|goedkoopst*|laagste prijs|goedkoper*|najtańsz*|najniższa cena|\
    najniższą cenę|tańsz*|rẻ nhất|giá thấp nhất|rẻ hơn|最便宜|价格最低|更便宜|一番安い|最も安い|最安|どちらが安い|どっちが安い|安いのは|الأرخص|أرخص|\
    أقل سعر*|ارخص";

/// The highest price.
pub(super) const DEAREST: &str = "most expensive|dearest|priciest|highest price|more expensive|costs more|costs most|teuerst*|teurer*|\
    höchste preis|höchsten preis|plus cher*|plus chère*|más car*|precio más alto|mais car*|preço mais alto|\
    più car*|prezzo più alto|duurst*|duurder*|hoogste prijs|najdroższ*|droższ*|đắt nhất|mắc nhất|đắt hơn|\
    mắc hơn|最贵|价格最高|更贵|一番高い|最も高い|高いのは|الأغلى|أغلى|اغلى";

/// The shortest time.
pub(super) const FASTEST: &str = "fastest|quickest|soonest|shortest time|schnellst*|kürzeste*|le plus rapide|la plus rapide|plus rapide*|\
    más rápid*|mais rápid*|più veloc*|più rapid*|snelst*|najszybsz*|nhanh nhất|最快|一番早い|最も早い|最速|الأسرع|أسرع";

/// The longest time.
pub(super) const SLOWEST: &str = "slowest|longest time|takes longest|takes the longest|langsamst*|plus lent*|más lent*|mais lent*|più lent*|\
    langzaamst*|najwolniejsz*|chậm nhất|最慢|一番遅い|الأبطأ";

/// The least weight.
pub(super) const LIGHTEST: &str = "lightest|leichtest*|plus lég*|más liger*|mais leve*|più legger*|lichtst*|najlżejsz*|nhẹ nhất|最轻|一番軽い|最も軽い|\
    الأخف";

/// The most weight.
pub(super) const HEAVIEST: &str = "heaviest|schwerst*|plus lourd*|más pesad*|mais pesad*|più pesant*|zwaarst*|najcięższ*|nặng nhất|最重|一番重い|\
    最も重い|الأثقل";

/// The lowest value of whatever is named.
pub(super) const LOWEST: &str = "lowest|smallest|shortest|fewest|niedrigst*|kleinst*|kürzest*|plus petit*|plus court*|plus bas*|más pequeñ*|\
    más cort*|más baj*|menor|mais curt*|mais baix*|più piccol*|più cort*|più bass*|kleinste|kortste|laagste|\
    najmniejsz*|najkrótsz*|najniższ*|nhỏ nhất|thấp nhất|ngắn nhất|最小|最低|最短|一番小さい|一番短い|الأصغر|الأقصر|الأدنى|أصغر|\
    أقصر";

/// The highest value of whatever is named.
pub(super) const HIGHEST: &str = "highest|largest|biggest|longest|tallest|höchst*|größt*|längst*|plus grand*|plus long*|plus haut*|\
    más grande*|más larg*|más alt*|maior|mais long*|mais alt*|più grand*|più lung*|più alt*|grootste|langste|\
    hoogste|największ*|najdłuższ*|najwyższ*|lớn nhất|cao nhất|dài nhất|最大|最高|最长|最長|一番大きい|一番長い|الأكبر|الأطول|\
    الأعلى|أكبر|أطول";

/// Before a number: less than that.
pub(super) const UNDER: &str = "for under|for less than|under|below|less than|cheaper than|lower than|lighter than|unter|weniger als|\
    billiger als|günstiger als|leichter als|à moins de|moins de|en dessous de|sous|por menos de|menos de|\
    por debajo de|abaixo de|a meno di|meno di|sotto i|sotto gli|sotto|onder de|onder|minder dan|poniżej|\
    mniej niż|tańsze niż|dưới|ít hơn|rẻ hơn|低于|少于|不到|أقل من|تحت|دون";

/// Before a number: that or less.
pub(super) const AT_MOST: &str = "up to|at most|no more than|not more than|maximum of|max|bis zu|bis|höchstens|maximal|jusqu'à|au maximum|\
    hasta|como máximo|até|no máximo|fino a|al massimo|tot|maximaal|hoogstens|co najwyżej|tối đa|đến|不超过|最多|\
    حتى";

/// Before a number: more than that.
pub(super) const OVER: &str = "for more than|for over|over|above|more than|dearer than|higher than|über|mehr als|teurer als|plus de|\
    au-dessus de|más de|por encima de|mais de|acima de|più di|oltre|sopra i|sopra|boven de|boven|meer dan|\
    powyżej|ponad|więcej niż|trên|hơn|高于|超过|多于|أكثر من|فوق";

/// Before a number: that or more.
pub(super) const AT_LEAST: &str = "at least|minimum of|no less than|mindestens|ab|au moins|à partir de|al menos|a partir de|pelo menos|almeno|\
    a partire da|minstens|vanaf|co najmniej|od|ít nhất|至少|على الأقل";

/// After a number, in scripts that put it there: less, that or less, more, that or more.
pub(super) const AFTER: &[(&str, Side)] = &[
    ("未満|より安い|より下", Side::Under),
    ("以下|以内|以內", Side::AtMost),
    ("より高い|より上|を超える", Side::Over),
    ("以上|から上", Side::AtLeast),
];

/// On which side of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Less.
    Under,
    /// As much or less.
    AtMost,
    /// More.
    Over,
    /// As much or more.
    AtLeast,
}

/// Before two numbers.
pub(super) const BETWEEN: &str =
    "between|from|von|de|da|van|zwischen|entre|tra|fra|tussen|między|pomiędzy|từ|trong khoảng|在|بين";

/// How many there are.
pub(super) const COUNT: &str = "how many|number of|wie viele|wieviele|anzahl|combien de|combien d'|cuántos|cuántas|cuantos|cuantas|quantos|\
    quantas|quanti|quante|có bao nhiêu|có mấy|bao nhiêu loại|多少种|多少款|多少个|几种|几款|几个|何種類|何個|何点|いくつ|كم عدد|عدد";

/// How many there are, or how much it costs.
pub(super) const COUNT_OR_PRICE: &str = "hoeveel|ile";

/// All of them together.
pub(super) const TOTAL: &str = "in total|total|altogether|all together|together|sum of|sum|insgesamt|zusammen|gesamt|gesamtpreis|summe|\
    au total|en tout|ensemble|en total|juntos|juntas|en conjunto|no total|ao todo|in totale|in tutto|insieme|\
    totaal|samen|bij elkaar|razem|łącznie|w sumie|tổng cộng|tổng|一共|总共|总价|合计|加起来|合計|全部で|合わせて|المجموع|إجمالي|\
    مجموع|معا|معًا";

/// Two of them at once.
pub(super) const BOTH: &str = "both|beide*|les deux|tous les deux|ambos|ambas|entrambi|entrambe|allebei|oba|obie|obydw*|cả hai|两个都|両方|\
    كلاهما|كلا";

/// How far two are apart.
pub(super) const DIFFERENCE: &str = "difference in price|price difference|difference|compare|compared|unterschied|preisunterschied|vergleich*|\
    différence de prix|différence|diferencia de precio|diferencia|diferença de preço|diferença|\
    differenza di prezzo|differenza|prijsverschil|verschil|różnica w cenie|różnic*|chênh lệch|差价|差多少|価格差|差額|\
    الفرق";

/// Something is taken off; only with a percentage.
pub(super) const DISCOUNT: &str = "discount|off|reduction|rabatt|nachlass|ermäßigung|remise|réduction|rabais|descuento|rebaja|desconto|sconto|\
    korting|rabat*|zniżk*|giảm giá|giảm|优惠|折扣|割引|引き|オフ|خصم|تخفيض";

/// What it costs.
pub(super) const PRICE: &str = "how much does|how much do|how much is|how much are|how much|what does|what do|price of|prices of|price|\
    prices|cost of|costs|cost|was kosten|was kostet|kosten|kostet|wie viel|wieviel|wie teuer|preis*|combien|\
    coût*|cout*|prix|cuánto cuesta*|cuanto cuesta*|cuánto|cuanto|cuesta*|precio*|vale|valen|quanto custa*|\
    quanto costa*|quanto|custa*|preço*|preco*|costa*|costano|prezz*|wat kost*|kost|prijs|prijzen|kosztuj*|cena|\
    ceny|cenę|cenie|bao nhiêu tiền|giá bao nhiêu|giá|bao nhiêu|多少钱|价格|价钱|售价|いくら|値段|価格|お値段|بكم|سعر*|السعر|ثمن|\
    تكلف*|يكلف|كم";

/// It can be had.
pub(super) const IN_STOCK: &str = "in stock|available|auf lager|lieferbar|verfügbar|vorrätig|en stock|disponible*|en existencia*|em estoque|\
    em stock|disponív*|disponibil*|in magazzino|op voorraad|leverbaar|beschikbaar|w magazynie|dostępn*|\
    na stanie|còn hàng|có sẵn|有现货|有货|现货|在庫あり|在庫|متوفر*|متاح*|في المخزون";

/// It cannot.
pub(super) const OUT_OF_STOCK: &str = "out of stock|not in stock|sold out|unavailable|not available|ausverkauft|nicht auf lager|nicht lieferbar|\
    nicht verfügbar|épuisé*|en rupture|rupture de stock|agotad*|esgotad*|esaurit*|uitverkocht|niet op voorraad|\
    niedostępn*|wyprzedan*|hết hàng|缺货|售罄|没货|品切れ|在庫切れ|在庫なし|غير متوفر*|نفد*";

/// Which there are.
pub(super) const LIST: &str = "which|what kinds of|what kind of|what types of|what|list|show me|show|welche*|was für|zeig*|quels|quelles|\
    quel|quelle|qué|que|cuáles|cuales|quais|qual|quali|che|welke|wat voor|jakie|które|która|który|jaki|jaka|\
    những|nào|哪些|哪个|哪款|哪种|什么|どの|どんな|どれ|何が|ما هي|ما هو|أي|ما";

/// Words that name nothing that could be looked for.
pub(super) const IDLE: &str = "product|products|item|items|article|articles|thing|things|option|options|one|ones|model|models|kind|kinds|\
    type|types|sell|sells|sold|offer|offers|have|stock|buy|shop|store|please|give|need|looking|there|is|are|\
    currently|now|right|moment|today|would|pay|everything|anything|something|hi|hello|hey|thanks|thank|if|take|\
    with|percent|be|come|your|assortment|catalogue|do|does|a|the|of|for|in|and also|still|produkt*|artikel*|\
    dinge|sachen|option*|modell*|verkauf*|anbiet*|bietet|gibt|haben|habt|hallo|gerade|zurzeit|aktuell|heute|\
    sortiment|prozent|denn|zeigen|kaufen|würde|würden|produit*|chose*|modèle*|vendez|vendu*|proposez|avez|\
    acheter|bonjour|actuellement|aujourd'hui|pour cent|est-ce|y a-t-il|s'il|plaît|plait|producto*|artículo*|\
    articulo*|cosa*|opción|opciones|modelo*|venden|vendéis|ofrecen|tienen|tenéis|comprar|hola|ahora|hoy|ciento|\
    produto*|artigo*|coisa*|opção|opções|vendem|oferecem|têm|olá|agora|hoje|cento|prodott*|articol*|opzion*|\
    vendete|offrite|avete|comprare|ciao|buongiorno|adesso|oggi|c'è|ci sono|product*|dingen|optie*|verkopen|\
    jullie|hebben|kopen|nu|vandaag|procent|er|zijn|euro|euros|kost|artykuł*|rzecz*|opcj*|macie|mają|jest|są|\
    sprzedajecie|kupić|teraz|dzisiaj|w|z|na|czy|co|u|was|proszę|mi|jak|się|to|sản phẩm|mặt hàng|loại|cái|chiếc|\
    của|bạn|có|là|bán|cho|tôi|mình|hiện|đang|không|ạ|thì|được|các|món|nếu|hàng|ở|em|anh|chị|với|vậy|trong|khi|\
    你们|您们|我们|商品|产品|东西|请问|店里|目前|现在|有没有|的是|的|是|有|吗|呢|吧|了|我|想|要|买|价格|卖|些|元|欧元|在|之间|到|都|多少|哪|请|製品|ください|教えて|ありますか|\
    ありますでしょうか|ですか|でしょうか|何ですか|しますか|です|ます|ある|現在|今|もの|のは|の|は|が|を|で|に|円|か|お店|お|一番|ものは|どれ|いちばん|منتج*|المنتج*|منتجات|\
    المنتجات|لديكم|عندكم|هل|هو|هي|من|في|على|الآن|حاليا|حاليًا|من فضلك|شيء|تبيعون|التي|الذي|لو|سمحت|مع|عند|إذا|\
    يورو|دولار";

/// Between things that are named side by side, by language.
pub(super) const SIDE_BY_SIDE: &[(&str, &str)] = &[
    ("en", "and or plus vs versus than & + ,"),
    ("de", "und oder als sowie & + ,"),
    ("fr", "et ou que & + ,"),
    ("es", "y e o u que & + ,"),
    ("pt", "e ou que & + ,"),
    ("it", "e ed o oppure & + ,"),
    ("nl", "en of dan & + ,"),
    ("pl", "i oraz lub albo czy niż a & + ,"),
    ("vi", "và hay hoặc với & + ,"),
    ("zh", "和 与 跟 还是 或者 或 比 、 & + ,"),
    ("ja", "と や または 、 & + ,"),
    ("ar", "و أو & + ، ,"),
];

/// Between the ends of a range.
pub(super) const TO: &str = "and|to|und|bis|et|à|y|e|a|en|tot|i|do|và|đến|到|至|和|から|〜|~|و|إلى|-|–";

/// Percent, in words.
pub(super) const PERCENT: &str = "percent|per cent|prozent|pour cent|por ciento|por cento|per cento|procent|phần trăm|百分之|パーセント|بالمئة|\
    بالمائة|في المئة|٪|％";

/// What turns a question round.
pub(super) const NEGATIONS: &str = "not|no|don't|doesn't|isn't|aren't|without|except|nicht|kein|keine|keinen|ohne|außer|pas|ne|sans|sauf|\
    sin|excepto|não|nao|sem|exceto|non|senza|tranne|niet|geen|zonder|behalve|nie|bez|oprócz|không|chưa|trừ|不|没有|没|除了|\
    ない|ません|なし|لا|ليس|ليست|غير|بدون";
