//! One conversation in the list.

use super::{store::use_inbox, text::one_line};
use crate::{
    icons::{self, Icon},
    ui::{Avatar, RelativeTime},
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;
use types::{
    ConversationId, Timestamp,
    inbox::{Conversation, ConversationStatus, Platform, SenderType},
};

/// How long the pointer rests on a row before it is fetched.
const INTENT: Duration = Duration::from_millis(80);

/// Avatar with the channel's badge, name, last words, time and marks.
#[component]
pub fn ConversationRow(
    /// Which one.
    id: ConversationId,
) -> impl IntoView {
    let inbox = use_inbox();
    let row = inbox.row(id);
    let hover = StoredValue::new(None::<TimeoutHandle>);
    let name = Memo::new(move |_| read(&row, |c| c.contact.name.clone()));
    let preview = Memo::new(move |_| read(&row, |c| one_line(&c.preview)));
    let unread = Memo::new(move |_| read(&row, |c| c.unread));
    let sender = Memo::new(move |_| row.with(|c| c.as_ref().map(|c| c.preview_sender)));
    let at = Memo::new(move |_| row.with(|c| c.as_ref().map_or(Timestamp(0), |c| c.last_message_at)));
    let is_ai = Memo::new(move |_| read(&row, |c| c.status == ConversationStatus::Pending && c.is_ai_enabled));
    let is_called = Memo::new(move |_| read(&row, |c| c.status == ConversationStatus::Open && c.assigned.is_none()));
    let platform = Memo::new(move |_| row.with(|c| c.as_ref().map(|c| c.platform)));
    let assigned = Memo::new(move |_| read(&row, |c| c.assigned.as_ref().map(|p| p.name.clone()).unwrap_or_default()));
    let is_writing = move || inbox.realtime.typists(id).iter().any(|typist| typist.sender_type == SenderType::Contact);
    let is_unread = move || unread.get() > 0;
    let contact = Memo::new(move |_| row.with(|c| c.as_ref().map(|c| c.contact.id)));
    let is_online = move || contact.get().is_some_and(|contact| inbox.realtime.is_online(contact));
    view! {
        <li class="rows-item">
            <a
                class="row"
                class:is-unread=is_unread
                href=move || inbox.href(Some(id))
                aria-current=move || (inbox.selected.get() == Some(id)).then_some("true")
                data-testid="conversation-row"
                data-id=id.to_string()
                on:pointerenter=move |_| hover.set_value(set_timeout_with_handle(move || inbox.prefetch(id), INTENT).ok())
                on:pointerleave=move |_| {
                    if let Some(waiting) = hover.try_update_value(Option::take).flatten() {
                        waiting.clear();
                    }
                }
            >
                <span class="row-avatar" class:is-online=is_online>
                    <Avatar name=name />
                    {move || {
                        platform.get().map(|platform| view! { <span class="channel-badge"><Icon path=platform_icon(platform) small=true /></span> })
                    }}
                </span>
                <span class="row-body">
                    <span class="row-line">
                        <bdi class="row-name">{name}</bdi>
                        <span class="row-time"><RelativeTime at=at /></span>
                    </span>
                    <span class="row-line">
                        <span class="row-preview">
                            {move || {
                                if is_writing() {
                                    view! { <span class="row-writing">"is writing…"</span> }.into_any()
                                } else {
                                    view! {
                                        {by(sender.get())}
                                        <bdi>{preview}</bdi>
                                    }.into_any()
                                }
                            }}
                        </span>
                        <span class="row-marks">
                            <Show when=move || is_called.get()>
                                <span class="row-called" title="A person is needed">
                                    <Icon path=icons::HAND small=true />
                                    <span class="visually-hidden">"A person is needed"</span>
                                </span>
                            </Show>
                            <Show when=move || is_ai.get()>
                                <span class="row-ai" title="The AI is answering"><Icon path=icons::SPARK small=true /><span class="visually-hidden">"The AI is answering"</span></span>
                            </Show>
                            <Show when=move || assigned.with(|name| !name.is_empty())>
                                <span class="row-assigned" title=move || format!("Assigned to {}", assigned.get())><Avatar name=assigned size="avatar-small" /></span>
                            </Show>
                            <Show when=is_unread>
                                <span class="row-unread number">{move || unread.get().min(99)}<span class="visually-hidden">" unread"</span></span>
                            </Show>
                        </span>
                    </span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

fn read<T: Default>(row: &Memo<Option<std::sync::Arc<Conversation>>>, field: impl Fn(&Conversation) -> T) -> T {
    row.with(|row| row.as_deref().map(field).unwrap_or_default())
}

/// Who wrote the last message, when it was not the contact.
fn by(sender: Option<SenderType>) -> Option<AnyView> {
    let (icon, who) = match sender? {
        SenderType::Contact => return None,
        SenderType::Agent => (icons::REPLY, "Your team: "),
        SenderType::Ai => (icons::SPARK, "AI: "),
        SenderType::System => (icons::INFO, ""),
    };
    Some(
        view! {
            <span class="row-by">
                <Icon path=icon small=true />
                <span class="visually-hidden">{who}</span>
            </span>
        }
        .into_any(),
    )
}

/// The sign of a channel.
pub const fn platform_icon(platform: Platform) -> &'static str {
    match platform {
        Platform::Website => icons::GLOBE,
        Platform::Api => icons::CODE,
    }
}

/// The name of a channel.
pub const fn platform_name(platform: Platform) -> &'static str {
    match platform {
        Platform::Website => "Website",
        Platform::Api => "API",
    }
}
