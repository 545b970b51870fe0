//! How the AI answers, and what it did.

mod days;
mod endpoint;
mod endpoints;
mod log;
mod playground;
mod settings;
mod threshold;
mod voice;

pub use log::AiLogPage;
pub use playground::PlaygroundPage;
pub use settings::AiSettingsPage;
