//! What a business may use in a day of what belongs to all: looks at web pages, the reader's time, and that of language
//! models.
//!
//! Each is a bucket that holds a day's worth and fills evenly, in this process alone. Work that finds its bucket empty
//! waits; a question does not wait and is answered without a model.

use super::limits;
use crate::{Error, Omnichat, Result, rates::Tried};
use std::time::{Duration, Instant};
use types::{ErrorCode, TenantId, platform::TenantLimits};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// What times are counted in, in milliseconds.
const UNIT: u128 = 100;
/// How many of them are in a minute.
const UNITS: u32 = 600;

/// Time that is counted for a tenant when it ends, however it ends.
#[derive(Debug)]
pub(crate) struct Clock {
    product: Omnichat,
    used: Tried,
    most: u32,
    began: Instant,
}

impl Clock {
    fn start(product: &Omnichat, used: Tried, most: u32) -> Self {
        Self { product: product.clone(), used, most, began: Instant::now() }
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        let units = u32::try_from(self.began.elapsed().as_millis().div_ceil(UNIT)).unwrap_or(u32::MAX);
        self.product.throttle().spend(self.used, units, self.most, DAY);
    }
}

/// Counts a look at a page.
///
/// # Errors
/// [`Error::NotYet`] when there were as many as there may be.
pub(crate) async fn take_page(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = limits(product, tenant).await?.pages_per_day();
    product.throttle().count(Tried::Pages(tenant), most, DAY).map_err(later)
}

/// Whether a page can be looked at, and read.
///
/// # Errors
/// [`Error::NotYet`] when nothing is left for either.
pub(crate) async fn check_pages(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = limits(product, tenant).await?.pages_per_day();
    product.throttle().look(Tried::Pages(tenant), most, DAY).map_err(later)?;
    check_reading(product, tenant).await
}

/// Whether a file can be read.
///
/// # Errors
/// [`Error::NotYet`] when no time is left for it.
pub(crate) async fn check_reading(product: &Omnichat, tenant: TenantId) -> Result<()> {
    let most = minutes(limits(product, tenant).await?.reading_minutes_per_day());
    product.throttle().look(Tried::ReadingTime(tenant), most, DAY).map_err(later)
}

/// Begins to read.
///
/// # Errors
/// Those of [`check_reading`].
pub(crate) async fn begin_reading(product: &Omnichat, tenant: TenantId) -> Result<Clock> {
    check_reading(product, tenant).await?;
    let most = minutes(limits(product, tenant).await?.reading_minutes_per_day());
    Ok(Clock::start(product, Tried::ReadingTime(tenant), most))
}

/// Whether language models may be asked.
pub(crate) fn may_ask_models(product: &Omnichat, tenant: TenantId, limits: &TenantLimits) -> bool {
    let most = minutes(limits.model_minutes_per_day());
    product.throttle().look(Tried::ModelTime(tenant), most, DAY).is_ok()
}

/// Begins to ask a language model.
pub(crate) fn begin_asking(product: &Omnichat, tenant: TenantId, limits: &TenantLimits) -> Clock {
    Clock::start(product, Tried::ModelTime(tenant), minutes(limits.model_minutes_per_day()))
}

fn minutes(minutes: u32) -> u32 {
    minutes.saturating_mul(UNITS)
}

/// What is refused for today is no fault of the work, which only has to be done later.
fn later(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == ErrorCode::TooManyRequests => Error::NotYet,
        other => other,
    }
}
