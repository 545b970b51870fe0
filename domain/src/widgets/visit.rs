//! Which page may use a widget, and what is remembered of widgets.

use super::visitor::KnownVisitors;
use crate::{
    Error, Network, Omnichat, Result,
    database::{SystemTx, TenantTx},
    schema::{tenants, widgets},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use types::{
    ContactId, ErrorCode, TenantId, WidgetId,
    widgets::{WidgetAppearance, WidgetConfig},
};

/// How long a widget's settings are remembered without asking the database.
const REMEMBER: Duration = Duration::from_secs(5);
/// Widgets remembered at once.
const REMEMBERED: usize = 10_000;

/// A page that may use a widget of a tenant.
#[derive(Clone, Debug)]
pub struct Page(Arc<Known>);

#[derive(Debug)]
struct Known {
    tenant: TenantId,
    widget: WidgetId,
    business: String,
    config: WidgetConfig,
    allowed_domains: Vec<String>,
    is_active: bool,
    epoch: i32,
}

impl Page {
    /// The tenant whose widget it is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// The widget.
    #[must_use]
    pub fn widget(&self) -> WidgetId {
        self.0.widget
    }

    /// Of which of the widget's secrets a visitor's token must be.
    pub(super) fn epoch(&self) -> i32 {
        self.0.epoch
    }

    /// How the widget looks.
    #[must_use]
    pub fn config(&self) -> &WidgetConfig {
        &self.0.config
    }
}

/// The page that shows a widget. `origin` is the browser's Origin header;
/// a program sends none, and domains bind pages alone. An id that is made up
/// is counted for the network that it comes `from`.
///
/// # Errors
/// `not_found` for an unknown or inactive widget, `origin_not_allowed` for a
/// page whose domain is not on the widget's list, `too_many_requests` after
/// too many unknown ones.
pub async fn page(product: &Omnichat, widget: WidgetId, origin: Option<&str>, from: Network) -> Result<Page> {
    let known = if product.visits().is_known(widget) {
        known(product, widget).await?
    } else {
        product.rates().look_for(from, known(product, widget)).await?
    };
    shown(product, known, origin)
}

/// The same of a widget that a token of ours names.
pub(super) async fn page_of_token(product: &Omnichat, widget: WidgetId, origin: Option<&str>) -> Result<Page> {
    shown(product, known(product, widget).await?, origin)
}

fn shown(product: &Omnichat, known: Arc<Known>, origin: Option<&str>) -> Result<Page> {
    if !known.is_active {
        let message = "This chat is switched off. Its owner can switch it on in the widget settings.";
        return Err(Error::refused(ErrorCode::NotFound, message));
    }
    if let Some(origin) = origin
        && !is_allowed(origin, &known.allowed_domains, product.public_url())
    {
        let message = format!(
            "This chat is not allowed on {}. Its owner can add the domain in the widget settings.",
            host(origin).unwrap_or("this page")
        );
        return Err(Error::refused(ErrorCode::OriginNotAllowed, message));
    }
    Ok(Page(known))
}

/// The settings of a widget for its loader, which any page may fetch: a
/// script tag sends no Origin, and what it gets is public.
///
/// # Errors
/// `not_found` for an unknown or inactive widget, `too_many_requests` after
/// too many unknown ones.
pub async fn loader(product: &Omnichat, widget: WidgetId, from: Network) -> Result<Page> {
    page(product, widget, None, from).await
}

/// What a page gets to know of a widget.
///
/// # Errors
/// When the database does not answer.
pub async fn appearance(product: &Omnichat, page: &Page) -> Result<WidgetAppearance> {
    let people =
        product.db().tenant(page.tenant(), async |tx: &mut TenantTx| crate::accounts::people(tx).await).await?;
    let team = people.iter().filter_map(|person| person.name.split_whitespace().next()).take(4).map(str::to_owned);
    Ok(WidgetAppearance {
        id: page.widget(),
        business: page.0.business.clone(),
        config: page.0.config.clone(),
        is_team_online: !product.hub().online(page.tenant()).is_empty(),
        team: team.collect(),
    })
}

async fn known(product: &Omnichat, widget: WidgetId) -> Result<Arc<Known>> {
    if let Some(known) = product.visits().recall(widget) {
        return Ok(known);
    }
    if product.visits().is_unknown(widget) {
        return Err(unknown());
    }
    let asked = product.visits().changes();
    type Row = (TenantId, String, serde_json::Value, Vec<String>, bool, bool, i32);
    let found: Option<Row> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = widgets::table
                .inner_join(tenants::table.on(tenants::id.eq(widgets::tenant_id)))
                .filter(widgets::id.eq(widget))
                .select((
                    widgets::tenant_id,
                    tenants::name,
                    widgets::config,
                    widgets::allowed_domains,
                    widgets::is_active,
                    tenants::suspended_at.is_null(),
                    widgets::epoch,
                ))
                .first(tx.conn())
                .await;
            Ok(found.optional()?)
        })
        .await?;
    let Some((tenant, business, config, allowed_domains, is_active, may_work, epoch)) = found else {
        product.visits().note_unknown(widget);
        return Err(unknown());
    };
    let config = serde_json::from_value(config).map_err(|error| Error::stored("widget config", error))?;
    let is_active = is_active && may_work;
    let known = Arc::new(Known { tenant, widget, business, config, allowed_domains, is_active, epoch });
    product.visits().remember(known.clone(), asked);
    Ok(known)
}

