//! The words of a line, as they are put together from runs of one look each.

use super::look::Look;
use crate::document::line::{self, Raised, Said};

/// Words that are being read.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    /// Raised words that are not written yet: a sign may be made of several runs.
    raised: Option<(Raised, String)>,
    /// What comes next must not join what was raised.
    is_apart: bool,
    is_struck: bool,
    /// Some words are not bold.
    is_plain: bool,
}

impl Words {
    /// Adds words.
    pub(super) fn say(&mut self, words: &str, look: Look) {
        if words.is_empty() || look.is_hidden() {
            return;
        }
        let is_blank = words.trim().is_empty();
        if look.raised() != self.raised.as_ref().map(|(place, _)| *place) {
            self.settle();
        }
        if !is_blank && look.is_struck() != self.is_struck {
            self.strike(look.is_struck(), words);
        }
        self.is_plain |= !is_blank && !look.is_bold();
        match (look.raised(), &mut self.raised) {
            (Some(_), Some((_, raised))) => raised.push_str(words),
            (Some(place), raised) => *raised = Some((place, words.to_owned())),
            (None, _) => {
                if std::mem::take(&mut self.is_apart) && words.starts_with(char::is_alphanumeric) {
                    self.text.push(' ');
                }
                self.text.push_str(words);
            }
        }
    }

    /// Adds words apart from those before, whatever they look like.
    pub(super) fn say_apart(&mut self, words: &str) {
        self.settle();
        self.text.push(' ');
        self.text.push_str(words);
        self.is_apart = true;
    }

    /// Whether nothing was said, or nothing but spaces.
    pub(super) fn is_empty(&self) -> bool {
        let raised = self.raised.as_ref().map_or("", |(_, words)| words.as_str());
        self.text.trim().is_empty() && raised.trim().is_empty()
    }

    /// Whether there is something, and all of it is bold.
    pub(super) fn is_bold(&self) -> bool {
        !self.is_plain && !self.is_empty()
    }

    /// How many bytes were said, to be asked by [`Self::since`].
    pub(super) fn mark(&mut self) -> usize {
        self.settle();
        self.text.len()
    }

    /// What was said since a mark.
    pub(super) fn since(&mut self, mark: usize) -> &str {
        self.settle();
        self.text.get(mark..).unwrap_or_default()
    }

    /// Takes away what was said since a mark.
    pub(super) fn cut(&mut self, mark: usize) -> String {
        self.settle();
        self.is_apart = false;
        if self.text.is_char_boundary(mark) { self.text.split_off(mark) } else { String::new() }
    }

    /// What was said last.
    pub(super) fn last(&self) -> Option<char> {
        self.text.chars().next_back()
    }

    /// All words, after which there are none.
    pub(super) fn take(&mut self) -> String {
        self.settle();
        if self.is_struck {
            self.strike(false, "");
        }
        std::mem::take(self).text
    }

    /// What is struck out is seen, and is not what holds now: it stands in parentheses.
    fn strike(&mut self, begins: bool, next: &str) {
        self.settle();
        self.is_struck = begins;
        if begins {
            // "79 EUR" and a struck "89" are two values.
            if self.text.ends_with(char::is_alphanumeric) && next.starts_with(|c: char| c.is_ascii_digit()) {
                self.text.push(' ');
            }
            self.text.push('(');
            return;
        }
        let end = self.text.trim_end().len();
        self.text.insert(end, ')');
    }

    /// Writes what is raised.
    fn settle(&mut self) {
        let Some((place, words)) = self.raised.take() else { return };
        match line::raised(&self.text, &words, place) {
            Said::As(sign) => self.text.push_str(sign),
            Said::Joined => self.text.push_str(&words),
            Said::Apart => {
                if self.text.ends_with(char::is_alphanumeric) {
                    self.text.push(' ');
                }
                self.text.push_str(&words);
                self.is_apart = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(runs: &[(&str, &str)]) -> String {
        let mut words = Words::default();
        for (text, look) in runs {
            let xml = format!("<rPr>{look}</rPr>");
            let mut xml = super::super::xml::Xml::new(&xml);
            xml.child(0).unwrap();
            words.say(text, Look::read(&mut xml).unwrap());
        }
        words.take()
    }

    #[test]
    fn raised_words_never_join_a_number() {
        let up = "<vertAlign val='superscript'/>";
        let down = "<vertAlign val='subscript'/>";
        assert_eq!(said(&[("from 50", ""), ("1", up), (" EUR", "")]), "from 50 1 EUR");
        assert_eq!(said(&[("50", ""), ("1", up), (",", up), ("2", up), ("0", "")]), "50 1,2 0");
        assert_eq!(said(&[("20 m", ""), ("2", up), (".", "")]), "20 m².");
        assert_eq!(said(&[("H", ""), ("2", down), ("O", "")]), "H2O");
        assert_eq!(said(&[("10", ""), ("3", up)]), "10 3");
    }

    #[test]
    fn what_is_struck_out_stands_in_parentheses() {
        assert_eq!(said(&[("7", "<strike/>"), ("9 ", "<dstrike/>"), ("59 EUR", "")]), "(79) 59 EUR");
        assert_eq!(said(&[("59", ""), ("79", "<strike/>")]), "59 (79)");
        assert_eq!(said(&[("59", "<strike val='0'/>"), ("79", "<vanish/>")]), "59");
    }
}
