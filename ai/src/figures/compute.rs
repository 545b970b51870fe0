//! From what is asked and the rows to a sentence.

use super::{
    amount::Amount,
    asked::{Asked, Bound, Of, Scale},
    named::{Names, display},
    phrases::Side,
    say::{alike, list},
    table::{Cell, Table},
    value::{Value, is_same_currency},
    words::{Words, filled},
};
use crate::bm25::stems;
use std::cmp::Ordering;

/// Things that are added up or named side by side.
const SIDE_BY_SIDE: usize = 6;

/// What the price of a product stands in.
const PRICE: &str = "Price";

/// Columns of one kind that are looked at.
const MOST_COLUMNS: usize = 32;

/// Pieces of one thing that are added up.
const MOST_PIECES: i64 = 100;

/// Rows that are said in a sentence each.
const SENTENCES: usize = 4;

/// A sentence with the rows that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) rows: Vec<usize>,
}

/// A row with its value in the column that is looked at.
#[derive(Clone, Debug)]
struct Valued<'t> {
    row: usize,
    amount: Amount,
    text: &'t str,
}

/// The values of some rows in one column, all of one kind.
struct Column<'t> {
    name: &'t str,
    /// By value, then by name.
    values: Vec<Valued<'t>>,
    /// Rows without a value.
    missing: Vec<usize>,
}

struct Work<'t> {
    asked: &'t Asked,
    table: &'t Table,
    words: &'t Words,
    names: Names<'t>,
    shown: Vec<String>,
}

/// Calculates an answer; none when it is not certain.
pub(super) fn compute(asked: &Asked, table: &Table, words: &Words) -> Option<Said> {
    let work = Work { asked, table, words, names: Names::of(table, asked), shown: display(table) };
    if asked.percent.is_some() {
        return work.less_percent();
    }
    if asked.groups.len() > 1 {
        return work.side_by_side();
    }
    // What takes two, and only one thing is named.
    if asked.is_difference || asked.is_both {
        return None;
    }
    let group = asked.groups.first().map_or(&[][..], Vec::as_slice);
    let named = work.names.group(group)?;
    // Without a word that tells what is meant only the products of a business are.
    if !table.are_products && group.is_empty() {
        return None;
    }
    if let Some(count) = named.count {
        return work.times(group, count);
    }
    if asked.is_total {
        return None;
    }
    let rows = work.in_stock(&named.rows);
    if let Some(end) = asked.end {
        let rows = if asked.bounds.is_empty() { rows } else { work.within(&rows)? };
        return work.end(&rows, end.is_most, end.scale);
    }
    if asked.is_count && !asked.is_price {
        // Of one thing its pieces are asked for, and nobody knows how many there are.
        if named.rows.len() < 2 {
            return None;
        }
        return work.count(&rows);
    }
    if !asked.bounds.is_empty() {
        return work.bounded(&rows);
    }
    if !table.are_products {
        return None;
    }
    // Its weight, its colour: what else stands in a column the passages say.
    if work.asks_for_another_column(group) {
        return None;
    }
    match asked.stock {
        Some(_) if named.is_told && !asked.is_list => work.each(&work.names.wholly(&named.rows, group)),
        Some(is_in) => work.stock(&rows, &named.rows, is_in),
        None if asked.is_price && named.is_told => work.each(&work.names.wholly(&named.rows, group)),
        None if asked.is_list && named.is_told && !asked.is_price && named.rows.len() > 1 => {
            let rows = work.by_name(&named.rows);
            let list = list(words, &work.named(&rows));
            Some(Said { text: filled(words.have, &[("list", &list)]), rows })
        }
        None => None,
    }
}

