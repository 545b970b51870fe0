//! The chat widget: how it looks, where it may be used, the line to paste.

pub mod color;
mod domains;
mod draft;
mod look;
mod preview;
mod settings;
mod sign_out;
mod snippet;

pub use draft::WidgetDraft;
pub use look::LookFields;
pub use preview::WidgetPreview;
pub use settings::WidgetSettingsPage;
pub use sign_out::SignVisitorsOut;
pub use snippet::{InstallStatus, Snippet, watch_installed};
