//! The same tokens as the library's own vocabulary gives, of which this one's memory is the reason.

use super::*;
use std::{
    fmt::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Shop talk in many scripts, as people write it.
const TEXTS: [&str; 22] = [
    "Where is my parcel? I ordered it on 3 March (order no. 4711-B) and it hasn't arrived yet!",
    "Können Sie die Rechnung an Straße 7, 80331 München schicken? Größe XL, bitte – für 49,90 €.",
    "¿Cuánto cuesta el envío a Perú? Ñandú, pingüino y corazón: ¡gracias!",
    "Où est ma commande n° 12 ? L’œuf n’était pas là… c’était « naïf ».",
    "Quanto custa a devolução? Não recebi o código de verificação, só a confirmação.",
    "Czy mogę zwrócić żółtą łódź? Proszę o zwrot pieniędzy na konto.",
    "Tôi muốn trả lại đơn hàng vì sản phẩm bị hỏng, nhờ quý khách kiểm tra giúp.",
    "هل يمكنني إرجاع المنتج خلال ٣٠ يومًا؟ الكِتَابُ مُمَزَّقٌ ولم يصل الطرد.",
    "האם אפשר לבטל את ההזמנה? שָׁלוֹם, המשלוח עוד לא הגיע.",
    "چگونه می‌توانم سفارش خود را لغو کنم؟ کد تخفیف کار نمی‌کند.",
    "我什么时候能收到我的包裹？订单号是2024年3月的４７１１，请尽快回复。",
    "返品はできますか？サイズが合わないので、㈱テストの領収書もお願いします。ﾊﾝｶｸ文字も。",
    "주문한 상품이 아직 도착하지 않았어요. 언제쯤 받을 수 있을까요?",
    "Когда придёт моя посылка? Ещё не пришло подтверждение, йогурт испортился.",
    "मेरा पार्सल कहाँ है? क्या मैं ऑर्डर रद्द कर सकता हूँ, कृपया बताइए।",
    "ฉันต้องการคืนสินค้า เพราะว่าชำรุด ช่วยตรวจสอบให้หน่อยค่ะ ๓๐ วัน",
    "কবে আমার অর্ডার পৌঁছাবে? টাকা ফেরত চাই।",
    "எனது ஆர்டர் எப்போது வரும்? பணம் திரும்ப வேண்டும்.",
    "ပစ္စည်းကို ပြန်ပေးလို့ရမလား။ ငွေပြန်အမ်းပါ၊ ကျေးဇူးတင်ပါတယ်။",
    "როდის მოვა ჩემი შეკვეთა? თანხის დაბრუნება მინდა.",
    "Πότε θα φτάσει το δέμα μου; Θέλω επιστροφή χρημάτων, παρακαλώ.",
    "Նոր պատվերս ե՞րբ կհասնի, խնդրում եմ ասեք։ ትዕዛዜ መቼ ይደርሳል?",
];

/// What else may stand in a text.
const HOSTILE: [&str; 26] = [
    "",
    " ",
    "\n\t  \r\n",
    "\u{a0}\u{3000}\u{2003}x\u{200b}y\u{feff}z\u{2060}",
    "a\0b\u{7}c\u{1b}[31m",
    "👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽 ❤️ 1️⃣",
    "Z̴̢̛͓a̸̧͝l̵͓̈g̶̱͠o̷͙͊",
    "\u{301}\u{301}\u{301}",
    "a\u{323}\u{302} = a\u{302}\u{323} = ậ",
    "e\u{301}te\u{301} cafe\u{301} Tie\u{302}\u{301}ng Vie\u{323}\u{302}t",
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} 한글",
    "ﬁne ﬀ ﬁ\u{301} Ａ\u{301}Ｂ ﷺ ﷽ ㍿ ½ ² Ⅷ ℡ ™",
    "\u{5e9}\u{5c1}\u{5bc} \u{5e9}\u{5bc}\u{5c1} \u{fb2c}",
    "\u{64a}\u{651}\u{64e} \u{64a}\u{64e}\u{651}",
    "\u{202e}txet desrever\u{202c} \u{2066}x\u{2069}",
    "<s></s><pad><unk><mask> a <mask>b < s > <S> ＜s＞",
    "<mask> <mask>\u{3000}<mask>",
    "▁ ▁▁ a▁b ▁query: ▁",
    "\u{100000}\u{10ffff}\u{e000}\u{100301}\u{fffd}\u{ffff}",
    "𒀀𒀁 𐍈 𝕳𝖊𝖑𝖑𝖔 𠜎𠜱 𐌰",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "............................!!!!!!!!!!!!?????????-----------____________=========#########",
    "https://example.com/a?b=c&d=%20e#f user@example.com C:\\x\\y {\"a\": [1, 2.5e-3]}",
    "ΑΣ ας İstanbul ıI ǅ ß ẞ ŉ",
    "क्\u{200d}ष क्\u{200c}ष ක්\u{200d}ර",
    "\u{0f71}\u{0f72}\u{0f74} \u{1037}\u{103a} \u{103a}\u{1037}",
];

