//! Who is signed in, and the way out. Works without JavaScript.

use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::Avatar,
};
use api::accounts::{LogOut, SwitchTenant};
use leptos::{html, prelude::*};
use server_fn::ServerFn;
use types::accounts::Role;

/// The user's avatar; opens a menu with name, role, business and the way out.
///
/// Signing out is a plain form on purpose: the page is loaded afresh, and
/// nothing of the session stays in the browser's memory.
#[component]
pub fn UserMenu() -> impl IntoView {
    let session = use_session();
    let name = Signal::derive(move || {
        session.user.with(|user| user.as_ref().map(|user| user.name.clone()).unwrap_or_default())
    });
    let email = move || session.user.with(|user| user.as_ref().map(|user| user.email.clone()));
    let role = move || {
        session.user.with(|user| {
            user.as_ref().map(|user| match user.role {
                Role::Owner => format!("Owner of {}", user.tenant.name),
                Role::Admin => format!("Admin of {}", user.tenant.name),
                Role::Agent => format!("Agent at {}", user.tenant.name),
                Role::Viewer => format!("Viewer at {}", user.tenant.name),
                Role::Custom => user.tenant.name.clone(),
            })
        })
    };
    let others = move || {
        session.user.with(|user| {
            let user = user.as_ref()?;
            let others = user.memberships.iter().filter(|other| other.tenant != user.tenant.id);
            let others: Vec<(String, String)> =
                others.map(|other| (other.tenant.to_string(), other.name.clone())).collect();
            (!others.is_empty()).then(|| view! { <Others others=others /> })
        })
    };
    // Links lead on without loading the page anew, so the menu would stay open.
    let menu = NodeRef::<html::Div>::new();
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.hide_popover();
        }
    };
    view! {
        <div class="user">
            <button type="button" class="user-button" popovertarget="user-menu">
                <Avatar name=name />
                <span class="visually-hidden">"Account of "{name}</span>
            </button>
            <div id="user-menu" class="user-menu" popover="auto" node_ref=menu>
                <div class="user-who">
                    <Avatar name=name />
                    <div>
                        <strong>{name}</strong>
                        <span>{email}</span>
                        <span>{role}</span>
                    </div>
                </div>
                {others}
                <a class="user-action" href="/settings/account" on:click=close>
                    <Icon path=icons::PERSON />
                    "Your account"
                </a>
                <Show when=move || session.user.with(|user| user.as_ref().is_some_and(|user| user.is_platform_admin))>
                    <a class="user-action" href="/admin" on:click=close>
                        <Icon path=icons::GLOBE />
                        "Platform"
                    </a>
                </Show>
                <form method="post" action=LogOut::url()>
                    <button type="submit" class="user-action">
                        <Icon path=icons::LEAVE />
                        "Log out"
                    </button>
                </form>
            </div>
        </div>
    }
}

/// The other businesses that the user works in, each a plain form like the way out.
#[component]
fn Others(others: Vec<(String, String)>) -> impl IntoView {
    let forms = others.into_iter().map(|(tenant, name)| {
        view! {
            <li>
                <form method="post" action=SwitchTenant::url()>
                    <input type="hidden" name="tenant" value=tenant />
                    <button type="submit" class="user-action">
                        <Icon path=icons::STORE />
                        <bdi class="user-business">{name}</bdi>
                    </button>
                </form>
            </li>
        }
    });
    view! {
        <div class="user-others">
            <p id="user-others">"Work in another business"</p>
            <ul aria-labelledby="user-others">{forms.collect_view()}</ul>
        </div>
    }
}
