//! What is taken for private and what is not.

use super::redact;
use std::borrow::Cow;

#[test]
fn cards_are_taken_out() {
    for (text, expected) in [
        ("4111111111111111", "[card]"),
        ("My card is 4111 1111 1111 1111, valid 12/27", "My card is [card], valid 12/27"),
        ("5500-0000-0000-0004.", "[card]."),
        ("amex 3782 822463 10005!", "amex [card]!"),
        ("6011111111111117/3530111333300000", "[card]/[card]"),
        ("30569309025904 and 2223003122003222", "[card] and [card]"),
        ("card=4222222222222", "card=[card]"),
        ("order 123 4111 1111 1111 1111", "order 123 [card]"),
        ("٤١١١ ١١١١ ١١١١ ١١١١", "[card]"),
        ("カードは４１１１１１１１１１１１１１１１です", "カードは[card]です"),
    ] {
        assert_eq!(redact(text), expected, "{text}");
    }
}

#[test]
fn account_numbers_are_taken_out() {
    for (text, expected) in [
        ("DE89370400440532013000", "[iban]"),
        ("IBAN: DE89 3704 0044 0532 0130 00 bitte", "IBAN: [iban] bitte"),
        ("(GB29 NWBK 6016 1331 9268 19)", "([iban])"),
        ("nl91abna0417164300,fr1420041010050500013m02606", "[iban],[iban]"),
        ("NO93-8601-1117-947", "[iban]"),
        ("MT84MALT011000012345MTLCAST001S", "[iban]"),
    ] {
        assert_eq!(redact(text), expected, "{text}");
    }
}

#[test]
fn addresses_are_taken_out() {
    for (text, expected) in [
        ("bob@example.com", "[email]"),
        ("Mail <bob.o-neil+shop@mail.example.co.uk>.", "Mail <[email]>."),
        ("a@b.de,c@d.org;", "[email],[email];"),
        ("jürgen@müller.example und 邮箱bob@example.com谢谢", "[email] und 邮箱[email]谢谢"),
        ("mailto:x_1@xn--bcher-kva.xn--p1ai", "mailto:[email]"),
        ("bob@example.com-and more", "[email]-and more"),
        ("+4915112345678@example.com", "+[email]"),
    ] {
        assert_eq!(redact(text), expected, "{text}");
    }
}

#[test]
fn phone_numbers_are_taken_out() {
    for phone in [
        "+4915112345678",
        "+49 151 2345678",
        "+49 (0) 30 / 123 456-78",
        "+1 (415) 555-2671",
        "+1-800-555-0199",
        "+33 6 12 34 56 78",
        "+84.912.345.678",
        "0049 151 2345678",
        "00491512345678",
        "030 1234567",
        "030/123 456-78",
        "0151-23456789",
        "01512345678",
        "06.12.34.56.78",
        "020 7946 0958",
        "090-1234-5678",
        "(030) 1234567",
        "(415) 555-2671",
        "(0)30 1234567",
        "415-555-2671",
        "415.555.2671",
        "415 555 2671",
        "1-800-555-0199",
        "138 1234 5678",
        "612 345 678",
        "12 34 56 78",
        "11 91234 5678",
    ] {
        assert_eq!(redact(phone), "[phone]", "{phone}");
        let sentence = format!("Call {phone}, please. Or tel:{phone}; 2026-11-21 {phone} 10:30");
        assert_eq!(redact(&sentence), "Call [phone], please. Or tel:[phone]; 2026-11-21 [phone] 10:30", "{phone}");
        assert_eq!(redact(&format!("\"phone\":\"{phone}\"")), "\"phone\":\"[phone]\"");
    }
    assert_eq!(redact("电话138 1234 5678。"), "电话[phone]。");
    assert_eq!(redact("0151 2345678,0152 3456789"), "[phone],[phone]");
}

