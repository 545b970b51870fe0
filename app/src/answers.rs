//! How the AI answers.

mod model;
mod settings;
mod threshold;

pub use settings::AiSettingsPage;
