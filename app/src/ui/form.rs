//! A form that calls a server function, with and without JavaScript.

use leptos::{form::FromFormData, prelude::*};
use serde::de::DeserializeOwned;
use server_fn::ServerFn;
use types::Error;

/// A form that calls a server function that takes form data. Before
/// hydration the browser posts it and the server leads back with the error
/// in the address; after hydration it is checked and sent from here.
#[component]
pub fn PostForm<F>(
    /// What is called.
    action: ServerAction<F>,
    /// Looks at the fields before anything is sent; false keeps it here.
    #[prop(optional, into)]
    check: Option<Callback<(), bool>>,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = Error> + DeserializeOwned + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let form = NodeRef::<leptos::html::Form>::new();
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if action.pending().get_untracked() {
            return;
        }
        if check.is_some_and(|check| !check.run(())) {
            focus_first_problem(form);
            return;
        }
        match F::from_event(&event) {
            Ok(input) => {
                action.dispatch(input);
            }
            Err(_) => action
                .value()
                .set(Some(Err(Error::invalid("The form could not be read. Please reload the page and try again.")))),
        }
    };
    // The browser's own bubbles would stand in the way of our words once we run.
    Effect::new(move || {
        if let Some(form) = form.get() {
            form.set_no_validate(true);
        }
    });
    view! {
        <form class="form" method="post" action=F::url() node_ref=form on:submit=on_submit>
            {children()}
        </form>
    }
}

/// Moves the focus to the first field with a complaint, once it is shown.
fn focus_first_problem(form: NodeRef<leptos::html::Form>) {
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let wrong = form.get_untracked().and_then(|form| form.query_selector("[aria-invalid='true']").ok().flatten());
        if let Some(field) = wrong.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}