fn part(name: &str) -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let candidates = [Path::new("/var/lib/omnichat/parts").join(name), checkout.join(".omnichat/parts").join(name)];
    let found = candidates.into_iter().find(|path| path.exists());
    found.unwrap_or_else(|| panic!("no {name}: run `cargo xtask setup` first"))
}

/// Letters by chance, from the scripts above and from everywhere.
fn by_chance(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % most
    };
    let known: Vec<char> = TEXTS.iter().chain(&HOSTILE).flat_map(|text| text.chars()).collect();
    let mut text = String::new();
    for _ in 0..next(120) {
        match next(12) {
            0 => text.push(' '),
            1 => text.extend(char::from_u32(u32::try_from(next(0x11_0000)).unwrap())),
            2 => text.extend(char::from_u32(u32::try_from(0x300 + next(0x70)).unwrap())),
            _ => text.push(known[next(known.len())]),
        }
    }
    text
}

fn assert_same(ours: &Tokenizer, library: &tokenizers::Tokenizer, text: &str) {
    let found = ours.encode(text).unwrap();
    let wanted = library.encode(text, true).unwrap();
    let ids: Vec<i64> = wanted.get_ids().iter().copied().map(i64::from).collect();
    assert_eq!(found.ids, ids, "{text:?} is {:?} to the library", wanted.get_tokens());
    assert_eq!(found.offsets, wanted.get_offsets(), "{text:?} is {:?}", wanted.get_tokens());
    assert!(found.offsets.iter().all(|(start, end)| text.get(*start..*end).is_some()), "{text:?}");
}

#[test]
fn every_text_has_the_tokens_of_the_library() {
    let folder = part("model-multilingual");
    let ours = Tokenizer::read(&folder, 512).unwrap();
    assert!(matches!(&ours, Tokenizer::Unigram(_)));
    let mut library = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).unwrap();
    let truncation = TruncationParams { max_length: 512, ..TruncationParams::default() };
    library.with_truncation(Some(truncation)).unwrap();
    for text in TEXTS.iter().chain(&HOSTILE) {
        assert_same(&ours, &library, text);
        assert_same(&ours, &library, &format!("query: {text}"));
    }
    for seed in 0..2000 {
        assert_same(&ours, &library, &by_chance(seed));
    }
    let long = TEXTS.join("\n\n").repeat(2);
    assert_same(&ours, &library, &long);
    assert_eq!(ours.encode(&long).unwrap().ids.len(), 512);
    let Tokenizer::Unigram(ours) = ours else { return };
    assert_eq!(ours.get_model().get_vocab_size(), library.get_vocab_size(false));
    for id in [0, 1, 2, 3, 5, 1000, 123_456, 250_001] {
        let piece = library.id_to_token(id);
        assert_eq!((ours.id_to_token(id), ours.token_to_id(&piece.clone().unwrap())), (piece, Some(id)));
    }
}

