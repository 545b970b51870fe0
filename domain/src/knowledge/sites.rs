//! Web sites: their pages are found by their sitemap or their links, and each
//! becomes a source of its own.

mod rest;

pub use rest::Rest;

use super::{
    NewSource, add_in, index,
    pages::{self, Known, Seen},
    record, room,
    rows::{self, SourceRow, WebSettings, sources},
    set_status, sync,
    web::{self, Manners, Scope, Validators},
};
use crate::{
    Error, Omnichat, Result,
    accounts::{ManageKnowledge, Permit, ReadKnowledge},
    database::TenantTx,
    error::OrNotFound as _,
    jobs::{Job, aside},
    platform::{self, day},
};
use ai::document::PageLinks;
use diesel::{BoolExpressionMethods as _, ExpressionMethods, OptionalExtension as _, QueryDsl, SelectableHelper as _};
use diesel_async::RunQueryDsl;
use reqwest::Url;
use std::{
    collections::{HashSet, VecDeque},
    time::{Duration, Instant},
};
use types::{
    ErrorCode, SourceId, TenantId, Timestamp,
    knowledge::{SITE_PAGES, SITES, Source, SourceKind, SourceStatus, SyncEvery},
    limits,
};

/// How long a crawl keeps its place; then it goes on when those who wait have had their turn.
const SLICE: Duration = Duration::from_secs(10 * 60);
/// How often it does; what was not read after three hours waits for the next crawl.
const SLICES: u32 = 18;
/// Pages one after the other that cannot be had before a crawl is given up.
const FAILURES: usize = 15;
/// Addresses that are asked for at most, for each page that is wanted: redirects and dead links are not pages.
const VISITS: usize = 5;
/// Addresses that wait to be read.
const WAITING: usize = 20_000;

/// Adds a web site, `pages` of it at most.
///
/// # Errors
/// When the address is not that of a public page, is there already, or there are too many sites.
pub async fn add_site(
    product: &Omnichat,
    permit: &Permit<ManageKnowledge>,
    url: &str,
    pages: u32,
    every: SyncEvery,
) -> Result<Source> {
    let url = web::check(product, url)?;
    if !(1..=SITE_PAGES).contains(&pages) {
        let message = format!("Please choose 1 to {SITE_PAGES} pages.");
        return Err(types::Error::invalid(message).field("pages").into());
    }
    let caller = permit.caller().clone();
    let settings = WebSettings { every, pages, ..WebSettings::default() };
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let held: i64 = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::kind.eq(SourceKind::Site))
                .count()
                .get_result(tx.conn())
                .await?;
            if held >= SITES {
                let message = format!("There are {held} web sites already, which is the most. Delete one first.");
                return Err(Error::refused(ErrorCode::TooLarge, message));
            }
            let source = add_in(tx, &caller, NewSource::of_web(SourceKind::Site, &url, &settings)?).await?;
            tx.enqueue(&Job::ReadSite { source_id: source.id }).await?;
            Ok(source)
        })
        .await
}

/// The pages of a site in the order of their addresses.
///
/// # Errors
/// When the site is not there.
pub async fn site_pages(product: &Omnichat, permit: &Permit<ReadKnowledge>, id: SourceId) -> Result<Vec<Source>> {
    product
        .db()
        .tenant(permit.tenant(), async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let _: SourceId = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::id.eq(id))
                .select(sources::id)
                .first(tx.conn())
                .await
                .or_not_found("source")?;
            let rows: Vec<SourceRow> = sources::table
                .filter(sources::tenant_id.eq(tenant))
                .filter(sources::parent_id.eq(id))
                .order(sources::url)
                .limit(limits::SOURCES)
                .select(SourceRow::as_select())
                .load(tx.conn())
                .await?;
            rows::complete_all(tx, rows).await
        })
        .await
}

/// A site while it is read.
struct Crawl<'a> {
    product: &'a Omnichat,
    tenant: TenantId,
    site: SourceId,
    scope: Scope,
    manners: Manners,
    began: Timestamp,
    most: usize,
    waiting: VecDeque<Url>,
    met: HashSet<Url>,
    /// No sitemap: pages are found by links.
    by_links: bool,
    read: usize,
    failures: usize,
    /// Failures since the last page that could be had.
    in_a_row: usize,
    /// Times that it has given its place up.
    slices: u32,
    /// Addresses that waited were lost meanwhile.
    is_cut: bool,
    /// The first reason why a page could not be read.
    why: Option<String>,
}

