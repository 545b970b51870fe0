//! Settings › Your account: what belongs to the user alone, in whichever
//! business they work.

use super::{login::FormError, own_sessions::OwnSessions, rules, second_factor::SecondFactor, session::use_session};
use crate::{
    icons::{self, Icon},
    shell::{PageHead, SettingsTabs},
    ui::{Alert, Button, ButtonKind, Input, PostForm, TextField, Tone},
};
use api::accounts::{ChangePassword, RenameSelf};
use leptos::prelude::*;
use leptos_meta::Title;

/// Name, password and sign-ins, each a section of its own.
#[component]
pub fn AccountPage() -> impl IntoView {
    let session = use_session();
    // A memo: the sections change the user themselves, and are not to be built anew with what they show gone.
    let is_somebody_else =
        Memo::new(move |_| session.user.with(|user| user.as_ref().is_some_and(|user| user.impersonated_by.is_some())));
    let sections = move || {
        if is_somebody_else.get() {
            return view! {
                <Alert tone=Tone::Info>
                    <span>"You work as somebody else. Their account is theirs alone."</span>
                </Alert>
            }
            .into_any();
        }
        let password_changes = RwSignal::new(0_u32);
        view! {
            <div class="form settings-form">
                <NameSection />
                <PasswordSection changes=password_changes />
                <SecondFactor />
                <OwnSessions password_changes=password_changes />
            </div>
        }
        .into_any()
    };
    view! {
        <Title text="Your account" />
        <div class="page">
            <PageHead title="Your account" text="Yours alone: the people you work with cannot change it." />
            <SettingsTabs />
            {sections}
        </div>
    }
    .into_any()
}

#[component]
fn NameSection() -> impl IntoView {
    let session = use_session();
    let field = |read: fn(&types::accounts::CurrentUser) -> String| {
        session.user.with_untracked(|user| user.as_ref().map(read).unwrap_or_default())
    };
    let email = field(|user| user.email.clone());
    let name = Input::new(field(|user| user.name.clone()), rules::name);
    let action = ServerAction::<RenameSelf>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let check = Callback::new(move |()| name.verify());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            let name = name.value.get_untracked().trim().to_owned();
            session.user.update(|user| {
                if let Some(user) = user {
                    user.name = name;
                }
            });
        }
    });
    view! {
        <section class="settings-section settings-narrow">
            <div>
                <h2>"Name"</h2>
                <p class="field-hint">"You sign in as " <bdi>{email}</bdi> "."</p>
            </div>
            <PostForm action=action check=check>
                <FormError error=error fields=&["name"] />
                <TextField
                    name="name"
                    label="Your name"
                    autocomplete="name"
                    hint="As your colleagues and customers see it."
                    input=name
                    error=error
                />
                <div class="form-actions">
                    <Button kind=ButtonKind::Secondary submit=true busy=action.pending()>"Change the name"</Button>
                    <Done action=action words="Changed" />
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}

#[component]
fn PasswordSection(
    /// Counts changes.
    changes: RwSignal<u32>,
) -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let current = Input::new(String::new(), rules::password);
    let password = Input::new(String::new(), rules::new_password);
    let check = Callback::new(move |()| current.verify() & password.verify());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            current.value.set(String::new());
            password.value.set(String::new());
            changes.update(|changes| *changes += 1);
        }
    });
    view! {
        <section class="settings-section settings-narrow">
            <h2>"Password"</h2>
            <PostForm action=action check=check>
                <FormError error=error fields=&["current", "password"] />
                <TextField
                    name="current"
                    label="Current password"
                    kind="password"
                    autocomplete="current-password"
                    input=current
                    error=error
                />
                <TextField
                    name="password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 10 characters. You are signed out everywhere else."
                    input=password
                    error=error
                />
                <div class="form-actions">
                    <Button kind=ButtonKind::Secondary submit=true busy=action.pending()>"Change the password"</Button>
                    <Done action=action words="Changed. You are signed out everywhere else." />
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}

/// Says that it worked.
#[component]
fn Done<F>(action: ServerAction<F>, words: &'static str) -> impl IntoView
where
    F: server_fn::ServerFn<Error = types::Error, Output = ()> + Clone + Send + Sync + 'static,
{
    view! {
        <span role="status">
            {move || {
                let is_done = matches!(action.value().get(), Some(Ok(()))) && !action.pending().get();
                is_done
                    .then(|| {
                        view! {
                            <span class="saved">
                                <Icon path=icons::CHECK small=true />
                                {words}
                            </span>
                        }
                    })
            }}
        </span>
    }
}
