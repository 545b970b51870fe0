//! Takes what is private out of a text that goes to a model, and puts it back
//! into what comes of it.

use super::redact;

/// What stands for something private.
const MARKS: [&str; 4] = ["[card]", "[iban]", "[email]", "[phone]"];

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
    let redacted = redact(text);
    let mut shielded =
        Shielded { text: String::with_capacity(text.len()), private: Vec::new(), has_brackets: text.contains('⟦') };
    let (mut rest, mut original) = (redacted.as_ref(), text);
    loop {
        let next = MARKS.iter().filter_map(|mark| Some((rest.find(mark)?, mark.len()))).min();
        let Some((at, length)) = next else {
            shielded.text.push_str(original);
            return shielded;
        };
        let (before, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + length..).unwrap_or_default());
        // What stands between the marks stands in the original too; what lies between it is private.
        let behind = MARKS.iter().filter_map(|mark| after.find(mark)).min().unwrap_or(after.len());
        let literal = after.get(..behind).unwrap_or_default();
        original = original.get(before.len()..).unwrap_or_default();
        shielded.text.push_str(before);
        let end = match literal {
            "" if after.is_empty() => original.len(),
            "" => boundary(original),
            literal => original.find(literal).unwrap_or(original.len()),
        };
        let (secret, left) = original.split_at(end);
        shielded.private.push(secret.to_owned());
        shielded.text.push_str(&mark(shielded.private.len()));
        (rest, original) = (after, left);
    }
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

/// Where the first of two private things that touch ends: at the first space.
fn boundary(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
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
    fn a_text_without_anything_private_stays_as_it_is() {
        for text in ["", "Order 1234 leaves on Monday.", "The [email] in brackets"] {
            let shielded = shield(text);
            assert_eq!(shielded.restore(&shielded.text).as_deref(), Some(text), "{text}");
        }
        assert_eq!(shield("Hello").restore("Hi ⟦1⟧"), None, "a mark was made up");
    }
}
