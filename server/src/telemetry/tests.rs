//! With a writer that keeps what was written.

use super::*;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged while `work` runs.
fn logged(format: LogFormat, is_terminal: bool, work: impl FnOnce()) -> String {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = subscriber(format, EnvFilter::new("trace"), move || writer.clone(), is_terminal);
    tracing::subscriber::with_default(subscriber, work);
    String::from_utf8(kept.0.lock().unwrap().clone()).unwrap()
}

/// The same without cleaning, to compare with.
fn plain(work: impl FnOnce()) -> String {
    let kept = Kept::default();
    let writer = kept.clone();
    let lines = fmt::layer().with_ansi(false).without_time().with_writer(move || writer.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), work);
    String::from_utf8(kept.0.lock().unwrap().clone()).unwrap()
}

const CARD: &str = "4111 1111 1111 1111";
const PRIVATE: [&str; 4] = [CARD, "DE89 3704 0044 0532 0130 00", "bob@example.com", "+49 151 2345678"];

fn private() {
    let [card, iban, email, phone] = PRIVATE;
    let span = tracing::info_span!("request", path = "/pay", by = %email, tenant_id = tracing::field::Empty);
    let _inside = span.enter();
    span.record("tenant_id", tracing::field::display(phone));
    tracing::info!(card, number = 4_111_111_111_111_111_u64, %iban, phone = ?phone, "{email}\n{phone}\t\"{card}\"");
    tracing::error!(error = %io::Error::other(format!("unknown: {email}, {iban}")), "failed for {phone}");
}

fn harmless() {
    let span = tracing::info_span!(
        "request",
        request_id = %"0198a5f2-7c3e-7d1a-9b2c-1234567890ab",
        path = "/api/inbox/0198a5f2-7c3e-7d1a-9b2c-123456789012",
        tenant_id = tracing::field::Empty,
    );
    let _inside = span.enter();
    span.record("tenant_id", tracing::field::display("41111111-1111-4111-8111-111111111111"));
    let elapsed = std::time::Duration::from_nanos(12_345_678_901);
    tracing::info!(
        ip = "203.0.113.77:54321",
        ?elapsed,
        at = "2026-11-21T00:42:05.123456789Z",
        status = 200,
        "answered"
    );
    tracing::warn!(bytes = 1_234_567_890_123_u64, millis = 1_763_685_725_123_i64, "took 0.123456789s");
}

#[test]
fn what_is_private_is_not_written() {
    for (format, is_terminal) in [(LogFormat::Text, false), (LogFormat::Text, true), (LogFormat::Json, false)] {
        let written = logged(format, is_terminal, private);
        for private in PRIVATE.iter().chain(&["4111111111111111"]) {
            assert!(!written.contains(private), "{private} is in {written}");
        }
        for label in ["[card]", "[iban]", "[email]", "[phone]"] {
            assert!(written.contains(label), "{label} is not in {written}");
        }
        assert_eq!(written.lines().filter(|line| line.contains("failed for")).count(), 1);
    }
}

#[test]
fn json_stays_json() {
    let written = logged(LogFormat::Json, false, private);
    let lines: Vec<serde_json::Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["message"], "[email]\n[phone]\t\"[card]\"");
    assert_eq!(lines[0]["number"], "[card]");
    assert_eq!(lines[0]["span"]["by"], "[email]");
    assert_eq!(lines[0]["span"]["path"], "/pay");
    assert_eq!(lines[1]["error"], "unknown: [email], [iban]");
}

#[test]
fn what_machines_write_stays_as_it_is() {
    let expected = plain(harmless);
    let written = logged(LogFormat::Text, false, harmless);
    let without_time: String = written
        .lines()
        .map(|line| {
            let (time, rest) = line.split_once(' ').unwrap();
            assert!(time.ends_with('Z') && time.len() >= 20 && !time.contains('['), "{time}");
            format!("{rest}\n")
        })
        .collect();
    assert_eq!(without_time, expected);
    let json = logged(LogFormat::Json, false, harmless);
    for line in json.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["span"]["request_id"], "0198a5f2-7c3e-7d1a-9b2c-1234567890ab");
        assert_eq!(line["span"]["tenant_id"], "41111111-1111-4111-8111-111111111111");
    }
    assert!(json.contains("\"millis\":1763685725123") && !json.contains("[card]") && !json.contains("[phone]"));
}

#[test]
fn only_a_terminal_gets_escapes() {
    let colourful = || {
        harmless();
        private();
        tracing::info!(name = %"\u{1b}[31mred\u{1b}[0m", "\u{1b}[1mbold\u{1b}[0m and \u{1b} alone");
    };
    for format in [LogFormat::Text, LogFormat::Json] {
        let written = logged(format, false, colourful);
        assert!(!written.contains('\u{1b}'), "{written:?}");
        assert!(written.contains("red") && written.contains("bold"));
    }
    assert!(logged(LogFormat::Text, true, colourful).contains("\u{1b}["));
}

#[test]
fn fuzz_log_lines() {
    let seeds: [&[u8]; 3] = [
        b"{\"level\":\"INFO\",\"card\":4111111111111111,\"mail\":\"a@b.example\",\"text\":\"\\u001b[31m\\\" x\"}",
        b"\x1b[31mred\x1b[0m ana@example.com\x1b]0;title\x07 +49 170 1234567",
        b"{\"a\":[1,{\"b\":\"\\\\\"}],\"c\":[4111111111111111,-4111111111111111.5e3]}",
    ];
    let words = ["\"", "\\", "\u{1b}", "\u{1b}[", "4111 1111 1111 1111", "a@b.example", "{", ":", ",", "\\u", "[card]"];
    fuzz::fuzz("log_lines", &seeds, &words, |input| {
        for format in [LogFormat::Text, LogFormat::Json] {
            let mut clean = Clean { to: Vec::new(), format, is_terminal: false };
            clean.write_all(input).unwrap();
            let line = String::from_utf8(clean.to).unwrap();
            assert!(!line.contains('\u{1b}'), "{line:?}");
            assert!(!line.contains("4111111111111111 "), "{line:?}");
        }
    });
}
