//! Step 1: who you are.

use super::steps::Step;
use crate::{
    accounts::use_session,
    ui::{Button, ButtonKind, ErrorAlert, Input, PostForm, TextArea, TextField},
};
use api::accounts::UpdateBusiness;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use types::limits;

/// What a business may be called.
pub fn name_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::NAME_CHARS)
        .then_some("Enter the name that your customers know, at most 120 characters.")
}

/// What may be said of it.
pub fn describe_check(value: &str) -> Option<&'static str> {
    (value.chars().count() > limits::DESCRIPTION_CHARS)
        .then_some("Use at most 2,000 characters. Details belong in the knowledge.")
}

/// Name and a line about the business. Works without JavaScript.
#[component]
pub fn BusinessStep(
    /// Its name, which the preview shows.
    name: Input,
    /// What it does.
    description: Input,
) -> impl IntoView {
    let action = ServerAction::<UpdateBusiness>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let session = use_session();
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(tenant)) = action.value().get() {
            session.user.update(|user| {
                if let Some(user) = user {
                    user.tenant = tenant;
                }
            });
            navigate(Step::Look.path(), leptos_router::NavigateOptions::default());
        }
    });
    let check = Callback::new(move |()| name.verify() & description.verify());
    let general = move || error.get().filter(|error| !matches!(error.field.as_deref(), Some("name" | "description")));
    view! {
        <section class="onboarding-step">
            <h1>"What is your business?"</h1>
            <p class="onboarding-text">"Visitors see the name. The AI reads the rest, so that it knows whom it speaks for."</p>
            <PostForm action=action check=check>
                {move || general().map(|error| view! { <ErrorAlert error=error /> })}
                <TextField name="name" label="Name" autocomplete="organization" input=name error=error />
                <TextArea
                    name="description"
                    label="What do you do?"
                    optional=true
                    rows=4
                    hint="One or two sentences: what you sell, to whom, where."
                    placeholder="We roast coffee in Porto and send it all over Europe, whole or ground."
                    input=description
                    error=error
                />
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary submit=true busy=action.pending()>
                        "Save and go on"
                    </Button>
                    <noscript inner_html=format!("<a href=\"{}\">Next step</a>", Step::Look.path())></noscript>
                </div>
            </PostForm>
        </section>
    }
}
