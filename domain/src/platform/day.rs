//! What a business may use in a day of what belongs to all: looks at web pages, the reader's time, and that of language
//! models.
//!
//! Each is a bucket that holds a day's worth and fills evenly, in this process alone. Work that finds its bucket empty
//! waits; a question does not wait and is answered without a model.

use super::limits;
use crate::{Error, Omnichat, Result, rates::Tried};
use std::time::Duration;
use types::{TenantId, platform::TenantLimits};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long work waits at least, so that it goes on with more than one page.
const PAUSE: Duration = Duration::from_secs(10 * 60);
/// What times are counted in, in milliseconds.
const UNIT: u128 = 100;
/// How many of them are in a minute.
const UNITS: u32 = 600;

/// Counts a look at a page.
///
/// # Errors
/// [`Error::NotYet`] when there were as many as there may be.
pub(crate) async fn take_page(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = limits(product, tenant).await?.pages_per_day();
    product.throttle().count(Tried::Pages(tenant), most, DAY).map_err(later)
}

/// Whether pages can be looked at and read.
///
/// # Errors
/// [`Error::NotYet`] when they cannot.
pub(crate) async fn check_pages(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = limits(product, tenant).await?.pages_per_day();
    product.throttle().look(Tried::Pages(tenant), most, DAY).map_err(later)?;
    check_reading(product, tenant).await
}

/// Whether files and pages can be read.
///
/// # Errors
/// [`Error::NotYet`] when they cannot.
pub(crate) async fn check_reading(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = reading(&limits(product, tenant).await?);
    product.throttle().look(Tried::ReadingTime(tenant), most, DAY).map_err(later)
}

/// Counts the time that reading took.
///
/// # Errors
/// When the tenant's limits cannot be had.
pub(crate) async fn spend_reading(product: &Omnichat, tenant: TenantId, took: Duration) -> Result<()> {
    let most = reading(&limits(product, tenant).await?);
    product.throttle().spend(Tried::ReadingTime(tenant), units(took), most, DAY);
    Ok(())
}

/// Whether language models may be asked.
pub(crate) fn may_ask_models(product: &Omnichat, tenant: TenantId, limits: &TenantLimits) -> bool {
    product.throttle().look(Tried::ModelTime(tenant), models(limits), DAY).is_ok()
}

/// Counts the time that a language model took.
///
/// # Errors
/// When the tenant's limits cannot be had.
pub(crate) async fn spend_model(product: &Omnichat, tenant: TenantId, took: Duration) -> Result<()> {
    let most = models(&limits(product, tenant).await?);
    product.throttle().spend(Tried::ModelTime(tenant), units(took), most, DAY);
    Ok(())
}

fn reading(limits: &TenantLimits) -> u32 {
    limits.reading_minutes_per_day().saturating_mul(UNITS)
}

fn models(limits: &TenantLimits) -> u32 {
    limits.model_minutes_per_day().saturating_mul(UNITS)
}

fn units(took: Duration) -> u32 {
    u32::try_from(took.as_millis().div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// A refusal with its time to wait is no fault of the work, which only has to be done later.
fn later(error: Error) -> Error {
    match error {
        Error::Refused(types::Error { retry_after: Some(seconds), .. }) => {
            Error::NotYet(PAUSE.max(Duration::from_secs(seconds.into())))
        }
        other => other,
    }
}
