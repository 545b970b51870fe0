//! Settings › People: who works here, who was invited, and what roles permit.

mod invitations;
mod person;
mod role_form;
mod roles;
mod state;

use crate::{
    accounts::Only,
    shell::{PageHead, SettingsTabs},
    ui::{ErrorAlert, ListSkeleton},
};
use invitations::Invitations;
use leptos::prelude::*;
use leptos_meta::Title;
use person::PersonRow;
use roles::Roles;
use state::{TeamState, use_team};
use types::accounts::Permission;

/// The people, the invitations and the roles of the business.
#[component]
pub fn PeoplePage() -> impl IntoView {
    view! {
        <Title text="People" />
        <div class="page">
            <PageHead title="People" text="Who works here, what they may do, and who was asked to come." />
            <SettingsTabs />
            <Only may=Permission::ManagePeople what="who works here">
                <Everybody />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Everybody() -> impl IntoView {
    let team = use_team();
    let content = move || {
        Suspend::new(async move {
            match team.load().await {
                Ok(()) => view! {
                    <div class="form settings-form">
                        <People team=team />
                        <Invitations team=team />
                        <Roles team=team />
                    </div>
                }
                .into_any(),
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| team.reload()) /> }.into_any()
                }
            }
        })
    };
    view! {
        <Suspense fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Suspense>
        <p class="visually-hidden" role="status">{move || team.told()}</p>
    }
}

#[component]
fn People(team: TeamState) -> impl IntoView {
    let ids = Memo::new(move |_| team.read(|team| team.people.iter().map(|person| person.id).collect::<Vec<_>>()));
    let seats = move || {
        let (people, seats) = team.read(|team| (team.people.len(), team.seats));
        match seats {
            Some(seats) => format!("{people} of {seats} seats are taken."),
            None if people == 1 => "You work here alone so far.".to_owned(),
            None => format!("{people} people work here."),
        }
    };
    view! {
        <section class="settings-section">
            <div>
                <h2>"Who works here"</h2>
                <p class="field-hint">{seats}</p>
            </div>
            {move || team.problem().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="sources-frame">
                <table class="sources-table people-table">
                    <thead>
                        <tr>
                            <th scope="col">"Person"</th>
                            <th scope="col">"Role"</th>
                            <th scope="col" class="is-seen">"Last seen"</th>
                            <th scope="col" class="is-factor">"Second factor"</th>
                            <th scope="col"><span class="visually-hidden">"Changes"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || ids.get() key=|id| *id let:id>
                            <PersonRow id=id team=team />
                        </For>
                    </tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
