//! Settings › Security: what was noticed, and one thing to do about each.

use crate::{
    accounts::{Only, use_session},
    icons::{self, Icon},
    shell::{PageHead, SettingsTabs},
    ui::{Button, Dialog, Empty, ErrorAlert, ListSkeleton, RelativeTime, close_dialog, open_dialog},
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_meta::Title;
use types::{
    Error, Result,
    accounts::Permission,
    security::{Refused, SecurityNotice, SecurityNoticeKind},
};

/// The page for those who may read the audit log.
#[component]
pub fn SecurityPage() -> impl IntoView {
    view! {
        <Title text="Security" />
        <div class="page">
            <PageHead title="Security" text="What we noticed in the last three months. Owners get a mail when something new comes up; of a new device, the person whose account it is." />
            <SettingsTabs />
            <Only may=Permission::ReadAudit verb="see" what="what was noticed">
                <Content />
            </Only>
        </div>
    }
}

#[component]
fn Content() -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::security::list_security_notices());
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(list) => view! { <Notices list=list /> }.into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=|| view! { <ListSkeleton lines=4 /> }>{content}</Suspense> }.into_any()
}

/// What is shared by the notices.
#[derive(Clone, Copy)]
struct Shown {
    list: RwSignal<Vec<SecurityNotice>>,
    problem: RwSignal<Option<Error>>,
    told: RwSignal<String>,
}

