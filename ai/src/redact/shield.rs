//! Takes what is private out of a text that goes to a model, and puts it back
//! into what comes of it.

use super::find;

/// A text with numbered marks in the place of what is private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shielded {
    /// The text with marks such as `⟦1⟧`.
    pub text: String,
    private: Vec<String>,
    /// The text had such brackets before.
    has_brackets: bool,
}

/// Replaces cards, IBANs, e-mail addresses and phone numbers by numbered marks.
#[must_use]
pub fn shield(text: &str) -> Shielded {
    let found = find(text);
    let mut shielded =
        Shielded { text: String::with_capacity(text.len()), private: Vec::new(), has_brackets: text.contains('⟦') };
    let mut after = 0;
    for private in found.private {
        shielded.text.push_str(found.redacted.get(after..private.at).unwrap_or_default());
        after = private.at + private.mark.len();
        shielded.private.push(private.text);
        shielded.text.push_str(&mark(shielded.private.len()));
    }
    shielded.text.push_str(found.redacted.get(after..).unwrap_or_default());
    shielded
}

impl Shielded {
    /// The text of a model with what is private in its place again; none when a mark was lost or
    /// made up, for then the text is not what was asked for.
    #[must_use]
    pub fn restore(&self, text: &str) -> Option<String> {
        let is_whole = (1..).zip(&self.private).all(|(number, _)| text.contains(&mark(number)));
        self.put_back(text).filter(|_| is_whole)
    }

    /// The same for a text that need not hold every mark.
    #[must_use]
    pub fn put_back(&self, text: &str) -> Option<String> {
        let mut restored = text.to_owned();
        for (number, secret) in (1..).zip(&self.private) {
            restored = restored.replace(&mark(number), secret);
        }
        (self.has_brackets || !restored.contains('⟦')).then_some(restored)
    }
}

fn mark(number: usize) -> String {
    format!("⟦{number}⟧")
}

#[cfg(test)]
mod tests {
    use super::shield;

    #[test]
    fn what_is_private_comes_back_where_it_was() {
        let text = "We write to bob@example.com, or call +49 151 2345678. Card 4111 1111 1111 1111";
        let shielded = shield(text);
        assert_eq!(shielded.text, "We write to ⟦1⟧, or call ⟦2⟧. Card ⟦3⟧");
        assert_eq!(shielded.restore(&shielded.text).as_deref(), Some(text));
        let model = "Anruf: ⟦2⟧, Karte ⟦3⟧, Post: ⟦1⟧.";
        assert_eq!(
            shielded.restore(model).as_deref(),
            Some("Anruf: +49 151 2345678, Karte 4111 1111 1111 1111, Post: bob@example.com.")
        );
        assert_eq!(shielded.restore("Post: ⟦1⟧ und ⟦2⟧."), None, "a mark was lost");
        assert_eq!(shielded.put_back("Post: ⟦1⟧.").as_deref(), Some("Post: bob@example.com."));
        assert_eq!(shielded.put_back("Post: ⟦1⟧ und ⟦4⟧."), None, "a mark was made up beside others");
    }

    #[test]
    fn nothing_private_stays_behind_whatever_stands_around_it() {
        // What follows a secret may stand inside of it as well.
        for (text, expected) in [
            ("My card: 4111 1111 1111 1111 ", "My card: ⟦1⟧ "),
            ("+49 151 2345678 bob@example.com 5", "⟦1⟧ ⟦2⟧ 5"),
            ("[card] is 4111 1111 1111 1111", "[card] is ⟦1⟧"),
        ] {
            let shielded = shield(text);
            assert_eq!(shielded.text, expected);
            assert_eq!(shielded.restore(&shielded.text).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_text_without_anything_private_stays_as_it_is() {
        for text in ["", "Order 1234 leaves on Monday.", "The [email] in brackets"] {
            let shielded = shield(text);
            assert_eq!(shielded.restore(&shielded.text).as_deref(), Some(text), "{text}");
        }
        assert_eq!(shield("Hello").restore("Hi ⟦1⟧"), None, "a mark was made up");
    }
}
