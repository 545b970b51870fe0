//! Tables of a page: cells where a reader sees them, and tables that are there for the layout alone.

use super::seen::Unseen;
use crate::document::{Block, one_line};
use dom_query::NodeRef;

/// Columns and rows of a table, and rows that one cell spans, at most.
const COLUMNS: usize = 200;
const ROWS: usize = 10_000;
/// Cells of a table at most, with those that a cell is repeated in.
const CELLS: usize = 200_000;

/// A cell as it stands in a row.
#[derive(Clone, Debug, Default)]
struct Cell {
    lines: Vec<String>,
    /// It stands in several rows.
    is_tall: bool,
}

/// Reads a table; nothing when it is there for the layout. `read` gives what a cell says.
pub(super) fn read(
    table: &NodeRef<'_>,
    unseen: &Unseen,
    read: impl Fn(&NodeRef<'_>) -> Vec<Block>,
) -> Option<Block> {
    if is_layout(table) {
        return None;
    }
    let mut grid: Vec<Vec<Option<Cell>>> = Vec::new();
    let (mut headers, mut held) = (0, 0);
    for (place, row) in rows(table).into_iter().take(ROWS).enumerate() {
        let is_hidden = row.node_name().is_some_and(|name| unseen.is_left_out(&row, &name));
        if is_hidden {
            continue;
        }
        let place = place.min(grid.len());
        if grid.len() <= place {
            grid.resize(place + 1, Vec::new());
        }
        let mut column = 0;
        let mut all_headers = true;
        for cell in row.element_children().iter().filter(|cell| is_cell(cell)) {
            if cell.node_name().is_some_and(|name| unseen.is_left_out(cell, &name)) {
                continue;
            }
            while grid.get(place).and_then(|row| row.get(column)).is_some_and(Option::is_some) {
                column += 1;
            }
            let span = |name: &str, most: usize| {
                cell.attr(name).and_then(|span| span.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, most)
            };
            let (wide, tall) = (span("colspan", COLUMNS), span("rowspan", 1_000));
            let blocks = read(cell);
            let lines: Vec<String> =
                blocks.iter().flat_map(|block| block.text().lines().map(one_line).collect::<Vec<_>>()).collect();
            let is_header = cell.has_name("th") || is_bold(cell);
            all_headers &= is_header || lines.is_empty();
            let filled = Cell { lines, is_tall: tall > 1 };
            for (down, row) in (place..place + tall).enumerate() {
                // A span that goes over the end makes no rows.
                if down > 0 && row >= ROWS {
                    break;
                }
                if grid.len() <= row {
                    grid.resize(row + 1, Vec::new());
                }
                let Some(cells) = grid.get_mut(row) else { break };
                if cells.len() < column + wide {
                    cells.resize(column + wide, None);
                }
                for cell in cells.iter_mut().skip(column).take(wide) {
                    held += 1;
                    if held <= CELLS {
                        *cell = Some(filled.clone());
                    }
                }
            }
            column += wide;
        }
        if headers == place && (all_headers || is_head(&row)) && column > 0 {
            headers = place + 1;
        }
    }
    grid.truncate(rows(table).len().min(ROWS));
    // Headers alone are rows.
    let headers = if headers >= grid.len() { 0 } else { headers };
    let body = grid.split_off(headers);
    let header = names(&grid);
    let rows: Vec<Vec<String>> = body.into_iter().flat_map(split).collect();
    let caption = table.element_children().into_iter().find(|child| child.has_name("caption"));
    let caption = caption.map(|caption| one_line(&read(&caption).iter().map(Block::text).collect::<Vec<_>>().join(" ")));
    Some(Block::Table { caption: caption.unwrap_or_default(), header, rows })
}

/// The cells of a table that is there for the layout, those of tables within it not among them.
pub(super) fn cells<'a>(table: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    let caption = table.element_children().into_iter().filter(|child| child.has_name("caption"));
    let cells = rows(table).into_iter().flat_map(|row| row.element_children()).filter(is_cell);
    caption.chain(cells).collect()
}

fn is_cell(node: &NodeRef<'_>) -> bool {
    node.has_name("td") || node.has_name("th")
}

fn rows<'a>(table: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    let parts = table.element_children();
    let is_part = |node: &NodeRef<'_>| ["thead", "tbody", "tfoot"].iter().any(|name| node.has_name(name));
    let rows = parts.into_iter().flat_map(|part| if is_part(&part) { part.element_children() } else { vec![part] });
    rows.filter(|row| row.has_name("tr")).collect()
}

fn is_head(row: &NodeRef<'_>) -> bool {
    row.parent().is_some_and(|part| part.has_name("thead"))
}

/// All of a cell's words are bold: that is how headers look where nobody marked them.
fn is_bold(cell: &NodeRef<'_>) -> bool {
    let bold: usize = cell
        .element_children()
        .iter()
        .filter(|child| child.has_name("b") || child.has_name("strong"))
        .map(|child| child.text().trim().len())
        .sum();
    bold > 0 && bold == cell.text().trim().len()
}

/// A table that arranges parts of a page instead of values.
fn is_layout(table: &NodeRef<'_>) -> bool {
    if table.attr("role").is_some_and(|role| matches!(&*role, "presentation" | "none")) {
        return true;
    }
    let parts = ["table", "h1", "h2", "h3", "form", "section", "article"];
    if table.descendants_it().any(|inner| parts.iter().any(|name| inner.has_name(name))) {
        return true;
    }
    let rows = rows(table);
    let widest = rows.iter().map(|row| row.element_children().iter().filter(|cell| is_cell(cell)).count()).max();
    let has_headers = rows.iter().any(|row| row.element_children().iter().any(|cell| cell.has_name("th")));
    widest.unwrap_or_default() <= 1 && !has_headers
}

/// The names of columns, from one row or from several above each other.
fn names(rows: &[Vec<Option<Cell>>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let name = |column: usize| {
        let mut parts: Vec<String> = Vec::new();
        for cell in rows.iter().filter_map(|row| row.get(column)?.as_ref()) {
            let part = cell.lines.join(" ");
            if !part.is_empty() && parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        parts.join(" ")
    };
    (0..columns).map(name).collect()
}

/// A row. When its cells have as many lines each, a reader sees as many rows.
fn split(row: Vec<Option<Cell>>) -> Vec<Vec<String>> {
    let row: Vec<Cell> = row.into_iter().map(Option::unwrap_or_default).collect();
    let filled: Vec<&Cell> = row.iter().filter(|cell| !cell.lines.is_empty() && !cell.is_tall).collect();
    let lines = filled.first().map_or(1, |cell| cell.lines.len());
    let is_paired = filled.len() >= 2 && lines >= 2 && filled.iter().all(|cell| cell.lines.len() == lines);
    if !is_paired {
        return vec![row.iter().map(|cell| cell.lines.join("\n")).collect()];
    }
    let line = |place: usize| row.iter().map(|cell| cell.lines.get(place).cloned().unwrap_or_default()).collect();
    (0..lines).map(line).collect()
}