fn unknown() -> Error {
    let message = "There is no chat with this id. Please copy the snippet from the widget settings again.";
    Error::refused(ErrorCode::NotFound, message)
}

/// Widgets and visitors that were asked for lately, in this process.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    visitors: KnownVisitors,
    known: Mutex<HashMap<WidgetId, (Instant, Arc<Known>)>>,
    /// Ids that no widget had a moment ago.
    unknown: Mutex<HashMap<WidgetId, Instant>>,
    /// How often something was forgotten. What was read before is not remembered after.
    changes: AtomicU64,
    noted: Mutex<HashSet<WidgetId>>,
}

impl Visits {
    /// Visitors who came lately.
    pub(super) const fn visitors(&self) -> &KnownVisitors {
        &self.visitors
    }

    /// A visitor's tokens are not good any more.
    pub(crate) fn end(&self, contact: ContactId) {
        self.visitors.end(contact);
    }

    fn recall(&self, widget: WidgetId) -> Option<Arc<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&widget).filter(|(since, _)| since.elapsed() < REMEMBER).map(|(_, known)| known.clone())
    }

    /// Whether it was a widget once, and may be so still.
    fn is_known(&self, widget: WidgetId) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&widget)
    }

    fn is_unknown(&self, widget: WidgetId) -> bool {
        let unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        unknown.get(&widget).is_some_and(|since| since.elapsed() < REMEMBER)
    }

    fn note_unknown(&self, widget: WidgetId) {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        if unknown.len() >= REMEMBERED {
            unknown.clear();
        }
        unknown.insert(widget, Instant::now());
    }

    fn changes(&self) -> u64 {
        AtomicU64::load(&self.changes, Ordering::SeqCst)
    }

    fn remember(&self, widget: Arc<Known>, asked: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.changes() != asked {
            return;
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(widget.widget, (Instant::now(), widget));
    }

    pub(super) fn forget(&self, widget: WidgetId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.changes.fetch_add(1, Ordering::SeqCst);
        known.remove(&widget);
    }

    /// Forgets the widgets of a tenant.
    pub(crate) fn forget_tenant(&self, tenant: TenantId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.changes.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (_, known)| known.tenant != tenant);
    }

    pub(super) fn is_noted(&self, widget: WidgetId) -> bool {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).contains(&widget)
    }

    pub(super) fn note(&self, widget: WidgetId) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= REMEMBERED {
            noted.clear();
        }
        noted.insert(widget);
    }
}

/// Host (with port) of an origin such as `https://shop.example.com:8443`.
fn host(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, host)| host).filter(|host| !host.is_empty())
}

fn is_allowed(origin: &str, domains: &[String], public_url: &str) -> bool {
    if domains.is_empty() {
        return true;
    }
    let Some(with_port) = host(origin) else { return false };
    if host(public_url) == Some(with_port) {
        return true;
    }
    let bare = with_port.rsplit_once(':').map_or(with_port, |(bare, _)| bare);
    domains.iter().any(|domain| {
        let candidate = if domain.contains(':') { with_port } else { bare };
        candidate == domain || candidate.strip_suffix(domain.as_str()).is_some_and(|front| front.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::{REMEMBERED, Visits, is_allowed};
    use types::WidgetId;

    #[test]
    fn a_domain_covers_its_subdomains_and_nothing_that_looks_like_it() {
        let domains = ["example.com".to_owned(), "shop.test:8080".to_owned()];
        let ours = "https://chat.test";
        for good in ["https://example.com", "http://www.example.com:81", "http://shop.test:8080", "https://chat.test"] {
            assert!(is_allowed(good, &domains, ours), "{good}");
        }
        for bad in ["https://evilexample.com", "https://example.com.evil.test", "http://shop.test", "null", "https://"]
        {
            assert!(!is_allowed(bad, &domains, ours), "{bad}");
        }
        assert!(is_allowed("https://anywhere.test", &[], ours));
    }

    #[test]
    fn a_made_up_id_is_remembered_and_many_take_no_memory() {
        let visits = Visits::default();
        let made_up = WidgetId::new();
        assert!(!visits.is_unknown(made_up));
        visits.note_unknown(made_up);
        assert!(visits.is_unknown(made_up) && !visits.is_unknown(WidgetId::new()) && !visits.is_known(made_up));
        for _ in 0..3 * REMEMBERED {
            visits.note_unknown(WidgetId::new());
        }
        assert!(visits.unknown.lock().unwrap().len() <= REMEMBERED);
    }

    #[test]
    fn fuzz_origins() {
        let seeds: [&[u8]; 3] = [b"https://www.example.com:81", b"null", b"https://evilexample.com"];
        let words = ["://", "example.com", ":", ".", "@", "/", "shop.test:8080", "\u{0}", "EXAMPLE.COM"];
        fuzz::fuzz("origins", &seeds, &words, |input| {
            let origin = &*fuzz::text(input);
            if is_allowed(origin, &["example.com".to_owned()], "https://chat.test") {
                let host = super::host(origin).unwrap_or_default();
                let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
                assert!(host == "chat.test" || bare == "example.com" || bare.ends_with(".example.com"), "{origin}");
            }
        });
    }
}
