//! Marks: what ended or changed, written by the transaction that does it, so
//! that it holds after a restart and on every other server.
//!
//! This process acts on a mark of its own as soon as it is committed; marks of
//! others are looked for every two seconds. A mark that is learned makes stale
//! what was made before it was learned, so the clocks of two servers need not
//! agree.

use super::{
    ACCESS_SECONDS, Whose,
    stale::{MOST, Stale},
};
use crate::{
    Error, Omnichat, Result,
    database::{Db, SystemTx},
    schema::token_marks,
};
use diesel::{ExpressionMethods, QueryableByName, sql_types};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use types::Timestamp;
use uuid::Uuid;

/// How often marks of other servers are looked for.
const EVERY: Duration = Duration::from_secs(2);
/// Seconds before a start from which marks count: longer than any access
/// token lives, with some minutes for a transaction that was slow to end.
const LOOK_BACK: i64 = 2 * ACCESS_SECONDS;
/// Seconds that a mark is stored.
const KEPT: i64 = 3600;
/// Seconds that a mark is known to have been acted on: longer than it can be stored.
const KNOWN: i64 = 4 * KEPT;

/// Marks that were written; to be acted on by [`tell`] after the commit.
#[derive(Debug, Default)]
#[must_use = "what was marked is to be told after the commit"]
pub(crate) struct Marks(Vec<(Uuid, Whose)>);

impl Marks {
    /// Nothing was marked.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody is among them.
    pub(crate) fn has(&self, whose: Whose) -> bool {
        self.0.iter().any(|(_, marked)| *marked == whose)
    }

    /// These and others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

/// Writes that what was handed out is not good any more. Best done last: what
/// a transaction does after it is seen by others no later than it is.
pub(crate) async fn mark(conn: &mut AsyncPgConnection, whose: impl IntoIterator<Item = Whose>) -> Result<Marks> {
    let marks: Vec<(Uuid, Whose)> = whose.into_iter().map(|whose| (Uuid::now_v7(), whose)).collect();
    let rows: Vec<_> = marks
        .iter()
        .map(|(id, whose)| {
            let (kind, subject) = whose.parts();
            (token_marks::id.eq(*id), token_marks::kind.eq(kind), token_marks::subject.eq(subject))
        })
        .collect();
    if !rows.is_empty() {
        diesel::insert_into(token_marks::table).values(rows).execute(conn).await?;
    }
    Ok(Marks(marks))
}

/// Acts on marks after their commit: older tokens are asked for again, sockets come back.
pub(crate) fn tell(product: &Omnichat, marks: &Marks) {
    for (id, whose) in &marks.0 {
        if product.followed().is_news(*id) {
            act(product, *whose);
        }
    }
}

fn act(product: &Omnichat, whose: Whose) {
    match whose {
        Whose::Session(_) | Whose::User(_) | Whose::Tenant(_) => product.stale().mark(whose),
        Whose::Visitors(tenant) => product.visits().forget_tenant(tenant),
        Whose::Contact(contact) => product.visits().end(contact),
    }
    let hub = product.hub();
    match whose {
        Whose::Session(ended) => hub.end(|_, _, session| session == ended),
        Whose::User(changed) => hub.end(|_, user, _| user == changed),
        Whose::Tenant(changed) => {
            product.known_keys().forget(|known| known.tenant() == changed);
            product.known_limits().forget(changed);
            product.visits().forget_tenant(changed);
            hub.end_tenant(changed);
        }
        Whose::Visitors(tenant) => hub.end_visitors(tenant),
        Whose::Contact(contact) => hub.end_visitor(contact),
    }
}

/// How far this process has read the marks.
#[derive(Debug, Default)]
pub(crate) struct Followed(Mutex<Read>);

#[derive(Debug, Default)]
struct Read {
    /// Everything that earlier transactions wrote has been seen.
    until: String,
    /// Marks that were acted on. Those of transactions that were still open are met again.
    acted_on: HashMap<Uuid, Timestamp>,
}

impl Followed {
    fn is_news(&self, id: Uuid) -> bool {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.acted_on.insert(id, Timestamp::now()).is_none()
    }

    fn until(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).until.clone()
    }

    fn set(&self, until: String) {
        let known_since = Timestamp::now().plus_seconds(-KNOWN);
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.until = until;
        read.acted_on.retain(|_, at| *at > known_since);
    }
}

/// What was marked in the life of a token. Before that is known no token can be judged.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn load(db: &Db) -> Result<(Stale, Followed)> {
    let (stale, followed) = (Stale::default(), Followed::default());
    let (until, marks) = read(db, "0".to_owned(), Timestamp::now().plus_seconds(-LOOK_BACK)).await?;
    if marks.len() >= MOST {
        stale.mark_all();
    }
    for (id, about) in marks {
        followed.is_news(id);
        for whose in about {
            if matches!(whose, Whose::Session(_) | Whose::User(_) | Whose::Tenant(_)) {
                stale.mark(whose);
            }
        }
    }
    followed.set(until);
    Ok((stale, followed))
}

/// Acts on the marks of other servers, until `shutdown`.
pub(crate) async fn follow(product: Omnichat, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = shutdown.cancelled() => return,
        }
        if let Err(error) = catch_up(&product).await {
            tracing::warn!(%error, "what other servers revoked could not be read; it is tried again");
        }
    }
}

async fn catch_up(product: &Omnichat) -> Result<()> {
    let (until, marks) = read(product.db(), product.followed().until(), Timestamp(0)).await?;
    if marks.len() >= MOST {
        product.stale().mark_all();
        product.hub().end(|_, _, _| true);
    }
    for (id, about) in marks {
        if product.followed().is_news(id) {
            about.into_iter().for_each(|whose| act(product, whose));
        }
    }
    product.followed().set(until);
    product.stale().prune(Timestamp::now().plus_seconds(-LOOK_BACK));
    Ok(())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Text)]
    until: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    kind: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    subject: Option<Uuid>,
}

/// The marks of a transaction and of those after it, and the first that was still open.
async fn read(db: &Db, from: String, noted: Timestamp) -> Result<(String, Vec<(Uuid, Vec<Whose>)>)> {
    let rows: Vec<Row> = db
        .system(async move |tx: &mut SystemTx| {
            let query = diesel::sql_query(
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS until, id, kind, subject
                 FROM (SELECT) AS always LEFT JOIN token_marks ON made_by >= $1::xid8 AND noted_at >= $2 LIMIT $3",
            );
            Ok(query
                .bind::<sql_types::Text, _>(from)
                .bind::<sql_types::Timestamptz, _>(noted)
                .bind::<sql_types::BigInt, _>(i64::try_from(MOST).unwrap_or(i64::MAX))
                .load(tx.conn())
                .await?)
        })
        .await?;
    let until = rows.as_slice().first().map(|row| row.until.clone());
    let until = until.ok_or_else(|| Error::Internal("the marks could not be read".to_owned()))?;
    let marks = rows.into_iter().filter_map(|row| Some((row.id?, Whose::from_parts(&row.kind?, row.subject?))));
    Ok((until, marks.collect()))
}

/// Deletes marks that no token is old enough for.
pub(crate) async fn clear(tx: &mut SystemTx, now: Timestamp) -> Result<()> {
    let old = diesel::delete(token_marks::table).filter(token_marks::noted_at.lt(now.plus_seconds(-KEPT)));
    old.execute(tx.conn()).await?;
    Ok(())
}
