//! The text of a PDF: lines put together again to paragraphs, without what is
//! repeated on every page.

use super::{DocumentError, Extracted, markdown};
use pdf_extract::OutputError;
use std::collections::HashMap;

/// Pages that a line must be on before it is taken for a head or foot.
const REPEATED: usize = 3;
/// Lines at the top and bottom of a page among which heads and feet are looked for.
const EDGE: usize = 3;

pub(super) fn read(bytes: &[u8]) -> Result<Extracted, DocumentError> {
    let pages = pdf_extract::extract_text_from_mem_by_pages(bytes).map_err(|error| match error {
        OutputError::PdfError(error) if is_locked(&error.to_string()) => DocumentError::Locked("PDF".into()),
        _ => DocumentError::Damaged("PDF".into()),
    })?;
    if pages.is_empty() {
        return Err(DocumentError::Damaged("PDF".into()));
    }
    let text = join(&pages);
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
        return Err(DocumentError::Scanned);
    }
    Ok(Extracted::of(markdown::read(&text)))
}

fn is_locked(error: &str) -> bool {
    let error = error.to_lowercase();
    ["password", "decrypt", "encrypt"].iter().any(|word| error.contains(word))
}

/// All pages as one text.
fn join(pages: &[String]) -> String {
    let repeated = repeated(pages);
    let mut text = String::new();
    for page in pages {
        let lines: Vec<&str> = page.lines().map(str::trim).collect();
        for (place, line) in lines.iter().enumerate() {
            let at_edge = place < EDGE * 2 || place + EDGE * 2 >= lines.len();
            if at_edge && (is_page_number(line) || repeated.contains_key(&mark(line))) {
                continue;
            }
            push_line(&mut text, line);
        }
    }
    text
}

/// Lines that stand at the edge of many pages, with their numbers evened out.
fn repeated(pages: &[String]) -> HashMap<String, usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let lines: Vec<&str> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let top = lines.iter().take(EDGE);
        let bottom = lines.iter().skip(EDGE.max(lines.len().saturating_sub(EDGE)));
        let mut edge: Vec<String> = top.chain(bottom).map(|line| mark(line)).collect();
        edge.sort_unstable();
        edge.dedup();
        for line in edge {
            *seen.entry(line).or_default() += 1;
        }
    }
    seen.retain(|_, times| *times >= REPEATED && *times * 2 > pages.len());
    seen
}

/// "Page 3 of 9" and "Page 4 of 9" are the same line.
fn mark(line: &str) -> String {
    line.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

fn is_page_number(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| c == '-' || c == '–' || c.is_whitespace());
    !bare.is_empty() && bare.len() <= 4 && bare.chars().all(|c| c.is_ascii_digit())
}

/// Puts a line after what is there: a word cut at the end of a line becomes one
/// again, a sentence goes on, an empty line ends a paragraph.
fn push_line(text: &mut String, line: &str) {
    if line.is_empty() {
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.truncate(text.trim_end().len());
            text.push_str("\n\n");
        }
        return;
    }
    let goes_on = !text.is_empty() && !text.ends_with('\n');
    if !goes_on {
        text.push_str(line);
        return;
    }
    let begins_small = line.chars().next().is_some_and(char::is_lowercase);
    let is_item = line.starts_with(['•', '-', '–', '*', '▪', '●']);
    let before = text.strip_suffix('-').and_then(|rest| rest.chars().next_back());
    if begins_small && before.is_some_and(char::is_alphabetic) {
        text.pop();
    } else {
        // A list keeps its lines; the chunker joins other lines of a paragraph.
        text.push(if is_item { '\n' } else { ' ' });
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn paragraphs_come_back_together_without_heads_and_numbers() {
        let page =
            |number: usize, body: &str| format!("Terms of Mill & Meadow\n\n{body}\n\nPage {number} of 3\n{number}\n");
        let pages = [
            page(1, "You can send any-\nthing back within\nthirty days."),
            page(2, "We pay the post.\n• by parcel\n• by letter"),
            page(3, "Write to us."),
        ];
        let text = join(&pages);
        assert!(text.contains("You can send anything back within thirty days."), "{text}");
        assert!(text.contains("We pay the post.\n• by parcel\n• by letter"), "{text}");
        assert!(!text.contains("Page") && !text.contains("Terms of"), "{text}");
    }
}