#[component]
fn Notices(list: Vec<SecurityNotice>) -> impl IntoView {
    let shown = Shown { list: RwSignal::new(list), problem: RwSignal::new(None), told: RwSignal::new(String::new()) };
    let open = Memo::new(move |_| shown.list.with(|list| list.iter().filter(|one| !one.is_settled).cloned().collect()));
    let settled =
        Memo::new(move |_| shown.list.with(|list| list.iter().filter(|one| one.is_settled).cloned().collect()));
    let is_empty = move |list: Memo<Vec<SecurityNotice>>| list.with(Vec::is_empty);
    view! {
        {move || shown.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <p class="visually-hidden" role="status">{move || shown.told.get()}</p>
        <Show
            when=move || !is_empty(open)
            fallback=|| {
                view! {
                    <Empty
                        icon=icons::CHECK
                        title="Nothing to look at"
                        text="A sign-in from a new device, many wrong passwords, a flood of requests, or a key that is used from many places is shown here."
                    />
                }
            }
        >
            <ol class="audit" aria-label="To look at, the latest first">
                <For each=move || open.get() key=|one| (one.id, one.count) children=move |one| view! { <Notice notice=one shown=shown /> } />
            </ol>
        </Show>
        <Show when=move || !is_empty(settled)>
            <h2 class="security-heading">"Dealt with"</h2>
            <ol class="audit" aria-label="Dealt with, the latest first">
                <For each=move || settled.get() key=|one| one.id children=move |one| view! { <Notice notice=one shown=shown /> } />
            </ol>
        </Show>
    }
    .into_any()
}

#[component]
fn Notice(notice: SecurityNotice, shown: Shown) -> impl IntoView {
    let icon = match notice.kind {
        SecurityNoticeKind::NewDevice | SecurityNoticeKind::SignInFailures => icons::PERSON,
        SecurityNoticeKind::Refusals => icons::CLOCK,
        SecurityNoticeKind::KeyNetworks | SecurityNoticeKind::KeyRefusals => icons::CODE,
    };
    let where_from = (notice.kind != SecurityNoticeKind::NewDevice).then(|| notice.details.clone());
    view! {
        <li class="audit-entry security-notice" data-testid="security-notice" data-kind=notice.kind.as_str()>
            <Icon path=icon small=true />
            <div class="audit-words">
                <p><strong><bdi>{notice.sentence()}</bdi></strong></p>
                {where_from.map(|text| view! { <p class="audit-details"><bdi>{text}</bdi></p> })}
                {(!notice.is_settled).then(|| view! { <p class="audit-details">{notice.advice()}</p> })}
                {(!notice.is_settled).then(|| view! { <Acts notice=notice.clone() shown=shown /> })}
            </div>
            <p class="audit-where"><RelativeTime at=Signal::stored(notice.last_at) /></p>
        </li>
    }
    .into_any()
}

/// The one thing to do, if the reader may do it, and "This is fine".
#[component]
fn Acts(notice: SecurityNotice, shown: Shown) -> impl IntoView {
    let user = use_session().user.get_untracked();
    let may = move |permission| user.as_ref().is_some_and(|user| user.permissions.has(permission));
    let act = match notice.kind {
        SecurityNoticeKind::NewDevice | SecurityNoticeKind::SignInFailures if may(Permission::ManagePeople) => {
            view! { <SignOut notice=notice.clone() shown=shown /> }.into_any()
        }
        SecurityNoticeKind::KeyNetworks | SecurityNoticeKind::KeyRefusals if may(Permission::ManageKeys) => {
            view! { <RevokeKey notice=notice.clone() shown=shown /> }.into_any()
        }
        SecurityNoticeKind::Refusals => match notice.refused() {
            Refused::Widget if may(Permission::ManageSettings) => {
                view! { <a class="button button-secondary" href="/settings/widget">"Set the widget’s domains"</a> }
                    .into_any()
            }
            Refused::Requests | Refused::Ai if may(Permission::ManageKeys) => {
                view! { <a class="button button-secondary" href="/settings/api">"See the keys"</a> }.into_any()
            }
            _ => ().into_any(),
        },
        _ => ().into_any(),
    };
    let id = notice.id;
    let (busy, fine) = (RwSignal::new(false), may(Permission::ManageSettings));
    let settle = move |_| {
        run(notice.clone(), shown, busy, "Marked as fine.", api::security::settle_security_notice(id));
    };
    view! {
        <div class="security-acts">
            {act}
            {fine.then(|| view! { <Button busy=busy on:click=settle>"This is fine"</Button> })}
        </div>
    }
    .into_any()
}

#[component]
fn SignOut(notice: SecurityNotice, shown: Shown) -> impl IntoView {
    let (id, name) = (notice.id, notice.subject.clone());
    let question = format!("Sign {name} out everywhere?");
    let words = "They are signed out on every device at once and can sign in again with their password.";
    let done = format!("{name} is signed out everywhere.");
    let call = move || api::security::sign_person_out(id);
    view! { <Confirmed notice=notice shown=shown label="Sign out everywhere" question=question words=words done=done call=call /> }
        .into_any()
}

#[component]
fn RevokeKey(notice: SecurityNotice, shown: Shown) -> impl IntoView {
    let (id, name) = (notice.id, notice.subject.clone());
    let question = format!("Revoke the key “{name}”?");
    let words = crate::keys::REVOKED_WORDS;
    let done = format!("The key {name} is revoked.");
    let call = move || api::security::revoke_noticed_key(id);
    view! { <Confirmed notice=notice shown=shown label="Revoke the key" question=question words=words done=done call=call /> }
        .into_any()
}

/// A button that asks once before it does what it says.
#[component]
fn Confirmed<F>(
    notice: SecurityNotice,
    shown: Shown,
    label: &'static str,
    question: String,
    words: &'static str,
    done: String,
    call: impl Fn() -> F + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    F: Future<Output = Result<()>> + 'static,
{
    let dialog = NodeRef::<html::Dialog>::new();
    let busy = RwSignal::new(false);
    let title = question.clone();
    let go = move |_| {
        close_dialog(dialog);
        run(notice.clone(), shown, busy, &done, call());
    };
    view! {
        <Button busy=busy on:click=move |_| open_dialog(dialog)>{label}</Button>
        <Dialog node=dialog label=question>
            <h2><bdi>{title}</bdi></h2>
            <p>{words}</p>
            <div class="confirm-acts">
                <button type="button" class="button button-secondary" on:click=move |_| close_dialog(dialog)>"Cancel"</button>
                <button type="button" class="button button-danger" on:click=go>{label}</button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Does something about a notice, and marks it as dealt with when it went well.
fn run(
    notice: SecurityNotice,
    shown: Shown,
    busy: RwSignal<bool>,
    done: &str,
    call: impl Future<Output = Result<()>> + 'static,
) {
    let done = done.to_owned();
    busy.set(true);
    shown.problem.set(None);
    spawn_local(async move {
        match call.await {
            Ok(()) => {
                let settle = |list: &mut Vec<SecurityNotice>| {
                    for one in list.iter_mut().filter(|one| one.id == notice.id) {
                        one.is_settled = true;
                    }
                };
                let _ = shown.list.try_update(settle);
                let _ = shown.told.try_set(done);
            }
            Err(error) => drop(shown.problem.try_set(Some(error))),
        }
        let _ = busy.try_set(false);
    });
}
