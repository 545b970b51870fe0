//! Running the platform: every business on this server, for its admins alone.

mod banner;
mod create;
mod detail;
mod limits;
mod list;
mod status;

pub use banner::ImpersonationBanner;
pub use detail::TenantPage;
pub use list::TenantsPage;

use crate::{accounts::use_session, shell::NoSuchPage, ui::Tone};
use leptos::prelude::*;
use types::platform::TenantStatus;

/// Shows its children to platform admins; for everybody else there is no such page.
#[component]
fn AdminOnly(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let is_admin =
        Memo::new(move |_| session.user.with(|user| user.as_ref().is_some_and(|user| user.is_platform_admin)));
    move || if is_admin.get() { children().into_any() } else { view! { <NoSuchPage /> }.into_any() }
}

/// Whether a business may work, as a chip.
#[component]
fn StatusChip(
    /// Whether it may.
    status: TenantStatus,
) -> impl IntoView {
    let (tone, words) = match status {
        TenantStatus::Active => (Tone::Success, "Active"),
        TenantStatus::Suspended => (Tone::Danger, "Suspended"),
    };
    view! { <span class=format!("chip {}", tone.class())>{words}</span> }
}

/// A number as people read it: 1,234,567.
fn grouped(number: i64) -> String {
    let digits = number.max(0).to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
