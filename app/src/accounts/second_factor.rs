//! The second factor of the signed-in user: turned on, off, and its backup codes.

use super::{login::FormError, rules, session::use_session};
use crate::ui::{
    Alert, Button, ButtonKind, CopyButton, ErrorAlert, Input, ListSkeleton, PostForm, TextField, Tone, date_text,
};
use api::sign_in::{BeginSecondFactor, ConfirmSecondFactor, EndSecondFactor, RenewBackupCodes};
use leptos::prelude::*;
use types::{ErrorCode, Timestamp, sign_in::SecondFactorSetup};

/// Where somebody stands.
#[derive(Clone)]
enum Step {
    /// Off, or on since a time with so many codes left.
    Rest(Option<Timestamp>, u32),
    /// The password is asked for.
    Begin,
    /// The app is shown its key.
    Confirm(SecondFactorSetup),
    /// Codes that are shown once.
    Codes(Vec<String>),
    /// A code is asked for, for new backup codes.
    Renew,
    /// Password and code are asked for, to turn it off.
    End,
}

/// The section about the second factor.
#[component]
pub fn SecondFactor() -> impl IntoView {
    let stored = Resource::new(|| (), |()| api::sign_in::get_second_factor());
    let content = move || {
        Suspend::new(async move {
            match stored.await {
                Ok(factor) => view! { <Steps first=Step::Rest(factor.enabled_at, factor.backup_codes) /> }.into_any(),
                Err(error) if error.code == ErrorCode::Forbidden => {
                    view! { <Alert tone=Tone::Info>{error.message}</Alert> }.into_any()
                }
                Err(error) => {
                    view! { <ErrorAlert error=error retry=Callback::new(move |()| stored.refetch()) /> }.into_any()
                }
            }
        })
    };
    view! {
        <section class="settings-section" data-testid="second-factor">
            <h2>"Two-step sign-in"</h2>
            <Suspense fallback=|| view! { <ListSkeleton lines=3 /> }>{content}</Suspense>
        </section>
    }
}

#[component]
fn Steps(first: Step) -> impl IntoView {
    let step = RwSignal::new(first);
    move || match step.get() {
        Step::Rest(since, codes) => view! { <Rest since=since codes=codes step=step /> }.into_any(),
        Step::Begin => view! { <Begin step=step /> }.into_any(),
        Step::Confirm(setup) => view! { <Confirm setup=setup step=step /> }.into_any(),
        Step::Codes(codes) => view! { <Codes codes=codes step=step /> }.into_any(),
        Step::Renew => view! { <Renew step=step /> }.into_any(),
        Step::End => view! { <End step=step /> }.into_any(),
    }
}

#[component]
fn Rest(since: Option<Timestamp>, codes: u32, step: RwSignal<Step>) -> impl IntoView {
    let Some(since) = since else {
        return view! {
            <p>"Besides your password, a code from an app on your phone is asked for when you sign in. Who learns your password is then still kept out."</p>
            <div class="acts">
                <Button kind=ButtonKind::Primary on:click=move |_| step.set(Step::Begin)>"Set up"</Button>
            </div>
        }
        .into_any();
    };
    let left = match codes {
        0 => "No backup code is left. Make new ones before you lose your phone.".to_owned(),
        1 => "One backup code is left.".to_owned(),
        several => format!("{several} backup codes are left."),
    };
    view! {
        <p>{format!("On since {}. {left}", date_text(since))}</p>
        <div class="acts">
            <Button on:click=move |_| step.set(Step::Renew)>"New backup codes"</Button>
            <Button kind=ButtonKind::Danger on:click=move |_| step.set(Step::End)>"Turn off"</Button>
        </div>
    }
    .into_any()
}

#[component]
fn Begin(step: RwSignal<Step>) -> impl IntoView {
    let action = ServerAction::<BeginSecondFactor>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let password = Input::new(String::new(), rules::password);
    let check = Callback::new(move |()| password.verify());
    Effect::new(move || {
        if let Some(Ok(setup)) = action.value().get() {
            step.set(Step::Confirm(setup));
        }
    });
    view! {
        <PostForm action=action check=check>
            <FormError error=error fields=&["password"] />
            <TextField name="password" id="factor-password" label="Your password" kind="password" autocomplete="current-password" input=password error=error />
            <Acts word="Go on" busy=action.pending() step=step is_on=false />
        </PostForm>
    }
}

