//! The four steps and where one stands.

use crate::icons::{self, Icon};
use leptos::prelude::*;

/// One step of the setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Who you are.
    Business,
    /// How the widget looks.
    Look,
    /// What the AI knows.
    Knowledge,
    /// The line on the site.
    Install,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Business, Self::Look, Self::Knowledge, Self::Install];

    /// From the number in the address; the first when it is none of ours.
    #[must_use]
    pub fn parse(number: Option<&str>) -> Self {
        match number {
            Some("2") => Self::Look,
            Some("3") => Self::Knowledge,
            Some("4") => Self::Install,
            _ => Self::Business,
        }
    }

    /// Counted from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Business => 1,
            Self::Look => 2,
            Self::Knowledge => 3,
            Self::Install => 4,
        }
    }

    /// Its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Business => "/onboarding?step=1",
            Self::Look => "/onboarding?step=2",
            Self::Knowledge => "/onboarding?step=3",
            Self::Install => "/onboarding?step=4",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Business => "Business",
            Self::Look => "Look",
            Self::Knowledge => "Knowledge",
            Self::Install => "Install",
        }
    }
}

/// The steps as links; one may go back and forth.
#[component]
pub fn StepList(
    /// Where one stands.
    #[prop(into)]
    current: Signal<Step>,
) -> impl IntoView {
    view! {
        <nav aria-label="Steps">
            <ol class="steps">
                {Step::ALL
                    .into_iter()
                    .map(|step| {
                        view! {
                            <li class="step" class:step-done={move || current.get() > step}>
                                <a href=step.path() aria-current=move || (current.get() == step).then_some("step")>
                                    <span class="step-number">
                                        {move || {
                                            if current.get() > step {
                                                view! { <Icon path=icons::CHECK small=true /> }.into_any()
                                            } else {
                                                step.number().into_any()
                                            }
                                        }}
                                    </span>
                                    <span class="step-name">{step.name()}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}
