//! Addresses of pages: one spelling for each, and which belong to a site.

use crate::{Error, Omnichat, Result, http::Purpose};
use reqwest::Url;

/// Longest address that is kept, in bytes.
const LONGEST: usize = 2_000;
/// Endings of what is no page.
const NO_PAGES: [&str; 36] = [
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".mp3", ".mp4", ".webm", ".mov", ".avi",
    ".wav", ".zip", ".gz", ".rar", ".7z", ".tar", ".exe", ".dmg", ".apk", ".css", ".js", ".mjs", ".json", ".xml",
    ".rss", ".woff", ".woff2", ".ttf", ".xls", ".xlsx", ".ppt", ".pptx",
];
/// Parameters that say where a reader came from and nothing about the page.
const TRACKING: [&str; 5] = ["gclid", "fbclid", "msclkid", "mc_cid", "mc_eid"];

/// An address that somebody entered, in its one spelling. `https://` may be left out.
///
/// # Errors
/// When it is no address of a web page, or may not be reached.
pub fn check(product: &Omnichat, entered: &str) -> Result<Url> {
    let entered = entered.trim();
    let with_scheme = if entered.contains("://") { entered.to_owned() } else { format!("https://{entered}") };
    let refuse = |message: String| Error::Refused(types::Error::invalid(message).field("url"));
    product.http().check(Purpose::Crawler, &with_scheme).map_err(|error| refuse(types::Error::from(error).message))?;
    let url = Url::parse(&with_scheme).ok().and_then(|url| normal(&url));
    url.ok_or_else(|| {
        refuse("This is not the address of a web page. It should look like https://example.com/help.".to_owned())
    })
}

/// The one spelling of a page's address; none for what is not on the web.
pub fn normal(url: &Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || url.as_str().len() > LONGEST {
        return None;
    }
    let mut url = url.clone();
    url.set_fragment(None);
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !TRACKING.contains(&name.as_ref()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if kept.len() != url.query_pairs().count() {
        if kept.is_empty() {
            url.set_query(None);
        } else {
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
    } else if url.query() == Some("") {
        url.set_query(None);
    }
    Some(url)
}

/// Whether an address may be that of a page, by its ending.
pub fn is_page(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    !NO_PAGES.iter().any(|ending| path.ends_with(ending))
}

/// What belongs to a site: the same host, below the folder of the first page.
#[derive(Debug)]
pub struct Scope {
    host: String,
    port: Option<u16>,
    folder: String,
}

impl Scope {
    /// The scope of a site that begins at an address.
    pub fn of(start: &Url) -> Self {
        let folder = start.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        Self { host: bare(start), port: start.port_or_known_default(), folder: format!("{folder}/") }
    }

    /// Whether an address belongs to the site.
    pub fn holds(&self, url: &Url) -> bool {
        let path = url.path();
        let is_below = path.starts_with(&self.folder) || format!("{path}/") == self.folder;
        // A shop often answers under both schemes and with and without "www.".
        let is_port =
            url.port_or_known_default() == self.port || (url.port().is_none() && matches!(self.port, Some(80 | 443)));
        bare(url) == self.host && is_port && is_below
    }
}

fn bare(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Outside, PrivateHosts, Purpose, Reach};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_page_has_one_address() {
        let is = |text: &str| normal(&url(text)).unwrap().to_string();
        assert_eq!(is("HTTPS://Shop.Example:443/a/../b#top"), "https://shop.example/b");
        assert_eq!(is("https://shop.example/b?utm_source=x&id=3&gclid=1"), "https://shop.example/b?id=3");
        assert_eq!(is("https://shop.example/b?utm_source=x"), "https://shop.example/b");
        assert_eq!(is("https://shop.example/b?"), "https://shop.example/b");
        assert!(normal(&url("mailto:hi@shop.example")).is_none());
        assert!(is_page(&url("https://shop.example/terms.pdf")) && !is_page(&url("https://shop.example/a/B.JPG?x=1")));
    }

    #[test]
    fn a_site_ends_at_its_folder_and_host() {
        let help = Scope::of(&url("https://www.shop.example/help/index.html"));
        assert!(help.holds(&url("https://shop.example/help/returns")));
        assert!(help.holds(&url("https://shop.example/help")) && help.holds(&url("http://shop.example/help/")));
        for outside in [
            "https://shop.example/helpdesk",
            "https://shop.example/",
            "https://evil.example/help/",
            "https://shop.example:8443/help/",
        ] {
            assert!(!help.holds(&url(outside)), "{outside}");
        }
        let all = Scope::of(&url("http://127.0.0.1:8080"));
        assert!(all.holds(&url("http://127.0.0.1:8080/any/thing")) && !all.holds(&url("http://127.0.0.1:8081/")));
    }

    #[test]
    fn fuzz_addresses() {
        let seeds: [&[u8]; 4] = [
            b"https://shop.example/help/?utm_source=x&id=3&gclid=1#top",
            b"http://[::ffff:10.0.0.1]:8080/a/../b",
            b"http://0x7f.1/%00",
            "https://xn--mgba.example/ü".as_bytes(),
        ];
        let words = ["http://", "@", "//", "%", "[::1]", "?", "#", ":", "..", "utm_", "&", "xn--", "127.1", "\\", "\t"];
        let (services, sites) = (PrivateHosts::parse(&[]).unwrap(), PrivateHosts::parse(&[]).unwrap());
        let reach = Reach { services, sites, public_url: "https://chat.example.com".to_owned(), listen: None };
        let outside = Outside::new(reach).unwrap();
        fuzz::fuzz("addresses", &seeds, &words, move |input| {
            let text = &*fuzz::text(input);
            let Ok(url) = Url::parse(text) else { return assert!(outside.check(Purpose::Crawler, text).is_err()) };
            if let Some(page) = normal(&url) {
                assert_eq!(normal(&page).as_ref(), Some(&page), "it has two spellings");
                assert!(page.as_str().len() <= url.as_str().len() * 3);
                let _fits = (is_page(&page), Scope::of(&page).holds(&page));
            }
            if outside.check(Purpose::Crawler, text).is_ok() {
                let private = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse().ok());
                assert!(private.is_none_or(crate::http::is_public), "{url} is private");
            }
        });
    }
}