impl<'t> Work<'t> {
    fn cell(&self, row: usize, is_it: impl Fn(&Cell) -> bool) -> Option<&'t Cell> {
        self.table.rows.get(row)?.cells.iter().find(|cell| is_it(cell))
    }

    fn name(&self, row: usize) -> &str {
        self.shown.get(row).map_or("", String::as_str)
    }

    fn named(&self, rows: &[usize]) -> Vec<String> {
        rows.iter().map(|row| self.name(*row).to_owned()).collect()
    }

    fn by_name(&self, rows: &[usize]) -> Vec<usize> {
        let mut rows = rows.to_vec();
        rows.sort_by(|one, other| self.name(*one).cmp(self.name(*other)).then(one.cmp(other)));
        rows
    }

    fn is_in_stock(&self, row: usize) -> Option<bool> {
        let cell = self.cell(row, |cell| matches!(cell.value, Value::Stock(_)))?;
        if let Value::Stock(is_in) = cell.value { Some(is_in) } else { None }
    }

    /// Those that are in stock, or out of it, when that is asked.
    fn in_stock(&self, rows: &[usize]) -> Vec<usize> {
        let fits = |row: &&usize| self.asked.stock.is_none_or(|stock| self.is_in_stock(**row) == Some(stock));
        rows.iter().filter(fits).copied().collect()
    }

    /// Whether the question says the name of a column.
    /// Whether a question about products says a column of theirs, other than what they cost and whether they can be had.
    fn asks_for_another_column(&self, group: &[String]) -> bool {
        self.names.names_column(group)
    }

    fn is_said(&self, column: &str) -> bool {
        stems(column, self.asked.tongue).iter().any(|word| self.asked.words.contains(word))
    }

    /// The column that is meant, with what the rows have in it.
    fn column(&self, rows: &[usize], scale: Scale) -> Option<Column<'t>> {
        let fits = |cell: &Cell| match (&cell.value, scale) {
            (Value::Money { .. }, Scale::Price) => true,
            (Value::Number { unit, .. }, Scale::Measured(measure)) => unit.measure == measure,
            (Value::Money { .. } | Value::Number { .. }, Scale::Named) => self.is_said(&cell.column),
            _ => false,
        };
        let mut columns: Vec<&'t str> = Vec::new();
        for row in rows {
            for cell in self.table.rows.get(*row).into_iter().flat_map(|row| &row.cells) {
                // Whoever has so many columns is asked by their names, which are few.
                if fits(cell) && columns.len() < MOST_COLUMNS && !columns.contains(&cell.column.as_str()) {
                    columns.push(cell.column.as_str());
                }
            }
        }
        if columns.len() > 1 {
            columns.retain(|column| self.is_said(column));
        }
        let [name] = columns.as_slice() else { return None };
        let mut kind: Option<(String, String)> = None;
        let (mut values, mut missing) = (Vec::new(), Vec::new());
        for row in rows {
            let of_row = self.cell(*row, |cell| cell.column == *name);
            let (amount, own) = match of_row.map(|cell| &cell.value) {
                Some(Value::Money { amount, currency, per }) if !currency.is_empty() => {
                    (*amount, Some((currency.clone(), per.clone())))
                }
                Some(Value::Money { amount, .. }) => (*amount, None),
                Some(Value::Number { amount, unit }) => {
                    (*amount, Some((format!("{:?}", unit.measure), unit.name.clone())))
                }
                Some(Value::Stock(_) | Value::Text) | None => {
                    missing.push(*row);
                    continue;
                }
            };
            // Values of two kinds cannot be compared.
            if own.is_some() && kind.is_some() && own != kind {
                return None;
            }
            kind = kind.or(own);
            values.push(Valued { row: *row, amount, text: of_row.map_or("", |cell| cell.text.as_str()) });
        }
        let by_name = |one: &Valued<'_>, other: &Valued<'_>| self.name(one.row).cmp(self.name(other.row));
        values.sort_by(|one, other| one.amount.cmp(&other.amount).then_with(|| by_name(one, other)));
        (!values.is_empty() && missing.len() <= values.len()).then_some(Column { name, values, missing })
    }

    /// A sentence about rows without a value, if there are any.
    fn unknown(&self, column: &Column<'_>) -> String {
        if column.missing.is_empty() {
            return String::new();
        }
        let list = list(self.words, &self.named(&self.by_name(&column.missing)));
        format!(" {}", filled(self.words.unknown, &[("list", &list)]))
    }

    fn end(&self, rows: &[usize], is_most: bool, scale: Scale) -> Option<Said> {
        if rows.is_empty() {
            return self.asked.stock.filter(|is_in| *is_in).map(|_| self.plain(self.words.none_in_stock));
        }
        let column = self.column(rows, scale)?;
        let of_end = if is_most { column.values.last()? } else { column.values.first()? };
        let same: Vec<usize> =
            column.values.iter().filter(|value| value.amount == of_end.amount).map(|value| value.row).collect();
        let names = list(self.words, &self.named(&same));
        let sentence = match (scale, is_most, same.len() > 1) {
            (Scale::Price, false, false) => self.words.cheapest,
            (Scale::Price, false, true) => self.words.cheapest_of_many,
            (Scale::Price, true, false) => self.words.dearest,
            (Scale::Price, true, true) => self.words.dearest_of_many,
            (_, false, _) => self.words.lowest,
            (_, true, _) => self.words.highest,
        };
        let text = filled(sentence, &[("names", &names), ("value", of_end.text), ("column", column.name)]);
        Some(Said { text: text + &self.unknown(&column), rows: same })
    }

    fn count(&self, rows: &[usize]) -> Option<Said> {
        // "How many days" asks for a number of the table, not for how many rows it has.
        if self.asked.has_unit {
            return None;
        }
        let rows = if self.asked.bounds.is_empty() { rows.to_vec() } else { self.within(rows)? };
        if rows.is_empty() {
            return Some(self.plain(self.words.none_fits));
        }
        let rows = self.by_name(&rows);
        let (count, list) = (rows.len().to_string(), list(self.words, &self.named(&rows)));
        Some(Said { text: filled(self.words.count, &[("count", &count), ("list", &list)]), rows })
    }

    /// The column that the limits are of, when its values can be compared with them.
    fn bounded_column(&self, rows: &[usize]) -> Option<Column<'t>> {
        let first = self.asked.bounds.first()?;
        // "Kids under 6" may be an age, "38 to 40" sizes, "more than 16" what stands in the names.
        let is_numbered = |row: &usize| self.name(*row).contains(|letter: char| letter.is_ascii_digit());
        let is_bare = self.asked.bounds.iter().any(|bound| matches!(bound.of, Of::Bare));
        let is_unsure = self.asked.bounds.len() > 1 || rows.iter().any(is_numbered);
        if is_bare && is_unsure && !self.asked.is_price && self.table.are_products {
            return None;
        }
        let scale = match &first.of {
            Of::Bare | Of::Money(_) => Scale::Price,
            Of::Unit(unit) => Scale::Measured(unit.measure),
        };
        let column = self.column(rows, scale)?;
        let is_comparable = |value: &Value| match (&first.of, value) {
            (Of::Money(asked), Value::Money { currency, .. }) => is_same_currency(asked, currency),
            (Of::Unit(asked), Value::Number { unit, .. }) => asked == unit,
            (Of::Bare, Value::Money { .. }) => true,
            _ => false,
        };
        let cell = |row: usize| self.cell(row, |cell| cell.column == column.name);
        let all = column.values.iter().all(|value| cell(value.row).is_some_and(|cell| is_comparable(&cell.value)));
        all.then_some(column)
    }

    /// The rows within the limits, by value.
    fn within(&self, rows: &[usize]) -> Option<Vec<usize>> {
        if rows.is_empty() {
            return Some(Vec::new());
        }
        let column = self.bounded_column(rows)?;
        let fits = |value: &&Valued<'_>| self.asked.bounds.iter().all(|bound| is_within(bound, value.amount));
        Some(column.values.iter().filter(fits).map(|value| value.row).collect())
    }

    fn bounded(&self, rows: &[usize]) -> Option<Said> {
        let within = self.within(rows)?;
        let column = match self.bounded_column(rows) {
            Some(column) => column,
            None => return Some(self.plain(self.words.none_in_stock)),
        };
        if within.is_empty() {
            // The nearest one says more than that there is none.
            let is_most = self.asked.bounds.iter().all(|bound| matches!(bound.side, Side::Over | Side::AtLeast));
            let scale = match self.asked.bounds.first()?.of {
                Of::Bare | Of::Money(_) => Scale::Price,
                Of::Unit(ref unit) => Scale::Measured(unit.measure),
            };
            let nearest = self.end(rows, is_most, scale)?;
            return Some(Said { text: format!("{} {}", self.words.none_fits, nearest.text), rows: nearest.rows });
        }
        let value = |row: usize| column.values.iter().find(|value| value.row == row).map_or("", |value| value.text);
        let names: Vec<String> = within.iter().map(|row| format!("{} ({})", self.name(*row), value(*row))).collect();
        let list = list(self.words, &names);
        let written = |bound: &Bound| match (&bound.of, column.values.first()) {
            (Of::Unit(_), _) | (_, None) => bound.text.clone(),
            (_, Some(first)) => alike(bound.amount, &[first.text]),
        };
        let text = match self.asked.bounds.as_slice() {
            [low, high] => {
                filled(self.words.between, &[("low", &written(low)), ("high", &written(high)), ("list", &list)])
            }
            [bound] => {
                let sentence = match bound.side {
                    Side::Under => self.words.under,
                    Side::AtMost => self.words.at_most,
                    Side::Over => self.words.over,
                    Side::AtLeast => self.words.at_least,
                };
                filled(sentence, &[("bound", &written(bound)), ("list", &list)])
            }
            _ => return None,
        };
        Some(Said { text: text + &self.unknown(&column), rows: within })
    }

    /// Which of some rows are in stock.
    fn stock(&self, rows: &[usize], all: &[usize], is_in: bool) -> Option<Said> {
        if all.iter().any(|row| self.is_in_stock(*row).is_none()) {
            return None;
        }
        if rows.is_empty() {
            return is_in.then(|| self.plain(self.words.none_in_stock));
        }
        let rows = self.by_name(rows);
        let sentence = if is_in { self.words.all_in_stock } else { self.words.all_out_of_stock };
        let list = list(self.words, &self.named(&rows));
        Some(Said { text: filled(sentence, &[("list", &list)]), rows })
    }

    /// What a row costs and whether it can be had.
    fn sentence(&self, row: usize) -> Option<String> {
        // A deposit, or what it costs elsewhere, is no price.
        let is_price = |cell: &Cell| cell.column == PRICE && matches!(cell.value, Value::Money { .. });
        let price = self.cell(row, is_price).map(|cell| cell.text.as_str());
        let stock = self.is_in_stock(row);
        let sentence = match (price, stock) {
            (Some(_), Some(true)) => self.words.costs_and_in_stock,
            (Some(_), Some(false)) => self.words.costs_and_out,
            (Some(_), None) => self.words.costs,
            // Without a price only the question for stock is answered.
            (None, Some(true)) if !self.asked.is_price => self.words.in_stock,
            (None, Some(false)) if !self.asked.is_price => self.words.out_of_stock,
            (None, _) => return None,
        };
        Some(filled(sentence, &[("name", self.name(row)), ("value", price.unwrap_or_default())]))
    }

    fn each(&self, rows: &[usize]) -> Option<Said> {
        let rows = self.by_name(rows);
        if rows.len() > SENTENCES {
            // Too many for a sentence each: their prices in one.
            let column = self.column(&rows, Scale::Price).filter(|_| self.asked.is_price)?;
            let names: Vec<String> =
                column.values.iter().map(|value| format!("{} ({})", self.name(value.row), value.text)).collect();
            let text = filled(self.words.have, &[("list", &list(self.words, &names))]);
            return Some(Said { text: text + &self.unknown(&column), rows });
        }
        let sentences: Option<Vec<String>> = rows.iter().map(|row| self.sentence(*row)).collect();
        Some(Said { text: sentences?.join(" "), rows })
    }

    /// Things that are named side by side.
    fn side_by_side(&self) -> Option<Said> {
        let asked = self.asked;
        if asked.groups.len() > SIDE_BY_SIDE || !asked.bounds.is_empty() || asked.is_count {
            return None;
        }
        let named: Option<Vec<(usize, Option<i64>)>> = asked.groups.iter().map(|group| self.names.one(group)).collect();
        let named = named?;
        let rows: Vec<usize> = named.iter().map(|(row, _)| *row).collect();
        let is_twice =
            rows.iter().enumerate().any(|(place, row)| rows.iter().skip(place + 1).any(|other| other == row));
        if is_twice {
            return None;
        }
        let has_counts = named.iter().any(|(_, count)| count.is_some());
        if asked.is_total || has_counts || (asked.is_both && asked.is_price) {
            let counts: Vec<(usize, i64)> = named.iter().map(|(row, count)| (*row, count.unwrap_or(1))).collect();
            return self.total(&counts);
        }
        let is_cheaper = asked.is_difference || asked.end.is_some_and(|end| end.scale == Scale::Price);
        match (is_cheaper, rows.len()) {
            (true, 2) => self.compared(&rows),
            _ if asked.end.is_some() => {
                let end = asked.end?;
                let column = self.column(&rows, end.scale)?;
                column.missing.is_empty().then(|| self.end(&rows, end.is_most, end.scale)).flatten()
            }
            (true, _) => None,
            (false, _) if self.table.are_products && (asked.is_price || asked.stock.is_some()) => self.each(&rows),
            (false, _) => None,
        }
    }

    /// Values of which none is missing.
    fn complete(&self, rows: &[usize]) -> Option<Column<'t>> {
        self.column(rows, Scale::Price).filter(|column| column.missing.is_empty())
    }

    fn total(&self, counts: &[(usize, i64)]) -> Option<Said> {
        let rows: Vec<usize> = counts.iter().map(|(row, _)| *row).collect();
        let column = self.complete(&rows)?;
        let value = |row: usize| column.values.iter().find(|value| value.row == row);
        let mut sum = Amount::default();
        let (mut parts, mut texts) = (Vec::new(), Vec::new());
        for (row, count) in counts {
            let value = value(*row)?;
            sum = sum.plus(value.amount.times(*count)?)?;
            texts.push(value.text);
            let times = if *count > 1 { format!("{count} × ") } else { String::new() };
            parts.push(format!("{times}{} ({})", self.name(*row), value.text));
        }
        let total = alike(sum, &texts);
        Some(Said { text: filled(self.words.total, &[("parts", &parts.join(" + ")), ("value", &total)]), rows })
    }

    /// So many of one thing.
    fn times(&self, group: &[String], count: i64) -> Option<Said> {
        if !(self.asked.is_price || self.asked.is_total) || self.asked.end.is_some() {
            return None;
        }
        let (row, _) = self.names.one(group)?;
        // "500 ml" is no quantity, and neither is a number beside another one in a name.
        if self.asked.has_unit || count > MOST_PIECES || self.name(row).contains(|letter: char| letter.is_ascii_digit())
        {
            return None;
        }
        self.total(&[(row, count)])
    }

    fn compared(&self, rows: &[usize]) -> Option<Said> {
        let column = self.complete(rows)?;
        let [low, high] = column.values.as_slice() else { return None };
        if low.amount == high.amount {
            let names = list(self.words, &self.named(&[low.row, high.row]));
            let text = filled(self.words.same, &[("names", &names), ("value", low.text)]);
            return Some(Said { text, rows: rows.to_vec() });
        }
        let apart = alike(low.amount.apart(high.amount)?, &[high.text, low.text]);
        let (first, second) = (self.name(low.row), self.name(high.row));
        let parts = [("first", first), ("one", low.text), ("second", second), ("other", high.text), ("value", &*apart)];
        Some(Said { text: filled(self.words.cheaper, &parts), rows: vec![low.row, high.row] })
    }

    fn less_percent(&self) -> Option<Said> {
        let [group] = self.asked.groups.as_slice() else { return None };
        let is_asked = self.asked.is_price || self.asked.is_list || self.asked.is_total;
        if !is_asked || self.asked.end.is_some() || !self.asked.bounds.is_empty() {
            return None;
        }
        let percent = self.asked.percent?;
        let (row, count) = self.names.one(group)?;
        let column = self.complete(&[row]).filter(|_| count.is_none())?;
        let old = column.values.first()?;
        let new = alike(old.amount.less_percent(percent)?, &[old.text]);
        let percent = percent.to_string();
        let parts = [("name", self.name(row)), ("old", old.text), ("percent", &*percent), ("value", &*new)];
        Some(Said { text: filled(self.words.less_percent, &parts), rows: vec![row] })
    }

    fn plain(&self, text: &str) -> Said {
        Said { text: text.to_owned(), rows: Vec::new() }
    }
}

fn is_within(bound: &Bound, amount: Amount) -> bool {
    match (bound.side, amount.cmp(&bound.amount)) {
        (Side::Under, order) => order == Ordering::Less,
        (Side::AtMost, order) => order != Ordering::Greater,
        (Side::Over, order) => order == Ordering::Greater,
        (Side::AtLeast, order) => order != Ordering::Less,
    }
}
