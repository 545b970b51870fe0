//! Hydrates the dashboard in the browser; nothing else.

// The type of a view nests as deep as the view.
#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's inline script once the bundle is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::set_up_redirects();
    leptos::mount::hydrate_body(app::App);
}
