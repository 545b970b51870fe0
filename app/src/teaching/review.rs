//! One review: question, answer, where they come from, and what can be decided.

use super::{draft::DraftForm, reviews::Queue};
use crate::{
    accounts::use_session,
    inbox::Confidence,
    ui::{Button, ButtonKind, RelativeTime, Tone},
};
use leptos::prelude::*;
use types::{
    accounts::Permission,
    teaching::{AnswerDraft, Decision, Review, ReviewKind, ReviewReason},
};

/// A review in its place.
#[component]
pub fn ReviewItem(
    /// The review.
    review: Review,
    /// All of them.
    queue: Queue,
) -> impl IntoView {
    let session = use_session();
    let id = review.id;
    let draft = AnswerDraft { question: review.question.clone(), answer: review.answer.clone() };
    let (reason, tone) = match review.reason {
        ReviewReason::ThumbsDown => ("Not helpful to the visitor", Tone::Danger),
        ReviewReason::Unsure => ("The AI was only just sure", Tone::Warning),
        ReviewReason::Reply => ("Drafted from a reply", Tone::Ai),
        ReviewReason::Saved => ("Saved by an agent", Tone::Info),
    };
    let learn = Callback::new(move |draft| queue.decide(id, Decision::Learn(draft)));
    let edit = move |_| queue.editing.set(Some(id));
    let kind = review.kind;
    let (of_acts, of_form) = (draft.clone(), draft);
    let acts = move || {
        let draft = of_acts.clone();
        match kind {
            ReviewKind::Faq => view! {
                <Button kind=ButtonKind::Primary attr:data-act="accept" on:click=move |_| learn.run(draft.clone())>"Accept"</Button>
                <Button on:click=edit>"Edit"</Button>
                <Button attr:data-act="refuse" on:click=move |_| queue.decide(id, Decision::Reject)>"Reject"</Button>
            }
            .into_any(),
            ReviewKind::Answer => view! {
                <Button kind=ButtonKind::Primary attr:data-act="accept" on:click=move |_| queue.decide(id, Decision::Right)>"Right"</Button>
                <Button attr:data-act="refuse" on:click=edit>"Correct it"</Button>
            }
            .into_any(),
        }
    };
    let sources = review.sources.join(", ");
    view! {
        <li
            id=format!("review-{id}")
            class="teach-item"
            tabindex="-1"
            data-testid="review"
            data-kind=kind.as_str()
            aria-current=move || (queue.chosen.get() == Some(id)).then_some("true")
            on:focusin=move |_| queue.chosen.set(Some(id))
        >
            <header class="teach-head">
                <h2 dir="auto">{review.question}</h2>
                <p class="teach-facts">
                    <span class=format!("chip {}", tone.class())>{reason}</span>
                    {review.confidence.map(|confidence| view! { <Confidence value=confidence /> })}
                    <RelativeTime at=review.created_at />
                    {review.conversation_id.map(|id| view! { <a href=format!("/inbox/{id}")>"Conversation"</a> })}
                </p>
            </header>
            <p class="teach-answer plain" dir="auto">{review.answer}</p>
            {(!sources.is_empty()).then(|| view! { <p class="teach-reason">"From: " <bdi>{sources}</bdi></p> })}
            <Show when=move || session.may(Permission::ManageKnowledge)>
                {
                    let (acts, draft) = (acts.clone(), of_form.clone());
                    move || {
                        if queue.editing.get() == Some(id) {
                            view! {
                                <DraftForm
                                    draft=draft.clone()
                                    save="Save the answer"
                                    busy=queue.busy
                                    problem=queue.problem
                                    on_save=learn
                                    on_cancel=Callback::new(move |()| queue.editing.set(None))
                                />
                            }
                            .into_any()
                        } else {
                            view! { <div class="teach-acts">{acts()}</div> }.into_any()
                        }
                    }
                }
            </Show>
        </li>
    }
    .into_any()
}
