//! Opening a business for somebody.

use crate::{
    accounts::{FormError, rules},
    icons::{self, Icon},
    ui::{Alert, Button, ButtonKind, CopyButton, Input, PostForm, TextField, Tone},
};
use api::platform::CreateTenant;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use types::platform::CreatedTenant;

/// The form, folded until it is wanted, and what came of it.
#[component]
pub fn OpenBusiness(
    /// A business was made.
    on_made: Callback<()>,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let typed = |name: &str| query.get(name).unwrap_or_default();
    let action = ServerAction::<CreateTenant>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let business = Input::new(typed("business"), rules::business);
    let name = Input::new(typed("name"), rules::name);
    let email = Input::new(typed("email"), rules::email);
    let check = Callback::new(move |()| business.verify() & name.verify() & email.verify());
    let busy = Signal::from(action.pending());
    Effect::new(move || {
        if action.value().with(|value| matches!(value, Some(Ok(_)))) {
            for field in [business, name, email] {
                field.value.set(String::new());
            }
            on_made.run(());
        }
    });
    view! {
        <details class="card fold" open=error.get_untracked().is_some()>
            <summary>
                <Icon path=icons::PLUS small=true />
                "Open a business"
            </summary>
            <PostForm action=action check=check>
                <FormError error=error fields=&["business", "name", "email"] />
                <div class="field-row">
                    <TextField name="business" label="Business" input=business error=error />
                    <TextField name="name" label="Owner’s name" input=name error=error />
                    <TextField name="email" label="Owner’s e-mail" kind="email" input=email error=error />
                </div>
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary submit=true busy=busy>"Open the business"</Button>
                </div>
            </PostForm>
        </details>
        {move || action.value().get().and_then(Result::ok).map(|made| view! { <Made made=made /> })}
    }
    .into_any()
}

/// The link for a new owner, shown this once.
#[component]
fn Made(made: CreatedTenant) -> impl IntoView {
    let (name, href) = (made.tenant.name, format!("/admin/{}", made.tenant.id));
    view! {
        <Alert tone=Tone::Success>
            <span><a href=href><bdi>{name}</bdi></a>" is open."</span>
            {match made.link {
                Some(link) => {
                    view! {
                        <span>"Give this link to its owner. It is good for seven days and is not shown again."</span>
                        <code class="snippet-code">{link.clone()}</code>
                        <CopyButton text=link label="Copy the link" />
                    }
                        .into_any()
                }
                None => view! { <span>"Its owner got a mail that says how to come in."</span> }.into_any(),
            }}
        </Alert>
    }
    .into_any()
}
