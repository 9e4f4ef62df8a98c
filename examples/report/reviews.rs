//! Reviews of orders, by whether the order came in time.

use std::collections::BTreeMap;
use std::path::Path;

use aftercare::code;
use aftercare::kernel::Code;
use aftercare::measures::{Place, Slot};
use aftercare::satisfaction::{Instrument, Scale};
use chrono::{NaiveDate, NaiveDateTime};

use crate::{Cells, Result, columns, table};

fn instant(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()
}

/// Orders that came, by whether that was before the estimated instant.
fn punctuality(path: &Path) -> Result<BTreeMap<String, Code>> {
    let mut rows = table(path)?;
    let [id, came, estimate] = columns(
        &mut rows,
        [
            "order_id",
            "order_delivered_customer_date",
            "order_estimated_delivery_date",
        ],
    )?;
    let mut punctuality = BTreeMap::new();
    for row in rows.into_records() {
        let row = row?;
        let field = |column: usize| row.get(column).unwrap_or_default();
        if let (Some(came), Some(estimate)) = (instant(field(came)), instant(field(estimate))) {
            let word = if came > estimate {
                code!("late")
            } else {
                code!("on_time")
            };
            punctuality.insert(field(id).to_owned(), word);
        }
    }
    Ok(punctuality)
}

/// The scores by month in which they were asked for, and by punctuality as the topic.
pub fn cells(reviews: &Path, orders: &Path) -> Result<Cells> {
    let punctuality = punctuality(orders)?;
    let mut rows = table(reviews)?;
    let [order, score, asked] = columns(
        &mut rows,
        ["order_id", "review_score", "review_creation_date"],
    )?;
    let instrument = Instrument::new(code!("order_review"), Scale::CsatFive);
    let mut cells = Cells::new();
    for row in rows.into_records() {
        let row = row?;
        let field = |column: usize| row.get(column).unwrap_or_default();
        let day: NaiveDate = instant(field(asked)).ok_or("no date")?.date();
        let place = Place {
            topic: punctuality.get(field(order)).cloned(),
            ..Place::default()
        };
        let cell = cells.entry((Slot::Month.starting(day), place)).or_default();
        cell.add_score(&instrument, field(score).parse()?)?;
    }
    Ok(cells)
}
