//! What is left of a crawl that has given its place up to others for a while.

use reqwest::Url;
use serde::{Deserialize, Serialize};
use types::Timestamp;

/// Bytes of addresses of each kind that are kept.
const BYTES: usize = 1024 * 1024;

/// Where a crawl goes on, in the job that does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// When the crawl began; once it has ended or another has begun, nothing is left of it.
    pub(super) began: Timestamp,
    /// How often it has given its place up.
    pub(super) slices: u32,
    pub(super) waiting: Vec<String>,
    pub(super) met: Vec<String>,
    /// Not all that waited was kept, so what is not met may be there nevertheless.
    pub(super) is_cut: bool,
    pub(super) by_links: bool,
    pub(super) read: usize,
    pub(super) failures: usize,
    pub(super) in_a_row: usize,
    pub(super) why: Option<String>,
}

/// The first of some addresses, as many as are kept; and whether these are all.
pub(super) fn kept<'a>(urls: impl Iterator<Item = &'a Url>) -> (Vec<String>, bool) {
    let (mut kept, mut bytes) = (Vec::new(), 0);
    for url in urls {
        bytes += url.as_str().len();
        if bytes > BYTES {
            return (kept, false);
        }
        kept.push(url.to_string());
    }
    (kept, true)
}

/// The same as addresses.
pub(super) fn urls(kept: &[String]) -> impl Iterator<Item = Url> {
    kept.iter().filter_map(|url| Url::parse(url).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_in_its_order_and_has_a_limit() {
        let all: Vec<Url> =
            (0..2_000).map(|n| Url::parse(&format!("https://a.example/{n}/{}", "x".repeat(1_500))).unwrap()).collect();
        let (few, is_all) = kept(all.iter().take(100));
        assert!(is_all);
        assert!(urls(&few).eq(all.iter().take(100).cloned()));
        let (many, is_all) = kept(all.iter());
        assert!(!is_all && many.len() > 600 && many.iter().map(String::len).sum::<usize>() <= BYTES);
    }

    /// As it waits in the database while the server becomes the next release.
    #[test]
    fn what_was_stored_is_read() {
        let stored = r#"{"began":1795867200000,"slices":2,"waiting":["https://a.example/2"],"met":["https://a.example/1"],"is_cut":false,"by_links":true,"read":1,"failures":0,"in_a_row":0,"why":null}"#;
        let rest: Rest = serde_json::from_str(stored).unwrap();
        assert_eq!((rest.slices, rest.read, rest.waiting.len(), rest.by_links), (2, 1, 1, true));
        let again = serde_json::to_value(&rest).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(stored).unwrap());
    }
}
