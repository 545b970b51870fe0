//! Sitemaps: the pages that a site lists itself.

use super::{
    FetchError, Manners, Scope, Validators,
    fetch::{body, request},
    is_page, normal,
};
use crate::Omnichat;
use flate2::bufread::MultiGzDecoder;
use quick_xml::{events::Event, reader::Reader};
use reqwest::{StatusCode, Url};
use std::{
    collections::{HashSet, VecDeque},
    io::{BufRead, BufReader, Read as _},
};

/// Sitemaps of one site that are read.
const MAPS: usize = 50;
/// Bytes of a sitemap that are fetched.
const BYTES: usize = 10 * 1024 * 1024;
/// Bytes of a packed one that are unpacked: as many as the protocol permits. They are read as they
/// come and never held at once.
const UNPACKED: u64 = 50 * 1024 * 1024;
/// The same for all sitemaps of a site together.
const ALL_UNPACKED: u64 = 2 * UNPACKED;
/// Addresses of one sitemap, and letters of an address, that the protocol permits.
const ENTRIES: usize = 50_000;
const ADDRESS: usize = 2_048;
/// Bytes of a sitemap between two of its tags.
const BETWEEN: u64 = 128 * 1024;
/// How a gzip file begins. What an address ends in, and what the server says it is, tell less.
const GZIP: [u8; 2] = [0x1f, 0x8b];

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
    let mut left = ALL_UNPACKED;
    while let Some(map) = maps.pop_front() {
        if pages.len() >= most || left == 0 || seen.len() >= MAPS || !seen.insert(map.clone()) {
            continue;
        }
        // One that cannot be read is one less.
        let Ok(Entries { maps: more, pages: found, bytes }) = read(product, manners, &map, left).await else {
            continue;
        };
        left = left.saturating_sub(bytes);
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

async fn read(product: &Omnichat, manners: &mut Manners, url: &Url, most: u64) -> Result<Entries, FetchError> {
    manners.wait().await;
    let response = request(product, url, &Validators::default()).await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Refused("There is no sitemap.".to_owned()));
    }
    let body = body(product, manners.tenant(), response, BYTES).await?;
    tokio::task::spawn_blocking(move || unpacked(&body.bytes, most.min(UNPACKED)))
        .await
        .map_err(|_panic| FetchError::Refused("The sitemap cannot be read.".to_owned()))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Entries {
    maps: Vec<String>,
    pages: Vec<String>,
    /// As many were read.
    bytes: u64,
}

/// What a sitemap names, which may be packed. Of one that breaks off or goes on for too long, what came before.
fn unpacked(bytes: &[u8], most: u64) -> Entries {
    if bytes.starts_with(&GZIP) {
        entries(BufReader::new(MultiGzDecoder::new(bytes).take(most)))
    } else {
        entries(bytes.take(most))
    }
}

