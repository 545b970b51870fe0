//! Tables with commas, semicolons or tabs between their cells.

use super::{Block, DocumentError, clean, kind};
use csv::{ReaderBuilder, Trim};

/// Rows of a table that are read.
const ROWS: usize = 10_000;
/// Columns of a table that are read.
const COLUMNS: usize = 50;

/// A row: its cells in the order of the header.
pub type Row = Vec<String>;

/// A table with a header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub header: Row,
    /// The other rows, 10,000 at most; each with its place in the file, from 1 for the header.
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
    let text = decode(bytes)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    for (place, record) in reader.records().enumerate() {
        let record = record.map_err(|_| DocumentError::Damaged("table".into()))?;
        let row: Row = record.iter().take(COLUMNS).map(str::to_owned).collect();
        if table.header.is_empty() {
            table.header = row;
        } else if row.iter().any(|cell| !cell.is_empty()) {
            if table.rows.len() == ROWS {
                return Err(DocumentError::TooLong);
            }
            table.rows.push((place + 1, row));
        }
    }
    if table.rows.is_empty() { Err(DocumentError::Empty) } else { Ok(table) }
}

/// Spreadsheets still write the encoding of old Windows in many countries.
fn decode(bytes: &[u8]) -> Result<String, DocumentError> {
    match kind::decode(bytes) {
        Err(DocumentError::Encoding) => Ok(encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()),
        other => other,
    }
}

/// The sign that stands most often in the first line, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(sign, _)| *sign == byte).for_each(|(_, count)| *count += 1),
        }
    }
    counts.into_iter().max_by_key(|(sign, count)| (*count, *sign == b',')).map_or(b',', |(sign, _)| sign)
}

/// The questions and answers of a table that has such columns; rows that lack one are left out.
#[must_use]
pub fn questions(table: &Table) -> Option<Vec<QuestionAnswer>> {
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
    let cell = |row: &Row, column: usize| row.get(column).cloned().unwrap_or_default();
    let pairs = table.rows.iter().map(|(line, row)| QuestionAnswer {
        line: *line,
        question: cell(row, question),
        answer: cell(row, answer),
    });
    Some(pairs.filter(|pair| !pair.question.is_empty() && !pair.answer.is_empty()).collect())
}

/// What a table says: questions as headings over their answers, and anything else as it stands.
pub(super) fn blocks(table: &Table) -> Vec<Block> {
    if let Some(pairs) = questions(table) {
        let pair = |pair: QuestionAnswer| [Block::heading(2, &pair.question), Block::paragraph(&pair.answer)];
        return pairs.into_iter().flat_map(pair).collect();
    }
    let header = table.header.iter().map(|cell| clean(cell)).collect();
    let rows = table.rows.iter().map(|(_, row)| row.iter().map(|cell| clean(cell)).collect()).collect();
    vec![Block::Table { caption: String::new(), header, rows }]
}
