//! Single web pages: added by their address, read by a job, looked at again
//! now and then, and read anew only when their text has changed.

use super::{
    Content, NewSource, add_in, index, reader, record, room,
    rows::{self, SourceRow, WebSettings, sources},
    set_status, sync, waiting,
    web::{self, Answer, Body, FetchError, Fetched, Manners, Validators},
};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit},
    database::TenantTx,
    jobs::{Job, aside},
    platform::day,
};
use ai::document::{self, DocumentError, PageLinks};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use reqwest::Url;
use types::{
    SourceId, TenantId, Timestamp,
    knowledge::{Source, SourceKind, SourceStatus, SyncEvery},
    limits,
};

/// Adds a web page as a source.
///
/// # Errors
/// When the address is not that of a public page, or is there already.
pub async fn add_page(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    url: &str,
    every: SyncEvery,
) -> Result<Source> {
    let url = web::check(product, url)?;
    let caller = permit.caller().clone();
    let settings = WebSettings { every, ..WebSettings::default() };
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let source = add_in(tx, &caller, NewSource::of_web(SourceKind::Page, &url, &settings)?).await?;
            tx.enqueue(&Job::ReadPage { source_id: source.id }).await?;
            Ok(source)
        })
        .await
}

/// A page of a site or one by itself, as it is known before a look at it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: SourceId,
    url: Url,
    settings: WebSettings,
    has_text: bool,
}

impl Known {
    /// By what the web server knows the version that we have, if we have it.
    pub(super) fn validators(&self) -> Validators {
        if self.has_text { self.settings.seen.clone() } else { Validators::default() }
    }
}

/// What a look at a page has shown.
#[derive(Debug)]
pub(super) enum Seen {
    /// The same as before.
    Same,
    /// Its text as it is now, with its title.
    Text { title: String, content: Content, seen: Validators },
    /// There is nothing to be read, and asking again would not help.
    Never { why: String, is_gone: bool },
    /// Reading it took more than a page may. Many in a row end a crawl, as those of a server that is gone do.
    TooHard(String),
    /// It could not be had now.
    Later(String),
}

/// Job: looks at a page, and has it read when it is new or has changed.
pub(crate) async fn read_page(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    day::check_reading(product, tenant).await?;
    day::take_page(product, tenant).await?;
    let Some(known) = begin(product, tenant, id).await? else {
        return Ok(());
    };
    let (seen, _) = look(product, tenant, &mut Manners::of(tenant), &known.url, &known.validators()).await?;
    // What cannot be had now is told at once; the next look comes by itself.
    keep(product, tenant, known, seen).await
}

/// Called when the job has failed for good.
pub(crate) async fn page_failed(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    let Some(known) = begin(product, tenant, id).await? else {
        return Ok(());
    };
    let why = "It could not be read because of a fault on our side. Please try again.".to_owned();
    keep(product, tenant, known, Seen::Later(why)).await
}

async fn begin(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<Option<Known>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(row) = rows::lock(tx, id).await.optional()? else { return Ok(None) };
            let known = known(&row)?;
            if !known.has_text {
                let source = set_status(tx, id, SourceStatus::Processing, None, 0).await?;
                record(tx, &source, None);
            }
            Ok(Some(known))
        })
        .await
}

/// What is known of a page.
pub(super) fn known(row: &SourceRow) -> Result<Known> {
    let url = row.url.as_deref().and_then(|url| Url::parse(url).ok());
    let url = url.ok_or_else(|| Error::stored("address of a page", "it is no address"))?;
    Ok(Known { id: row.id, url, settings: row.web()?, has_text: row.passage_count > 0 })
}

