//! Tables with commas, semicolons, tabs or other signs between their cells.

use super::{Block, DocumentError, clean, html, one_line, row_line, separated, sheet};
use serde::{Deserialize, Serialize};

/// Rows of a table that are read.
const ROWS: usize = 10_000;

/// A row: its cells in the order of the header.
pub type Row = Vec<String>;

/// A table with a header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Titles and comments above it.
    pub above: Vec<String>,
    /// The names of the columns; empty when they have none.
    pub header: Row,
    /// The other rows; each with its place in the file, from 1 for the first line with something in it.
    pub rows: Vec<(usize, Row)>,
}

impl Table {
    /// The place of the first column with one of these names.
    #[must_use]
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let plain = |name: &str| name.to_lowercase().replace(['_', '-'], " ").trim().to_owned();
        names.iter().find_map(|name| self.header.iter().position(|column| plain(column) == *name))
    }
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionAnswer {
    /// Its place in the file, from 1 for the header.
    pub line: usize,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// Reads a table.
///
/// # Errors
/// When there is no row below the header, there are too many, or it is not text.
pub fn table(bytes: &[u8]) -> Result<Table, DocumentError> {
    of_text(&html::decode(bytes, None), ROWS)
}

/// The table in a text, of `most` rows.
pub(super) fn of_text(text: &str, most: usize) -> Result<Table, DocumentError> {
    if text.contains('\0') {
        return Err(DocumentError::Binary("a binary file".into()));
    }
    let (records, separator) = separated::records(text).ok_or(DocumentError::TooLong)?;
    of_records(records, separator, most)
}

/// The table that some records make.
pub(super) fn of_records(
    records: Vec<separated::Record>,
    separator: char,
    most: usize,
) -> Result<Table, DocumentError> {
    let usual = separated::usual_length(records.iter().map(|(_, record)| record));
    // One cell is a title only where other lines have more.
    let usual = if records.iter().any(|(_, record)| filled(record) > 1) { usual } else { 1 };
    let mut records = records.into_iter().peekable();
    let mut table = Table::default();
    while let Some((_, line)) = records.next_if(|(_, record)| is_above(record, usual)) {
        let words: Vec<String> = line.into_iter().filter(|cell| !cell.is_empty()).collect();
        let words = words.join(&format!("{separator} "));
        table.above.push(words.strip_prefix("# ").unwrap_or(&words).to_owned());
    }
    let rows: Vec<(usize, Row)> = records.collect();
    let (first, rest) = rows.split_first().ok_or(DocumentError::Empty)?;
    if sheet::is_headless(&texts(first), rest.iter().take(20).map(texts)) {
        table.rows = rows;
    } else {
        let mut rows = rows.into_iter();
        table.header = rows.next().map(|(_, header)| header).unwrap_or_default();
        table.rows = rows.collect();
    }
    match table.rows.len() {
        0 => Err(DocumentError::Empty),
        rows if rows <= most => Ok(table),
        _ if most == ROWS => Err(DocumentError::TooLong),
        _ => Err(DocumentError::Rows(most)),
    }
}

fn texts((_, row): &(usize, Row)) -> Vec<&str> {
    row.iter().map(String::as_str).collect()
}

/// Whether a line above a table is a comment or a title: one cell of several, or words after a number sign.
fn is_above(record: &Row, usual: usize) -> bool {
    let first = record.first().map(String::as_str).unwrap_or_default();
    let is_comment = first.starts_with("# ") || (first.len() > 1 && first.starts_with('#') && record.len() != usual);
    is_comment || (filled(record) == 1 && usual > 1)
}

fn filled(record: &Row) -> usize {
    record.iter().filter(|cell| !cell.is_empty()).count()
}

/// The questions and answers of a table that has such columns; rows that lack one are left out.
#[must_use]
pub fn questions(table: &Table) -> Option<Vec<QuestionAnswer>> {
    let (question, answer) = question_columns(table)?;
    let cell = |row: &Row, column: usize| row.get(column).cloned().unwrap_or_default();
    let pairs = table.rows.iter().map(|(line, row)| QuestionAnswer {
        line: *line,
        question: cell(row, question),
        answer: cell(row, answer),
    });
    Some(pairs.filter(|pair| !pair.question.is_empty() && !pair.answer.is_empty()).collect())
}

/// The columns of questions and of answers.
fn question_columns(table: &Table) -> Option<(usize, usize)> {
    let question = table.column(&["question", "frage", "pregunta", "pergunta", "domanda", "vraag", "q"])?;
    let answer = table.column(&[
        "answer",
        "antwort",
        "réponse",
        "reponse",
        "respuesta",
        "resposta",
        "risposta",
        "antwoord",
        "a",
    ])?;
    Some((question, answer))
}

/// What a table says, with what stands above it.
pub(super) fn blocks(table: Table) -> Vec<Block> {
    let mut blocks: Vec<Block> = table.above.iter().map(|line| Block::paragraph(line)).collect();
    blocks.extend(as_blocks(table.header, table.rows.into_iter().map(|(_, row)| row).collect()));
    blocks
}

/// What rows say: questions as headings over their answers, when each row has both; anything else as it stands.
pub(super) fn as_blocks(header: Row, rows: Vec<Row>) -> Vec<Block> {
    let table = Table { above: Vec::new(), header, rows: rows.into_iter().enumerate().collect() };
    if let Some((question, answer)) = question_columns(&table)
        && let Some(pairs) = questions(&table).filter(|pairs| pairs.len() == table.rows.len())
    {
        let mut blocks = Vec::with_capacity(pairs.len() * 2);
        for (pair, (_, mut row)) in pairs.into_iter().zip(table.rows) {
            blocks.extend([Block::heading(2, &pair.question), Block::paragraph(&pair.answer)]);
            for said in [question, answer] {
                row.get_mut(said).map(std::mem::take);
            }
            // What the other columns say of it.
            let more = Block::paragraph(&row_line(&table.header, &row));
            blocks.extend((!more.is_empty()).then_some(more));
        }
        return blocks;
    }
    let header = table.header.iter().map(|cell| one_line(cell)).collect();
    let rows = table.rows.iter().map(|(_, row)| row.iter().map(|cell| clean(cell)).collect()).collect();
    vec![Block::Table { caption: String::new(), header, rows }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Block> {
        blocks(table(bytes).unwrap())
    }

    #[test]
    fn what_stands_above_a_table_is_no_header() {
        let found =
            table("Price list 2026;;\n# valid from May, in EUR\n#1;Name;\n7;Mug;1,50;new\n8;;\n".as_bytes()).unwrap();
        assert_eq!(found.above, ["Price list 2026", "valid from May, in EUR"]);
        assert_eq!(found.header, ["#1", "Name", ""]);
        assert_eq!(
            found.rows,
            [
                (4, vec!["7".to_owned(), "Mug".to_owned(), "1,50".to_owned(), "new".to_owned()]),
                (5, vec!["8".to_owned(), String::new(), String::new()])
            ]
        );
    }

    #[test]
    fn lines_of_one_cell_are_rows_where_no_line_has_more() {
        assert_eq!(table(b"a,\nb,\nc,\n").unwrap().rows.len(), 2);
    }

    #[test]
    fn values_in_the_first_row_are_no_header() {
        let found = table("Mug;1,50 €\nCup;2,50 €\n".as_bytes()).unwrap();
        assert!(found.header.is_empty());
        assert_eq!(found.rows.len(), 2);
        assert_eq!(table(b"name,price\n"), Err(DocumentError::Empty));
    }

    #[test]
    fn any_encoding_is_understood() {
        let text = "Größe;Preis\nS;3 €\nżółć;5 €\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let latin = encoding_rs::WINDOWS_1250.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), &utf16, &marked, &latin] {
            assert_eq!(plain_text(bytes), "Größe | Preis\nS | 3 €\nżółć | 5 €");
        }
    }

    fn plain_text(bytes: &[u8]) -> String {
        crate::document::plain(&read(bytes))
    }

    #[test]
    fn questions_become_headings_when_each_has_an_answer() {
        let faq = b"Question,Answer\nWhere?,\"Here, of course.\"\n";
        assert_eq!(read(faq), [Block::heading(2, "Where?"), Block::paragraph("Here, of course.")]);
        assert_eq!(
            read(b"Area,Question,Answer\nAll,Where?,Here\n"),
            [Block::heading(2, "Where?"), Block::paragraph("Here"), Block::paragraph("Area: All")]
        );
        assert!(matches!(&read(b"Question,Answer\nWhere?,\nWhen?,Now\n")[..], [Block::Table { .. }]));
    }
}