#[test]
fn the_time_grows_with_the_length_alone() {
    let ours = Tokenizer::read(&part("model-multilingual"), 512).unwrap();
    let words = by_chance(7);
    let mut numbers = String::new();
    for number in 0..20_000 {
        write!(numbers, "{number}").unwrap();
    }
    for (unit, count) in
        [("a", 100_000), ("退", 30_000), ("\u{301}", 50_000), ("<mask>", 15_000), (" <mask>", 15_000), (" ", 100_000)]
            .into_iter()
            .chain([("▁", 30_000), (words.as_str(), 300), (numbers.as_str(), 1), ("\u{64a}\u{651}\u{64e}", 15_000)])
    {
        let start = Instant::now();
        let tokens = ours.encode(&unit.repeat(count)).unwrap();
        assert!(tokens.ids.len() <= 512);
        // A hundred kilobytes take a tenth of a second or so; what grew with the square would take minutes.
        assert!(start.elapsed() < Duration::from_secs(10), "{unit:?} took {:?}", start.elapsed());
    }
}

/// A small vocabulary, ours and the library's.
fn small(vocabulary: &str) -> [String; 2] {
    ["", r#""type": "Unigram", "#].map(|kind| {
        format!(
            r#"{{"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
                "post_processor": null, "decoder": null, "model": {{{kind}{vocabulary}}}}}"#
        )
    })
}

#[test]
fn ties_unknown_letters_and_bytes_are_as_in_the_library() {
    let bytes: Vec<String> = (0..=255).map(|byte| format!(r#"["<0x{byte:02X}>", -20.0]"#)).collect();
    let vocabularies = [
        r#""unk_id": 0, "vocab": [["<unk>", 0.0], ["a", 0.0], ["b", 0.0], ["ab", 0.0], ["abc", 5.0], ["cd", 1.0]]"#
            .to_owned(),
        // The same piece twice, and a score that ends in a tie.
        r#""unk_id": 1, "vocab": [["a", -1.0], ["?", -9.0], ["aa", -2.0], ["aaa", -3.0], ["a", -0.5]]"#.to_owned(),
        format!(r#""unk_id": 0, "byte_fallback": true, "vocab": [["<unk>", 0.0], ["a", -1.0], {}]"#, bytes.join(", ")),
        r#""unk_id": 0, "byte_fallback": true, "vocab": [["<unk>", 0.0], ["a", -1.0], ["<0xC3>", -2.0]]"#.to_owned(),
        r#""unk_id": null, "vocab": [["a", -1.0], ["b", -2.0], ["ab", -2.5]]"#.to_owned(),
    ];
    for vocabulary in vocabularies {
        let [untyped, typed] = small(&vocabulary);
        let kind: Kind = serde_json::from_str(&untyped).unwrap();
        assert!(kind.model.r#type.is_none());
        let ours: With<Unigram> = serde_json::from_str(&typed).unwrap();
        let library: tokenizers::Tokenizer = typed.parse().unwrap();
        for text in ["", "a", "abcd", "aaaa", "aéa", "xyzabxaxx", "é", "abcdé€😀ab?", "<unk>a"] {
            let found = ours.encode(text, true).map_err(|_failed| ());
            let wanted = library.encode(text, true).map_err(|_failed| ());
            assert_eq!(found.is_ok(), wanted.is_ok(), "{text:?} by {vocabulary}");
            if let (Ok(found), Ok(wanted)) = (found, wanted) {
                assert_eq!(found.get_ids(), wanted.get_ids(), "{text:?} by {vocabulary}");
                assert_eq!(found.get_offsets(), wanted.get_offsets(), "{text:?} by {vocabulary}");
            }
        }
    }
}

#[test]
fn a_vocabulary_that_cannot_be_used_is_refused() {
    for (vocabulary, reason) in [
        (r#""unk_id": 7, "vocab": [["a", -1.0]]"#, "unk_id"),
        (r#""unk_id": 0, "vocab": [["a"]]"#, "tuple"),
        (r#""unk_id": 0"#, "vocab"),
        (r#""unk_id": 0, "vocab": [["a", 1e400]]"#, "out of range"),
    ] {
        let [_, typed] = small(vocabulary);
        let error = serde_json::from_str::<With<Unigram>>(&typed).err().unwrap().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
