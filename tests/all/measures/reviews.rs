//! Real reviews of a marketplace's orders, when they are at hand: they may be used but not passed on, so the directory that holds them
//! is named in `AFTERCARE_DATA` (`olist_sample_*.csv.gz`, from the Olist data set on Kaggle).

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use aftercare::code;
use aftercare::measures::{Days, Dimension, Figures, Place, Report, Slot};
use aftercare::satisfaction::{Instrument, Scale, Scores};
use flate2::read::GzDecoder;

fn rows(path: &Path, columns: &[&str]) -> Vec<Vec<String>> {
    let mut rows = csv::Reader::from_reader(GzDecoder::new(File::open(path).unwrap()));
    let headers = rows.headers().unwrap().clone();
    let places: Vec<usize> = columns
        .iter()
        .map(|name| headers.iter().position(|header| header == *name).unwrap())
        .collect();
    rows.records()
        .map(|row| {
            let row = row.unwrap();
            places.iter().map(|place| row[*place].to_owned()).collect()
        })
        .collect()
}

/// Scores by whether the order came in time; under no topic when it never came.
fn scored(directory: &Path) -> BTreeMap<Option<bool>, Scores> {
    let orders = rows(
        &directory.join("olist_sample_orders.csv.gz"),
        &[
            "order_id",
            "order_delivered_customer_date",
            "order_estimated_delivery_date",
        ],
    );
    let came: BTreeMap<String, bool> = orders
        .into_iter()
        .filter(|row| !row[1].is_empty() && !row[2].is_empty())
        // Dates of this form stand in the order of time.
        .map(|row| (row[0].clone(), row[1] <= row[2]))
        .collect();
    let reviews = rows(
        &directory.join("olist_sample_order_reviews.csv.gz"),
        &["order_id", "review_score"],
    );
    let instrument = Instrument::new(code!("order_review"), Scale::CsatFive);
    let mut scored = BTreeMap::new();
    for row in reviews {
        let scores = scored
            .entry(came.get(&row[0]).copied())
            .or_insert_with(|| Scores::new(instrument.clone()));
        scores.add(row[1].parse().unwrap()).unwrap();
    }
    scored
}

#[test]
fn known_figures_of_real_reviews_come_out() {
    let Ok(directory) = std::env::var("AFTERCARE_DATA") else {
        println!("AFTERCARE_DATA is not set: no real reviews to count");
        return;
    };
    let scored = scored(&PathBuf::from(directory));
    let of = |is_on_time| {
        let scores = &scored[&Some(is_on_time)];
        (scores.n(), format!("{:.6}", scores.mean().value().unwrap()))
    };
    assert_eq!(of(true), (3_562, "4.294497".to_owned()));
    assert_eq!(of(false), (323, "2.427245".to_owned()));

    // The same from cells, by a report.
    let day = "2018-01-01".parse().unwrap();
    let mut cells = BTreeMap::new();
    for (is_on_time, scores) in &scored {
        let place = Place {
            topic: is_on_time.map(|is| if is { code!("on_time") } else { code!("late") }),
            ..Place::default()
        };
        let mut figures = Figures::default();
        figures
            .scores
            .insert(scores.instrument().clone(), scores.clone());
        cells.insert((day, place), figures);
    }
    let days = Days::try_new(day, "2018-02-01".parse().unwrap()).unwrap();
    let report = Report::of(&cells, Slot::Month, days, &Place::default()).unwrap();
    let voice = &report.voices[0];
    let counts: Vec<u64> = voice.scores.counts().map(|(_, count)| count).collect();
    assert_eq!(counts, [454, 137, 337, 765, 2_293]);
    let mean = format!("{:.6}", voice.scores.mean().value().unwrap());
    let top = format!("{:.6}", voice.scores.good().value().unwrap());
    assert_eq!((mean.as_str(), top.as_str()), ("4.080281", "0.767185"));
    let (dimension, drivers) = &voice.drivers[0];
    assert_eq!(*dimension, Dimension::Topic);
    assert_eq!(
        drivers[0].word,
        Some(code!("late")),
        "what surely costs most"
    );
}