/// Looks at a page on the web; gives what it shows and the links on it.
///
/// # Errors
/// When the reader cannot be started, or read for long enough today.
pub(super) async fn look(
    product: &Omnichat,
    tenant: TenantId,
    manners: &mut Manners,
    url: &Url,
    seen: &Validators,
) -> Result<(Seen, Option<(Url, PageLinks)>)> {
    let never = |why: &str, is_gone| Seen::Never { why: why.to_owned(), is_gone };
    let fetched = match aside(web::fetch(product, manners, url, seen)).await {
        Ok(Answer::Found(fetched)) => *fetched,
        Ok(Answer::Same) => return Ok((Seen::Same, None)),
        Err(FetchError::Gone(why)) => return Ok((never(&why, true), None)),
        Err(FetchError::Refused(why)) => return Ok((never(&why, false), None)),
        Err(FetchError::Later(why)) => return Ok((Seen::Later(why), None)),
    };
    let Fetched { url: at, kind, charset, bytes, seen } = fetched;
    let Some(kind) = kind else {
        return Ok((never("This is no web page, text or PDF.", false), None));
    };
    // The room is given back when it is read.
    let Body { bytes, room: _room } = bytes;
    let found = match reader::extract(product, tenant, kind, charset.as_deref(), bytes).await? {
        Ok(found) => found,
        Err(DocumentError::TooHard) => return Ok((Seen::TooHard(DocumentError::TooHard.to_string()), None)),
        Err(error) => return Ok((never(&error.to_string(), false), None)),
    };
    let links = found.links;
    let shown = match document::check(found.blocks) {
        _ if links.no_index => never("The page asks programs not to keep it (noindex).", false),
        Ok(blocks) => {
            let content = Content::of_blocks(&blocks)?;
            let title = found.title.unwrap_or_default();
            let title: String = title.chars().filter(|c| !c.is_control()).take(limits::NAME_CHARS).collect();
            let title = if title.trim().is_empty() { name_of(&at) } else { title.trim().to_owned() };
            Seen::Text { title, content, seen }
        }
        Err(_) => {
            never("There is no text on this page. Pages that are drawn by JavaScript alone cannot be read.", false)
        }
    };
    Ok((shown, Some((at, links))))
}

/// What a page without a title is called.
fn name_of(url: &Url) -> String {
    let last = url.path().rsplit('/').find(|part| !part.is_empty());
    last.or_else(|| url.host_str()).unwrap_or("Page").chars().take(limits::NAME_CHARS).collect()
}

/// Writes down what a look has shown.
async fn keep(product: &Omnichat, tenant: TenantId, known: Known, seen: Seen) -> Result<()> {
    let kept = write_down(product, tenant, known.clone(), seen).await;
    match kept {
        Err(error) => match room::no_room(&error) {
            Some(why) => write_down(product, tenant, known, Seen::Never { why, is_gone: false }).await,
            None => Err(error),
        },
        Ok(()) => Ok(()),
    }
}

async fn write_down(product: &Omnichat, tenant: TenantId, known: Known, seen: Seen) -> Result<()> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            if rows::lock(tx, known.id).await.optional()?.is_some() { keep_in(tx, known, seen).await } else { Ok(()) }
        })
        .await
}

/// The same in a transaction in which the page is locked.
pub(super) async fn keep_in(tx: &mut TenantTx, known: Known, seen: Seen) -> Result<()> {
    let Known { id, mut settings, has_text, .. } = known;
    let tenant = tx.tenant();
    let this = sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id));
    let (mut error, mut status, mut changed) = (None, SourceStatus::Ready, false);
    match seen {
        Seen::Same => {}
        Seen::Text { title, content, seen } => {
            let fingerprint = content.fingerprint();
            let before: Vec<u8> = this.select(sources::fingerprint).first(tx.conn()).await?;
            settings.seen = seen;
            changed = before != fingerprint || !has_text;
            if changed {
                room::replaces(tx, id, content.text.len()).await?;
                status = SourceStatus::Queued;
                diesel::update(this)
                    .set((
                        sources::title.eq(title),
                        sources::fingerprint.eq(fingerprint),
                        sources::bytes.eq(content.shown_bytes()),
                        sources::content.eq(content.text),
                        sources::content_form.eq(content.form.as_str()),
                    ))
                    .execute(tx.conn())
                    .await?;
                tx.enqueue(&Job::IndexSource { source_id: id }).await?;
            }
        }
        Seen::Later(why) | Seen::TooHard(why) => {
            // What was read before is still the best there is.
            status = if has_text { SourceStatus::Ready } else { SourceStatus::Failed };
            error = Some(why);
        }
        Seen::Never { why, is_gone } => {
            status = if has_text && !is_gone { SourceStatus::Ready } else { SourceStatus::Failed };
            error = Some(why);
        }
    }
    if status == SourceStatus::Failed {
        index::forget(tx, id).await?;
        settings.seen = Validators::default();
        diesel::update(this).set((sources::passage_count.eq(0), sources::content.eq(""))).execute(tx.conn()).await?;
    }
    // A page that only was looked at again may be waiting to be read already.
    let status = if !changed && status == SourceStatus::Ready && waiting::has_job(tx, id, &["index_source"]).await? {
        SourceStatus::Queued
    } else {
        status
    };
    let row: SourceRow = diesel::update(this)
        .set((
            sources::status.eq(status),
            sources::error.eq(error),
            sources::progress.eq(0),
            sources::settings.eq(sync::json(&settings)?),
            sources::synced_at.eq(Timestamp::now()),
            sources::updated_at.eq(Timestamp::now()),
        ))
        .returning(SourceRow::as_returning())
        .get_result(tx.conn())
        .await?;
    let source = rows::complete(tx, row).await?;
    record(tx, &source, None);
    Ok(())
}
