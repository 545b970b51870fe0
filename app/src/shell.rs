//! What stands around every page: the document, the rail, the user's menu.

#[cfg(feature = "ssr")]
pub mod document;
mod frame;
mod layout;
mod not_found;
mod rail;
mod settings_tabs;
mod user_menu;
mod wordmark;

pub use frame::PageHead;
pub use layout::Layout;
pub use not_found::{NoSuchPage, NotFound};
pub use settings_tabs::SettingsTabs;
pub use wordmark::{Sign, Wordmark};
