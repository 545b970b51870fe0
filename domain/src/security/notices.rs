//! Alarms become rows and mails.

use super::signals::{Alarm, Signal, Signals};
use crate::{
    Network, Omnichat, Result,
    accounts::{Device, ProvedEmail, SERVER_AGENT, device_words, is_known_device},
    database::{SystemTx, TenantTx},
    mail::{self, texts},
    rates::{Limited, Who},
    schema::{api_keys, memberships, security_notices as rows, sessions, tenants, users},
};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, PgExpressionMethods as _,
    QueryDsl,
};
use diesel_async::RunQueryDsl;
use std::{net::IpAddr, time::Duration};
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use types::{
    ApiKeyId, SecurityNoticeId, SessionId, TenantId, Timestamp, UserId,
    security::{SecurityNotice, SecurityNoticeKind},
};
use uuid::Uuid;

/// What goes on within a day after the last time is one notice, and is not told again within a day
/// after somebody said that it is fine.
const SAME_SECONDS: i64 = 24 * 3600;
/// Earlier sign-ins of a person that a new one is compared with.
const LOOKED_THROUGH: i64 = 100;
/// Businesses of one person that hear of it.
const BUSINESSES: i64 = 20;
/// How often it is looked whether much is refused.
const EVERY: Duration = Duration::from_secs(10);
/// Refusals of one kind in a quarter of an hour that a business hears of.
const SPIKE: u64 = 100;
/// Seconds of that quarter.
const SPIKE_SECONDS: i64 = 15 * 60;
/// Networks that a notice names.
const SHOWN: usize = 3;
/// Notices of one kind that a new one is compared with.
const COMPARED: i64 = 20;
/// Owners who get a mail.
const OWNERS: i64 = 5;

/// Stores what crosses a line, until `shutdown`.
pub(crate) async fn watch(product: Omnichat, shutdown: CancellationToken) {
    let mut looks = tokio::time::interval(EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let stored = match turn(product.signals(), &mut looks, &shutdown).await {
            Turn::Alarm(alarm) => store(&product, alarm).await,
            Turn::Look => store_spikes(&product).await,
            Turn::End => return,
        };
        // Best effort: what goes on will cross the next line.
        if let Err(error) = stored {
            tracing::warn!(%error, "a security notice could not be stored");
        }
    }
}

/// What is done next.
enum Turn {
    Alarm(Alarm),
    /// It is looked whether much is refused.
    Look,
    End,
}

/// Waits for what is next. Alarms that come one after the other put off no look.
async fn turn(signals: &Signals, looks: &mut Interval, shutdown: &CancellationToken) -> Turn {
    tokio::select! {
        () = shutdown.cancelled() => Turn::End,
        _ = looks.tick() => Turn::Look,
        alarm = signals.next() => Turn::Alarm(alarm),
    }
}

/// Writes of which businesses much is refused.
async fn store_spikes(product: &Omnichat) -> Result<()> {
    let spikes = product.rates().spikes(SPIKE);
    if spikes.is_empty() {
        return Ok(());
    }
    let (limited, lately) = (product.rates().limited(), Timestamp::now().plus_seconds(-SPIKE_SECONDS));
    for (tenant, limit, count) in spikes {
        let these: Vec<&Limited> = limited
            .iter()
            .filter(|one| one.tenant == Some(tenant) && one.limit == limit && one.last > lately)
            .collect();
        let mut is_told = false;
        // What one key does is about that key, which can be revoked.
        for one in these.iter().filter(|one| one.count >= SPIKE) {
            if let Who::Key(key) = one.who
                && let Some(subject) = key_name(product, tenant, key).await?
            {
                let count = usize::try_from(one.count.min(count)).unwrap_or(usize::MAX);
                let details = format!("by the limit on {}", limit.words());
                let kind = SecurityNoticeKind::KeyRefusals;
                record(product, tenant, New { kind, about: Some(key.0), subject, details, count }).await?;
                is_told = true;
            }
        }
        if is_told {
            continue;
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let networks = these.iter().filter_map(|one| match one.who {
            Who::Network(network) => Some(network),
            _ => None,
        });
        let networks: Vec<Network> = networks.take(SHOWN).collect();
        let details = if networks.is_empty() { String::new() } else { from(&networks) };
        let kind = SecurityNoticeKind::Refusals;
        record(product, tenant, New { kind, about: None, subject: limit.words().to_owned(), details, count }).await?;
    }
    Ok(())
}

async fn key_name(product: &Omnichat, tenant: TenantId, key: ApiKeyId) -> Result<Option<String>> {
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let of_tenant = api_keys::table.filter(api_keys::tenant_id.eq(tenant));
            let found = of_tenant.filter(api_keys::id.eq(key)).select(api_keys::name).first(tx.conn()).await;
            Ok(found.optional()?)
        })
        .await
}

