//! The right pane: who the contact is, what they looked at, and earlier conversations.

use super::{
    contact_data::ContactData,
    conversation::State,
    store::use_inbox,
    text::{is_web_address, language_name, one_line, short_address},
    understood::Understood,
};
use crate::{
    icons::{self, Icon},
    ui::{Avatar, RelativeTime, date_text},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use types::{
    contacts::{Contact, ContactStage, ContactUpdate},
    inbox::{Conversation, ConversationStatus},
    limits::NAME_CHARS,
};

/// Who writes, editable where they stand.
#[component]
pub fn ContactPanel(
    /// The conversation.
    state: State,
) -> impl IntoView {
    let inbox = use_inbox();
    let contact = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| state.conversation.contact.clone()))
    };
    let previous = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| state.previous.clone()))
    };
    let name = Memo::new(move |_| contact.with(|contact| contact.name.clone()));
    let understood = state.clone();
    let saving = Saving { state: StoredValue::new(state), outcome: RwSignal::new(Outcome::Idle) };
    view! {
        <aside class="contact-panel" aria-label="Contact">
            <button
                type="button"
                class="button button-quiet button-icon contact-close"
                aria-label="Close"
                on:click=move |_| inbox.is_panel_open.set(false)
            >
                <Icon path=icons::CROSS />
            </button>
            <div class="contact-head">
                <Avatar name=name size="avatar-large" />
                <h2><bdi>{name}</bdi></h2>
                <p class="contact-since">"Since " {move || contact.with(|contact| date_text(contact.created_at))}</p>
            </div>
            <div class="contact-fields">
                <PanelField contact=contact saving=saving what=What::Name />
                <PanelField contact=contact saving=saving what=What::Email />
                <PanelField contact=contact saving=saving what=What::Phone />
                <StageField contact=contact saving=saving />
                <p class="contact-outcome" role="status">
                    {move || match saving.outcome.get() {
                        Outcome::Idle => ().into_any(),
                        Outcome::Saving => view! { <span class="contact-saving">"Saving…"</span> }.into_any(),
                        Outcome::Saved => {
                            view! { <span class="saved"><Icon path=icons::CHECK small=true /> "Saved"</span> }.into_any()
                        }
                        Outcome::Refused(problem) => {
                            view! { <span class="field-problem"><Icon path=icons::WARNING small=true /> {problem}</span> }.into_any()
                        }
                    }}
                </p>
            </div>
            <Facts contact=contact />
            <Understood state=understood />
            <Previous previous=previous />
            <ContactData contact=contact />
        </aside>
    }
    .into_any()
}

/// What can be changed by typing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Name,
    Email,
    Phone,
}

impl What {
    const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Email => "E-mail",
            Self::Phone => "Phone",
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Name => "text",
            Self::Email => "email",
            Self::Phone => "tel",
        }
    }

    fn read(self, contact: &Contact) -> String {
        match self {
            Self::Name => contact.name.clone(),
            Self::Email => contact.email.clone().unwrap_or_default(),
            Self::Phone => contact.phone.clone().unwrap_or_default(),
        }
    }

    fn write(self, update: &mut ContactUpdate, value: String) {
        let optional = (!value.is_empty()).then(|| value.clone());
        match self {
            Self::Name => update.name = value,
            Self::Email => update.email = optional,
            Self::Phone => update.phone = optional,
        }
    }

    fn problem(self, value: &str) -> Option<&'static str> {
        match self {
            Self::Name if value.is_empty() => Some("Give a name, even a made-up one."),
            Self::Name if value.chars().count() > NAME_CHARS => Some("This name is too long."),
            Self::Email if !value.is_empty() && !looks_like_email(value) => Some("Write it like ana@example.com."),
            Self::Phone if !value.is_empty() && !value.chars().any(|letter| letter.is_ascii_digit()) => {
                Some("Write a number, such as +44 20 7946 0000.")
            }
            _ => None,
        }
    }
}

fn looks_like_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    }) && !value.contains(char::is_whitespace)
}

#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Idle,
    Saving,
    Saved,
    Refused(String),
}

#[derive(Clone, Copy)]
struct Saving {
    state: StoredValue<State>,
    outcome: RwSignal<Outcome>,
}

impl Saving {
    fn save(self, change: impl FnOnce(&mut ContactUpdate)) {
        let state = self.state.get_value();
        let contact = state.with_untracked(|state| state.conversation.contact.clone());
        let mut update = ContactUpdate {
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            stage: contact.stage,
        };
        change(&mut update);
        self.outcome.set(Outcome::Saving);
        spawn_local(async move {
            let outcome = match api::contacts::update_contact(contact.id, update).await {
                Ok(contact) => {
                    state.update(|state| state.conversation.contact = contact);
                    Outcome::Saved
                }
                Err(error) => Outcome::Refused(error.message),
            };
            if self.outcome.try_set(outcome).is_none() {
                set_timeout(
                    move || {
                        let _ = self.outcome.try_update(|outcome| {
                            if *outcome == Outcome::Saved {
                                *outcome = Outcome::Idle;
                            }
                        });
                    },
                    Duration::from_secs(2),
                );
            }
        });
    }
}

