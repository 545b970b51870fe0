//! Currencies: their codes, their decimals, and the signs by which people write them.

/// The codes of ISO 4217 that money is written in.
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP",
    "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD",
    "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD",
    "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN",
    "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SYP", "SZL", "THB",
    "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV",
    "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// Those without decimals.
const WHOLE: &[&str] =
    &["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Those with three decimals.
const THREE: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Signs and words in small letters, with every currency that is written so.
const SIGNS: &[(&[&str], &[&str])] = &[
    (&["€", "euro", "euros"], &["EUR"]),
    (&["£"], &["GBP", "EGP", "FKP", "GIP", "SHP"]),
    (
        &["$"],
        &[
            "USD", "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "DOP", "FJD", "GYD", "HKD",
            "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "UYU", "XCD",
        ],
    ),
    (&["us$", "$us"], &["USD"]),
    (&["ca$", "c$", "can$"], &["CAD"]),
    (&["a$", "au$"], &["AUD"]),
    (&["nz$"], &["NZD"]),
    (&["hk$"], &["HKD"]),
    (&["s$", "sg$"], &["SGD"]),
    (&["mx$"], &["MXN"]),
    (&["nt$"], &["TWD"]),
    (&["r$"], &["BRL"]),
    (&["¥", "￥"], &["JPY", "CNY"]),
    (&["円"], &["JPY"]),
    (&["元", "rmb"], &["CNY"]),
    (&["₩", "원"], &["KRW"]),
    (&["₫", "đ", "vnđ"], &["VND"]),
    (&["₹"], &["INR"]),
    (&["rs", "rs."], &["INR", "PKR", "LKR", "NPR", "MUR"]),
    (&["₽", "руб", "руб.", "р."], &["RUB"]),
    (&["₴", "грн", "грн."], &["UAH"]),
    (&["₺", "tl"], &["TRY"]),
    (&["₪"], &["ILS"]),
    (&["₱"], &["PHP"]),
    (&["₦"], &["NGN"]),
    (&["฿"], &["THB"]),
    (&["₸"], &["KZT"]),
    (&["₾"], &["GEL"]),
    (&["zł", "zl"], &["PLN"]),
    (&["kč"], &["CZK"]),
    (&["ft", "ft."], &["HUF"]),
    (&["lei"], &["RON", "MDL"]),
    (&["лв", "лв."], &["BGN"]),
    (&["din", "din.", "дин", "дин."], &["RSD"]),
    (&["fr", "fr.", "sfr", "sfr."], &["CHF"]),
    (&["kr", "kr."], &["SEK", "NOK", "DKK", "ISK"]),
    (&["rp", "rp."], &["IDR"]),
    (&["rm"], &["MYR"]),
    (&["r"], &["ZAR"]),
    (&["kd", "د.ك"], &["KWD"]),
    (&["د.إ"], &["AED"]),
    (&["ر.س"], &["SAR"]),
    (&["د.ب"], &["BHD"]),
    (&["ر.ع"], &["OMR"]),
];

/// The code that a text is, in large letters.
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    CODES.iter().copied().find(|code| code.eq_ignore_ascii_case(text.trim()))
}

/// The places after the point that amounts of a currency have; of one that is not known, two.
#[must_use]
pub fn decimals(code: &str) -> usize {
    if WHOLE.contains(&code) {
        0
    } else if THREE.contains(&code) {
        3
    } else {
        2
    }
}

/// Every currency that a code, a sign or a word may stand for; none when it is no currency.
#[must_use]
pub fn named(word: &str) -> Vec<&'static str> {
    if let Some(code) = code(word) {
        return vec![code];
    }
    let word = word.to_lowercase();
    let found = SIGNS.iter().find(|(words, _)| words.contains(&word.as_str()));
    found.map(|(_, codes)| codes.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_signs_name_currencies() {
        assert_eq!((code("eur"), code(" USD "), code("ABC"), code("")), (Some("EUR"), Some("USD"), None, None));
        assert_eq!((decimals("EUR"), decimals("JPY"), decimals("KWD"), decimals("")), (2, 0, 3, 2));
        assert_eq!(named("zł"), ["PLN"]);
        assert_eq!(named("US$"), ["USD"]);
        assert!(named("kr").len() > 1 && named("$").contains(&"CAD"));
        assert!(named("from").is_empty() && named("").is_empty());
        for codes in [WHOLE, THREE].into_iter().chain(SIGNS.iter().map(|(_, codes)| *codes)) {
            assert!(codes.iter().all(|one| code(one) == Some(*one)), "{codes:?}");
        }
        assert!(CODES.is_sorted());
    }
}