/// Job: reads a site, or the rest of it. Done again after a crash, it goes on where it was.
pub(crate) async fn read_site(product: &Omnichat, tenant: TenantId, id: SourceId, rest: Option<&Rest>) -> Result<()> {
    day::check_pages(product, tenant).await?;
    let Some((start, settings, began)) = begin(product, tenant, id, rest.map(|rest| rest.began)).await? else {
        return Ok(());
    };
    let scope = Scope::of(&start);
    let mut manners = Manners::of(tenant);
    let most = settings.pages as usize;
    let (waiting, by_links) = match rest {
        Some(rest) => (rest::urls(&rest.waiting).collect(), rest.by_links),
        None => {
            let listed = aside(web::pages_of(product, &mut manners, &start, &scope, most)).await;
            let by_links = listed.is_empty();
            (std::iter::once(start).chain(listed).collect(), by_links)
        }
    };
    let mut crawl = Crawl {
        waiting,
        met: rest.map(|rest| rest::urls(&rest.met).collect()).unwrap_or_default(),
        read: rest.map_or(0, |rest| rest.read),
        failures: rest.map_or(0, |rest| rest.failures),
        in_a_row: rest.map_or(0, |rest| rest.in_a_row),
        slices: rest.map_or(0, |rest| rest.slices),
        is_cut: rest.is_some_and(|rest| rest.is_cut),
        why: rest.and_then(|rest| rest.why.clone()),
        product,
        tenant,
        site: id,
        scope,
        manners,
        began,
        most,
        by_links,
    };
    let until = Instant::now() + SLICE;
    while let Some(url) = crawl.waiting.pop_front() {
        if crawl.read >= crawl.most || crawl.met.len() >= crawl.most * VISITS || crawl.in_a_row >= FAILURES {
            crawl.waiting.push_front(url);
            break;
        }
        if Instant::now() > until {
            crawl.waiting.push_front(url);
            crawl.slices += 1;
            if crawl.slices < SLICES {
                return crawl.make_way().await;
            }
            break;
        }
        if !crawl.met.insert(url.clone()) {
            continue;
        }
        let failures = crawl.failures;
        match crawl.visit(&url).await {
            Ok(true) => {}
            // The site was deleted meanwhile.
            Ok(false) => return Ok(()),
            Err(Error::NotYet) => {
                crawl.met.remove(&url);
                crawl.waiting.push_front(url);
                return crawl.make_way().await;
            }
            Err(error) => return Err(error),
        }
        crawl.in_a_row = if crawl.failures > failures { crawl.in_a_row + 1 } else { 0 };
    }
    let is_whole = crawl.waiting.is_empty() && !crawl.is_cut && crawl.in_a_row < FAILURES;
    crawl.finish(is_whole).await
}

/// Called when the job has failed for good.
pub(crate) async fn site_failed(product: &Omnichat, tenant: TenantId, id: SourceId) -> Result<()> {
    let why = "It could not be read because of a fault on our side. Please try again.".to_owned();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            if rows::lock(tx, id).await.optional()?.is_some() { end(tx, id, Some(why)).await } else { Ok(()) }
        })
        .await
}

/// The first page, the settings, and when the crawl began: a job that is done again belongs to the
/// same. None for the rest of a crawl that is no longer the one under way.
async fn begin(
    product: &Omnichat,
    tenant: TenantId,
    id: SourceId,
    rest_of: Option<Timestamp>,
) -> Result<Option<(Url, WebSettings, Timestamp)>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let Some(row) = rows::lock(tx, id).await.optional()? else { return Ok(None) };
            let start = row.url.as_deref().and_then(|url| Url::parse(url).ok());
            let start = start.ok_or_else(|| Error::stored("address of a site", "it is no address"))?;
            let mut settings = row.web()?;
            if rest_of.is_some() && settings.started != rest_of {
                return Ok(None);
            }
            let began = *settings.started.get_or_insert_with(Timestamp::now);
            let tenant = tx.tenant();
            diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
                .set(sources::settings.eq(sync::json(&settings)?))
                .execute(tx.conn())
                .await?;
            let source = set_status(tx, id, SourceStatus::Processing, None, 0).await?;
            record(tx, &source, None);
            Ok(Some((start, settings, began)))
        })
        .await
}