#[test]
fn what_machines_write_stays() {
    for text in [
        "",
        "Nothing here, @you and me@home",
        "0198a5f2-7c3e-7d1a-9b2c-1234567890ab",
        "41111111-1111-4111-8111-111111111111",
        "00491512-3456-7890-1234-567890123456",
        "0198a5f27c3e7d1a9b2c1234567890ab",
        "2026-11-21T00:42:05.123456Z",
        "2026-11-21T00:42:05.123456789+01:00",
        "2026-11-21 00:42:05,123 21.11.2026 11/21/2026",
        "20261121T004205Z 1763685725 1763685725123 1763685725123456",
        "took 12.345678ms, 0.123456789s, 1.5s, 00:01:02.123456789",
        "bytes 0-499/1234567890 port 3000 id 4111111111111112",
        "192.168.100.200:3000 10.0.0.1/24 010.020.030.040 2001:db8:1234:5678::1 ::ffff:127.0.0.1",
        "0x4111111111111111 deadbeef12345678 4111111111111111abc sha256:0123456789abcdef0123",
        "01-23-45-67-89-ab 0123-4567-89ab",
        "$1,234,567.89 €12.345.678,90 1 234 567 890 VND 1.250.000.000 ₫ 123 456 789 € EUR 123 456 789",
        "confidence=0.4111111111111111 4111111111111111.5",
        "DE89370400440532013001 AB12CDEF3456 be12abcd-1234-5678-9012-abcdefabcdef",
        "v1.28.0 leptos@0.8.23 git@host postgres://omnichat:secret@db/omnichat",
        "in 2020-2024, 9:00-17:30, 3000-4000, 24/7",
        "Bestellnummer 20240815-1234 Seite 12 von 345678901",
        "+1 and +20% and +1234567, 1+12345678",
        "\u{1b}[2m2026-11-21T00:42:05.123456Z\u{1b}[0m \u{1b}[32m INFO\u{1b}[0m",
    ] {
        let redacted = redact(text);
        assert_eq!(redacted, text);
        assert!(matches!(redacted, Cow::Borrowed(_)), "{text} was copied");
    }
}

#[test]
fn escapes_stay_whole() {
    for (text, expected) in [
        (r"mail:\nbob@example.com\t0151 2345678", r"mail:\n[email]\t[phone]"),
        (
            r"\u001bbob@example.com \u{1b}bob@example.com \x1b4111111111111111",
            r"\u001b[email] \u{1b}[email] \x1b[card]",
        ),
        (r#"\"bob@example.com\""#, r#"\"[email]\""#),
        ("\u{1b}[3mphone\u{1b}[0m\u{1b}[2m=\u{1b}[0m030 1234567", "\u{1b}[3mphone\u{1b}[0m\u{1b}[2m=\u{1b}[0m[phone]"),
        ("\u{1b}[1mbob@example.com\u{1b}[0m", "\u{1b}[1m[email]\u{1b}[0m"),
    ] {
        assert_eq!(redact(text), expected, "{text}");
    }
}

/// Random texts of the pieces that matter, and of any characters.
#[test]
fn whatever_comes_redacting_twice_is_redacting_once() {
    const PIECES: [&str; 44] = [
        "0",
        "1",
        "4",
        "9",
        "00",
        "49",
        "0151",
        "415",
        "555",
        "2671",
        "2345678",
        "4111",
        "4111 1111 1111 1111",
        "4111111111111111",
        "5500-0000-0000-0004",
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "bob@example.com",
        "@",
        "a",
        "DE",
        "ab1",
        " ",
        " ",
        "-",
        "-",
        ".",
        "/",
        "(",
        ")",
        "+",
        ",",
        ":",
        "_",
        "\\",
        "\\n",
        "\u{1b}",
        "\u{1b}[0m",
        "\u{a0}",
        "é",
        "漢",
        "٣",
        "€",
        "2026-11-21",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for round in 0..10_000 {
        let count = 1 + random(14);
        let mut text = String::new();
        for _ in 0..count {
            if round % 4 == 0 && random(3) == 0 {
                text.extend(char::from_u32(u32::try_from(random(0x11_0000)).unwrap()));
            } else {
                text.push_str(PIECES[random(PIECES.len())]);
            }
        }
        let once = redact(&text).into_owned();
        assert_eq!(redact(&once), once, "{text:?}");
        if !text.chars().any(|char| char == '@' || super::is_digit(char)) {
            assert!(matches!(redact(&text), Cow::Borrowed(_)));
        }
    }
}

#[test]
fn a_long_text_takes_time_in_proportion() {
    let time = |count: usize| {
        let started = std::time::Instant::now();
        for piece in ["01 ", "4", "@", "a@", "+1", "(0)", "DE89 ", "1 2 3 4-", "\\", "0151 2345678 "] {
            assert!(!redact(&piece.repeat(count)).is_empty());
        }
        started.elapsed()
    };
    time(1_000);
    let (short, long) = (time(1_000), time(16_000));
    assert!(long < short * 100, "sixteen times the text took {long:?} instead of {short:?}");
}

#[test]
fn what_was_taken_out_is_told_in_its_order() {
    let text = "Mail bob@example.com,\\n call +49 151 2345678; card 4111111111111111";
    let found = super::find(text);
    assert_eq!(found.redacted, redact(text));
    let told: Vec<_> = found.private.iter().map(|one| (one.mark, one.text.as_str())).collect();
    assert_eq!(told, [("[email]", "bob@example.com"), ("[phone]", "+49 151 2345678"), ("[card]", "4111111111111111")]);
    for one in &found.private {
        assert!(found.redacted[one.at..].starts_with(one.mark));
    }
    assert_eq!(super::find("nothing").private, []);
}
