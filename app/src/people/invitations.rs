//! Asking somebody to come, and who was asked.

use super::state::TeamState;
use crate::{
    accounts::check_email,
    icons::{self, Icon},
    ui::{Button, ButtonKind, ErrorAlert, Field, Input, TextField, date_text, use_now},
};
use leptos::prelude::*;
use types::{
    Error, InvitationId,
    accounts::Role,
    people::{Invitation, RoleChoice},
};

/// The form and the list.
#[component]
pub fn Invitations(team: TeamState) -> impl IntoView {
    let list = Memo::new(move |_| team.read(|team| team.invitations.clone()));
    let rows = move || {
        list.get()
            .into_iter()
            .map(|invitation| view! { <InvitationRow invitation=invitation team=team /> })
            .collect_view()
    };
    view! {
        <section class="settings-section">
            <div>
                <h2>"Invitations"</h2>
                <p class="field-hint">"We mail a link that is good once, for 7 days."</p>
            </div>
            <InviteForm team=team />
            <Show
                when=move || !list.with(Vec::is_empty)
                fallback=|| view! { <p class="plain-none">"Nobody is on the way."</p> }
            >
                <ul class="plain-list">{rows}</ul>
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn InviteForm(team: TeamState) -> impl IntoView {
    let email = Input::new(String::new(), check_email);
    // Most who come are agents; whoever may not make agents begins with the first role they may give.
    let usual = RoleChoice::BuiltIn(Role::Agent);
    let first = untrack(|| team.givable())
        .into_iter()
        .map(|role| role.choice)
        .reduce(|first, role| if role == usual { role } else { first });
    let role = RwSignal::new(first.unwrap_or(usual));
    let problem = RwSignal::new(None::<Error>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if email.verify() {
            let address = email.value.get_untracked().trim().to_owned();
            let told = format!("{address} is invited.");
            let call = api::accounts::invite(address, role.get_untracked());
            team.act(call, told, Some(problem), move || email.value.set(String::new()));
        }
    };
    let general = move || problem.get().filter(|error| error.field.is_none());
    view! {
        <form class="form invite-form" novalidate=true on:submit=submit>
            <TextField name="email" label="E-mail" kind="email" input=email error=Signal::derive(move || problem.get()) />
            <Field id="invite-role" label="Role">
                <select
                    class="select"
                    id="invite-role"
                    aria-describedby="invite-role-note"
                    on:change=move |event| {
                        if let Ok(choice) = event_target_value(&event).parse() {
                            role.set(choice);
                        }
                    }
                >
                    {move || {
                        let options = team.givable().into_iter().map(|info| {
                            let choice = info.choice;
                            view! {
                                <option value=choice.to_string() selected=move || role.get() == choice>
                                    {info.name}
                                </option>
                            }
                        });
                        options.collect_view()
                    }}
                </select>
            </Field>
            <Button kind=ButtonKind::Primary submit=true busy=team.busy()>"Invite"</Button>
        </form>
        {move || general().map(|error| view! { <ErrorAlert error=error /> })}
    }
    .into_any()
}

#[component]
fn InvitationRow(invitation: Invitation, team: TeamState) -> impl IntoView {
    let Invitation { id, email, role, role_name, invited_by, expires_at } = invitation;
    let now = use_now();
    let until = move || if expires_at > now.get() { "good until " } else { "ended " };
    let may_change = untrack(|| team.role(role).is_some_and(|role| team.reaches(&role)));
    view! {
        <li class="plain-row">
            <div class="plain-words">
                <bdi class="plain-title">{email.clone()}</bdi>
                <span class="plain-facts">
                    <bdi>{role_name}</bdi>
                    <span aria-hidden="true">"·"</span>
                    {invited_by.map(|name| view! { "by " <bdi>{name}</bdi> <span aria-hidden="true">"·"</span> })}
                    <span>{until} {date_text(expires_at)}</span>
                </span>
            </div>
            {may_change.then(|| view! { <Acts id=id email=email team=team /> })}
        </li>
    }
    .into_any()
}

#[component]
fn Acts(id: InvitationId, email: String, team: TeamState) -> impl IntoView {
    let (again, revoked) = (format!("{email} was mailed again."), format!("The invitation of {email} is taken back."));
    let (again_label, revoke_label) = (format!("Mail {email} again"), format!("Revoke the invitation of {email}"));
    let busy = team.busy();
    view! {
        <div class="plain-acts">
            <button
                type="button"
                class="button button-quiet button-small"
                aria-label=again_label
                disabled=move || busy.get()
                on:click=move |_| team.act(api::accounts::resend_invitation(id), again.clone(), None, || ())
            >
                "Send again"
            </button>
            <button
                type="button"
                class="button button-quiet button-small button-icon"
                aria-label=revoke_label
                title="Revoke"
                disabled=move || busy.get()
                on:click=move |_| team.act(api::accounts::revoke_invitation(id), revoked.clone(), None, || ())
            >
                <Icon path=icons::CROSS small=true />
            </button>
        </div>
    }
    .into_any()
}
