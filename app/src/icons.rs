//! The icons: one path each, drawn with a pen of 1.5 on a grid of 20.

use leptos::prelude::*;

/// Conversations.
pub const INBOX: &str = "M3 11l2-6.2A1.2 1.2 0 0 1 6.1 4h7.8a1.2 1.2 0 0 1 1.1.8L17 11v3.8a1.2 1.2 0 0 1-1.2 1.2H4.2A1.2 1.2 0 0 1 3 14.8zM3 11h3.8l1 2h4.4l1-2H17";
/// What the AI learns from.
pub const BOOK: &str =
    "M10 5.5C8.4 4.3 6.2 4 3.5 4v11c2.7 0 4.9.3 6.5 1.5 1.6-1.2 3.8-1.5 6.5-1.5V4c-2.7 0-4.9.3-6.5 1.5zM10 5.5v11";
/// Settings.
pub const SLIDERS: &str =
    "M3 6h5M12 6h5M3 14h8M15 14h2M10 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM13 12a2 2 0 1 1 0 4 2 2 0 0 1 0-4z";
/// The chat widget.
pub const CHAT: &str =
    "M3 9.5C3 6.5 6.1 4 10 4s7 2.5 7 5.5-3.1 5.5-7 5.5c-.8 0-1.5-.1-2.2-.3L4 16.5l.9-3A5 5 0 0 1 3 9.5z";
/// What a machine wrote.
pub const SPARK: &str =
    "M9 3.5l1.4 4.1 4.1 1.4-4.1 1.4L9 14.5l-1.4-4.1L3.5 9l4.1-1.4zM15 12.5l.7 2 2 .7-2 .7-.7 2-.7-2-2-.7 2-.7z";
/// A business.
pub const STORE: &str = "M4 9v6.8a.7.7 0 0 0 .7.7h10.6a.7.7 0 0 0 .7-.7V9M3 7.5L4.5 4h11L17 7.5c0 1.2-1 2-2.3 2s-2.4-.8-2.4-2c0 1.2-1 2-2.3 2s-2.3-.8-2.3-2c0 1.2-1.1 2-2.4 2S3 8.7 3 7.5zM8 16.5v-4h4v4";
/// Colours.
pub const PALETTE: &str = "M10 3.5a6.5 6.5 0 1 0 0 13c1.1 0 1.6-.7 1.6-1.5 0-1.1-.8-1.3-.8-2.2 0-.7.6-1.1 1.3-1.1h1.7c1.5 0 2.7-1.1 2.7-2.7 0-3.1-2.9-5.5-6.5-5.5zM6.5 9.5h.01M8.5 6.8h.01M12 6.8h.01";
/// A line of code.
pub const CODE: &str = "M7 6.5L3.5 10 7 13.5M13 6.5l3.5 3.5-3.5 3.5M11.3 4.5l-2.6 11";
/// Done.
pub const CHECK: &str = "M4 10.5l4 4 8-9";
/// Close, remove.
pub const CROSS: &str = "M5 5l10 10M15 5L5 15";
/// Add.
pub const PLUS: &str = "M10 4v12M4 10h12";
/// Something is wrong.
pub const WARNING: &str = "M10 3.5l7.2 12.6H2.8zM10 8.5v3.2M10 13.9v.01";
/// Something to know.
pub const INFO: &str = "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 9.3v4M10 6.6v.01";
/// Copy.
pub const COPY: &str = "M7.5 7.5h8a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1zM12.5 7.5v-3a1 1 0 0 0-1-1h-7a1 1 0 0 0-1 1v7a1 1 0 0 0 1 1h3";
/// A file going up.
pub const UPLOAD: &str = "M10 13V4M6.5 7.2L10 3.7l3.5 3.5M3.5 12.5v3a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-3";
/// A text or a file.
pub const FILE: &str =
    "M5.5 3h6l4 4v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11.5 3v4h4M7.5 11h5M7.5 13.8h3.5";
/// Search.
pub const SEARCH: &str = "M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l3.5 3.5";
/// Send.
pub const SEND: &str = "M3.5 10L16.5 4l-4.3 12.5-2.7-5zM9.5 11.5l3-3";
/// Back.
pub const BACK: &str = "M12.5 4.5L7 10l5.5 5.5";
/// Onward.
pub const FORWARD: &str = "M7.5 4.5L13 10l-5.5 5.5";
/// Send, go up.
pub const UP: &str = "M10 16V4.5M5 9.5l5-5 5 5";
/// Unfold.
pub const DOWN: &str = "M4.5 7.5L10 13l5.5-5.5";
/// Sign out.
pub const LEAVE: &str = "M8 3.5H4.5a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1H8M13 6.5l3.5 3.5-3.5 3.5M16.5 10h-9";
/// Again.
pub const RETRY: &str = "M16 10a6 6 0 1 1-1.8-4.3M16.2 3.2v3.2H13";
/// Remove for good.
pub const BIN: &str =
    "M3.5 5.5h13M8 5.5v-2h4v2M5 5.5l.7 10.1a1 1 0 0 0 1 .9h6.6a1 1 0 0 0 1-.9L15 5.5M8.3 8.5v5M11.7 8.5v5";
