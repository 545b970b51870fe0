//! The way back in for somebody who forgot their password: asking for a
//! link, and choosing a new password with it.

use super::{entrance::Entrance, login::FormError, rules};
use crate::ui::{Alert, Button, ButtonKind, ErrorAlert, Input, PostForm, Skeleton, TextField, Tone};
use api::accounts::{RequestPasswordReset, ResetPassword};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Asks for a link to choose a new password with. The answer is the same
/// whether or not the address has an account.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let is_sent = query.get("sent").is_some();
    let action = ServerAction::<RequestPasswordReset>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let email = Input::new(query.get("email").unwrap_or_default(), rules::email);
    let check = Callback::new(move |()| email.verify());
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    view! {
        <Title text="Forgot your password?" />
        <Entrance title="Forgot your password?" text="We mail you a link with which you choose a new one.">
            {if is_sent {
                view! {
                    <Alert tone=Tone::Success>
                        <span>
                            "If this address has an account, a link is on its way to it. It works once, for one hour."
                        </span>
                    </Alert>
                    <p class="entrance-other">
                        "Nothing there after some minutes? Look among the spam, or "
                        <a href="/forgot" rel="external">"ask again"</a> "."
                    </p>
                }
                    .into_any()
            } else {
                view! {
                    <PostForm action=action check=check>
                        <FormError error=error fields=&["email"] />
                        <TextField name="email" label="E-mail" kind="email" autocomplete="username" input=email error=error autofocus=true />
                        <Button kind=ButtonKind::Primary submit=true busy=busy>"Send me a link"</Button>
                    </PostForm>
                }
                    .into_any()
            }}
            <p class="entrance-other">"You remember it? "<a href="/login">"Sign in"</a></p>
        </Entrance>
    }
}

/// Sets a new password with a mailed link.
#[component]
pub fn ResetPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let token = query.get("token").unwrap_or_default();
    let content = if query.get("done").is_some() {
        view! {
            <Alert tone=Tone::Success>
                <span>"Your password is changed. You were signed out everywhere."</span>
            </Alert>
            <p class="entrance-other"><a href="/login" rel="external">"Sign in with the new password"</a></p>
        }
        .into_any()
    } else {
        view! { <ResetForm token=token /> }.into_any()
    };
    view! {
        <Title text="Choose a new password" />
        <Entrance title="Choose a new password" text="You are signed out everywhere else, and sign in with the new one.">
            {content}
        </Entrance>
    }
}

#[component]
fn ResetForm(token: String) -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let password = Input::new(String::new(), rules::new_password);
    let check = Callback::new(move |()| password.verify());
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    let asked = token.clone();
    let link = Resource::new(move || asked.clone(), api::accounts::check_reset);
    let token = StoredValue::new(token);
    let content = move || {
        Suspend::new(async move {
            match link.await {
                Ok(()) => view! {
                    <PostForm action=action check=check>
                        <input type="hidden" name="token" value=token.get_value() />
                        <FormError error=error fields=&["password"] />
                        <TextField
                            name="password"
                            label="New password"
                            kind="password"
                            autocomplete="new-password"
                            hint="At least 10 characters."
                            input=password
                            error=error
                            autofocus=true
                        />
                        <Button kind=ButtonKind::Primary submit=true busy=busy>"Set the password"</Button>
                    </PostForm>
                }
                .into_any(),
                Err(error) => view! {
                    <ErrorAlert error=error retry=Callback::new(move |()| link.refetch()) />
                    <p class="entrance-other"><a href="/forgot">"Ask for a new link"</a></p>
                }
                .into_any(),
            }
        })
    };
    view! { <Suspense fallback=|| view! { <Skeleton class="skeleton-block" /> }>{content}</Suspense> }
}
