//! Says on every page that a platform admin works as somebody else.

use crate::{
    accounts::use_session,
    icons::{self, Icon},
};
use api::platform::StopImpersonating;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Who one works as, and the way back. A plain form, as signing out is: the
/// page is loaded afresh, because everything on it belongs to somebody else.
#[component]
pub fn ImpersonationBanner() -> impl IntoView {
    let session = use_session();
    let whom = move || {
        session.user.with(|user| {
            let user = user.as_ref().filter(|user| user.impersonated_by.is_some())?;
            Some((user.name.clone(), user.tenant.name.clone()))
        })
    };
    move || {
        whom().map(|(name, business)| {
            view! {
                <div class="impersonation" role="status">
                    <Icon path=icons::PERSON small=true />
                    <p>"You work as "<strong><bdi>{name}</bdi></strong>" in "<strong><bdi>{business}</bdi></strong>"."</p>
                    <form method="post" action=StopImpersonating::url()>
                        <button type="submit" class="button button-secondary button-small">"Stop"</button>
                    </form>
                </div>
            }
        })
    }
}
