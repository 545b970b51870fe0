//! Sitemaps: the pages that a site lists itself.

use super::{
    FetchError, Manners, Scope, Validators,
    fetch::{body, request},
    is_page, normal,
};
use crate::Omnichat;
use quick_xml::{events::Event, reader::Reader};
use reqwest::{StatusCode, Url};
use std::collections::{HashSet, VecDeque};

/// Sitemaps of one site that are read.
const MAPS: usize = 50;
/// Bytes of a sitemap that are read.
const BYTES: usize = 10 * 1024 * 1024;

/// The pages within the scope that the sitemaps of a site name, in their order, `most` at most.
pub async fn pages_of(product: &Omnichat, manners: &mut Manners, start: &Url, scope: &Scope, most: usize) -> Vec<Url> {
    let named = manners.sitemaps(product, start).await;
    let mut maps: VecDeque<Url> = named.iter().filter_map(|map| start.join(map).ok()).take(MAPS).collect();
    if maps.is_empty() {
        maps.extend(start.join("/sitemap.xml"));
    }
    let mut seen: HashSet<Url> = HashSet::new();
    let mut pages = Vec::new();
    let mut known: HashSet<Url> = HashSet::new();
    while let Some(map) = maps.pop_front() {
        if pages.len() >= most || seen.len() >= MAPS || !seen.insert(map.clone()) {
            continue;
        }
        // One that cannot be read is one less.
        let Ok(text) = read(product, manners, &map).await else { continue };
        let Entries { maps: more, pages: found } = entries(&text);
        maps.extend(more.iter().filter_map(|address| map.join(address).ok()).take(MAPS));
        for address in found {
            let page = map.join(&address).ok().and_then(|url| normal(&url));
            if let Some(page) = page.filter(|page| scope.holds(page) && is_page(page))
                && pages.len() < most
                && known.insert(page.clone())
            {
                pages.push(page);
            }
        }
    }
    pages
}

async fn read(product: &Omnichat, manners: &mut Manners, url: &Url) -> Result<String, FetchError> {
    manners.wait().await;
    let response = request(product, url, &Validators::default()).await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Refused("There is no sitemap.".to_owned()));
    }
    let bytes = body(response, BYTES).await?;
    String::from_utf8(bytes).map_err(|_| FetchError::Refused("The sitemap is not text.".to_owned()))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Entries {
    maps: Vec<String>,
    pages: Vec<String>,
}

/// What a sitemap, or an index of sitemaps, names. Entities are not expanded but for the five of XML.
fn entries(text: &str) -> Entries {
    let mut entries = Entries::default();
    let mut reader = Reader::from_str(text);
    let mut is_index = false;
    let mut address: Option<String> = None;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "sitemap" => is_index = true,
                "url" => is_index = false,
                "loc" => address = Some(String::new()),
                _ => {}
            },
            Event::Text(text) => {
                if let Some(address) = &mut address {
                    address.push_str(&text);
                }
            }
            Event::CData(text) => {
                if let Some(address) = &mut address {
                    address.push_str(&text);
                }
            }
            Event::GeneralRef(entity) => {
                if let (Some(address), "amp") = (&mut address, &*entity) {
                    address.push('&');
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "loc" => {
                let found = address.take().unwrap_or_default().trim().to_owned();
                if is_index { entries.maps.push(found) } else { entries.pages.push(found) }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::{Entries, entries};

    #[test]
    fn pages_and_further_maps_are_told_apart() {
        let list = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let index =
            "<?xml version='1.0'?><sitemapindex><sitemap><loc> https://a.example/1.xml </loc></sitemap></sitemapindex>";
        assert_eq!(entries(index), Entries { maps: list(&["https://a.example/1.xml"]), pages: vec![] });
        let map = "<urlset xmlns:image='i'><url><loc>https://a.example/?a=1&amp;b=2</loc><lastmod>2026</lastmod></url><url><loc><![CDATA[/c]]></loc></url>";
        assert_eq!(entries(map), Entries { maps: vec![], pages: list(&["https://a.example/?a=1&b=2", "/c"]) });
        assert_eq!(entries("no XML <at all"), Entries::default());
    }
}
