//! Gives memory back to the system after a burst: what many bodies and
//! connections took for a moment would stay with the allocator for good.

use super::{accept::Places, shares::Held};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// Looks between two times at which memory is given back.
const LOOKS: u32 = 12;
/// Bytes of bodies that make a burst.
const BYTES: u64 = 8 * 1024 * 1024;
/// Connections that make one.
const CONNECTIONS: usize = 500;

/// Looks until `stop`, and gives back once a minute at most.
pub async fn give_back(held: Held, places: Places, stop: CancellationToken) {
    let mut is_burst = false;
    let mut looks = 0_u32;
    while tokio::time::timeout(LOOK, stop.cancelled()).await.is_err() {
        let is_much = held.bytes() >= BYTES || places.count() >= CONNECTIONS;
        is_burst |= is_much;
        looks = looks.saturating_add(1);
        if is_burst && looks >= LOOKS {
            (is_burst, looks) = (is_much, 0);
            let _ended = tokio::task::spawn_blocking(trim).await;
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the standard library does not offer it")]
fn trim() {
    // SAFETY: it may be called at any time from any thread, and frees only what nobody has.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
const fn trim() {}
