//! Teaching a business, and waiting until it has learned.

use crate::{business::Business, corpus::Section};
use anyhow::{Result, bail};
use api::knowledge::ListSources;
use std::time::{Duration, Instant};
use types::knowledge::{Source, SourceStatus};

/// Passages of one source: a small book.
const SECTIONS: usize = 250;
/// Longest time without any progress.
const PATIENCE: Duration = Duration::from_secs(120);

/// What was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The sources.
    pub sources: Vec<Source>,
    /// Passages in use.
    pub passages: usize,
    /// Time from the first source that was sent to the last that was ready.
    pub took: Duration,
}

/// Teaches sections, many in a source.
///
/// # Errors
/// When the server refuses a source or fails to read it.
pub async fn teach_sections(business: &Business, sections: &[Section]) -> Result<Learned> {
    let began = Instant::now();
    for (number, part) in sections.chunks(SECTIONS).enumerate() {
        let text: String =
            part.iter().map(|section| format!("## {}\n\n{}\n\n", section.heading, section.text)).collect();
        teach(business, &format!("Book {}", number + 1), &text).await?;
    }
    learned(business, began).await
}

/// Teaches one text.
///
/// # Errors
/// When the server refuses it.
pub async fn teach(business: &Business, title: &str, text: &str) -> Result<Source> {
    business.owner.submit("/api/knowledge/text", &[("title", title), ("content", text)]).await
}

/// Waits until every source is ready.
///
/// # Errors
/// When one fails, or nothing goes on any more.
pub async fn learned(business: &Business, began: Instant) -> Result<Learned> {
    let (mut last, mut progress) = (usize::MAX, Instant::now());
    loop {
        let sources = business.owner.call(&ListSources {}).await?;
        if let Some(failed) = sources.iter().find(|source| source.status == SourceStatus::Failed) {
            bail!("the source {} could not be read: {}", failed.title, failed.error.as_deref().unwrap_or_default());
        }
        let waiting = sources.iter().filter(|source| source.status != SourceStatus::Ready).count();
        if waiting == 0 {
            let passages = sources.iter().map(|source| usize::try_from(source.passages).unwrap_or(0)).sum();
            return Ok(Learned { sources, passages, took: began.elapsed() });
        }
        if waiting < last {
            (last, progress) = (waiting, Instant::now());
        }
        if progress.elapsed() > PATIENCE {
            bail!("{waiting} sources are not ready and nothing goes on");
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
