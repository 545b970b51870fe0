//! Numbers and answers as words.

/// A size in bytes as people read it.
#[must_use]
pub fn size_text(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{} B", bytes.max(0)),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The headings of a passage without a first one that repeats the title.
#[must_use]
pub fn below_title<'a>(title: &str, heading: &'a str) -> Option<&'a str> {
    let rest = match heading.split_once(" › ") {
        Some((first, rest)) if first == title => rest,
        None if heading == title => "",
        _ => heading,
    };
    (!rest.is_empty()).then_some(rest)
}

/// A stretch of an answer, or a citation's number in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words as they are.
    Words(String),
    /// `[1]`.
    Mark(u8),
}

/// Finds the citation marks of an answer.
#[must_use]
pub fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        words.push_str(before);
        match after.split_once(']').and_then(|(inside, tail)| Some((inside.parse::<u8>().ok()?, tail))) {
            Some((number, tail)) => {
                if !words.is_empty() {
                    parts.push(Part::Words(std::mem::take(&mut words)));
                }
                parts.push(Part::Mark(number));
                rest = tail;
            }
            None => {
                words.push('[');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    if !words.is_empty() {
        parts.push(Part::Words(words));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size_text(0), "0 B");
        assert_eq!(size_text(1_499), "1 KB");
        assert_eq!(size_text(5_242_880), "5.2 MB");
    }

    #[test]
    fn a_title_is_not_said_twice() {
        assert_eq!(below_title("Delivery", "Delivery › Costs › Germany"), Some("Costs › Germany"));
        assert_eq!(below_title("Delivery", "Delivery"), None);
        assert_eq!(below_title("Delivery", "Costs"), Some("Costs"));
        assert_eq!(below_title("Delivery", ""), None);
    }

    #[test]
    fn marks_are_found() {
        let words = |text: &str| Part::Words(text.to_owned());
        assert_eq!(
            parts("Thirty days [1]. See [terms] [2]"),
            [words("Thirty days "), Part::Mark(1), words(". See [terms] "), Part::Mark(2)]
        );
        assert_eq!(parts("a [ b"), [words("a [ b")]);
        assert_eq!(parts(""), []);
    }
}
