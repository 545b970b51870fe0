//! Initials in a circle.

use leptos::prelude::*;

/// A person's initials on a colour that is theirs. Silent for screen
/// readers: the name stands beside it.
#[component]
pub fn Avatar(
    /// Whose initials; a question mark when nobody's.
    #[prop(into)]
    name: Signal<String>,
    /// `avatar-small`, `avatar-large`, or nothing for the usual size.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    view! {
        <span class=move || format!("avatar {size} hue-{}", name.with(|name| hue(name))) aria-hidden="true">
            {move || name.with(|name| initials(name))}
        </span>
    }
}

/// The first letters of the first and the last word.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    let text: String = first.into_iter().chain(last).flat_map(char::to_uppercase).collect();
    if text.is_empty() { "?".to_owned() } else { text }
}

/// One of eight colours, always the same for a name.
fn hue(name: &str) -> u32 {
    name.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) % 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_many_scripts() {
        assert_eq!(initials("Ana Ruiz"), "AR");
        assert_eq!(initials("Nguyễn Thị Minh Khai"), "NK");
        assert_eq!(initials("محمد علي"), "مع");
        assert_eq!(initials("  plato "), "P");
        assert_eq!(initials("(?)"), "?");
    }
}
