//! Where the user is signed in.

use crate::{
    icons::{self, Icon},
    ui::{Button, ButtonKind, ErrorAlert, ListSkeleton, RelativeTime},
};
use leptos::{prelude::*, task::spawn_local};
use types::{Error, SessionId, people::OwnSession};

/// The list, with ways to end one or all others.
#[component]
pub fn OwnSessions(
    /// Counts changes of the password, which end the others.
    password_changes: RwSignal<u32>,
) -> impl IntoView {
    let sessions = Resource::new(move || password_changes.get(), |_| api::accounts::list_sessions());
    let problem = RwSignal::new(None::<Error>);
    let busy = RwSignal::new(false);
    let told = RwSignal::new("");
    let end = move |which: Option<SessionId>| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let ended = match which {
                Some(id) => api::accounts::end_session(id).await,
                None => api::accounts::end_other_sessions().await,
            };
            match ended {
                Ok(()) => {
                    sessions.refetch();
                    told.set(if which.is_some() { "Signed out there." } else { "Signed out everywhere else." });
                }
                Err(error) => problem.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let content = move || {
        Suspend::new(async move {
            match sessions.await {
                Ok(list) => {
                    let has_others = list.len() > 1;
                    let rows = list
                        .into_iter()
                        .map(|session| view! { <SessionRow session=session on_end=Callback::new(move |id| end(Some(id))) busy=busy /> });
                    view! {
                        <ul class="plain-list">{rows.collect_view()}</ul>
                        {has_others
                            .then(|| {
                                view! {
                                    <div class="form-actions">
                                        <Button kind=ButtonKind::Danger busy=busy on:click=move |_| end(None)>
                                            "Sign out everywhere else"
                                        </Button>
                                    </div>
                                }
                            })}
                    }
                    .into_any()
                }
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| sessions.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! {
        <section class="settings-section">
            <h2>"Where you are signed in"</h2>
            {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            <Transition fallback=|| view! { <ListSkeleton lines=3 /> }>{content}</Transition>
            <p class="visually-hidden" role="status">{told}</p>
        </section>
    }
    .into_any()
}

#[component]
fn SessionRow(session: OwnSession, on_end: Callback<SessionId>, busy: RwSignal<bool>) -> impl IntoView {
    let OwnSession { id, device, ip, business, last_seen_at, is_current, is_impersonated, .. } = session;
    let title = if is_impersonated { "Support of this server, working as you".to_owned() } else { device };
    let label = format!("Sign out: {title}");
    let facts = [ip, business].into_iter().filter(|fact| !fact.is_empty());
    let facts = facts.map(|fact| view! { <bdi>{fact}</bdi> <span aria-hidden="true">"·"</span> }).collect_view();
    view! {
        <li class="plain-row">
            <div class="plain-words">
                <span class="plain-title">
                    {title}
                    {is_current.then(|| view! { <span class="chip tone-success">"This one"</span> })}
                    {is_impersonated.then(|| view! { <span class="chip tone-warning">"Support"</span> })}
                </span>
                <span class="plain-facts">
                    {facts}
                    {if is_current { "in use".into_any() } else { view! { "last used " <RelativeTime at=last_seen_at /> }.into_any() }}
                </span>
            </div>
            {(!is_current)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button-quiet button-small"
                            aria-label=label
                            disabled=move || busy.get()
                            on:click=move |_| on_end.run(id)
                        >
                            <Icon path=icons::LEAVE small=true />
                            "Sign out"
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}
