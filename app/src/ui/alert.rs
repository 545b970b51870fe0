//! Notices: what happened and what to do.

use crate::icons::{self, Icon};
use leptos::prelude::*;
use types::{Error, ErrorCode};

/// What a notice is about; its colour follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It went wrong.
    Danger,
    /// It may go wrong.
    Warning,
    /// It went well.
    Success,
    /// Good to know.
    Info,
    /// Said of or by the AI.
    Ai,
    /// Just a state.
    Neutral,
}

impl Tone {
    /// The class that sets `--tone`, `--tone-soft` and `--tone-line`.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Danger => "tone-danger",
            Self::Warning => "tone-warning",
            Self::Success => "tone-success",
            Self::Info => "tone-info",
            Self::Ai => "tone-ai",
            Self::Neutral => "tone-neutral",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Danger | Self::Warning => icons::WARNING,
            Self::Success => icons::CHECK,
            Self::Info | Self::Neutral => icons::INFO,
            Self::Ai => icons::SPARK,
        }
    }
}

/// A notice in the flow of a page. What went wrong is announced at once.
#[component]
pub fn Alert(
    /// What it is about.
    tone: Tone,
    /// The words.
    children: Children,
) -> impl IntoView {
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    view! {
        <div class=format!("alert {}", tone.class()) role=role>
            <Icon path=tone.icon() />
            <div class="alert-body">{children()}</div>
        </div>
    }
}

/// The sentence to show for an error: what happened and what to do.
#[must_use]
pub fn error_text(error: &Error) -> String {
    match error.code {
        ErrorCode::Unauthenticated => "You have been signed out. Sign in again to go on.".to_owned(),
        _ => error.message.clone(),
    }
}

/// The notice for an error, with a way on: sign in again, or try again when
/// that may help.
#[component]
pub fn ErrorAlert(
    /// What went wrong.
    error: Error,
    /// Does it again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let signed_out = error.code == ErrorCode::Unauthenticated;
    let retry = retry.filter(|_| error.is_transient());
    view! {
        <Alert tone=Tone::Danger>
            <span>{error_text(&error)}</span>
            {signed_out.then(|| view! { <a href="/login" rel="external">"Sign in"</a> })}
            {retry
                .map(|retry| {
                    view! {
                        <button type="button" class="button button-secondary button-small" on:click=move |_| retry.run(())>
                            <Icon path=icons::RETRY />
                            "Try again"
                        </button>
                    }
                })}
        </Alert>
    }
}
