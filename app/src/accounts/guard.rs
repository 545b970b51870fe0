//! Who may see a page.

use super::{Session, session::use_session};
use crate::{
    icons,
    ui::{Empty, ErrorAlert, end_of_trial},
};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_url};
use types::accounts::Permission;

/// Shows its children to a signed-in user and leads everybody else to the
/// login page, from where they come back.
#[component]
pub fn Guard(
    /// The shape of the page while we ask.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let url = use_url();
    let children = StoredValue::new(children);
    let content = move || {
        Suspend::new(async move {
            end_of_trial().await;
            match session.me.await {
                Ok(Some(user)) => {
                    session.user.set(Some(user));
                    children.with_value(|children| children()).into_any()
                }
                Ok(None) => {
                    let here = url.with_untracked(|url| with_search(url.path(), url.search()));
                    view! { <Redirect path=login_path(&here) /> }.into_any()
                }
                Err(error) => {
                    let retry = Callback::new(move |()| session.me.refetch());
                    view! {
                        <main class="lone-page">
                            <h1>"This page could not be loaded"</h1>
                            <ErrorAlert error=error retry=retry />
                        </main>
                    }
                    .into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=move || fallback.run()>{content}</Suspense> }
}

fn with_search(path: &str, search: &str) -> String {
    if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") }
}

/// The login page's address, with the way back to `here`.
fn login_path(here: &str) -> String {
    if matches!(here, "" | "/" | "/inbox") {
        "/login".to_owned()
    } else {
        format!("/login?next={}", leptos_router::location::Url::escape(here))
    }
}

/// Shows its children to somebody with a permission, and a friendly word to everybody else.
#[component]
pub fn Only(
    /// The permission.
    may: Permission,
    /// What the page is for, as in "Your role cannot change {what}".
    what: &'static str,
    /// What the role cannot do with it.
    #[prop(default = "change")]
    verb: &'static str,
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session: Session = use_session();
    // A memo, so that another name of the business does not make the page anew.
    let may = Memo::new(move |_| session.may(may));
    move || {
        if may.get() {
            children().into_any()
        } else {
            view! {
                <Empty
                    icon=icons::PERSON
                    title=format!("Your role cannot {verb} {what}")
                    text="Ask somebody who runs your business when something here should change."
                >
                    <a class="button button-secondary" href="/inbox">
                        "Back to the inbox"
                    </a>
                </Empty>
            }
            .into_any()
        }
    }
}
