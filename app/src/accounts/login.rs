//! The login page.

use super::{entrance::Entrance, rules, session::use_session};
use crate::ui::{Button, ButtonKind, ErrorAlert, Input, PostForm, TextField};
use api::accounts::LogIn;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_query_map, location::Url};

/// Signs a user in. With `?next=` they go on to where they were.
#[component]
pub fn LoginPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let next = query.get("next").unwrap_or_default();
    let action = ServerAction::<LogIn>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let email = Input::new(query.get("email").unwrap_or_default(), rules::email);
    let password = Input::new(String::new(), rules::password);
    let check = Callback::new(move |()| email.verify() & password.verify());
    // After the answer the browser is on its way to the next page.
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    let register = "/register";
    let company = if next.is_empty() { "/sso".to_owned() } else { format!("/sso?next={}", Url::escape(&next)) };
    view! {
        <Title text="Sign in" />
        <LeaveWhenSignedIn />
        <Entrance title="Welcome back" text="Sign in to your inbox.">
            <PostForm action=action check=check>
                <input type="hidden" name="next" value=next />
                <FormError error=error fields=&["email", "password"] />
                <TextField name="email" label="E-mail" kind="email" autocomplete="username" input=email error=error autofocus=true />
                <TextField name="password" label="Password" kind="password" autocomplete="current-password" input=password error=error />
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Sign in"</Button>
            </PostForm>
            <p class="entrance-other"><a href="/forgot">"Forgot your password?"</a></p>
            <p class="entrance-other"><a href=company>"Sign in with your company"</a></p>
            <p class="entrance-other">"New here? "<a href=register>"Open an account for your business"</a></p>
        </Entrance>
    }
}

/// Leads a signed-in user on to the inbox.
#[component]
pub fn LeaveWhenSignedIn() -> impl IntoView {
    let session = use_session();
    let content = move || {
        Suspend::new(
            async move { matches!(session.me.await, Ok(Some(_))).then(|| view! { <Redirect path="/inbox" /> }) },
        )
    };
    view! { <Suspense>{content}</Suspense> }
}

/// The server's complaint, unless one of the form's fields shows it.
#[component]
pub fn FormError(
    /// What the server said last.
    error: Signal<Option<types::Error>>,
    /// The fields that show their own.
    fields: &'static [&'static str],
) -> impl IntoView {
    move || {
        error
            .get()
            .filter(|error| !error.field.as_deref().is_some_and(|field| fields.contains(&field)))
            .map(|error| view! { <ErrorAlert error=error /> })
    }
}
