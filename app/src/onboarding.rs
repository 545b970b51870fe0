//! From a new account to a working chat in four steps.

mod business;
mod install;
mod knowledge;
mod look;
mod page;
mod sources;
mod steps;
mod upload;

pub use page::OnboardingPage;
