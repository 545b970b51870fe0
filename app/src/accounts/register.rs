//! The page that opens an account for a business.

use super::{
    entrance::Entrance,
    login::{FormError, LeaveWhenSignedIn},
    rules,
};
use crate::ui::{Alert, Button, ButtonKind, Input, PostForm, TextField, Tone};
use api::accounts::Register;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use types::ErrorCode;

/// Registers a business with its owner in one form.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let typed = |name: &str| query.get(name).unwrap_or_default();
    let action = ServerAction::<Register>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let business = Input::new(typed("business"), rules::business);
    let name = Input::new(typed("name"), rules::name);
    let email = Input::new(typed("email"), rules::email);
    let password = Input::new(String::new(), rules::new_password);
    let check = Callback::new(move |()| business.verify() & name.verify() & email.verify() & password.verify());
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    let is_taken = move || error.with(|error| error.as_ref().is_some_and(|error| error.code == ErrorCode::EmailTaken));
    view! {
        <Title text="Open an account" />
        <LeaveWhenSignedIn />
        <Entrance title="Chat on your site in five minutes" text="Your name and a password. Then we set up the widget together.">
            <PostForm action=action check=check>
                <FormError error=error fields=&["business", "name", "email", "password"] />
                {move || {
                    is_taken()
                        .then(|| {
                            view! {
                                <Alert tone=Tone::Info>
                                    <span>"Is this you? "<a href="/login">"Sign in instead"</a></span>
                                </Alert>
                            }
                        })
                }}
                <TextField name="business" label="Business" autocomplete="organization" input=business error=error autofocus=true />
                <TextField name="name" label="Your name" autocomplete="name" input=name error=error />
                <TextField name="email" label="E-mail" kind="email" autocomplete="username" input=email error=error />
                <TextField
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 10 characters."
                    input=password
                    error=error
                />
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Open the account"</Button>
            </PostForm>
            <p class="entrance-other">"You have an account? "<a href="/login">"Sign in"</a></p>
        </Entrance>
    }
}
