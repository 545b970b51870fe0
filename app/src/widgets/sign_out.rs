//! Signing all visitors out.

use crate::ui::{Button, ButtonKind, Dialog, ErrorAlert, close_dialog, open_dialog};
use leptos::{html, prelude::*, task::spawn_local};
use types::{Error, WidgetId};

/// The button, after one question.
#[component]
pub fn SignVisitorsOut(
    /// Whose visitors.
    id: WidgetId,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let (busy, is_done) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<Error>);
    let sign_out = move |_| {
        close_dialog(dialog);
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::widgets::rotate_widget_secret(id).await {
                Ok(()) => drop(is_done.try_set(true)),
                Err(error) => drop(problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <section class="settings-section">
            <h2>"Visitors"</h2>
            <p class="field-hint">
                "A visitor's browser finds its conversation again for thirty days after it was used last. If one may be in wrong hands, sign all visitors out: each begins a new conversation with the next message. What was written stays in the inbox."
            </p>
            {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            <div>
                <Button busy=busy on:click=move |_| open_dialog(dialog)>"Sign all visitors out"</Button>
                <span class="field-hint" role="status">{move || is_done.get().then_some(" All visitors are signed out.")}</span>
            </div>
            <Dialog node=dialog label=Signal::stored("Sign all visitors out".to_owned())>
                <h2>"Sign all visitors out?"</h2>
                <p>"Nobody finds their conversation in the chat again, on any page. This cannot be undone."</p>
                <div class="confirm-acts">
                    <Button on:click=move |_| close_dialog(dialog)>"Keep them"</Button>
                    <Button kind=ButtonKind::Danger on:click=sign_out>"Sign out"</Button>
                </div>
            </Dialog>
        </section>
    }
    .into_any()
}
