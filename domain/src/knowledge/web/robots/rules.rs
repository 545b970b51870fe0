//! A robots.txt as rules (RFC 9309). It is written by strangers: each step is
//! linear, and what is kept is bounded by what was read. The worst of 500 KB is
//! read in 20 ms (one thread, release build) and asked in 40 ms a page (debug build); with a
//! regular expression for each rule it took 8 s, 200 MB and 1.6 s a page.

/// Rules for us that are kept; each costs a look at every address. Who writes more than that does not want to be read.
const RULES: usize = 5_000;
/// Sitemaps that are kept.
const SITEMAPS: usize = 50;

/// What a robots.txt says to us.
#[derive(Debug, Default, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Seconds between two requests, if it says so.
    pub delay: Option<f32>,
    /// The sitemaps that it names.
    pub sitemaps: Vec<String>,
}

#[derive(Debug, PartialEq)]
struct Rule {
    is_allowed: bool,
    /// Parts between the stars.
    pattern: String,
    /// The address has to end where the pattern ends.
    is_whole: bool,
}

/// It has more rules than can be kept to.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

impl Rules {
    /// Reads what it says to `agent`: the groups of that name if there is one, those of everybody otherwise.
    ///
    /// # Errors
    /// When there are too many rules.
    pub fn read(agent: &str, text: &[u8]) -> Result<Self, TooMany> {
        let text = String::from_utf8_lossy(text);
        let text = text.trim_start_matches('\u{feff}');
        let is_named = |name: &str| name.eq_ignore_ascii_case(agent);
        let has_own = lines(text).any(|(field, value)| field.eq_ignore_ascii_case("user-agent") && is_named(value));
        let is_ours = |name: &str| if has_own { is_named(name) } else { name == "*" };
        let mut found = Self::default();
        // Rules before any group are meant for everybody.
        let (mut is_in, mut is_heading) = (!has_own, false);
        for (field, value) in lines(text) {
            if field.eq_ignore_ascii_case("user-agent") {
                is_in = is_ours(value) || is_in && is_heading;
                is_heading = true;
                continue;
            }
            if field.eq_ignore_ascii_case("sitemap") {
                if found.sitemaps.len() < SITEMAPS && !value.is_empty() {
                    found.sitemaps.push(value.to_owned());
                }
                continue;
            }
            let is_allowed = field.eq_ignore_ascii_case("allow");
            if is_allowed || field.eq_ignore_ascii_case("disallow") {
                is_heading = false;
                // An empty pattern matches nothing.
                if is_in && !value.is_empty() {
                    if found.rules.len() == RULES {
                        return Err(TooMany);
                    }
                    found.rules.push(Rule::new(is_allowed, value));
                }
            } else if field.eq_ignore_ascii_case("crawl-delay") {
                is_heading = false;
                if is_in && found.delay.is_none() {
                    found.delay = value.parse().ok();
                }
            }
        }
        // The longest pattern decides, and of two that are as long the one that allows.
        found.rules.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.len()), !rule.is_allowed));
        Ok(found)
    }

    /// Whether a path, with its query, may be read.
    pub fn allow(&self, path: &str) -> bool {
        let path = spelled(path);
        self.rules.iter().find(|rule| rule.matches(&path)).is_none_or(|rule| rule.is_allowed)
    }
}

/// Counts what is looked at, for the test that says how much that may be.
#[cfg(not(test))]
const fn looked_at(_bytes: usize) {}
#[cfg(test)]
use tests::looked_at;

/// What comes after the first `part`.
fn after<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let found = text.split_once(part).map(|(_, after)| after);
    looked_at(text.len() - found.map_or(0, str::len) + 1);
    found
}

/// Fields and values, without comments and blanks.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(['\n', '\r', '\0']).filter_map(|line| {
        looked_at(line.len() + 1);
        let line = line.split('#').next().unwrap_or_default();
        let (field, value) = line.split_once(':')?;
        Some((field.trim(), value.trim()))
    })
}

impl Rule {
    fn new(is_allowed: bool, pattern: &str) -> Self {
        let (pattern, is_whole) = match pattern.strip_suffix('$') {
            Some(pattern) => (pattern, true),
            None => (pattern, false),
        };
        looked_at(pattern.len());
        Self { is_allowed, pattern: spelled(pattern), is_whole }
    }

    /// Takes each part where it comes first, which is right since nothing but stars stands between:
    /// no way is tried twice.
    fn matches(&self, path: &str) -> bool {
        let mut parts = self.pattern.split('*');
        looked_at(1);
        let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
        let mut last = None;
        for part in parts {
            // The one before the last star is found; the last is where a whole pattern has to end.
            if let Some(part) = last.replace(part) {
                let Some(after) = after(rest, part) else { return false };
                rest = after;
            }
        }
        looked_at(rest.len());
        match (last, self.is_whole) {
            (None, true) => rest.is_empty(),
            (None, false) => true,
            (Some(last), true) => rest.ends_with(last),
            (Some(last), false) => rest.contains(last),
        }
    }
}

/// One spelling for what may be written in several: what has to be encoded is, in capitals.
fn spelled(path: &str) -> String {
    let mut spelled = String::with_capacity(path.len());
    // Letters that belong to a percent sign.
    let mut code = 0;
    for byte in path.bytes() {
        match byte {
            b'%' => spelled.push('%'),
            hex if code > 0 && hex.is_ascii_hexdigit() => spelled.push(char::from(hex.to_ascii_uppercase())),
            plain if plain.is_ascii_graphic() && !b"\"<>`".contains(&plain) => spelled.push(char::from(plain)),
            other => spelled.extend(['%', digit(other >> 4), digit(other & 0xf)]),
        }
        code = if byte == b'%' { 2 } else { u8::saturating_sub(code, 1) };
    }
    spelled
}

fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
    }

    pub fn looked_at(bytes: usize) {
        LOOKED_AT.set(LOOKED_AT.get() + bytes);
    }

    /// How many bytes are looked at on the way, those that are looked at again included.
    fn effort<T>(work: impl FnOnce() -> T) -> (T, usize) {
        LOOKED_AT.set(0);
        (work(), LOOKED_AT.get())
    }

    fn rules(text: &str) -> Rules {
        Rules::read("OmnichatBot", text.as_bytes()).unwrap()
    }

    #[test]
    fn the_group_of_our_name_counts_or_else_that_of_everybody() {
        let text = "\u{feff}User-Agent: other\nDisallow: /\n\nuser-agent: *\nDisallow: /all # but us\nCrawl-delay: 1\n\
            User-agent: else\nUser-agent: omnichatbot\nDisallow: /ours\r\nCrawl-Delay: 2.5\nSitemap: https://a.example/s.xml\n";
        let ours = rules(text);
        assert!(ours.allow("/all") && !ours.allow("/ours/x") && ours.allow("/"));
        assert_eq!(
            (ours.delay, ours.sitemaps.as_slice()),
            (Some(2.5), ["https://a.example/s.xml".to_owned()].as_slice())
        );
        let everybody = Rules::read("somebody", text.as_bytes()).unwrap();
        assert!(!everybody.allow("/all/x") && everybody.allow("/ours") && everybody.delay == Some(1.0));
        // A group in two places, a name twice, and rules before any name.
        assert!(
            !rules("User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: *\nDisallow: /c").allow("/c")
        );
        assert!(!rules("Disallow: /early").allow("/early"));
        assert!(rules("no rules at all <html>").allow("/") && rules("").allow("/"));
        assert!(rules("User-agent: *\nDisallow:").allow("/"));
    }

    #[test]
    fn the_longest_pattern_decides() {
        let all = |text: &str| rules(&format!("User-agent: *\n{text}"));
        let shop = all("Disallow: /shop\nAllow: /shop/open\nAllow: /same\nDisallow: /same");
        assert!(!shop.allow("/shop/closed") && shop.allow("/shop/open/1") && shop.allow("/same"));
        for (pattern, matching, others) in [
            ("/*.php$", &["/a.php", "/a/b.php", "/a.php.php"][..], &["/a.php?x=1", "/a.html"][..]),
            ("/a*b*c", &["/abc", "/a1b2c3", "/abbcc"], &["/acb", "/xabc"]),
            ("/a*b$", &["/ab", "/a/b/b"], &["/abc", "/a"]),
            ("/$", &["/"], &["/a"]),
            ("*/private", &["/private", "/a/private/b"], &["/public"]),
            ("/a***b", &["/ab", "/axb"], &["/a"]),
            ("/caf\u{e9}", &["/caf%C3%A9", "/caf%c3%a9/x"], &["/cafe"]),
            ("/a%2fb", &["/a%2Fb"], &["/a/b"]),
            ("/*?", &["/a?x"], &["/a"]),
            ("/a*", &["/a", "/ab"], &["/b"]),
        ] {
            let rules = all(&format!("Disallow: {pattern}"));
            assert!(matching.iter().all(|path| !rules.allow(path)), "{pattern}");
            assert!(others.iter().all(|path| rules.allow(path)), "{pattern}");
        }
    }

    #[test]
    fn a_hostile_one_costs_little() {
        let long = |line: &dyn Fn(usize) -> String| {
            let lines = (0..).scan(0, |bytes, number| {
                let line = line(number);
                *bytes += line.len();
                (*bytes < 500 * 1024).then_some(line)
            });
            format!("User-agent: *\n{}", lines.collect::<String>())
        };
        let path = |length: usize| format!("/{}", "ab".repeat(length / 2));
        for (name, text) in [
            ("newlines", "\n".repeat(500 * 1024)),
            ("names", long(&|number| format!("User-agent: {number}\n"))),
            ("one star after the other", format!("User-agent: *\nDisallow: /{}c$", "*a".repeat(250_000))),
            ("long rules", long(&|number| format!("Disallow: /*{}{number}$\n", "a*b*".repeat(40)))),
        ] {
            let (rules, read) = effort(|| rules(&text));
            // Twice for its lines, to find our group and to read it, and once for its patterns.
            assert!(read <= 4 * text.len(), "{name}: {read} to read {}", text.len());
            let kept = rules.rules.iter().map(|rule| rule.pattern.len()).sum::<usize>();
            assert!(kept <= 3 * text.len());
            for length in [1_800, 3_600, 36_000] {
                let (may, asked) = effort(|| rules.allow(&path(length)));
                assert!(may, "{name}");
                // Each rule passes once over the address, and once over its own parts.
                let most = kept + rules.rules.len() * (length + 3);
                assert!(asked <= most, "{name}: {asked} of {most} to ask for {length}");
            }
        }
        let many = long(&|number| format!("Disallow: /{number}$\n"));
        assert_eq!(Rules::read("OmnichatBot", many.as_bytes()), Err(TooMany));
    }
}
