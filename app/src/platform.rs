//! Running the platform: every business on this server, for its admins alone.

mod banner;
mod create;
mod detail;
mod limited;
mod limits;
mod list;
mod status;

pub use banner::ImpersonationBanner;
pub use detail::TenantPage;
pub use limited::LimitedPage;
pub use list::TenantsPage;

use crate::{
    accounts::use_session,
    shell::NoSuchPage,
    ui::{Alert, Tone},
};
use leptos::prelude::*;
use leptos_meta::Title;
use types::platform::TenantStatus;

/// Shows its children to platform admins, and to those without a second step at sign-in what
/// to do; for everybody else there is no such page.
#[component]
fn AdminOnly(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let rights = Memo::new(move |_| {
        session.user.with(|user| {
            user.as_ref().map_or((false, false), |user| (user.is_platform_admin, user.needs_second_factor))
        })
    });
    move || match rights.get() {
        (true, false) => children().into_any(),
        (true, true) => view! { <FactorFirst /> }.into_any(),
        (false, _) => view! { <NoSuchPage /> }.into_any(),
    }
}

/// Says that running the platform takes a second step at sign-in.
#[component]
fn FactorFirst() -> impl IntoView {
    view! {
        <Title text="Platform" />
        <div class="page">
            <Alert tone=Tone::Warning>
                <span>
                    "Whoever runs the platform needs a second step at sign-in. "
                    <a href="/settings/account">"Turn it on in your account"</a> ", then come back."
                </span>
            </Alert>
        </div>
    }
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
