//! One key in the table.

use super::{Keys, REVOKED_WORDS};
use crate::{
    icons::{self, Icon},
    ui::{RelativeTime, Tone, date_text, use_now},
};
use leptos::{html, prelude::*, task::spawn_local};
use types::accounts::{ApiKey, Permission};

/// Name, scopes, life and use of a key, and the way to revoke it.
#[component]
pub fn KeyRow(
    /// The key.
    key_: ApiKey,
    /// All of them.
    keys: Keys,
) -> impl IntoView {
    let ApiKey { name, hint, scopes, created_by, created_at, expires_at, last_used_at, .. } = key_.clone();
    let by = created_by.map(|by| format!("Made by {by}"));
    let words: Vec<&str> = scopes.iter().map(Permission::as_str).collect();
    let meaning: Vec<&str> = scopes.iter().map(Permission::words).collect();
    let now = use_now();
    let is_over = Memo::new(move |_| expires_at.is_some_and(|end| end <= now.get()));
    let used = match last_used_at {
        Some(at) => view! { <RelativeTime at=Signal::stored(at) /> }.into_any(),
        None => "Never".into_any(),
    };
    view! {
        <tr class="key-row" data-testid="key-row">
            <th scope="row">
                <span class="source-words">
                    <bdi>{name}</bdi>
                    <span class="key-hint"><code>{hint} "…"</code> {by.map(|by| format!(" · {by}"))}</span>
                </span>
            </th>
            <td><span class="key-scopes" title=meaning.join("; ")>{words.join(", ")}</span></td>
            <td class="is-number is-added"><RelativeTime at=Signal::stored(created_at) /></td>
            <td class="is-number">
                {move || {
                    if is_over.get() {
                        view! { <span class=format!("chip {}", Tone::Danger.class())>"Over"</span> }.into_any()
                    } else {
                        expires_at.map_or_else(|| "Never".to_owned(), date_text).into_any()
                    }
                }}
            </td>
            <td class="is-number">{used}</td>
            <td class="source-acts"><Revoke key_=key_ keys=keys /></td>
        </tr>
    }
    .into_any()
}

/// Revokes the key, after one question.
#[component]
fn Revoke(key_: ApiKey, keys: Keys) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let (id, name) = (key_.id, StoredValue::new(key_.name));
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
    let revoke = move |_| {
        close();
        keys.problem.set(None);
        spawn_local(async move {
            match api::keys::revoke_key(id).await {
                Ok(()) => drop(keys.list.try_update(|list| list.retain(|key| key.id != id))),
                Err(error) => drop(keys.problem.try_set(Some(error))),
            }
        });
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-small button-icon"
            aria-label=move || name.with_value(|name| format!("Revoke “{name}”"))
            title="Revoke"
            on:click=ask
        >
            <Icon path=icons::BIN small=true />
        </button>
        <dialog class="confirm" node_ref=dialog aria-label="Revoke this key?">
            <h2>"Revoke “" <bdi>{move || name.get_value()}</bdi> "”?"</h2>
            <p>{REVOKED_WORDS}</p>
            <div class="confirm-acts">
                <button type="button" class="button button-secondary" on:click=move |_| close()>"Keep it"</button>
                <button type="button" class="button button-danger" on:click=revoke>"Revoke"</button>
            </div>
        </dialog>
    }
    .into_any()
}