#[component]
fn Confirm(setup: SecondFactorSetup, step: RwSignal<Step>) -> impl IntoView {
    let session = use_session();
    let action = ServerAction::<ConfirmSecondFactor>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let code = Input::new(String::new(), rules::code);
    let check = Callback::new(move |()| code.verify());
    Effect::new(move || {
        if let Some(Ok(codes)) = action.value().get() {
            // The codes first: they are shown this once, whatever else the session changes on the page.
            step.set(Step::Codes(codes));
            session.user.update(|user| {
                if let Some(user) = user {
                    user.has_second_factor = true;
                    user.needs_second_factor = false;
                }
            });
        }
    });
    let SecondFactorSetup { key, qr } = setup;
    let copied = key.clone();
    view! {
        <p>"Scan this with an app for codes, such as the one that keeps your passwords. Then enter the code that it shows."</p>
        <div class="factor-key">
            <div class="factor-qr" role="img" aria-label="The key as a QR code" inner_html=qr></div>
            <div class="factor-text">
                <span class="field-hint">"Or type this key into it:"</span>
                <code class="snippet-code" data-testid="factor-key">{key}</code>
                <CopyButton text=copied />
            </div>
        </div>
        <PostForm action=action check=check>
            <FormError error=error fields=&["code"] />
            <TextField name="code" label="Code" autocomplete="one-time-code" hint="Six digits." input=code error=error autofocus=true />
            <Acts word="Turn on" busy=action.pending() step=step is_on=false />
        </PostForm>
    }
}

#[component]
fn Codes(codes: Vec<String>, step: RwSignal<Step>) -> impl IntoView {
    let text = codes.join("\n");
    let left = u32::try_from(codes.len()).unwrap_or_default();
    view! {
        <Alert tone=Tone::Success>
            "Two-step sign-in is on. Keep these backup codes where your phone is not: each lets you in once, and they are not shown again."
        </Alert>
        <ul class="factor-codes" data-testid="backup-codes">
            {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
        </ul>
        <div class="acts">
            <CopyButton text=text label="Copy all" />
            <Button kind=ButtonKind::Primary on:click=move |_| step.set(Step::Rest(Some(Timestamp::now()), left))>
                "I have kept them"
            </Button>
        </div>
    }
}

#[component]
fn Renew(step: RwSignal<Step>) -> impl IntoView {
    let action = ServerAction::<RenewBackupCodes>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let code = Input::new(String::new(), rules::code);
    let check = Callback::new(move |()| code.verify());
    Effect::new(move || {
        if let Some(Ok(codes)) = action.value().get() {
            step.set(Step::Codes(codes));
        }
    });
    view! {
        <p>"The backup codes that you have are good for nothing then."</p>
        <PostForm action=action check=check>
            <FormError error=error fields=&["code"] />
            <TextField name="code" label="Code" autocomplete="one-time-code" hint="From your app, or a backup code." input=code error=error />
            <Acts word="Make new codes" busy=action.pending() step=step is_on=true />
        </PostForm>
    }
}

#[component]
fn End(step: RwSignal<Step>) -> impl IntoView {
    let action = ServerAction::<EndSecondFactor>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let password = Input::new(String::new(), rules::password);
    let code = Input::new(String::new(), rules::code);
    let check = Callback::new(move |()| password.verify() & code.verify());
    let session = use_session();
    Effect::new(move || {
        if let Some(Ok(())) = action.value().get() {
            step.set(Step::Rest(None, 0));
            session.user.update(|user| {
                if let Some(user) = user {
                    user.has_second_factor = false;
                }
            });
        }
    });
    view! {
        <p>"Your password alone is enough to sign in then."</p>
        <PostForm action=action check=check>
            <FormError error=error fields=&["password", "code"] />
            <TextField name="password" id="factor-password" label="Your password" kind="password" autocomplete="current-password" input=password error=error />
            <TextField name="code" label="Code" autocomplete="one-time-code" hint="From your app, or a backup code." input=code error=error />
            <Acts word="Turn off" busy=action.pending() step=step is_on=true />
        </PostForm>
    }
}

/// Do it, or leave it.
#[component]
fn Acts(
    word: &'static str,
    #[prop(into)] busy: Signal<bool>,
    step: RwSignal<Step>,
    /// The factor is on meanwhile; what it says of itself is asked for anew.
    is_on: bool,
) -> impl IntoView {
    let cancel = move |_| {
        if !is_on {
            step.set(Step::Rest(None, 0));
            return;
        }
        leptos::task::spawn_local(async move {
            if let Ok(factor) = api::sign_in::get_second_factor().await {
                step.set(Step::Rest(factor.enabled_at, factor.backup_codes));
            }
        });
    };
    view! {
        <div class="acts">
            <Button kind=ButtonKind::Primary submit=true busy=busy>{word}</Button>
            <Button kind=ButtonKind::Quiet on:click=cancel>"Cancel"</Button>
        </div>
    }
}
