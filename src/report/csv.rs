//! Tables as CSV (RFC 4180).

use super::page::{Cell, Table};

/// One field, quoted where it has to be; what a spreadsheet would take for a formula is kept from being one.
fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err();
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// A table as CSV: numbers plain, shares from 0 to 1, durations in milliseconds, an interval as two fields.
pub(super) fn csv(table: &Table) -> String {
    let mut out = String::new();
    let mut line = |fields: Vec<String>| {
        out.push_str(
            &fields
                .iter()
                .map(|text| field(text))
                .collect::<Vec<_>>()
                .join(","),
        );
        out.push_str("\r\n");
    };
    let is_interval = |n: usize| {
        let mut rows = table.rows.iter();
        rows.any(|row| matches!(row.get(n), Some(Cell::Bounds(..))))
    };
    let mut header = Vec::new();
    for (n, name) in table.columns.iter().enumerate() {
        if is_interval(n) {
            header.extend([format!("{name} (lower)"), format!("{name} (upper)")]);
        } else {
            header.push(name.clone());
        }
    }
    line(header);
    for row in &table.rows {
        let mut fields = Vec::new();
        for (n, cell) in row.iter().enumerate() {
            match cell {
                Cell::Text(text) => fields.push(text.clone()),
                Cell::Count(count) => fields.push(count.to_string()),
                Cell::Figure(value, _) | Cell::Difference(value, _) | Cell::Span(value) => {
                    fields.push(value.to_string());
                }
                Cell::Bounds(at, _) => {
                    fields.extend([at.lower.to_string(), at.upper.to_string()]);
                }
                Cell::None if is_interval(n) => fields.extend([String::new(), String::new()]),
                Cell::None => fields.push(String::new()),
            }
        }
        line(fields);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text::Unit;
    use crate::satisfaction::Interval;

    #[test]
    fn fields_are_quoted_and_no_word_becomes_a_formula() {
        let (lower, upper) = (0.25, 0.5);
        let table = Table {
            name: "drivers".to_owned(),
            caption: String::new(),
            columns: vec!["topic".to_owned(), "share".to_owned()],
            rows: vec![
                vec![
                    Cell::Text("a, \"b\"".to_owned()),
                    Cell::Bounds(Interval { lower, upper }, Unit::Share),
                ],
                vec![Cell::Text("=1+1".to_owned()), Cell::None],
            ],
        };
        assert_eq!(
            csv(&table),
            "topic,share (lower),share (upper)\r\n\"a, \"\"b\"\"\",0.25,0.5\r\n'=1+1,,\r\n"
        );
    }
}
