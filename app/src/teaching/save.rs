//! In the inbox: an agent's reply is saved as an answer of the AI.

use super::draft::DraftForm;
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::{Dialog, ErrorAlert, ListSkeleton, close_dialog, open_dialog},
};
use leptos::{html, prelude::*, task::spawn_local};
use types::{
    Error, MessageId, Result,
    accounts::Permission,
    teaching::{AnswerDraft, Saved},
};

/// The act under a reply, with its dialog.
#[component]
pub fn SaveAnswer(
    /// The reply.
    message: Signal<Option<MessageId>>,
) -> impl IntoView {
    let session = use_session();
    let node = NodeRef::<html::Dialog>::new();
    let draft = RwSignal::new(None::<Result<AnswerDraft>>);
    let is_open = RwSignal::new(false);
    let saved = RwSignal::new(None::<&'static str>);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let open = move |_| {
        let Some(message) = message.get_untracked() else { return };
        draft.set(None);
        problem.set(None);
        is_open.set(true);
        open_dialog(node);
        spawn_local(async move {
            let suggested = api::teaching::suggest_answer(message).await;
            let _ = draft.try_set(Some(suggested));
        });
    };
    let close = Callback::new(move |()| {
        close_dialog(node);
        is_open.set(false);
    });
    let save = Callback::new(move |draft: AnswerDraft| {
        let Some(message) = message.get_untracked() else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::teaching::save_answer(message, draft).await {
                Ok(done) => {
                    let _ = saved.try_set(Some(match done {
                        Saved::Learned(_) => "Saved: the AI learns it",
                        Saved::Waiting(_) => "Sent to the review",
                    }));
                    close.run(());
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    });
    let word = if session.may(Permission::ManageKnowledge) { "Save" } else { "Send to the review" };
    let form = move || match draft.get() {
        None => view! { <ListSkeleton lines=4 /> }.into_any(),
        Some(Err(error)) => view! {
            <ErrorAlert error=error />
            <div class="confirm-acts">
                <button type="button" class="button button-secondary" on:click=move |_| close.run(())>"Close"</button>
            </div>
        }
        .into_any(),
        Some(Ok(draft)) => {
            view! { <DraftForm draft=draft save=word busy=busy problem=problem on_save=save on_cancel=close /> }
                .into_any()
        }
    };
    view! {
        <Show
            when=move || saved.get().is_none()
            fallback=move || view! { <span class="message-act" role="status">{saved.get()}</span> }
        >
            <button
                type="button"
                class="link-button message-act"
                data-testid="save-answer"
                title="The AI learns it. Shortcut for the last reply: l"
                on:click=open
            >
                <Icon path=icons::BOOK small=true />
                "Save as answer"
            </button>
        </Show>
        <Dialog node=node label="Save as answer">
            <h2>"Save as answer"</h2>
            <p>"The AI quotes it when somebody asks this. Leave out what is about this visitor alone."</p>
            {move || is_open.get().then(form)}
        </Dialog>
    }
    .into_any()
}