/// What a notice says, before it is stored.
struct New {
    kind: SecurityNoticeKind,
    about: Option<Uuid>,
    subject: String,
    details: String,
    count: usize,
}

async fn store(product: &Omnichat, alarm: Alarm) -> Result<()> {
    let (signal, count, networks) = match alarm {
        Alarm::Crossed { signal, count, networks } => (signal, count, networks),
        Alarm::SignedIn { tenant, user, session, device } => {
            return note_new_device(product, tenant, user, session, &device).await;
        }
    };
    let details = from(&networks);
    match signal {
        Signal::FailedSignIn(user) => {
            let kind = SecurityNoticeKind::SignInFailures;
            for (tenant, subject) in businesses_of(product, user).await? {
                let new = New { kind, about: Some(user.0), subject, details: details.clone(), count };
                record(product, tenant, new).await?;
            }
            Ok(())
        }
        Signal::KeyUsed(tenant, key) => {
            let Some(subject) = key_name(product, tenant, key).await? else { return Ok(()) };
            let kind = SecurityNoticeKind::KeyNetworks;
            record(product, tenant, New { kind, about: Some(key.0), subject, details, count }).await
        }
    }
}

fn from(networks: &[Network]) -> String {
    let names: Vec<String> = networks.iter().map(ToString::to_string).collect();
    format!("from {}", names.join(", "))
}

/// The businesses that a person works in, with the person's name.
async fn businesses_of(product: &Omnichat, user: UserId) -> Result<Vec<(TenantId, String)>> {
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = memberships::table
                .inner_join(users::table.on(users::id.eq(memberships::user_id)))
                .filter(memberships::user_id.eq(user))
                .order(memberships::created_at)
                .limit(BUSINESSES)
                .select((memberships::tenant_id, users::name))
                .load(tx.conn())
                .await?;
            Ok(found)
        })
        .await
}

/// Writes that somebody signed in from a device that they had not used
/// before, and mails it to them. Whoever signs in for the first time has no other.
async fn note_new_device(
    product: &Omnichat,
    tenant: TenantId,
    user: UserId,
    session: SessionId,
    device: &Device,
) -> Result<()> {
    let own = product.clone();
    let (words, network) = (device_words(&device.user_agent), device.network());
    type Earlier = (String, String, Timestamp, Option<Timestamp>);
    type Found = ((String, Option<Timestamp>), Option<ProvedEmail>, Vec<Earlier>);
    let ((subject, changed_at), email, others): Found = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let person = users::table.filter(users::id.eq(user)).select((users::name, users::password_changed_at));
            let person = person.first(tx.conn()).await?;
            let before = sessions::table
                .filter(sessions::user_id.eq(user))
                .filter(sessions::id.lt(session))
                .filter(sessions::impersonated_by.is_null())
                // This program itself, when it made a demo.
                .filter(sessions::user_agent.ne(SERVER_AGENT))
                .order(sessions::id.desc())
                .limit(LOOKED_THROUGH);
            let seen = (sessions::user_agent, sessions::ip, sessions::created_at, sessions::revoked_at);
            let others = before.select(seen).load(tx.conn()).await?;
            Ok((person, ProvedEmail::of(tx, user).await?, others))
        })
        .await?;
    // A program keeps no cookie, and comes from where it came before. What a new password ended may have been a thief's.
    let is_same = |(agent, ip, began, revoked): &Earlier| {
        let was = ip.parse::<IpAddr>().ok().map(Network::of);
        let is_theirs = revoked.is_none() || changed_at.is_none_or(|changed| *began > changed);
        is_theirs && device_words(agent) == words && was.is_some_and(|was| was.around() == network.around())
    };
    let is_known = is_known_device(product, device, user, changed_at);
    if is_known || others.is_empty() || others.iter().any(is_same) {
        return Ok(());
    }
    let details = format!("{words}, from {network}");
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let kind = SecurityNoticeKind::NewDevice;
            let new = New { kind, about: Some(user.0), subject, details, count: 1 };
            let notice = insert(tx, &new).await?;
            let Some(email) = email else { return Ok(()) };
            let link = format!("{}/settings/account", own.public_url());
            mail::enqueue(tx, &own, &texts::new_device(&email, &notice.details, &link)).await
        })
        .await
}

