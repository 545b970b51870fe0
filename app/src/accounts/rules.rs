//! What a form about accounts accepts, told when a field is left. The server
//! has the last word.

use types::limits;

/// The business's name.
pub fn business(value: &str) -> Option<&'static str> {
    name_of(value, "Enter the name of your business.")
}

/// A person's name.
pub fn name(value: &str) -> Option<&'static str> {
    name_of(value, "Enter your name, as your colleagues and customers will see it.")
}

fn name_of(value: &str, missing: &'static str) -> Option<&'static str> {
    match value.trim().chars().count() {
        0 => Some(missing),
        length if length > limits::NAME_CHARS => Some("Use at most 120 characters."),
        _ => None,
    }
}

/// An e-mail address.
pub fn email(value: &str) -> Option<&'static str> {
    let value = value.trim();
    if value.is_empty() {
        return Some("Enter your e-mail address.");
    }
    let is_address = value.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    let is_clean = !value.contains(char::is_whitespace) && value.matches('@').count() == 1;
    (!is_address || !is_clean).then_some("Enter a complete address, such as ana@example.com.")
}

/// A password to sign in with.
pub fn password(value: &str) -> Option<&'static str> {
    value.is_empty().then_some("Enter your password.")
}

/// A password to choose.
pub fn new_password(value: &str) -> Option<&'static str> {
    if value.chars().count() < limits::PASSWORD_MIN_CHARS {
        Some("Use at least 10 characters. A few words in a row are easy to remember and hard to guess.")
    } else if value.len() > limits::PASSWORD_MAX_BYTES {
        Some("Use at most 200 characters.")
    } else {
        None
    }
}

/// A code of the second factor.
pub fn code(value: &str) -> Option<&'static str> {
    value.trim().is_empty().then_some("Enter the code that your app shows, or a backup code.")
}

/// The short name of a business.
pub fn short_name(value: &str) -> Option<&'static str> {
    value.trim().is_empty().then_some("Enter the short name, or the whole sign-in link of your business.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for right in ["ana@example.com", " a.b+c@x.co.uk ", "ü@exämple.de"] {
            assert_eq!(email(right), None, "{right}");
        }
        for wrong in ["", "ana", "ana@", "@example.com", "ana@example", "a b@example.com", "a@b@c.de", "a@.de"] {
            assert!(email(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn passwords() {
        assert!(new_password("123456789").is_some());
        assert_eq!(new_password("1234567890"), None);
        assert!(new_password(&"x".repeat(201)).is_some());
    }
}
