//! One person in the table.

use super::state::TeamState;
use crate::{
    icons::{self, Icon},
    ui::{Avatar, Button, ButtonKind, Dialog, ErrorAlert, RelativeTime, close_dialog, open_dialog},
};
use leptos::{html, prelude::*};
use types::{
    Error, UserId,
    people::{Colleague, RoleChoice},
};

/// Name, role, last seen, second factor, and what can be changed.
#[component]
pub fn PersonRow(id: UserId, team: TeamState) -> impl IntoView {
    let person = Memo::new(move |_| team.person(id));
    let text = move |field: fn(&Colleague) -> String| {
        Signal::derive(move || person.with(|person| person.as_ref().map(field).unwrap_or_default()))
    };
    let (name, email, role) = (
        text(|person| person.name.clone()),
        text(|person| person.email.clone()),
        text(|person| person.role_name.clone()),
    );
    let seen = move || match person.with(|person| person.as_ref().and_then(|person| person.last_seen_at)) {
        Some(at) => view! { <RelativeTime at=at /> }.into_any(),
        None => "never".into_any(),
    };
    let factor = move || {
        if person.with(|person| person.as_ref().is_some_and(|person| person.has_second_factor)) {
            view! { <span class="chip tone-success">"Yes"</span> }
        } else {
            view! { <span class="chip tone-neutral">"No"</span> }
        }
    };
    let may_change = Memo::new(move |_| {
        let role = person.get().and_then(|person| team.role(person.role));
        role.is_some_and(|role| team.reaches(&role))
    });
    view! {
        <tr>
            <th scope="row">
                <div class="person-cell">
                    <Avatar name=name />
                    <span class="source-words">
                        <span class="person-name">
                            <bdi>{name}</bdi>
                            {team.is_me(id).then(|| view! { <span class="person-me">"you"</span> })}
                        </span>
                        <bdi class="person-email">{email}</bdi>
                    </span>
                </div>
            </th>
            <td><bdi>{role}</bdi></td>
            <td class="is-seen">{seen}</td>
            <td class="is-factor">{factor}</td>
            <td class="source-acts">
                <Show when=move || may_change.get()>
                    <div class="plain-acts">
                        <ChangeRole id=id person=person name=name team=team />
                        <Remove id=id name=name team=team />
                    </div>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}

/// Gives the person another role.
#[component]
fn ChangeRole(id: UserId, person: Memo<Option<Colleague>>, name: Signal<String>, team: TeamState) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let chosen = RwSignal::new(None::<RoleChoice>);
    let problem = RwSignal::new(None::<Error>);
    let ask = move |_| {
        chosen.set(person.with_untracked(|person| person.as_ref().map(|person| person.role)));
        problem.set(None);
        open_dialog(dialog);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(role) = chosen.get_untracked() else { return };
        let told = format!("{} has another role.", name.get_untracked());
        team.act(api::accounts::set_role(id, role), told, Some(problem), move || close_dialog(dialog));
    };
    let group = format!("role-of-{id}");
    let options = move || {
        let group = group.clone();
        let options = team.givable().into_iter().map(move |role| {
            let choice = role.choice;
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=group.clone()
                        value=choice.to_string()
                        prop:checked=move || chosen.get() == Some(choice)
                        on:change=move |_| chosen.set(Some(choice))
                    />
                    <bdi>{role.name}</bdi>
                </label>
            }
        });
        options.collect_view()
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small"
            aria-label=move || format!("Change role of {}", name.get())
            on:click=ask
        >
            "Change role"
        </button>
        <Dialog node=dialog label=Signal::derive(move || format!("Role of {}", name.get()))>
            <form class="form" on:submit=submit>
                <h2>"Role of " <bdi>{name}</bdi></h2>
                <fieldset class="choices">
                    <legend class="visually-hidden">"Role"</legend>
                    {options}
                </fieldset>
                <p class="field-hint">"API keys and invitations that the new role could not give end as well."</p>
                {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
                <div class="confirm-acts">
                    <Button kind=ButtonKind::Secondary on:click=move |_| close_dialog(dialog)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=team.busy()>"Give this role"</Button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// Removes the person, after one question.
#[component]
fn Remove(id: UserId, name: Signal<String>, team: TeamState) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let problem = RwSignal::new(None::<Error>);
    let remove = move |_| {
        let told = format!("{} does not work here any more.", name.get_untracked());
        team.act(api::accounts::remove_person(id), told, Some(problem), move || close_dialog(dialog));
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small button-icon"
            aria-label=move || format!("Remove {}", name.get())
            title="Remove"
            on:click=move |_| {
                problem.set(None);
                open_dialog(dialog);
            }
        >
            <Icon path=icons::BIN small=true />
        </button>
        <Dialog node=dialog label=Signal::derive(move || format!("Remove {}?", name.get()))>
            <h2>"Remove " <bdi>{name}</bdi> "?"</h2>
            <p>
                {if team.is_me(id) {
                    "You are signed out of this business at once, and the API keys that you made and the invitations that you sent stop working. What you wrote stays; your conversations are nobody's."
                } else {
                    "They are signed out at once, and the API keys that they made and the invitations that they sent stop working. What they wrote stays; the conversations assigned to them are nobody's."
                }}
            </p>
            {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="confirm-acts">
                <Button kind=ButtonKind::Secondary on:click=move |_| close_dialog(dialog)>"Keep"</Button>
                <Button kind=ButtonKind::Danger busy=team.busy() on:click=remove>"Remove"</Button>
            </div>
        </Dialog>
    }
    .into_any()
}