/// One person.
pub const PERSON: &str =
    "M10 3.5a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4zM3.8 16.5c.5-2.9 3-4.4 6.2-4.4s5.7 1.5 6.2 4.4";
/// Somebody who may become a customer.
pub const LEAD: &str =
    "M8 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2.5 16.5c.4-2.7 2.6-4.2 5.5-4.2s5.1 1.5 5.5 4.2M15.5 4.5v5M13 7h5";
/// Thumbs up.
pub const THUMB_UP: &str = "M6.5 9v7H4a.7.7 0 0 1-.7-.7V9.7A.7.7 0 0 1 4 9zM6.5 9l3-5.5c1.2 0 1.9.8 1.7 2l-.4 2.2h4.3c1 0 1.6.8 1.4 1.7l-1 5.2c-.2.8-.8 1.4-1.6 1.4H6.5";
/// Thumbs down.
pub const THUMB_DOWN: &str = "M6.5 11V4H4a.7.7 0 0 0-.7.7v5.6a.7.7 0 0 0 .7.7zM6.5 11l3 5.5c1.2 0 1.9-.8 1.7-2l-.4-2.2h4.3c1 0 1.6-.8 1.4-1.7l-1-5.2c-.2-.8-.8-1.4-1.6-1.4H6.5";
/// A reply.
pub const REPLY: &str = "M8 5L3.5 9.5 8 14M3.5 9.5h7.5a5 5 0 0 1 5 5v1";
/// A note for colleagues.
pub const NOTE: &str = "M4 3.5h12v8.5l-4.5 4.5H4zM16 12h-4.5v4.5M7 7.2h6M7 10.2h3.5";
/// A clock.
pub const CLOCK: &str = "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4.2l2.7 1.6";
/// A website.
pub const GLOBE: &str =
    "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM3 10h14M10 3c2 2 2.9 4.3 2.9 7s-.9 5-2.9 7c-2-2-2.9-4.3-2.9-7s.9-5 2.9-7z";
/// A question.
pub const HELP: &str =
    "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM7.9 8c.1-1.2 1-2 2.2-2s2.1.8 2.1 1.9c0 1.7-2.1 1.7-2.1 3.2M10 13.7v.01";
/// A thing to be sold.
pub const TAG: &str =
    "M10.6 3.5H16a.5.5 0 0 1 .5.5v5.4L9.6 16.3a1 1 0 0 1-1.4 0l-4.5-4.5a1 1 0 0 1 0-1.4zM13.3 6.7v.01";
/// To be changed.
pub const PEN: &str = "M4 16l.8-3.4L13.4 4a1.2 1.2 0 0 1 1.7 0l.9.9a1.2 1.2 0 0 1 0 1.7l-8.6 8.6zM12 5.5l2.5 2.5";
/// More to do.
pub const MORE: &str = "M5 10h.01M10 10h.01M15 10h.01";
/// Attention of a person.
pub const HAND: &str = "M6.5 11V5.3a1.1 1.1 0 0 1 2.2 0V9m0-.5V4.1a1.1 1.1 0 0 1 2.2 0V9m0-3.4a1.1 1.1 0 0 1 2.2 0V10m0-2.2a1.1 1.1 0 0 1 2.2 0V12c0 3-2 5-4.7 5-2.4 0-3.5-1-4.6-3l-1.8-3.2c-.6-1.2.8-2 1.6-1l.7 1.2";
/// Goes to another page.
pub const OUTSIDE: &str = "M8 4.5H4.5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V12M11.5 3.5h5v5M16.5 3.5l-7 7";
/// To be saved as a file.
pub const DOWNLOAD: &str = "M10 3.5v9M6.5 9l3.5 3.5L13.5 9M4 16.5h12";
/// With the receiver, or seen.
pub const CHECKS: &str = "M2.5 10.8l3.2 3.2 6-7.5M9.3 13.2l.9.8 6.3-7.8";

/// An icon beside words that say the same; it is silent for screen readers.
#[component]
pub fn Icon(
    /// One of this module's paths.
    path: &'static str,
    /// For the use inside running text.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let class = if small { "icon icon-small" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=path />
        </svg>
    }
}
