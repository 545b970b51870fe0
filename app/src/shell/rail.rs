//! The rail with the ways to every part; a bottom bar on a phone.

use super::{user_menu::UserMenu, wordmark::Sign};
use crate::icons::{self, Icon};
use leptos::prelude::*;
use leptos_router::components::A;

/// Where one can go. What does not exist is not here.
const PLACES: [(&str, &str, &str); 4] = [
    ("/inbox", "Inbox", icons::INBOX),
    ("/knowledge", "Knowledge", icons::BOOK),
    ("/leads", "Leads", icons::LEAD),
    ("/settings", "Settings", icons::SLIDERS),
];

/// The ways to every part, and the user's menu.
#[component]
pub fn Rail() -> impl IntoView {
    view! {
        <nav class="rail" aria-label="Main">
            <a class="rail-sign" href="/inbox" aria-label="Omnichat, to the inbox">
                <Sign />
            </a>
            <ul class="rail-places">
                {PLACES
                    .into_iter()
                    .map(|(path, label, icon)| {
                        view! {
                            <li>
                                <A href=path attr:class="rail-place">
                                    <Icon path=icon />
                                    <span>{label}</span>
                                </A>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <UserMenu />
        </nav>
    }
}
