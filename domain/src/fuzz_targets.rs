//! Tokens, sealed values, Markdown and network addresses, damaged.

use crate::{Keys, Network, markdown};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: types::ContactId,
}

#[test]
fn fuzz_our_tokens() {
    let keys = Keys::new(&[7; 32], &[[8; 32]]);
    let claims = Claims { aud: "visitor".to_owned(), exp: i64::from(u32::MAX), sub: types::ContactId::new() };
    let token = keys.sign(&claims).unwrap();
    assert!(keys.verify::<Claims>(&token, "visitor").is_ok());
    let others = [keys.sign(&Claims { aud: "other".to_owned(), ..claims.clone() }).unwrap(), "a.b.c".to_owned()];
    let seeds = [token.as_bytes(), others[0].as_bytes(), others[1].as_bytes()];
    let good = token.clone();
    fuzz::fuzz("our_tokens", &seeds, &[".", "eyJhbGciOiJub25lIn0", "e30", "="], move |input| {
        let text = &*fuzz::text(input);
        assert!(text == good || keys.verify::<Claims>(text, "visitor").is_err(), "{text} is believed");
    });
}

#[test]
fn fuzz_sealed_values() {
    let keys = Keys::new(&[7; 32], &[[8; 32]]);
    let sealed = keys.encrypt("secret", "tenant 1").unwrap();
    let (good, old) = (sealed.clone(), [1; 40]);
    fuzz::fuzz("sealed_values", &[&sealed, &old], &[], move |input| {
        assert!(input == good || keys.decrypt(input, "tenant 1").is_err(), "a changed value opens");
        let _outdated = keys.needs_rotation(input);
    });
}

#[test]
fn fuzz_markdown() {
    let seeds: [&[u8]; 3] = [
        b"<b>Hi</b> [x](javascript:alert(1)) ![i](http://t/x.png) **ok** [1]\n<img src=x onerror=alert(1)>",
        b"# h\n\n1. a\n   - b\n\n| a | b |\n|---|---|\n| `c` | ~~d~~ |\n\n> e\n\n```js\nf\n```\n<https://a.example>",
        b"[a]: data:text/html,x 'y'\n[a] &lt;script&gt; \\<svg/onload=x>",
    ];
    let words = [
        "[",
        "](",
        "javascript:",
        "<script",
        "<a href=",
        "\"",
        "`",
        "*",
        "_",
        "> ",
        "- ",
        "|",
        "&#",
        "\n\n",
        "<!--",
        "data:",
    ];
    fuzz::fuzz("markdown", &seeds, &words, |input| {
        let html = markdown::to_html(&fuzz::text(input)).to_lowercase();
        for never in ["<script", "<img", "<svg", "<iframe", "<style", "href=\"javascript", "href=\"data"] {
            assert!(!html.contains(never), "{html}");
        }
    });
}

#[test]
fn fuzz_networks() {
    fuzz::fuzz("networks", &[b"::ffff:192.0.2.7", b"192.0.2.7", b"2001:db8::1"], &[":", ".", "ffff", "::"], |input| {
        let Ok(address) = fuzz::text(input).parse() else { return };
        let network = Network::of(address);
        assert_eq!(network.around(), network.around().around());
    });
}
