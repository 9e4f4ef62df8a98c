//! Real orders of a marketplace, when they are at hand: they may be used but not passed on, so the directory that
//! holds them is named in `AFTERCARE_DATA` (`olist_sample_orders.csv.gz`, from the Olist data set on Kaggle).

use std::path::PathBuf;

use aftercare::calendar::Zone;
use aftercare::order::{Due, Kept, Promise, PromiseDay};
use chrono::{DateTime, NaiveDateTime, Utc};
use flate2::read::GzDecoder;

fn file() -> Option<PathBuf> {
    let directory = std::env::var("AFTERCARE_DATA").ok()?;
    Some(PathBuf::from(directory).join("olist_sample_orders.csv.gz"))
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    Some(local.and_utc())
}

#[test]
fn known_figures_of_real_orders_come_out() {
    let Some(path) = file() else {
        println!("AFTERCARE_DATA is not set: no real orders to count");
        return;
    };
    let mut rows = csv::Reader::from_reader(GzDecoder::new(std::fs::File::open(path).unwrap()));
    let headers = rows.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let came = column("order_delivered_customer_date");
    let promised = column("order_estimated_delivery_date");
    let status = column("order_status");
    let (mut by_day, mut by_instant) = (Kept::default(), Kept::default());
    for row in rows.records() {
        let row = row.unwrap();
        let (Some(at), Some(by)) = (instant(&row[came]), instant(&row[promised])) else {
            continue;
        };
        if &row[status] != "delivered" {
            continue;
        }
        let promise = Promise {
            from: None,
            by: Due::On(by.date_naive()),
        };
        for (kept, day) in [
            (&mut by_day, PromiseDay::EndOfDay),
            (&mut by_instant, PromiseDay::Instant),
        ] {
            kept.count(&promise, Some(at), &Zone::utc(), day, at);
        }
    }
    assert_eq!(by_instant.judged(), 3_898);
    assert_eq!((by_instant.late, by_day.late), (335, 279));
    // 9.270842 days, to the last digit.
    let mean = by_instant.mean_late_ms().unwrap();
    assert!((mean - 801_000_749).abs() <= 44, "{mean}");
}
