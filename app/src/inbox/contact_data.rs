//! What the law lets a contact ask for: a copy of everything, and its end.

use super::store::use_inbox;
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    ui::ErrorAlert,
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::{Error, accounts::Permission, contacts::Contact};

/// Buttons that export and erase the contact, for those who may.
#[component]
pub fn ContactData(
    /// The contact.
    contact: Memo<Contact>,
) -> impl IntoView {
    let session = use_session();
    let problem = RwSignal::new(None::<Error>);
    let is_busy = RwSignal::new(false);
    view! {
        <Show when=move || session.may(Permission::ManageContacts)>
            <section class="contact-data" aria-label="Data of the contact">
                <Export contact=contact is_busy=is_busy problem=problem />
                <Erase contact=contact is_busy=is_busy problem=problem />
                {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn Export(contact: Memo<Contact>, is_busy: RwSignal<bool>, problem: RwSignal<Option<Error>>) -> impl IntoView {
    let export = move |_| {
        let id = contact.with_untracked(|contact| contact.id);
        is_busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::contacts::export_contact(id).await {
                Ok(text) if save_file(&format!("contact-{id}.json"), &text).is_some() => {}
                Ok(_) => {
                    problem.try_set(Some(Error::invalid("The browser did not save the file. Please try again.")));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
            is_busy.try_set(false);
        });
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small"
            title="Everything that is stored of this contact, as a file"
            disabled=move || is_busy.get()
            on:click=export
        >
            <Icon path=icons::DOWNLOAD small=true />
            "Export data"
        </button>
    }
}

#[component]
fn Erase(contact: Memo<Contact>, is_busy: RwSignal<bool>, problem: RwSignal<Option<Error>>) -> impl IntoView {
    let inbox = use_inbox();
    let navigate = use_navigate();
    let dialog = NodeRef::<html::Dialog>::new();
    let name = Memo::new(move |_| contact.with(|contact| contact.name.clone()));
    let ask = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let erase = move |_| {
        close();
        let id = contact.with_untracked(|contact| contact.id);
        let navigate = navigate.clone();
        is_busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match api::contacts::erase_contact(id).await {
                Ok(()) => navigate(&inbox.href(None), NavigateOptions::default()),
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
            is_busy.try_set(false);
        });
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small contact-erase"
            disabled=move || is_busy.get()
            on:click=ask
        >
            <Icon path=icons::BIN small=true />
            "Erase…"
        </button>
        <dialog class="confirm" node_ref=dialog aria-label="Erase this contact?">
            <h2>"Erase “" <bdi>{name}</bdi> "”?"</h2>
            <p>"All conversations with this contact are deleted, for everybody and for good. Nothing can bring them back."</p>
            <div class="confirm-acts">
                <button type="button" class="button button-secondary" on:click=move |_| close()>"Keep the contact"</button>
                <button type="button" class="button button-danger" on:click=erase>"Erase"</button>
            </div>
        </dialog>
    }
}

/// Hands a text to the browser as a file to be saved.
fn save_file(name: &str, text: &str) -> Option<()> {
    use wasm_bindgen::JsCast as _;
    let parts = js_sys::Array::of1(&wasm_bindgen::JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence(&parts).ok()?;
    let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    let _ = web_sys::Url::revoke_object_url(&address);
    Some(())
}
