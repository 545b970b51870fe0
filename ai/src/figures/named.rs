//! Which rows the words of a question name.

use super::{asked::Asked, table::Table, value::Value};
use crate::bm25::{Tongue, stems};
use std::collections::{HashMap, HashSet};

/// Letters of a word that may be the end of a longer one.
const COMPOUND: usize = 4;

/// The rows of a table as a question's words see them.
pub(super) struct Names<'t> {
    tongue: Tongue,
    /// What is said about all of them.
    about: HashSet<String>,
    rows: Vec<Words>,
    table: &'t Table,
}

struct Words {
    name: HashSet<String>,
    all: HashSet<String>,
}

/// Rows that some words name, and how many of each are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) rows: Vec<usize>,
    pub(super) count: Option<i64>,
    /// Some word tells these rows from others.
    pub(super) is_told: bool,
}

impl<'t> Names<'t> {
    pub(super) fn of(table: &'t Table, asked: &Asked) -> Self {
        let tongue = asked.tongue;
        let set = |text: &str| stems(text, tongue).into_iter().collect::<HashSet<String>>();
        let columns: HashSet<&str> =
            table.rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.column.as_str())).collect();
        let mut about = set(&table.about);
        columns.iter().for_each(|column| about.extend(set(column)));
        let words = |row: &super::Row| {
            let name = set(&row.name);
            let mut all = name.clone();
            // What a product comes with or fits is no name of it.
            let told = row.cells.iter().filter(|cell| cell.value == Value::Text && !table.are_products);
            told.for_each(|cell| all.extend(set(&cell.text)));
            Words { name, all }
        };
        Self { tongue, about, rows: table.rows.iter().map(words).collect(), table }
    }

    /// The rows that words name; all when the words are about all of them. None when a word names none.
    pub(super) fn group(&self, words: &[String]) -> Option<Group> {
        let mut own: Vec<&String> = words.iter().collect();
        let mut count = None;
        // "Two mugs": a number that is in no name.
        if let [first, _, ..] = own.as_slice()
            && let Ok(number) = first.parse::<i64>()
            && (2..=1_000).contains(&number)
            && !self.rows.iter().any(|row| row.all.contains(*first))
        {
            own.remove(0);
            count = Some(number);
        }
        let is_about = |word: &&String| self.about.iter().any(|other| self.is_same(word, other));
        let is_name = |word: &&String| self.rows.iter().any(|row| self.has(&row.name, word));
        // What stands above a table is said of all its rows; products have names alone.
        own.retain(|word| !is_about(word) || (self.table.are_products && is_name(word)));
        let fits = |row: &Words| own.iter().all(|word| self.has(&row.all, word));
        let rows: Vec<usize> =
            self.rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(place, _)| place).collect();
        (!rows.is_empty()).then_some(Group { rows, count, is_told: !own.is_empty() })
    }

    /// Whether words name a column of products and nothing that is called so.
    pub(super) fn names_column(&self, words: &[String]) -> bool {
        let is_name = |word: &&String| self.rows.iter().any(|row| self.has(&row.name, word));
        let is_about = |word: &&String| self.about.iter().any(|other| self.is_same(word, other));
        words.iter().any(|word| is_about(&word) && !is_name(&word))
    }

    /// The one row that words name: the only one, or the only one whose whole name they are.
    pub(super) fn one(&self, words: &[String]) -> Option<(usize, Option<i64>)> {
        let group = self.group(words).filter(|group| group.is_told)?;
        let rows = self.wholly(&group.rows, words);
        match rows.as_slice() {
            [row] => Some((*row, group.count)),
            _ => None,
        }
    }

    /// Those rows whose whole name is said, when there are any; otherwise all.
    pub(super) fn wholly(&self, rows: &[usize], words: &[String]) -> Vec<usize> {
        let said: HashSet<String> = words.iter().cloned().collect();
        let is_whole =
            |row: &&usize| self.rows.get(**row).is_some_and(|row| row.name.iter().all(|word| self.has(&said, word)));
        let whole: Vec<usize> = rows.iter().filter(is_whole).copied().collect();
        if whole.is_empty() { rows.to_vec() } else { whole }
    }

    fn has(&self, words: &HashSet<String>, word: &str) -> bool {
        words.contains(word) || words.iter().any(|other| self.is_same(word, other))
    }

    /// Whether two words are forms of one. German and Dutch glue words together, Polish bends them.
    fn is_same(&self, asked: &str, other: &str) -> bool {
        if asked == other {
            return true;
        }
        let long = |word: &str| word.chars().count() >= COMPOUND;
        if matches!(self.tongue, Tongue::German | Tongue::Dutch) {
            return long(asked) && other.ends_with(asked);
        }
        // Of languages without a stemmer the beginning is compared.
        let common = asked.chars().zip(other.chars()).take_while(|(one, two)| one == two).count();
        let is_bent = |word: &str| word.chars().count() <= common + 2;
        let has_stemmer = asked.is_ascii() && other.is_ascii();
        !has_stemmer && common >= COMPOUND && is_bent(asked) && is_bent(other)
            || asked.strip_prefix("ال").unwrap_or(asked) == other.strip_prefix("ال").unwrap_or(other)
    }
}

/// Names by which rows can be told from each other.
pub(super) fn display(table: &Table) -> Vec<String> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    table.rows.iter().for_each(|row| *times.entry(row.name.as_str()).or_default() += 1);
    let name = |row: &super::Row| {
        if times.get(row.name.as_str()).is_none_or(|times| *times < 2) {
            return row.name.clone();
        }
        let is_other =
            |cell: &&super::Cell| cell.value == Value::Text && cell.text != row.name && !cell.text.is_empty();
        let others: Vec<&str> = row.cells.iter().filter(is_other).map(|cell| cell.text.as_str()).collect();
        if others.is_empty() { row.name.clone() } else { format!("{} ({})", row.name, others.join(", ")) }
    };
    table.rows.iter().map(name).collect()
}