impl Crawl<'_> {
    /// Gives the place up: the rest is a job of its own, at the end of the round.
    async fn make_way(self) -> Result<()> {
        let (waiting, is_all) = rest::kept(self.waiting.iter().filter(|url| !self.met.contains(*url)));
        let rest = Rest {
            began: self.began,
            slices: self.slices,
            waiting,
            met: rest::kept(self.met.iter()).0,
            is_cut: self.is_cut || !is_all,
            by_links: self.by_links,
            read: self.read,
            failures: self.failures,
            in_a_row: self.in_a_row,
            why: self.why,
        };
        let (source_id, rest) = (self.site, Box::new(rest));
        self.product
            .db()
            .tenant(self.tenant, async move |tx: &mut TenantTx| {
                if rows::lock(tx, source_id).await.optional()?.is_none() {
                    return Ok(());
                }
                tx.enqueue(&Job::ReadRestOfSite { source_id, rest }).await
            })
            .await
    }

    /// Looks at one page; false when there is no site any more.
    async fn visit(&mut self, url: &Url) -> Result<bool> {
        let stored = self.stored(url).await?;
        if let Some((_, true)) = stored {
            // Read before a crash of this same crawl.
            self.read += 1;
            return Ok(true);
        }
        let validators = match &stored {
            // Links are only on a page that is sent whole.
            Some((known, _)) if !self.by_links => known.validators(),
            _ => Validators::default(),
        };
        day::take_page(self.product, self.tenant).await?;
        let (seen, found) = pages::look(self.product, self.tenant, &mut self.manners, url, &validators).await?;
        if let Some((at, links)) = found {
            self.follow(&at, &links);
            // One that sends on to another site is none of this one; and a page that two addresses lead to is kept once.
            if !self.scope.holds(&at) || (at != *url && !self.met.insert(at)) {
                return Ok(true);
            }
        }
        match &seen {
            Seen::Same | Seen::Text { .. } => self.read += 1,
            // A dead link says nothing of the server.
            Seen::Never { why, .. } => {
                self.why.get_or_insert_with(|| why.clone());
            }
            Seen::Later(why) | Seen::TooHard(why) => {
                self.failures += 1;
                self.why.get_or_insert_with(|| why.clone());
            }
        }
        self.keep(url, stored.map(|(known, _)| known), seen).await
    }

    /// Puts the links of a page behind those that wait.
    fn follow(&mut self, at: &Url, links: &PageLinks) {
        if !self.by_links || links.no_follow {
            return;
        }
        let base = links.base.as_deref().and_then(|base| at.join(base).ok()).unwrap_or_else(|| at.clone());
        for link in &links.links {
            let url = base.join(link).ok().and_then(|url| web::normal(&url));
            if let Some(url) = url.filter(|url| self.scope.holds(url) && web::is_page(url))
                && self.waiting.len() < WAITING
                && !self.met.contains(&url)
            {
                self.waiting.push_back(url);
            }
        }
    }

    /// The page as it is stored, and whether this crawl has looked at it already.
    async fn stored(&self, url: &Url) -> Result<Option<(Known, bool)>> {
        let (site, began, url, by_links) = (self.site, self.began, url.to_string(), self.by_links);
        self.product
            .db()
            .tenant(self.tenant, async move |tx: &mut TenantTx| {
                let Some(row) = find(tx, &url).await?.filter(|row| row.parent_id == Some(site)) else {
                    return Ok(None);
                };
                let is_done = !by_links && row.synced_at().is_some_and(|at| at >= began);
                Ok(Some((pages::known(&row)?, is_done)))
            })
            .await
    }

    /// Writes down what a page shows; false when there is no site any more.
    async fn keep(&mut self, url: &Url, known: Option<Known>, seen: Seen) -> Result<bool> {
        match self.write_down(url, known.clone(), seen).await {
            Err(error) => {
                let why = room::no_room(&error).ok_or(error)?;
                self.why.get_or_insert_with(|| why.clone());
                self.write_down(url, known, Seen::Never { why, is_gone: false }).await
            }
            kept => kept,
        }
    }

    async fn write_down(&self, url: &Url, known: Option<Known>, seen: Seen) -> Result<bool> {
        let (site, url, progress) = (self.site, url.clone(), self.progress());
        self.product
            .db()
            .tenant(self.tenant, async move |tx: &mut TenantTx| {
                let Some(row) = rows::lock(tx, site).await.optional()? else { return Ok(false) };
                let known = match known {
                    Some(known) => Some(known),
                    // What cannot be read is not worth a row when it never was there.
                    None if matches!(seen, Seen::Never { .. } | Seen::TooHard(_)) => None,
                    None => add_child(tx, site, &url).await?,
                };
                if let Some(known) = known
                    && rows::lock(tx, known.id).await.optional()?.is_some()
                {
                    pages::keep_in(tx, known, seen).await?;
                }
                let tenant = tx.tenant();
                diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(row.id)))
                    .set((sources::progress.eq(progress), sources::updated_at.eq(Timestamp::now())))
                    .execute(tx.conn())
                    .await?;
                let row = rows::lock(tx, site).await?;
                let source = rows::complete(tx, row).await?;
                record(tx, &source, None);
                Ok(true)
            })
            .await
    }

    fn progress(&self) -> i32 {
        let all = (self.read + self.waiting.len()).min(self.most).max(1);
        i32::try_from(self.read.min(all) * 100 / all).unwrap_or(100).min(99)
    }

    /// Ends the crawl. Pages that a whole crawl did not meet are forgotten.
    async fn finish(self, is_whole: bool) -> Result<()> {
        let Self { product, tenant, site, began, read, why, .. } = self;
        product
            .db()
            .tenant(tenant, async move |tx: &mut TenantTx| {
                if rows::lock(tx, site).await.optional()?.is_none() {
                    return Ok(());
                }
                if is_whole && read > 0 {
                    forget_unmet(tx, site, began).await?;
                }
                end(tx, site, if read == 0 { why } else { None }).await
            })
            .await
    }
}

