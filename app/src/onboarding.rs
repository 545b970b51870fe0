//! From a new account to a working chat in four steps.

mod business;
mod install;
mod knowledge;
mod look;
mod page;
mod sources;
mod steps;

pub use page::OnboardingPage;
