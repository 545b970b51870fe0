//! Tables of a page: cells where a reader sees them, and tables that are there for the layout alone.

use super::seen::Unseen;
use crate::document::{
    Block,
    grid::{COLUMNS, Cell, Grid},
    one_line,
};
use dom_query::NodeRef;

/// Reads a table; nothing when it is there for the layout. `read` gives what a cell says.
pub(super) fn read(table: &NodeRef<'_>, unseen: &Unseen, read: impl Fn(&NodeRef<'_>) -> Vec<Block>) -> Option<Block> {
    if is_layout(table) {
        return None;
    }
    let mut grid = Grid::default();
    let mut headers = 0;
    let rows = rows(table);
    let count = rows.len();
    for (place, row) in rows.into_iter().enumerate() {
        let is_hidden = row.node_name().is_some_and(|name| unseen.is_left_out(&row, &name));
        if is_hidden {
            continue;
        }
        let place = place.min(grid.len());
        grid.reach(place + 1);
        let mut column = 0;
        let mut all_headers = true;
        for cell in row.element_children().iter().filter(|cell| is_cell(cell)) {
            if cell.node_name().is_some_and(|name| unseen.is_left_out(cell, &name)) {
                continue;
            }
            column = grid.free(place, column);
            let span = |name: &str, most: usize| {
                cell.attr(name).and_then(|span| span.trim().parse::<usize>().ok()).unwrap_or(1).clamp(1, most)
            };
            let (wide, tall) = (span("colspan", COLUMNS), span("rowspan", 1_000));
            let blocks = read(cell);
            let lines: Vec<String> =
                blocks.iter().flat_map(|block| block.text().lines().map(one_line).collect::<Vec<_>>()).collect();
            let is_header = cell.has_name("th") || is_bold(cell);
            all_headers &= is_header || lines.is_empty();
            // A span that goes over the end makes no rows.
            let within = tall.min(count.saturating_sub(place)).max(1);
            grid.place(place, column, (wide, within), &Cell::new(lines, tall > 1));
            column += wide;
        }
        if headers == place && (all_headers || is_head(&row)) && column > 0 {
            headers = place + 1;
        }
    }
    grid.truncate(count);
    let caption = table.element_children().into_iter().find(|child| child.has_name("caption"));
    let caption =
        caption.map(|caption| one_line(&read(&caption).iter().map(Block::text).collect::<Vec<_>>().join(" ")));
    Some(grid.into_table(headers, caption.unwrap_or_default()))
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
