//! What was understood of the conversation, beside it.

use super::{conversation::State, text::language_name};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use types::{
    ConversationId, MessageId,
    inbox::{ConversationStatus, SenderType},
    insights::{ConversationInsights, Sentiment},
};

/// What comes in is understood a moment later: when to look again, and how often.
const SOON: Duration = Duration::from_millis(1_500);
const AGAIN: u32 = 3;

/// A conversation with the contact's last message in it.
type Place = (ConversationId, Option<MessageId>);

/// Language, mood, intent and topic; the summary of a conversation that was resolved.
#[component]
pub fn Understood(
    /// The conversation.
    state: State,
) -> impl IntoView {
    let known = RwSignal::new(None::<ConversationInsights>);
    let status = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| state.conversation.status))
    };
    let place = Memo::new(move |_| {
        state.with(|state| {
            let mut latest = state.messages.iter().rev();
            (state.id(), latest.find(|message| message.sender_type == SenderType::Contact).map(|message| message.id))
        })
    });
    // Read in the browser alone: nobody waits for it.
    Effect::new(move |before: Option<ConversationStatus>| {
        let (now, is_resolved) = (place.get(), status.get() == ConversationStatus::Resolved);
        look(known, place, now, AGAIN);
        if is_resolved && before.is_some_and(|before| before != ConversationStatus::Resolved) {
            set_timeout(move || look(known, place, now, 0), SOON);
        }
        status.get()
    });
    move || show(known.get()?, status.get() == ConversationStatus::Resolved)
}

/// Reads what was understood, again while the last message was not.
fn look(known: RwSignal<Option<ConversationInsights>>, place: Memo<Place>, now: Place, again: u32) {
    spawn_local(async move {
        let Ok(insights) = api::insights::get_insights(now.0).await else { return };
        if place.try_get_untracked() != Some(now) {
            return;
        }
        let is_missing = now.1.is_some_and(|id| insights.messages.iter().all(|message| message.message_id != id));
        let _ = known.try_set(Some(insights));
        if is_missing && again > 0 {
            set_timeout(move || look(known, place, now, again - 1), SOON);
        }
    });
}

/// The lines that there is something to say in.
fn show(insights: ConversationInsights, is_resolved: bool) -> Option<AnyView> {
    let mood = match insights.sentiment {
        Some(Sentiment::Positive) => Some("Pleased"),
        Some(Sentiment::Negative) => Some("Displeased"),
        Some(Sentiment::Neutral) | None => None,
    };
    let urgent = insights.is_urgent.then_some("In a hurry");
    let mood = [mood, urgent].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let topic = insights.topic.filter(|topic| is_resolved && insights.intent.as_ref() != Some(topic));
    let summary = insights.summary.filter(|_| is_resolved);
    let lines: Vec<(&str, String)> = [
        ("Writes", insights.language.as_deref().map(language_name).unwrap_or_default()),
        ("Sounds", mood),
        ("Wants", insights.intent.unwrap_or_default()),
        ("Topic", topic.unwrap_or_default()),
        ("Summary", summary.unwrap_or_default()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .collect();
    (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|(name, text)| view! { <dt>{name}</dt> <dd dir="auto">{text}</dd> });
        view! {
            <section class="understood" aria-label="What the AI made out" data-testid="understood">
                <dl class="facts">{lines.collect_view()}</dl>
            </section>
        }
        .into_any()
    })
}
