//! Rows with names and typed cells, and how they are read of a document's tables.

use super::value::{self, Value};
use crate::document::{Block, column_names, row_line};

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The name of its column.
    pub column: String,
    /// As it is written.
    pub text: String,
    /// What it holds.
    pub value: Value,
}

/// A thing with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// What is known of it.
    pub cells: Vec<Cell>,
    /// The row as it is quoted.
    pub quote: String,
}

/// Things of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// What its rows are about, in the words above them; empty for the products of a business.
    pub about: String,
    /// Whether these are what the business sells.
    pub are_products: bool,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Characters of a name.
const NAME_CHARS: usize = 160;

/// The tables of a document with names for their columns, up to so many rows in all. `title` is the document's.
#[must_use]
pub fn tables(blocks: &[Block], title: &str, most: usize) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut headings: Vec<(u8, &str)> = Vec::new();
    let mut left = most;
    for block in blocks {
        match block {
            Block::Heading { level, text } => {
                headings.retain(|(above, _)| above < level);
                headings.push((*level, text));
            }
            Block::Table { caption, header, rows } => {
                let (header, rows) = column_names(header, rows);
                // Half a table would give a wrong answer.
                if header.is_empty() || rows.len() > left {
                    continue;
                }
                left -= rows.len();
                let above: Vec<&str> = headings.iter().map(|(_, heading)| *heading).collect();
                let about = format!("{title}\n{}\n{caption}\n{}", above.join("\n"), header.join("\n"));
                tables.push(Table { about, are_products: false, rows: typed(header, rows) });
            }
            _ => {}
        }
    }
    tables
}

fn typed(header: &[String], rows: &[Vec<String>]) -> Vec<Row> {
    let column = |place: usize| rows.iter().filter_map(move |row| row.get(place).map(|cell| cell.trim()));
    let points: Vec<_> = (0..header.len()).map(|place| value::point_of(column(place))).collect();
    let filled = |place: usize| column(place).filter(|cell| !cell.is_empty());
    let is_words = |place: &usize| {
        filled(*place).next().is_some() && filled(*place).all(|cell| Value::read(cell, None) == Value::Text)
    };
    let naming = (0..header.len()).find(is_words);
    let row = |row: &Vec<String>| {
        let cells: Vec<Cell> = header
            .iter()
            .zip(row)
            .zip(&points)
            .map(|((column, text), point)| Cell {
                column: column.clone(),
                text: text.split_whitespace().collect::<Vec<_>>().join(" "),
                value: in_column(column, text, *point),
            })
            .collect();
        let quote = row_line(header, row);
        let named = naming.and_then(|place| cells.get(place)).map(|cell| cell.text.clone());
        let name = named.filter(|name| !name.is_empty()).unwrap_or_else(|| quote.clone());
        Row { name: name.chars().take(NAME_CHARS).collect(), cells, quote }
    };
    rows.iter().map(row).collect()
}

/// A cell whose unit may stand in the name of its column, as in "Price (EUR)" and "Weight in kg".
fn in_column(column: &str, text: &str, point: Option<super::amount::Point>) -> Value {
    let text = text.trim();
    let value = Value::read(text, point);
    let is_bare = matches!(&value, Value::Number { unit, .. } if unit.name.is_empty());
    if !is_bare {
        return value;
    }
    let lower = column.to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '/'));
    let unit = words.rev().find(|word| !word.is_empty() && (value::is_currency(word) || value::is_unit(word)));
    unit.map_or(value, |unit| Value::read(&format!("{text} {unit}"), point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_and_typed() {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let blocks = [
            Block::heading(1, "Delivery"),
            Block::Table {
                caption: String::new(),
                header: Vec::new(),
                rows: vec![
                    owned(&["Country", "Price in EUR", "Time"]),
                    owned(&["Norway", "19,00", "5 days"]),
                    owned(&["France", "1.299", "2 days"]),
                ],
            },
        ];
        let [table] = tables(&blocks, "Help", 100).try_into().unwrap();
        assert!(table.about.contains("Delivery") && table.about.contains("Help"));
        let [norway, france] = table.rows.try_into().unwrap();
        assert_eq!(
            (norway.name.as_str(), norway.quote.as_str()),
            ("Norway", "Country: Norway; Price in EUR: 19,00; Time: 5 days")
        );
        let amount = |row: &Row| match &row.cells[1].value {
            Value::Money { amount, currency, .. } => format!("{amount} {currency}"),
            other => panic!("{other:?}"),
        };
        // The comma of the one says what the dot of the other is.
        assert_eq!((amount(&norway), amount(&france)), ("19 EUR".to_owned(), "1299 EUR".to_owned()));
        assert!(tables(&blocks, "Help", 1).is_empty(), "half a table");
    }
}