async fn find(tx: &mut TenantTx, url: &str) -> Result<Option<SourceRow>> {
    let tenant = tx.tenant();
    let found = sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::kind.eq(SourceKind::Page))
        .filter(sources::url.eq(url))
        .select(SourceRow::as_select())
        .first(tx.conn())
        .await
        .optional()?;
    Ok(found)
}

/// A page that was just found; none when it is there by itself, or there are too many sources.
async fn add_child(tx: &mut TenantTx, site: SourceId, url: &Url) -> Result<Option<Known>> {
    if find(tx, url.as_str()).await?.is_some() {
        return Ok(None);
    }
    let held = super::held(tx).await?;
    if held >= i64::from(platform::limits_in(tx).await?.sources()) {
        return Ok(None);
    }
    let mut new = NewSource::of_web(SourceKind::Page, url, &WebSettings::default())?;
    new.parent_id = Some(site);
    let row = super::insert(tx, new).await?;
    Ok(Some(pages::known(&row)?))
}

/// Pages that were not met again, nor could be told to be there.
async fn forget_unmet(tx: &mut TenantTx, site: SourceId, began: Timestamp) -> Result<()> {
    let tenant = tx.tenant();
    let unmet: Vec<SourceId> = sources::table
        .filter(sources::tenant_id.eq(tenant))
        .filter(sources::parent_id.eq(site))
        .filter(sources::synced_at.is_null().or(sources::synced_at.lt(began)))
        .select(sources::id)
        .load(tx.conn())
        .await?;
    for id in unmet {
        index::forget(tx, id).await?;
        diesel::delete(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(id)))
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Marks a site as done; `why` when nothing of it could be read.
async fn end(tx: &mut TenantTx, site: SourceId, why: Option<String>) -> Result<()> {
    let tenant = tx.tenant();
    let row = rows::lock(tx, site).await?;
    let settings = WebSettings { started: None, ..row.web()? };
    let status = if why.is_some() { SourceStatus::Failed } else { SourceStatus::Ready };
    let row: SourceRow =
        diesel::update(sources::table.filter(sources::tenant_id.eq(tenant)).filter(sources::id.eq(site)))
            .set((
                sources::status.eq(status),
                sources::error.eq(why),
                sources::progress.eq(0),
                sources::settings.eq(sync::json(&settings)?),
                sources::synced_at.eq(Timestamp::now()),
                sources::next_sync_at.eq(sync::next(settings.every)),
                sources::updated_at.eq(Timestamp::now()),
            ))
            .returning(SourceRow::as_returning())
            .get_result(tx.conn())
            .await?;
    let source = rows::complete(tx, row).await?;
    record(tx, &source, None);
    Ok(())
}
