//! What a business may use.

use super::read;
use crate::{
    Error, Omnichat, Result,
    accounts::PlatformAdmin,
    audit,
    database::{SystemTx, TenantTx},
    error::OrNotFound as _,
    rates::Tried,
    schema::tenants,
};
use diesel::{ExpressionMethods, OptionalExtension as _, QueryDsl};
use diesel_async::RunQueryDsl;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use types::{
    TenantId,
    audit::{ActorType, AuditAction},
    limits::{
        MOST_MODEL_CALLS, MOST_MODEL_MINUTES, MOST_PAGES_PER_DAY, MOST_READING_MINUTES, MOST_STORAGE_MB, PASSAGES,
        PER_MINUTE, SEATS, SOURCES,
    },
    platform::TenantLimits,
};

/// How long limits are remembered without asking the database. A change
/// through this process is known at once.
const REMEMBER: Duration = Duration::from_secs(5);
/// Tenants whose limits are remembered at once.
const REMEMBERED: usize = 10_000;

/// The limits of a tenant, at most five seconds old.
///
/// # Errors
/// When the database does not answer.
pub async fn limits(product: &Omnichat, tenant: TenantId) -> Result<TenantLimits> {
    if let Some(limits) = product.known_limits().recall(tenant) {
        return Ok(limits);
    }
    let stored: Option<serde_json::Value> = product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let found = tenants::table.filter(tenants::id.eq(tenant)).select(tenants::limits).first(tx.conn()).await;
            Ok(found.optional()?)
        })
        .await?;
    let limits = stored.map(parse).transpose()?.unwrap_or_default();
    product.known_limits().remember(tenant, limits);
    Ok(limits)
}

/// The limits of the tenant of a transaction, as they are now.
pub(crate) async fn limits_in(tx: &mut TenantTx) -> Result<TenantLimits> {
    let tenant = tx.tenant();
    let stored: serde_json::Value = tenants::table
        .filter(tenants::id.eq(tenant))
        .select(tenants::limits)
        .first(tx.conn())
        .await
        .or_not_found("business")?;
    parse(stored)
}

/// Limits as they are stored.
pub(crate) fn parse(stored: serde_json::Value) -> Result<TenantLimits> {
    serde_json::from_value(stored).map_err(|error| Error::stored("limits of a business", error))
}

/// Counts an answer for which a language model is to be asked.
///
/// # Errors
/// `too_many_requests` when the tenant had as many as it may in this minute.
pub(crate) async fn count_model_answer(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = limits(product, tenant).await?.ai_answers_per_minute();
    product.throttle().count(Tried::ModelAnswers(tenant), most, Duration::from_secs(60))
}

/// Changes what a business may use.
///
/// # Errors
/// When a limit is above what the server bears, or there is no such business.
pub async fn set_limits(
    product: &Omnichat,
    admin: &PlatformAdmin,
    tenant: TenantId,
    limits: TenantLimits,
) -> Result<TenantLimits> {
    check(&limits)?;
    let caller = (***admin).clone();
    let stored = serde_json::to_value(limits).map_err(|error| Error::Internal(error.to_string()))?;
    product
        .db()
        .system(async move |tx: &mut SystemTx| {
            let row = read(tx, tenant).await?;
            let before = parse(row.limits)?;
            diesel::update(tenants::table.filter(tenants::id.eq(tenant)))
                .set(tenants::limits.eq(stored))
                .execute(tx.conn())
                .await?;
            let details: Vec<(&str, String)> = named(&before)
                .into_iter()
                .zip(named(&limits))
                .filter(|(before, after)| before != after)
                .map(|(_, (name, value))| (name, value.map_or_else(|| "default".to_owned(), |value| value.to_string())))
                .collect();
            let action = AuditAction::TenantLimitsChanged;
            audit::record_in(tx, tenant, ActorType::PlatformAdmin, &caller, action, &row.name, &details).await
        })
        .await?;
    product.known_limits().forget(tenant);
    Ok(limits)
}

const fn named(limits: &TenantLimits) -> [(&'static str, Option<u32>); 10] {
    [
        ("seats", limits.seats),
        ("passages", limits.passages),
        ("sources", limits.sources),
        ("requests_per_minute", limits.requests_per_minute),
        ("ai_answers_per_minute", limits.ai_answers_per_minute),
        ("model_calls", limits.model_calls),
        ("storage_mb", limits.storage_mb),
        ("pages_per_day", limits.pages_per_day),
        ("reading_minutes_per_day", limits.reading_minutes_per_day),
        ("model_minutes_per_day", limits.model_minutes_per_day),
    ]
}

fn check(limits: &TenantLimits) -> Result<()> {
    let sources = u32::try_from(SOURCES).unwrap_or(u32::MAX);
    let ranges = [
        (1, SEATS),
        (0, PASSAGES),
        (0, sources),
        (1, PER_MINUTE),
        (0, PER_MINUTE),
        (1, MOST_MODEL_CALLS),
        (0, MOST_STORAGE_MB),
        // None at all would be no limit.
        (1, MOST_PAGES_PER_DAY),
        (1, MOST_READING_MINUTES),
        (1, MOST_MODEL_MINUTES),
    ];
    for ((field, value), (least, most)) in named(limits).into_iter().zip(ranges) {
        if value.is_some_and(|value| value < least || value > most) {
            let message = format!("Please enter a number from {least} to {most}, or nothing for the default.");
            return Err(types::Error::invalid(message).field(field).into());
        }
    }
    Ok(())
}

/// Limits that were asked for lately, in this process.
#[derive(Debug, Default)]
pub(crate) struct KnownLimits(Mutex<HashMap<TenantId, (Instant, TenantLimits)>>);

impl KnownLimits {
    fn recall(&self, tenant: TenantId) -> Option<TenantLimits> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).filter(|(since, _)| since.elapsed() < REMEMBER).map(|(_, limits)| *limits)
    }

    fn remember(&self, tenant: TenantId, limits: TenantLimits) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(tenant, (Instant::now(), limits));
    }

    /// Forgets the limits of a tenant.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_between_what_makes_sense_and_what_the_server_bears() {
        check(&TenantLimits::default()).unwrap();
        check(&TenantLimits { seats: Some(1), ai_answers_per_minute: Some(0), ..TenantLimits::default() }).unwrap();
        for wrong in [
            TenantLimits { seats: Some(0), ..TenantLimits::default() },
            TenantLimits { passages: Some(100_001), ..TenantLimits::default() },
            TenantLimits { requests_per_minute: Some(0), ..TenantLimits::default() },
        ] {
            assert!(check(&wrong).is_err(), "{wrong:?}");
        }
    }
}
