//! Visitors: the token that one speaks with, how it is renewed, and its end.
//!
//! A token is checked without the database, but for one question: whether its
//! visit was ended. That is asked once in ten minutes of a visitor who comes
//! back, and never of one who came for the first time; an end is told to every
//! server by a mark.

use super::visit::{Page, page_of_token};
use crate::{
    Error, Network, Omnichat, Result,
    accounts::{Marks, Whose, mark, tell},
    database::TenantTx,
    rates::Subject,
    schema::{contacts, ended_visits},
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use types::{ContactId, ErrorCode, TenantId, Timestamp, WidgetId, widgets::VisitorSession};

/// Life of a visitor's token, in seconds. The widget renews it while it is used.
const TOKEN_SECONDS: i64 = 30 * 24 * 3600;
/// Longest life that a token of an earlier release has, in seconds: so long an end is kept.
pub(crate) const LONGEST_SECONDS: i64 = 180 * 24 * 3600;
const AUDIENCE: &str = "visitor";
/// How long it is remembered whether a visit was ended.
const REMEMBER: Duration = Duration::from_secs(600);
/// Visitors remembered at once.
const REMEMBERED: usize = 100_000;

/// A visitor with a token, on a page that may use the widget.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    tenant: TenantId,
    widget: WidgetId,
    contact: ContactId,
    network: Network,
}

impl Visitor {
    /// The same, who comes from this network.
    #[must_use]
    pub const fn from_network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// The network that the visitor comes from: what is counted for strangers is counted by this.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// The tenant that is talked to.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The widget it comes through.
    #[must_use]
    pub const fn widget(&self) -> WidgetId {
        self.widget
    }

    /// The contact that the visitor is.
    #[must_use]
    pub const fn contact(&self) -> ContactId {
        self.contact
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    tid: TenantId,
    wid: WidgetId,
    sub: ContactId,
    /// Of which of the widget's secrets it is; the first, where it does not say.
    #[serde(default)]
    epo: i32,
}

/// Gives a new visitor a token. Nothing is stored.
///
/// # Errors
/// When the token cannot be signed.
pub fn start_visit(product: &Omnichat, page: &Page, network: Network) -> Result<VisitorSession> {
    product.rates().take(Subject::Visits(network)).check()?;
    let contact = ContactId::new();
    let known = product.visits().visitors();
    known.remember(contact, false, known.changes());
    hand_out(product, page, contact)
}

/// Gives a visitor a token for longer. The one that they have stays good until its end.
///
/// # Errors
/// Those of [`visitor`].
pub async fn renew_visit(product: &Omnichat, token: &str, origin: Option<&str>) -> Result<VisitorSession> {
    let (visitor, page) = identify(product, token, origin).await?;
    hand_out(product, &page, visitor.contact)
}

fn hand_out(product: &Omnichat, page: &Page, contact_id: ContactId) -> Result<VisitorSession> {
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        exp: Timestamp::now().plus_seconds(TOKEN_SECONDS).0 / 1000,
        tid: page.tenant(),
        wid: page.widget(),
        sub: contact_id,
        epo: page.epoch(),
    };
    let token = product.keys().sign(&claims).map_err(|error| Error::Internal(format!("visitor token: {error}")))?;
    Ok(VisitorSession { token, contact_id })
}

/// The visitor that a token stands for, on the page that presents it.
///
/// # Errors
/// `unauthenticated` when the token is forged, expired or revoked; those of [`page`](super::page).
pub async fn visitor(product: &Omnichat, token: &str, origin: Option<&str>) -> Result<Visitor> {
    Ok(identify(product, token, origin).await?.0)
}

async fn identify(product: &Omnichat, token: &str, origin: Option<&str>) -> Result<(Visitor, Page)> {
    let claims: Claims = product.keys().verify(token, AUDIENCE).map_err(|_| expired())?;
    let page = page_of_token(product, claims.wid, origin).await?;
    if page.tenant() != claims.tid || page.epoch() != claims.epo {
        return Err(expired());
    }
    let network = Network::of(Ipv4Addr::UNSPECIFIED.into());
    let visitor = Visitor { tenant: claims.tid, widget: claims.wid, contact: claims.sub, network };
    if has_ended(product, &visitor).await? { Err(expired()) } else { Ok((visitor, page)) }
}

