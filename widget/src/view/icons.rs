//! The few pictures of the widget, drawn with the text's colour.

/// An arrow up: send.
pub const SEND: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6"/></svg>"#;
/// An arrow down: close, or to the newest.
pub const DOWN: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 9l6 6 6-6"/></svg>"#;
/// Head and shoulders: a person.
pub const PERSON: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="3.5"/><path d="M5 20c.6-3.6 3.3-5.5 7-5.5s6.400 1.900 7 5.500"/></svg>"#;
/// Thumb up; the stylesheet turns it for the other.
pub const THUMB: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 10.500l3.600-6.700a2 2 0 0 1 2.200 2.300L13.200 9.500H18a2 2 0 0 1 2 2.400l-1.200 6A2 2 0 0 1 16.800 19.500H8zM4.500 10.500H8v9H4.500z"/></svg>"#;
/// A spark: the AI.
pub const SPARK: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path class="solid" d="M12 3l1.900 5.600a2.500 2.500 0 0 0 1.600 1.600L21 12l-5.500 1.800a2.500 2.500 0 0 0-1.600 1.600L12 21l-1.900-5.600a2.500 2.500 0 0 0-1.600-1.600L3 12l5.500-1.800a2.500 2.500 0 0 0 1.600-1.600z"/></svg>"#;
