//! Making a role, or changing one: a name and what it permits.

use super::state::TeamState;
use crate::ui::{Button, ButtonKind, ErrorAlert, close_dialog};
use leptos::{html, prelude::*};
use types::{
    Error,
    accounts::{Permission, Permissions},
    limits,
    people::{RoleChoice, RoleInfo},
};

/// The form in its dialog.
#[component]
pub fn RoleForm(
    /// The team.
    team: TeamState,
    /// The role to change; none to make one.
    role: Signal<Option<RoleInfo>>,
    /// Counts how often the dialog was opened: each time it starts afresh.
    opened: RwSignal<u32>,
    /// The dialog around it.
    dialog: NodeRef<html::Dialog>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(Permissions::NONE);
    let problem = RwSignal::new(None::<Error>);
    Effect::new(move || {
        opened.track();
        let stored = role.get_untracked();
        name.set(stored.as_ref().map(|role| role.name.clone()).unwrap_or_default());
        chosen.set(stored.map(|role| role.permissions).unwrap_or_default());
        problem.set(None);
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (called, permissions) = (name.get_untracked().trim().to_owned(), chosen.get_untracked());
        let told = format!("The role {called} is saved.");
        let done = move || close_dialog(dialog);
        match role.get_untracked().map(|role| role.choice) {
            Some(RoleChoice::Own(id)) => {
                team.act(api::accounts::update_role(id, called, permissions), told, Some(problem), done);
            }
            _ => team.act(api::accounts::create_role(called, permissions), told, Some(problem), done),
        }
    };
    let heading = move || if role.with(Option::is_some) { "Change the role" } else { "Make a role" };
    view! {
        <form class="form" on:submit=submit>
            <h2>{heading}</h2>
            <label class="field">
                <span class="field-label">"Name"</span>
                <input
                    class="input"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    required
                    maxlength=limits::NAME_CHARS.to_string()
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <fieldset class="choices">
                <legend class="field-label">"What it permits"</legend>
                {Permission::ALL
                    .iter()
                    // Asking as a program is for programs.
                    .filter(|permission| **permission != Permission::Chat)
                    .map(|permission| view! { <Permit permission=*permission chosen=chosen held=team.held() /> })
                    .collect_view()}
            </fieldset>
            {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="confirm-acts">
                <Button kind=ButtonKind::Secondary on:click=move |_| close_dialog(dialog)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=team.busy()>"Save"</Button>
            </div>
        </form>
    }
    .into_any()
}

/// One permission; who lacks it cannot give it.
#[component]
fn Permit(permission: Permission, chosen: RwSignal<Permissions>, held: Permissions) -> impl IntoView {
    let toggle = move |event| {
        let is_on = event_target_checked(&event);
        chosen.update(|chosen| {
            let others = chosen.iter().filter(|other| *other != permission);
            *chosen = others.chain(is_on.then_some(permission)).collect();
        });
    };
    view! {
        <label class="choice">
            <input
                type="checkbox"
                disabled=!held.has(permission)
                prop:checked=move || chosen.get().has(permission)
                on:change=toggle
            />
            <span>{permission.words()}</span>
        </label>
    }
}
