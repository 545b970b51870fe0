//! A widget while it is being changed.

use super::{color, domains};
use crate::ui::Input;
use leptos::prelude::*;
use types::{
    WidgetId, limits,
    widgets::{Position, Theme, Widget, WidgetConfig, WidgetUpdate},
};

/// Longest greeting, in characters; more does not fit above the questions.
const GREETING_CHARS: usize = 500;

/// Everything about a widget that can be changed, as signals that the
/// fields write and the preview reads.
#[derive(Clone, Copy)]
pub struct WidgetDraft {
    /// The widget.
    pub id: WidgetId,
    /// As it is stored.
    pub stored: RwSignal<Widget>,
    /// Name in the dashboard.
    pub name: Input,
    /// Brand colour.
    pub color: Input,
    /// Corner of the page.
    pub position: RwSignal<Position>,
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// Name in the header.
    pub title: Input,
    /// First words.
    pub greeting: Input,
    /// Suggested questions, always as many as there may be.
    pub questions: [Input; limits::SUGGESTED_QUESTIONS],
    /// Allowed domains, one a line.
    pub domains: Input,
    /// It can be used.
    pub is_active: RwSignal<bool>,
}

impl WidgetDraft {
    /// A draft that says what is stored.
    #[must_use]
    pub fn new(widget: Widget) -> Self {
        let config = &widget.config;
        let question = |place: usize| {
            Input::new(config.suggested_questions.get(place).cloned().unwrap_or_default(), |text| {
                (text.chars().count() > limits::NAME_CHARS).then_some("Use at most 120 characters.")
            })
        };
        Self {
            id: widget.id,
            name: Input::new(widget.name.clone(), |text| {
                (text.trim().is_empty() || text.chars().count() > limits::NAME_CHARS)
                    .then_some("Give the widget a name of at most 120 characters.")
            }),
            color: Input::new(config.color.clone(), |text| {
                color::parse(text).is_none().then_some("Write the colour like #0f766e.")
            }),
            position: RwSignal::new(config.position),
            theme: RwSignal::new(config.theme),
            title: Input::new(config.title.clone(), |text| {
                (text.chars().count() > limits::NAME_CHARS).then_some("Use at most 120 characters.")
            }),
            greeting: Input::new(config.greeting.clone(), |text| {
                (text.chars().count() > GREETING_CHARS).then_some("Use at most 500 characters.")
            }),
            questions: std::array::from_fn(question),
            domains: Input::new(widget.allowed_domains.join("\n"), domains::check),
            is_active: RwSignal::new(widget.is_active),
            stored: RwSignal::new(widget),
        }
    }

    /// The look as typed, for the preview; a half-typed colour leaves the last good one.
    #[must_use]
    pub fn config(self) -> WidgetConfig {
        let color = color::parse(&self.color.get()).map(color::css);
        WidgetConfig {
            color: color.unwrap_or_else(|| self.stored.with(|widget| widget.config.color.clone())),
            position: self.position.get(),
            theme: self.theme.get(),
            title: self.title.get().trim().to_owned(),
            greeting: self.greeting.get().trim().to_owned(),
            suggested_questions: self
                .questions
                .iter()
                .map(|question| question.get().trim().to_owned())
                .filter(|text| !text.is_empty())
                .collect(),
        }
    }

    /// What would be stored.
    #[must_use]
    pub fn update(self) -> WidgetUpdate {
        WidgetUpdate {
            name: self.name.get().trim().to_owned(),
            config: self.config(),
            allowed_domains: domains::parse(&self.domains.get()),
            is_active: self.is_active.get(),
        }
    }

    /// It differs from what is stored.
    #[must_use]
    pub fn is_dirty(self) -> bool {
        let now = self.update();
        let color_is_typed = color::parse(&self.color.get()).is_none();
        self.stored.with(|stored| {
            color_is_typed
                || now.name != stored.name
                || now.config != stored.config
                || now.allowed_domains != stored.allowed_domains
                || now.is_active != stored.is_active
        })
    }

    /// Looks at every field; true when all are right.
    #[must_use]
    pub fn verify(self) -> bool {
        let mut is_right = self.name.verify() & self.color.verify() & self.title.verify();
        is_right &= self.greeting.verify() & self.domains.verify();
        for question in self.questions {
            is_right &= question.verify();
        }
        is_right
    }

    /// Writes the domains as they will be stored.
    pub fn tidy_domains(self) {
        let tidy = self.domains.value.with_untracked(|text| domains::parse(text).join("\n"));
        self.domains.typed(tidy);
    }

    /// Puts the server's complaint to the field it is about; false when it is about none.
    #[must_use]
    pub fn refuse(self, error: &types::Error) -> bool {
        let input = match error.field.as_deref() {
            Some("name") => self.name,
            Some("color") => self.color,
            Some("title") => self.title,
            Some("greeting") => self.greeting,
            Some("allowed_domains") => self.domains,
            _ => return false,
        };
        input.refuse(error.message.clone());
        true
    }

    /// Notes what the server stored.
    pub fn store(self, widget: Widget) {
        self.stored.set(widget);
    }

    /// Takes everything back to what is stored.
    pub fn discard(self) {
        let widget = self.stored.get_untracked();
        self.name.typed(widget.name);
        self.color.typed(widget.config.color);
        self.position.set(widget.config.position);
        self.theme.set(widget.config.theme);
        self.title.typed(widget.config.title);
        self.greeting.typed(widget.config.greeting);
        for (place, question) in self.questions.into_iter().enumerate() {
            question.typed(widget.config.suggested_questions.get(place).cloned().unwrap_or_default());
        }
        self.domains.typed(widget.allowed_domains.join("\n"));
        self.is_active.set(widget.is_active);
    }
}
