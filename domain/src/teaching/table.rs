//! Reads tables of test cases: CSV with commas, semicolons or tabs.

/// The lines of a table as cells. Quotes hold separators, line ends and doubled quotes.
pub(super) fn read(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = [',', ';', '\t']
        .into_iter()
        .max_by_key(|separator| (first.matches(*separator).count(), *separator == ','))
        .unwrap_or(',');
    let (mut rows, mut row, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' if is_quoted || cell.trim().is_empty() => is_quoted = !is_quoted,
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell).trim().to_owned());
                rows.push(std::mem::take(&mut row));
            }
            _ if char == separator && !is_quoted => row.push(std::mem::take(&mut cell).trim().to_owned()),
            _ => cell.push(char),
        }
    }
    row.push(cell.trim().to_owned());
    rows.push(row);
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_what_would_end_a_cell() {
        assert_eq!(
            read("question,expected\r\n\"Norway, how long?\",\"six \"\"working\"\" days\"\r\n\r\nHello,"),
            [vec!["question", "expected"], vec!["Norway, how long?", "six \"working\" days"], vec!["Hello", ""]]
        );
        assert_eq!(read("\u{feff}a;b\nc;d, e"), [["a", "b"], ["c", "d, e"]]);
        assert!(read(" \n\n").is_empty());
    }

    #[test]
    fn fuzz_tables_of_cases() {
        let seeds: [&[u8]; 2] =
            [b"question,expected\r\n\"Norway, how long?\",\"six \"\"working\"\" days\"\r\n", b"a;b\nc;d"];
        fuzz::fuzz("tables_of_cases", &seeds, &["\"", "\"\"", ",", ";", "\t", "\r\n", "\u{feff}"], |input| {
            let rows = read(&fuzz::text(input));
            assert!(rows.iter().all(|row| row.iter().any(|cell| !cell.is_empty())));
        });
    }
}