/// Counts what goes on, or writes it and mails the owners when it is new. What somebody said is fine is counted silently.
async fn record(product: &Omnichat, tenant: TenantId, new: New) -> Result<()> {
    let own = product.clone();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let count = i64::try_from(new.count).unwrap_or(i64::MAX);
            let lately = Timestamp::now().plus_seconds(-SAME_SECONDS);
            let is_open = rows::settled_at.is_null().and(rows::last_at.gt(lately));
            let same: Vec<(SecurityNoticeId, String, Option<Timestamp>)> = rows::table
                .filter(rows::tenant_id.eq(tenant))
                .filter(rows::kind.eq(new.kind))
                .filter(rows::subject_id.is_not_distinct_from(new.about))
                .filter(rows::subject.eq(&new.subject))
                .filter(is_open.or(rows::settled_at.gt(lately)))
                .order(rows::last_at.desc())
                .limit(COMPARED)
                .select((rows::id, rows::details, rows::settled_at))
                .load(tx.conn())
                .await?;
            let is_same = |details: &str, settled: Option<Timestamp>| {
                settled.is_none() || new.kind != SecurityNoticeKind::Refusals || is_one_cause(details, &new.details)
            };
            let same = same.into_iter().find(|(_, details, settled)| is_same(details, *settled));
            if let Some((id, details, settled)) = same {
                // What was said to be fine stays what it was.
                let details = if settled.is_some() { details } else { new.details };
                diesel::update(rows::table.filter(rows::tenant_id.eq(tenant)).filter(rows::id.eq(id)))
                    .set((rows::count.eq(count), rows::details.eq(details), rows::last_at.eq(Timestamp::now())))
                    .execute(tx.conn())
                    .await?;
            } else {
                let notice = insert(tx, &new).await?;
                let owners = ProvedEmail::of_owners(tx, OWNERS).await?;
                send(tx, &own, &owners, &notice).await?;
            }
            Ok(())
        })
        .await
}

/// Whether a notice of refusals names no network but those of one that was settled: what somebody said is fine of some
/// networks is not fine of others.
fn is_one_cause(settled: &str, new: &str) -> bool {
    let names = |details: &str| {
        let names = details.strip_prefix("from ").unwrap_or_default();
        names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (settled, new) = (names(settled), names(new));
    new.is_empty() == settled.is_empty() && new.iter().all(|name| settled.contains(name))
}

async fn insert(tx: &mut TenantTx, new: &New) -> Result<SecurityNotice> {
    let (tenant, now) = (tx.tenant(), Timestamp::now());
    let notice = SecurityNotice {
        id: SecurityNoticeId::new(),
        kind: new.kind,
        subject: new.subject.clone(),
        details: new.details.clone(),
        count: new.count as u64,
        first_at: now,
        last_at: now,
        is_settled: false,
    };
    diesel::insert_into(rows::table)
        .values((
            rows::tenant_id.eq(tenant),
            rows::id.eq(notice.id),
            rows::kind.eq(new.kind),
            rows::subject_id.eq(new.about),
            rows::subject.eq(&new.subject),
            rows::details.eq(&new.details),
            rows::count.eq(i64::try_from(new.count).unwrap_or(i64::MAX)),
            rows::first_at.eq(now),
            rows::last_at.eq(now),
        ))
        .execute(tx.conn())
        .await?;
    Ok(notice)
}

async fn send(tx: &mut TenantTx, product: &Omnichat, to: &[ProvedEmail], notice: &SecurityNotice) -> Result<()> {
    let tenant = tx.tenant();
    let business: String = tenants::table.filter(tenants::id.eq(tenant)).select(tenants::name).first(tx.conn()).await?;
    let link = format!("{}/settings/security", product.public_url());
    for to in to {
        mail::enqueue(tx, product, &texts::security_notice(to, &business, notice, &link)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn what_is_fine_of_one_network_is_not_fine_of_another() {
        let one = |number: u8| Network::of([192, 0, 2, number].into());
        let (settled, fewer, more) = (from(&[one(1), one(2)]), from(&[one(2)]), from(&[one(2), one(3)]));
        assert!(is_one_cause(&settled, &fewer) && !is_one_cause(&settled, &more));
        assert!(!is_one_cause(&from(&[one(1)]), &from(&[one(12)])));
        assert!(!is_one_cause("", &fewer) && !is_one_cause(&fewer, "") && is_one_cause("", ""));
    }

    #[tokio::test]
    async fn alarms_without_end_put_off_no_look() {
        let (signals, shutdown) = (Signals::default(), CancellationToken::new());
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        let (began, mut seen) = (Instant::now(), 0);
        while seen < 3 {
            assert!(began.elapsed() < Duration::from_secs(60), "alarms alone are seen");
            signals.raise(Alarm::Crossed {
                signal: Signal::FailedSignIn(UserId::new()),
                count: 1,
                networks: Vec::new(),
            });
            // As whatever is stored does: the clock is looked at meanwhile.
            tokio::task::yield_now().await;
            seen += usize::from(matches!(turn(&signals, &mut looks, &shutdown).await, Turn::Look));
        }
        shutdown.cancel();
        while !matches!(turn(&signals, &mut looks, &shutdown).await, Turn::End) {}
    }
}
