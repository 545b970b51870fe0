//! Reading the web as a polite guest: our name on every request, robots.txt
//! obeyed, one request at a time, and only what has changed.

mod address;
mod fetch;
mod robots;
mod sitemap;

pub(super) use address::{Scope, check, is_page, normal};
pub(crate) use fetch::LargePages;
pub(super) use fetch::{Answer, Body, FetchError, Fetched, Validators, fetch};
pub(super) use robots::Manners;
pub(super) use sitemap::pages_of;

/// What we are called in robots.txt.
const BOT: &str = "OmnichatBot";
