//! What a business may use.

use super::grouped;
use crate::{
    accounts::FormError,
    icons::{self, Icon},
    ui::{Button, Input, PostForm, TextField},
};
use api::platform::SetTenantLimits;
use leptos::prelude::*;
use types::{TenantId, limits as server, platform::TenantLimits};

const FIELDS: &[&str] = &[
    "seats",
    "sources",
    "passages",
    "storage_mb",
    "pages_per_day",
    "reading_minutes_per_day",
    "requests_per_minute",
    "ai_answers_per_minute",
    "model_calls",
    "model_minutes_per_day",
];

fn number(typed: &str) -> Option<&'static str> {
    let is_number = typed.trim().bytes().all(|byte| byte.is_ascii_digit());
    (!is_number).then_some("Enter a whole number, or leave it empty for the default.")
}

/// A field for each limit; an empty one is the server's default.
#[component]
pub fn LimitsForm(
    /// Which business.
    id: TenantId,
    /// What it may use now.
    limits: TenantLimits,
) -> impl IntoView {
    let action = ServerAction::<SetTenantLimits>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let input = |limit: Option<u32>| Input::new(limit.map(|limit| limit.to_string()).unwrap_or_default(), number);
    let (seats, sources, passages) = (input(limits.seats), input(limits.sources), input(limits.passages));
    let (requests, answers) = (input(limits.requests_per_minute), input(limits.ai_answers_per_minute));
    let (calls, storage) = (input(limits.model_calls), input(limits.storage_mb));
    let (pages, reading) = (input(limits.pages_per_day), input(limits.reading_minutes_per_day));
    let minutes = input(limits.model_minutes_per_day);
    let check = Callback::new(move |()| {
        [seats, sources, passages, storage, pages, reading, requests, answers, calls, minutes]
            .into_iter()
            .fold(true, |good, input| input.verify() & good)
    });
    let saved = move || action.value().with(|value| matches!(value, Some(Ok(_)))) && !action.pending().get();
    let most = |most: i64| format!("At most {}.", grouped(most));
    view! {
        <p class="field-hint">"What is left empty is the server’s default."</p>
        <PostForm action=action check=check>
            <input type="hidden" name="id" value=id.to_string() />
            <FormError error=error fields=FIELDS />
            <div class="limit-fields">
                <TextField name="seats" label="Seats" optional=true placeholder=server::SEATS.to_string() hint=most(server::SEATS.into()) input=seats error=error />
                <TextField name="sources" label="Sources" optional=true placeholder=server::SOURCES.to_string() hint=most(server::SOURCES) input=sources error=error />
                <TextField name="passages" label="Passages" optional=true placeholder=server::PASSAGES.to_string() hint=most(server::PASSAGES.into()) input=passages error=error />
                <TextField name="storage_mb" label="Megabytes of sources" optional=true placeholder=server::STORAGE_MB.to_string() hint="Of their text, and of files that wait to be read." input=storage error=error />
                <TextField
                    name="pages_per_day"
                    label="Web pages a day"
                    optional=true
                    placeholder=server::PAGES_PER_DAY.to_string()
                    hint="Looked at for its sources. Above it, the rest is read later by itself."
                    input=pages
                    error=error
                />
                <TextField
                    name="reading_minutes_per_day"
                    label="Minutes of reading a day"
                    optional=true
                    placeholder=server::READING_MINUTES.to_string()
                    hint="Of its files and pages. Above it, the rest is read later by itself."
                    input=reading
                    error=error
                />
                <TextField name="requests_per_minute" label="Requests a minute" optional=true hint="Of people, programs and the widget together." input=requests error=error />
                <TextField
                    name="ai_answers_per_minute"
                    label="AI answers a minute"
                    optional=true
                    placeholder=server::AI_ANSWERS_PER_MINUTE.to_string()
                    hint="By a language model. Above it, the business’s own sentences answer, or a person."
                    input=answers
                    error=error
                />
                <TextField
                    name="model_calls"
                    label="Calls of language models at once"
                    optional=true
                    placeholder=server::MODEL_CALLS.to_string()
                    hint="More wait for a moment, and are then answered without a model."
                    input=calls
                    error=error
                />
                <TextField
                    name="model_minutes_per_day"
                    label="Minutes of language models a day"
                    optional=true
                    placeholder=server::MODEL_MINUTES.to_string()
                    hint="Above it, the business’s own sentences answer, or a person."
                    input=minutes
                    error=error
                />
            </div>
            <div class="form-actions">
                <Button submit=true busy=Signal::from(action.pending())>"Save the limits"</Button>
                <span role="status">
                    {move || saved().then(|| view! { <span class="saved"><Icon path=icons::CHECK small=true />"Saved"</span> })}
                </span>
            </div>
        </PostForm>
    }
    .into_any()
}
