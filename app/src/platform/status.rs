//! Suspending a business, letting it work again, deleting it for good.

use crate::{
    accounts::FormError,
    ui::{Alert, Button, ButtonKind, Input, PostForm, TextField, Tone, date_text},
};
use api::platform::{DeleteTenant, ResumeTenant, SuspendTenant};
use leptos::prelude::*;
use types::platform::TenantSummary;

/// What can be done about the status of a business, by what it is now.
#[component]
pub fn StatusForms(
    /// The business.
    tenant: TenantSummary,
    /// Why it is suspended.
    reason: String,
    /// Called when the status was changed.
    changed: Callback<()>,
) -> impl IntoView {
    match tenant.suspended_at {
        None => view! { <Suspend tenant=tenant changed=changed /> }.into_any(),
        Some(since) => {
            let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            view! {
                <Alert tone=Tone::Warning>
                    <span><bdi>{format!("Suspended since {}{because}", date_text(since))}</bdi></span>
                </Alert>
                <Resume tenant=tenant.clone() changed=changed />
                <Delete tenant=tenant />
            }
            .into_any()
        }
    }
}

/// Tells the page when an act succeeded.
fn when_done<F>(action: ServerAction<F>, changed: Callback<()>)
where
    F: server_fn::ServerFn<Error = types::Error, Output = ()> + Clone + Send + Sync + 'static,
{
    Effect::new(move || {
        if action.value().with(|value| matches!(value, Some(Ok(())))) {
            changed.run(());
        }
    });
}

fn anything(_typed: &str) -> Option<&'static str> {
    None
}

#[component]
fn Suspend(tenant: TenantSummary, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<SuspendTenant>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let reason = Input::new(String::new(), anything);
    when_done(action, changed);
    view! {
        <p class="field-hint">
            "Suspended, nobody signs in, the widget and every key stop at once, and jobs wait. Everything stays stored."
        </p>
        <PostForm action=action>
            <input type="hidden" name="id" value=tenant.id.to_string() />
            <FormError error=error fields=&["reason"] />
            <TextField name="reason" label="Reason" optional=true hint="People of the business read it when they sign in." input=reason error=error />
            <div class="form-actions">
                <Button kind=ButtonKind::Danger submit=true busy=Signal::from(action.pending())>"Suspend the business"</Button>
            </div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Resume(tenant: TenantSummary, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<ResumeTenant>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    when_done(action, changed);
    view! {
        <PostForm action=action>
            <input type="hidden" name="id" value=tenant.id.to_string() />
            <FormError error=error fields=&[] />
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=Signal::from(action.pending())>"Let it work again"</Button>
            </div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Delete(tenant: TenantSummary) -> impl IntoView {
    let action = ServerAction::<DeleteTenant>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let slug = Input::new(String::new(), anything);
    view! {
        <div class="card fold danger-card">
            <h3>"Delete it for good"</h3>
            <p class="field-hint">
                "Its conversations, contacts, knowledge and log are gone at once, and so are the accounts of people who work nowhere else. Nothing brings them back."
            </p>
            <PostForm action=action>
                <input type="hidden" name="id" value=tenant.id.to_string() />
                <FormError error=error fields=&["slug"] />
                <TextField name="slug" label=format!("Type {} to confirm", tenant.slug) input=slug error=error />
                <div class="form-actions">
                    <Button kind=ButtonKind::Danger submit=true busy=Signal::from(action.pending())>"Delete for good"</Button>
                </div>
            </PostForm>
        </div>
    }
    .into_any()
}
