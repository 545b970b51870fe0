//! What each role permits, and the business's own roles.

use super::{role_form::RoleForm, state::TeamState};
use crate::{
    icons::{self, Icon},
    ui::{Button, ButtonKind, Dialog, ErrorAlert, close_dialog, open_dialog},
};
use leptos::{html, prelude::*};
use types::{
    Error, RoleId,
    people::{RoleChoice, RoleInfo},
};

/// Every role, and a way to make one.
#[component]
pub fn Roles(team: TeamState) -> impl IntoView {
    let choices = Memo::new(move |_| team.read(|team| team.roles.iter().map(|role| role.choice).collect::<Vec<_>>()));
    let dialog = NodeRef::<html::Dialog>::new();
    let is_open = RwSignal::new(0_u32);
    view! {
        <section class="settings-section">
            <div>
                <h2>"Roles"</h2>
                <p class="field-hint">"Four come with every business. Make your own when none of them fits."</p>
            </div>
            <ul class="plain-list">
                <For each=move || choices.get() key=|choice| *choice let:choice>
                    <RoleRow choice=choice team=team />
                </For>
            </ul>
            <div class="form-actions">
                <Button
                    kind=ButtonKind::Secondary
                    on:click=move |_| {
                        is_open.update(|times| *times += 1);
                        open_dialog(dialog);
                    }
                >
                    <Icon path=icons::PLUS />
                    "Make a role"
                </Button>
            </div>
            <Dialog node=dialog label=Signal::stored("Make a role".to_owned())>
                <RoleForm team=team role=Signal::stored(None) opened=is_open dialog=dialog />
            </Dialog>
        </section>
    }
    .into_any()
}

#[component]
fn RoleRow(choice: RoleChoice, team: TeamState) -> impl IntoView {
    let role = Memo::new(move |_| team.role(choice));
    let name =
        Signal::derive(move || role.with(|role| role.as_ref().map(|role| role.name.clone()).unwrap_or_default()));
    let permits = move || {
        let words: Vec<&str> =
            role.with(|role| role.iter().flat_map(|role| role.permissions.iter()).map(|one| one.words()).collect());
        words.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()
    };
    let people = move || match role.with(|role| role.as_ref().map_or(0, |role| role.people)) {
        0 => "nobody".to_owned(),
        1 => "1 person".to_owned(),
        people => format!("{people} people"),
    };
    let may_change = Memo::new(move |_| role.with(|role| role.as_ref().is_some_and(|role| team.reaches(role))));
    let acts = move |id: RoleId| {
        view! {
            <Show when=move || may_change.get()>
                <div class="plain-acts">
                    <Edit role=role name=name team=team />
                    <Delete id=id name=name team=team />
                </div>
            </Show>
        }
    };
    view! {
        <li class="plain-row">
            <details class="role">
                <summary>
                    <bdi class="plain-title">{name}</bdi>
                    <span class="plain-facts">{people}</span>
                </summary>
                <ul class="role-permits">{permits}</ul>
            </details>
            {match choice {
                RoleChoice::Own(id) => Some(acts(id)),
                RoleChoice::BuiltIn(_) => None,
            }}
        </li>
    }
    .into_any()
}

#[component]
fn Edit(role: Memo<Option<RoleInfo>>, name: Signal<String>, team: TeamState) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let opened = RwSignal::new(0_u32);
    view! {
        <button
            type="button"
            class="button button-quiet button-small"
            aria-label=move || format!("Change the role {}", name.get())
            on:click=move |_| {
                opened.update(|times| *times += 1);
                open_dialog(dialog);
            }
        >
            "Change"
        </button>
        <Dialog node=dialog label=Signal::derive(move || format!("Change the role {}", name.get()))>
            <RoleForm team=team role=role.into() opened=opened dialog=dialog />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Delete(id: RoleId, name: Signal<String>, team: TeamState) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let problem = RwSignal::new(None::<Error>);
    let delete = move |_| {
        let told = format!("The role {} is deleted.", name.get_untracked());
        team.act(api::accounts::delete_role(id), told, Some(problem), move || close_dialog(dialog));
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small button-icon"
            aria-label=move || format!("Delete the role {}", name.get())
            title="Delete"
            on:click=move |_| {
                problem.set(None);
                open_dialog(dialog);
            }
        >
            <Icon path=icons::BIN small=true />
        </button>
        <Dialog node=dialog label=Signal::derive(move || format!("Delete the role {}?", name.get()))>
            <h2>"Delete the role “" <bdi>{name}</bdi> "”?"</h2>
            <p>"Only a role that nobody has can be deleted."</p>
            {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="confirm-acts">
                <Button kind=ButtonKind::Secondary on:click=move |_| close_dialog(dialog)>"Keep it"</Button>
                <Button kind=ButtonKind::Danger busy=team.busy() on:click=delete>"Delete"</Button>
            </div>
        </Dialog>
    }
    .into_any()
}
