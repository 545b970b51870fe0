//! Alarms become rows and mails.

use super::signals::{Alarm, Signal};
use crate::{
    Network, Omnichat, Result,
    accounts::ProvedEmail,
    database::{SystemTx, TenantTx},
    mail::{self, texts},
    schema::{api_keys, memberships, security_notices as rows, tenants, users},
};
use diesel::{ExpressionMethods, JoinOnDsl as _, OptionalExtension as _, PgExpressionMethods as _, QueryDsl};
use diesel_async::RunQueryDsl;
use tokio_util::sync::CancellationToken;
use types::{
    SecurityNoticeId, TenantId, Timestamp, UserId,
    security::{SecurityNotice, SecurityNoticeKind},
};
use uuid::Uuid;

/// What goes on within a day after the last time is one notice.
const SAME_SECONDS: i64 = 24 * 3600;
/// Days that a notice is kept.
const DAYS: i64 = 90;
/// Businesses of one person that hear of it.
const BUSINESSES: i64 = 20;
/// Owners who get a mail.
const OWNERS: i64 = 5;

/// Stores what crosses a line, until `shutdown`.
pub(crate) async fn watch(product: Omnichat, shutdown: CancellationToken) {
    loop {
        let alarm = tokio::select! {
            alarm = product.signals().next() => alarm,
            () = shutdown.cancelled() => return,
        };
        // Best effort: what goes on will cross the next line.
        if let Err(error) = store(&product, &alarm).await {
            tracing::warn!(%error, "a security notice could not be stored");
        }
    }
}

/// What a notice says, before it is stored.
struct New {
    kind: SecurityNoticeKind,
    about: Option<Uuid>,
    subject: String,
    details: String,
    count: usize,
}

async fn store(product: &Omnichat, alarm: &Alarm) -> Result<()> {
    let (count, details) = (alarm.count, from(&alarm.networks));
    match alarm.signal {
        Signal::FailedSignIn(user) => {
            let kind = SecurityNoticeKind::SignInFailures;
            for (tenant, subject) in businesses_of(product, user).await? {
                let new = New { kind, about: Some(user.0), subject, details: details.clone(), count };
                record(product, tenant, new).await?;
            }
            Ok(())
        }
        Signal::Refused(tenant, refusal) => {
            let (kind, subject) = (SecurityNoticeKind::Refusals, refusal.words().to_owned());
            record(product, tenant, New { kind, about: None, subject, details, count }).await
        }
        Signal::KeyUsed(tenant, key) => {
            let name: Option<String> = product
                .db()
                .tenant(tenant, async move |tx: &mut TenantTx| {
                    let of_tenant = api_keys::table.filter(api_keys::tenant_id.eq(tenant));
                    let found = of_tenant.filter(api_keys::id.eq(key)).select(api_keys::name).first(tx.conn()).await;
                    Ok(found.optional()?)
                })
                .await?;
            let Some(subject) = name else { return Ok(()) };
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
/// before, and mails it to them.
pub(crate) async fn note_new_device(product: &Omnichat, tenant: TenantId, user: UserId, device: String) -> Result<()> {
    let own = product.clone();
    let (subject, email): (String, Option<ProvedEmail>) = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let name = users::table.filter(users::id.eq(user)).select(users::name).first(tx.conn()).await?;
            Ok((name, ProvedEmail::of(tx, user).await?))
        })
        .await?;
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let kind = SecurityNoticeKind::NewDevice;
            let new = New { kind, about: Some(user.0), subject, details: device, count: 1 };
            let notice = insert(tx, &new).await?;
            send(tx, &own, email.as_slice(), &notice).await
        })
        .await
}

/// Counts what goes on, or writes it and mails the owners when it is new.
async fn record(product: &Omnichat, tenant: TenantId, new: New) -> Result<()> {
    let own = product.clone();
    product
        .db()
        .tenant(tenant, async move |tx: &mut TenantTx| {
            let count = i64::try_from(new.count).unwrap_or(i64::MAX);
            let same = rows::table
                .filter(rows::tenant_id.eq(tenant))
                .filter(rows::kind.eq(new.kind))
                .filter(rows::subject_id.is_not_distinct_from(new.about))
                .filter(rows::subject.eq(&new.subject))
                .filter(rows::settled_at.is_null())
                .filter(rows::last_at.gt(Timestamp::now().plus_seconds(-SAME_SECONDS)));
            let counted = diesel::update(same)
                .set((rows::count.eq(count), rows::details.eq(&new.details), rows::last_at.eq(Timestamp::now())))
                .execute(tx.conn())
                .await?;
            if counted == 0 {
                let notice = insert(tx, &new).await?;
                let owners = ProvedEmail::of_owners(tx, OWNERS).await?;
                send(tx, &own, &owners, &notice).await?;
            }
            Ok(())
        })
        .await
}

async fn insert(tx: &mut TenantTx, new: &New) -> Result<SecurityNotice> {
    let (tenant, now) = (tx.tenant(), Timestamp::now());
    let old =
        rows::table.filter(rows::tenant_id.eq(tenant)).filter(rows::last_at.lt(now.plus_seconds(-DAYS * 24 * 3600)));
    diesel::delete(old).execute(tx.conn()).await?;
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
