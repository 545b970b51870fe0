//! The page between a right password and the inbox, for those with a second factor.

use super::{entrance::Entrance, login::FormError, rules};
use crate::ui::{Button, ButtonKind, Input, PostForm, TextField};
use api::sign_in::LogInCode;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Asks for a code of the app, or a backup code.
#[component]
pub fn CodePage() -> impl IntoView {
    let next = use_query_map().get_untracked().get("next").unwrap_or_default();
    let action = ServerAction::<LogInCode>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let code = Input::new(String::new(), rules::code);
    let check = Callback::new(move |()| code.verify());
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(())))));
    let start = "/login";
    view! {
        <Title text="Enter your code" />
        <Entrance title="One more step" text="Enter the code that your app shows for Omnichat.">
            <PostForm action=action check=check>
                <input type="hidden" name="next" value=next />
                <FormError error=error fields=&["code"] />
                <TextField
                    name="code"
                    label="Code"
                    autocomplete="one-time-code"
                    hint="Six digits. Without your phone, one of your backup codes does it too."
                    input=code
                    error=error
                    autofocus=true
                />
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Sign in"</Button>
            </PostForm>
            <p class="entrance-other"><a href=start rel="external">"Start again"</a></p>
        </Entrance>
    }
}
