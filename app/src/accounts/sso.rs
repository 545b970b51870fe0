//! The page from which people go to the sign-in of their company, and on
//! which they end when they cannot come in.

use super::{entrance::Entrance, rules};
use crate::ui::{Alert, Button, ButtonKind, Input, TextField, Tone};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};
use types::sign_in::SsoProblem;

/// Asks for the short name of the business. Without JavaScript the page says
/// where to go; it does the same for every name, whether there is one or not.
#[component]
pub fn SsoPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let typed = |name: &str| query.get(name).unwrap_or_default();
    let problem: Option<SsoProblem> = typed("problem").parse().ok();
    let next = typed("next");
    let business = Input::new(typed("business"), rules::short_name);
    let form = NodeRef::<leptos::html::Form>::new();
    Effect::new(move || {
        if let Some(form) = form.get() {
            form.set_no_validate(true);
        }
    });
    let way = Some(way_to(&business.get(), &next)).filter(|_| !business.get().trim().is_empty());
    let busy = RwSignal::new(false);
    let asked_next = next.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if business.verify() {
            busy.set(true);
            let _ = window().location().set_href(&way_to(&business.value.get_untracked(), &asked_next));
        }
    };
    let password = "/login";
    view! {
        <Title text="Sign in with your company" />
        <Entrance title="Sign in with your company" text="Your company's own sign-in lets you in. You need no password here.">
            {problem.map(|problem| view! { <Alert tone=Tone::Danger>{problem.words()}</Alert> })}
            {way
                .map(|way| {
                    view! {
                        <p class="entrance-way">
                            <a class="button button-primary" href=way rel="external">"Go to your company's sign-in"</a>
                        </p>
                    }
                })}
            <form class="form" method="get" action="/sso" node_ref=form on:submit=submit>
                {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next.clone() /> })}
                <TextField
                    name="business"
                    label="Short name of the business"
                    autocomplete="organization"
                    placeholder="juniper-pine-1a2b3c"
                    hint="The last part of the sign-in link that you were given."
                    input=business
                    autofocus=true
                />
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Go on"</Button>
            </form>
            <p class="entrance-other"><a href=password rel="external">"Sign in with a password"</a></p>
        </Entrance>
    }
}

/// Where a business's people sign in. Who pastes the whole link is understood.
fn way_to(business: &str, next: &str) -> String {
    let name = business.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase();
    let next = if next.is_empty() { String::new() } else { format!("?next={}", Url::escape(next)) };
    format!("/sso/{}{next}", Url::escape(&name))
}