fn expired() -> Error {
    Error::refused(ErrorCode::Unauthenticated, "Your chat session has expired. Please send your message again.")
}

/// Ends a visit: its tokens are not good any more, its sockets close. A token
/// that is not good ends nothing, and neither does one of somebody who has
/// never written: nothing is to be seen with it.
///
/// # Errors
/// Those of [`page`](super::page), and when the database does not answer.
pub async fn end_visit(product: &Omnichat, token: &str, origin: Option<&str>) -> Result<()> {
    let visitor = match visitor(product, token, origin).await {
        Err(Error::Refused(refusal)) if refusal.code == ErrorCode::Unauthenticated => return Ok(()),
        other => other?,
    };
    let contact = visitor.contact;
    let ended = product
        .db()
        .tenant(visitor.tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let written: Option<ContactId> = contacts::table
                .filter(contacts::tenant_id.eq(tenant))
                .filter(contacts::id.eq(contact))
                .select(contacts::id)
                .first(tx.conn())
                .await
                .optional()?;
            if written.is_some() { end_in(tx, contact).await } else { Ok(Marks::default()) }
        })
        .await?;
    tell(product, &ended);
    Ok(())
}

/// Ends the visits of a contact; to be told after the commit.
pub(crate) async fn end_in(tx: &mut TenantTx, contact: ContactId) -> Result<Marks> {
    let tenant = tx.tenant();
    diesel::insert_into(ended_visits::table)
        .values((ended_visits::tenant_id.eq(tenant), ended_visits::contact_id.eq(contact)))
        .on_conflict_do_nothing()
        .execute(tx.conn())
        .await?;
    mark(tx.conn(), [Whose::Contact(contact)]).await
}

async fn has_ended(product: &Omnichat, visitor: &Visitor) -> Result<bool> {
    let (known, contact) = (product.visits().visitors(), visitor.contact);
    if let Some(has_ended) = known.recall(contact) {
        return Ok(has_ended);
    }
    let asked = known.changes();
    let found: Option<ContactId> = product
        .db()
        .tenant(visitor.tenant, async move |tx: &mut TenantTx| {
            let tenant = tx.tenant();
            let ended = ended_visits::table
                .filter(ended_visits::tenant_id.eq(tenant))
                .filter(ended_visits::contact_id.eq(contact))
                .select(ended_visits::contact_id)
                .first(tx.conn())
                .await;
            Ok(ended.optional()?)
        })
        .await?;
    known.remember(contact, found.is_some(), asked);
    Ok(found.is_some())
}

/// Whether the visits of those who came lately were ended, in this process.
#[derive(Debug, Default)]
pub(super) struct KnownVisitors {
    known: Mutex<HashMap<ContactId, (Instant, bool)>>,
    /// How many were ended. What was read before is not remembered after.
    changes: AtomicU64,
}

impl KnownVisitors {
    fn recall(&self, contact: ContactId) -> Option<bool> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&contact).filter(|(since, _)| since.elapsed() < REMEMBER).map(|(_, has_ended)| *has_ended)
    }

    fn changes(&self) -> u64 {
        AtomicU64::load(&self.changes, Ordering::SeqCst)
    }

    fn remember(&self, contact: ContactId, has_ended: bool, asked: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.changes() == asked {
            Self::put(&mut known, contact, has_ended);
        }
    }

    pub(super) fn end(&self, contact: ContactId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.changes.fetch_add(1, Ordering::SeqCst);
        Self::put(&mut known, contact, true);
    }

    fn put(known: &mut HashMap<ContactId, (Instant, bool)>, contact: ContactId, has_ended: bool) {
        if known.len() >= REMEMBERED {
            // The database knows.
            known.clear();
        }
        known.insert(contact, (Instant::now(), has_ended));
    }
}