/// A line that is saved as it is left.
#[component]
fn PanelField(contact: Memo<Contact>, saving: Saving, what: What) -> impl IntoView {
    let stored = Memo::new(move |_| contact.with(|contact| what.read(contact)));
    let typed = RwSignal::new(stored.get_untracked());
    let problem = RwSignal::new(None::<&'static str>);
    // What somebody else saved is taken over.
    Effect::new(move |before: Option<String>| {
        let now = stored.get();
        if before.is_some_and(|before| before != now) {
            typed.set(now.clone());
            problem.set(None);
        }
        now
    });
    let leave = move |_| {
        let value = typed.with_untracked(|typed| typed.trim().to_owned());
        problem.set(what.problem(&value));
        if problem.get_untracked().is_none() && value != stored.get_untracked() {
            saving.save(|update| what.write(update, value));
        }
    };
    let note = format!("contact-{}-note", what.kind());
    view! {
        <div class="panel-field">
            <label>
                <span>{what.label()}</span>
                <input
                    class="input panel-input"
                    type=what.kind()
                    dir="auto"
                    autocomplete="off"
                    placeholder="Add"
                    prop:value=move || typed.get()
                    aria-invalid=move || problem.get().map(|_| "true")
                    aria-describedby=note.clone()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:change=leave
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            typed.set(stored.get_untracked());
                            problem.set(None);
                        }
                    }
                />
            </label>
            <div id=note aria-live="polite">
                {move || problem.get().map(|problem| view! { <span class="field-problem">{problem}</span> })}
            </div>
        </div>
    }
    .into_any()
}

/// How far the contact has come.
#[component]
fn StageField(contact: Memo<Contact>, saving: Saving) -> impl IntoView {
    let stage = Memo::new(move |_| contact.with(|contact| contact.stage));
    let choose = move |event| {
        if let Ok(stage) = event_target_value(&event).parse() {
            saving.save(|update| update.stage = stage);
        }
    };
    view! {
        <div class="panel-field">
            <label>
                <span>"Stage"</span>
                <select class="select panel-input" prop:value=move || stage.get().as_str() on:change=choose>
                    {ContactStage::ALL
                        .iter()
                        .map(|each| {
                            let name = match each {
                                ContactStage::Visitor => "Visitor",
                                ContactStage::Lead => "Lead",
                                ContactStage::Customer => "Customer",
                            };
                            view! { <option value=each.as_str() selected=move || stage.get() == *each>{name}</option> }
                        })
                        .collect_view()}
                </select>
            </label>
        </div>
    }
    .into_any()
}

/// What the browser told about the visitor.
#[component]
fn Facts(contact: Memo<Contact>) -> impl IntoView {
    let page = move || {
        contact.with(|contact| {
            let url = contact.page_url.clone()?;
            let title = contact.page_title.clone().filter(|title| !title.trim().is_empty());
            let title = title.unwrap_or_else(|| short_address(&url).to_owned());
            Some(if is_web_address(&url) {
                let address = short_address(&url).to_owned();
                view! {
                    <a href=url target="_blank" rel="noopener noreferrer" class="fact-link" title=address>
                        <bdi>{title}</bdi>
                        <Icon path=icons::OUTSIDE small=true />
                    </a>
                }
                .into_any()
            } else {
                view! { <bdi>{title}</bdi> }.into_any()
            })
        })
    };
    let language = move || contact.with(|contact| contact.locale.as_deref().map(language_name));
    view! {
        <dl class="facts">
            {move || page().map(|page| view! { <dt>"Wrote from"</dt> <dd>{page}</dd> })}
            {move || language().map(|language| view! { <dt>"Language"</dt> <dd>{language}</dd> })}
        </dl>
    }
    .into_any()
}

/// Earlier conversations of the same contact.
#[component]
fn Previous(previous: Memo<Vec<Conversation>>) -> impl IntoView {
    let inbox = use_inbox();
    view! {
        <section class="previous" aria-label="Previous conversations">
            <h3>"Previous conversations"</h3>
            {move || {
                let previous = previous.get();
                if previous.is_empty() {
                    return view! { <p class="previous-none">"This is the first one."</p> }.into_any();
                }
                let rows = previous.into_iter().map(|conversation| {
                    let id = conversation.id;
                    let status = match conversation.status {
                        ConversationStatus::Resolved => "Resolved",
                        ConversationStatus::Pending => "With the AI",
                        ConversationStatus::Snoozed => "Snoozed",
                        ConversationStatus::Open => "Open",
                    };
                    view! {
                        <li>
                            <a class="previous-row" href=move || inbox.href(Some(id))>
                                <span class="previous-line">
                                    <span class="number">"#" {conversation.number}</span>
                                    <span>{status}</span>
                                    <RelativeTime at=conversation.last_message_at />
                                </span>
                                <bdi class="previous-preview">{one_line(&conversation.preview)}</bdi>
                            </a>
                        </li>
                    }
                });
                view! { <ul class="previous-list">{rows.collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}
