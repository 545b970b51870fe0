//! Answers that are calculated from rows: the cheapest, what costs less than twenty, a sum, a difference, what is
//! in stock.
//!
//! Rows are the products of a business, or those of a table in its sources. Every word of the question must be
//! understood: as what is to be calculated, as what the rows are about, or as what tells some of them from others.
//! Where anything is left over, where values are missing or in several currencies, nothing is said.

mod amount;
mod asked;
mod compute;
mod named;
mod phrases;
mod say;
mod table;
mod value;
mod words;

pub use amount::Amount;
pub use table::{Cell, Row, Table, tables};
pub use value::{Measure, Unit, Value};

use crate::{extract, language};
use asked::Asked;

/// A calculated answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// In a sentence or a few.
    pub text: String,
    /// The place of the table that it stands on.
    pub table: usize,
    /// The places of the rows that are named in it.
    pub rows: Vec<usize>,
}

/// Whether a question asks for something that could be calculated. `language` is a BCP 47 code; what the words tell
/// goes before it.
#[must_use]
pub fn asks(question: &str, language: Option<&str>) -> bool {
    read(question, language).is_some_and(|asked| asked.is_any())
}

/// Calculates the answer from the first table that has one. Its words are in `language` where the question's own
/// words do not tell another, and in English where we do not know it.
#[must_use]
pub fn answer(question: &str, language: Option<&str>, tables: &[Table]) -> Option<Computed> {
    let asked = read(question, language).filter(Asked::is_any)?;
    let words = words::words(language::detect_or(question, language));
    tables.iter().enumerate().find_map(|(place, table)| {
        let said = compute::compute(&asked, table, words)?;
        Some(Computed { text: said.text, table: place, rows: said.rows })
    })
}

fn read(question: &str, language: Option<&str>) -> Option<Asked> {
    Asked::read(extract::asking(question), language::detect_or(question, language).unwrap_or("en"))
}

/// What a product costs and whether it is in stock, in a sentence of a language.
#[must_use]
pub fn sold(language: Option<&str>, name: &str, price: Option<&str>, is_in_stock: bool) -> String {
    let words = words::words(language);
    let sentence = match (price, is_in_stock) {
        (Some(_), true) => words.costs_and_in_stock,
        (Some(_), false) => words.costs_and_out,
        (None, true) => words.in_stock,
        (None, false) => words.out_of_stock,
    };
    words::filled(sentence, &[("name", name), ("value", price.unwrap_or_default())])
}

/// What a text holds when it stands in a cell alone.
#[must_use]
pub fn read_value(text: &str) -> Value {
    Value::read(text, None)
}

/// "And three more" in a language.
pub(crate) fn and_more(language: Option<&str>, count: usize) -> String {
    words::filled(words::words(language).and_more, &[("count", &count.to_string())])
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
