//! What was understood of the conversation, beside it.

use super::{conversation::State, text::language_name};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use types::{
    inbox::{ConversationStatus, SenderType},
    insights::{ConversationInsights, Sentiment},
};

/// What comes in is understood a moment later.
const SOON: [Duration; 2] = [Duration::from_millis(1_200), Duration::from_secs(5)];

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
    let last = Memo::new(move |_| {
        state.with(|state| {
            let from_contact =
                |message: &&std::sync::Arc<types::inbox::Message>| message.sender_type == SenderType::Contact;
            (state.id(), state.messages.iter().rev().find(from_contact).map(|message| message.id))
        })
    });
    // Read in the browser alone: nobody waits for it.
    Effect::new(move || {
        let (id, _) = last.get();
        status.track();
        let look = move || {
            spawn_local(async move {
                let is_still = || last.try_get_untracked().is_some_and(|(now, _)| now == id);
                if let Ok(insights) = api::insights::get_insights(id).await
                    && is_still()
                {
                    let _ = known.try_set(Some(insights));
                }
            });
        };
        look();
        let later: Vec<_> = SOON.into_iter().filter_map(|soon| set_timeout_with_handle(look, soon).ok()).collect();
        on_cleanup(move || later.into_iter().for_each(|handle| handle.clear()));
    });
    move || {
        let insights = known.get()?;
        let is_resolved = status.get() == ConversationStatus::Resolved;
        show(insights, is_resolved)
    }
}

/// The lines that there is something to say in.
fn show(insights: ConversationInsights, is_resolved: bool) -> Option<AnyView> {
    let mood = match insights.sentiment {
        Some(Sentiment::Positive) => Some("Pleased"),
        Some(Sentiment::Negative) => Some("Displeased"),
        Some(Sentiment::Neutral) | None => None,
    };
    let urgent = insights.is_urgent.then_some("urgent");
    let mood = [mood, urgent].into_iter().flatten().collect::<Vec<_>>().join(", ");
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
