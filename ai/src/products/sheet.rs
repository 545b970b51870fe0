//! The cells of a table by the names of their columns.

use crate::document::{Row, Table};
use std::collections::HashMap;

/// A table with the places of its columns.
pub(super) struct Sheet<'t> {
    pub(super) table: &'t Table,
    places: HashMap<String, usize>,
}

impl<'t> Sheet<'t> {
    /// Of two columns of the same name the first counts.
    pub(super) fn of(table: &'t Table) -> Self {
        let mut places = HashMap::new();
        for (place, title) in table.header.iter().enumerate() {
            places.entry(key(title)).or_insert(place);
        }
        Self { table, places }
    }

    /// The rows with their places in the file.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &'t Row)> {
        self.table.rows.iter().map(|(line, row)| (*line, row))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Whether there is a column of one of these names.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// What a row has in a column; nothing when there is no such column.
    pub(super) fn cell(&self, row: &'t Row, name: &str) -> &'t str {
        self.places.get(name).and_then(|place| row.get(*place)).map(|cell| cell.trim()).unwrap_or_default()
    }

    /// The first of some columns in which a row has something.
    pub(super) fn first(&self, row: &'t Row, names: &[&str]) -> &'t str {
        names.iter().map(|name| self.cell(row, name)).find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    /// What a row has in columns whose names begin so.
    pub(super) fn beginning(&self, row: &'t Row, start: &str) -> Vec<&'t str> {
        let mut places: Vec<usize> =
            self.places.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, place)| *place).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| row.get(place)).map(|cell| cell.trim()).collect()
    }
}

/// The name of a column in small letters, with one space where others write points, lines or several spaces.
pub(super) fn key(title: &str) -> String {
    let title = title.trim().to_lowercase().replace(['_', '-', '.'], " ").replace('’', "'");
    let title = title.strip_prefix("g:").unwrap_or(&title);
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}