/// What a sitemap, or an index of sitemaps, names. Entities are not expanded but for the five of XML.
fn entries(text: impl BufRead) -> Entries {
    let mut entries = Entries::default();
    let mut reader = Reader::from_reader(text.take(BETWEEN));
    let mut buffer = Vec::new();
    let mut is_index = false;
    let mut address: Option<String> = None;
    while entries.maps.len() + entries.pages.len() < ENTRIES
        && let Ok(event) = reader.read_event_into(&mut buffer)
    {
        // What is longer than this breaks off there, and is never held.
        reader.get_mut().set_limit(BETWEEN);
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "sitemap" => is_index = true,
                "url" => is_index = false,
                "loc" => address = Some(String::new()),
                _ => {}
            },
            Event::Text(text) => add(&mut address, &text),
            Event::CData(text) => add(&mut address, &text),
            Event::GeneralRef(entity) => {
                if let (Some(address), "amp") = (&mut address, &*entity) {
                    address.push('&');
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "loc" => {
                let found = address.take().unwrap_or_default().trim().to_owned();
                if found.len() <= ADDRESS {
                    if is_index { entries.maps.push(found) } else { entries.pages.push(found) }
                }
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    entries.bytes = reader.buffer_position();
    entries
}

/// Adds to an address that is not too long already.
fn add(address: &mut Option<String>, text: &str) {
    if let Some(address) = address.as_mut().filter(|address| address.len() <= ADDRESS) {
        address.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::{ENTRIES, Entries, UNPACKED};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    /// What is found, however many bytes were read.
    fn unpacked(bytes: &[u8]) -> Entries {
        Entries { bytes: 0, ..super::unpacked(bytes, UNPACKED) }
    }

    fn list(all: &[&str]) -> Vec<String> {
        all.iter().map(|one| (*one).to_owned()).collect()
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn pages_and_further_maps_are_told_apart() {
        let index =
            "<?xml version='1.0'?><sitemapindex><sitemap><loc> https://a.example/1.xml </loc></sitemap></sitemapindex>";
        let maps = Entries { maps: list(&["https://a.example/1.xml"]), pages: vec![], bytes: 0 };
        let map = "<urlset xmlns:image='i'><url><loc>https://a.example/?a=1&amp;b=2</loc><lastmod>2026</lastmod></url><url><loc><![CDATA[/c]]></loc></url>";
        let pages = Entries { maps: vec![], pages: list(&["https://a.example/?a=1&b=2", "/c"]), bytes: 0 };
        for (text, found) in [(index, maps), (map, pages), ("no XML <at all", Entries::default())] {
            assert_eq!(unpacked(text.as_bytes()), found);
            assert_eq!(unpacked(&packed(text.as_bytes())), found, "packed");
        }
        // Several files in one, as some servers put them together.
        let (one, other) = map.split_at(map.find("<url><loc><!").unwrap());
        assert_eq!(unpacked(&[packed(one.as_bytes()), packed(other.as_bytes())].concat()).pages.len(), 2);
    }

    #[test]
    fn what_breaks_off_or_is_not_packed_at_all_harms_nothing() {
        let map = format!("<urlset><url><loc>/a</loc></url>{}</urlset>", "<url><loc>/b</loc></url>".repeat(2_000));
        let whole = packed(map.as_bytes());
        let half = unpacked(&whole[..whole.len() / 2]);
        assert!(half.pages.len() < 2_001 && half.maps.is_empty());
        assert_eq!(unpacked(&[0x1f, 0x8b, 8, 0, 1, 2, 3]), Entries::default());
        assert_eq!(unpacked(&[0x1f, 0x8b]), Entries::default());
        assert_eq!(
            unpacked(&[b"<urlset><url><loc>".as_slice(), &[0xff, 0xfe], b"</loc></url>"].concat()),
            Entries::default()
        );
        assert_eq!(unpacked(&packed(&packed(b"<urlset><url><loc>/a</loc></url>"))), Entries::default(), "packed twice");
    }

    #[test]
    fn a_bomb_is_read_as_far_as_the_limit() {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(b"<urlset><url><loc>/first</loc></url>").unwrap();
        let empty = format!("<x>{}</x>", " ".repeat(64 * 1024));
        for _ in 0..UNPACKED / (64 * 1024) + 2 {
            packer.write_all(empty.as_bytes()).unwrap();
        }
        packer.write_all(b"<url><loc>/last</loc></url></urlset>").unwrap();
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 1024 * 1024, "{}", bomb.len());
        assert_eq!(unpacked(&bomb).pages, ["/first"]);
        // What is left for the site's other maps is told by what was read.
        let read = super::unpacked(&bomb, 1_000_000);
        assert!(read.pages == ["/first"] && (900_000..=1_000_000).contains(&read.bytes), "{}", read.bytes);
        // More pages than one may name, and an address without end.
        let many = packed(&b"<url><loc>/p</loc></url>".repeat(ENTRIES + 100));
        assert_eq!(unpacked(&many).pages.len(), ENTRIES);
        let long = format!("<url><loc>/{}</loc></url><url><loc>/short</loc></url>", "a".repeat(3_000));
        assert_eq!(unpacked(long.as_bytes()).pages, ["/short"]);
        // One that would have to be held as a whole to be read at all.
        let endless = "a".repeat(4 * 1024 * 1024);
        let map = format!("<url><loc>/first</loc></url><url><loc>/{endless}</loc></url>");
        assert_eq!(unpacked(&packed(map.as_bytes())).pages, ["/first"]);
        let map = format!("<url><loc>/first</loc></url><!--{endless}--><url><loc>/last</loc></url>");
        assert_eq!(unpacked(&packed(map.as_bytes())).pages, ["/first"]);
    }

    #[test]
    fn fuzz_sitemaps() {
        let index = b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>";
        let map = b"<urlset><url><loc>https://a.example/?a=1&amp;b=2</loc></url><url><loc><![CDATA[/c]]></loc></url></urlset>";
        let seeds = [index.to_vec(), map.to_vec(), packed(map)];
        let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
        let words = [
            "<url>",
            "<loc>",
            "</loc>",
            "<sitemap>",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&#0;",
            "<!DOCTYPE",
            "<!--",
            "<?xml",
        ];
        fuzz::fuzz("sitemaps", &seeds, &words, |input| {
            let found = unpacked(input);
            assert!(found.maps.iter().chain(&found.pages).all(|address| address.len() <= super::ADDRESS));
        });
    }
}
