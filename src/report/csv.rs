//! Tables as CSV (RFC 4180).

use super::page::{Cell, Table};
use super::text::Tongue;
use super::words::Word;

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

/// A plain number; nothing has no sign.
fn number(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else {
        value.to_string()
    }
}

/// Tables of one name as CSV: numbers plain, shares from 0 to 1, durations in milliseconds, an interval as two fields; before them, of what
/// customers say, what they were asked.
pub(super) fn csv(tables: &[&Table], tongue: Tongue) -> String {
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
        let mut rows = tables.iter().flat_map(|table| &table.rows);
        rows.any(|row| matches!(row.get(n), Some(Cell::Bounds(..))))
    };
    let Some(first) = tables.first() else {
        return out;
    };
    let mut header = Vec::new();
    if first.about.is_some() {
        let asked = [Word::Question, Word::Scale, Word::Wording];
        header.extend(asked.map(|word| word.text(tongue).to_owned()));
    }
    for (n, name) in first.columns.iter().enumerate() {
        if is_interval(n) {
            let ends = [Word::Lower, Word::Upper].map(|end| end.text(tongue));
            header.extend(ends.map(|end| format!("{name} ({end})")));
        } else {
            header.push(name.clone());
        }
    }
    line(header);
    for (table, row) in tables
        .iter()
        .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
    {
        let mut fields = Vec::new();
        if let Some(about) = &table.about {
            fields.extend([
                about.question.to_string(),
                about.scale.name().to_owned(),
                about.wording.to_string(),
            ]);
        }
        for (n, cell) in row.iter().enumerate() {
            match cell {
                Cell::Text(text) => fields.push(text.clone()),
                Cell::Day(day) => fields.push(day.to_string()),
                Cell::Count(count) => fields.push(count.to_string()),
                Cell::Figure(value, _) | Cell::Difference(value, _) | Cell::Span(value) => {
                    fields.push(number(*value));
                }
                Cell::Bounds(at, _) => {
                    fields.extend([number(at.lower), number(at.upper)]);
                }
                Cell::None if is_interval(n) => fields.extend([String::new(), String::new()]),
                Cell::None | Cell::Withheld => fields.push(String::new()),
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
            about: None,
            caption: String::new(),
            columns: vec!["topic".to_owned(), "share".to_owned()],
            rows: vec![
                vec![
                    Cell::Text("a, \"b\"".to_owned()),
                    Cell::Bounds(Interval { lower, upper }, Unit::Share),
                ],
                vec![Cell::Text("=1+1".to_owned()), Cell::None],
                vec![Cell::Figure(-0.0, Unit::Share), Cell::None],
            ],
        };
        assert_eq!(
            csv(&[&table], Tongue::English),
            "topic,share (lower),share (upper)\r\n\"a, \"\"b\"\"\",0.25,0.5\r\n'=1+1,,\r\n0,,\r\n"
        );
    }
}
