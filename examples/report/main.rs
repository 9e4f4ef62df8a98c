//! A report for people, as a web page and as tables.
//!
//! From the log of a real help desk that comes with the library:
//!
//! ```text
//! cargo run --features report --example report
//! ```
//!
//! From the reviews of a marketplace's orders (the Olist data set on Kaggle: two files, plain or gzipped), in Turkish:
//!
//! ```text
//! cargo run --features report --example report -- --turkish --reviews olist_order_reviews.csv olist_orders.csv
//! ```

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that prints"
)]
#![allow(unreachable_pub, reason = "nobody imports from a program")]

mod incidents;
mod reviews;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aftercare::code;
use aftercare::kernel::{Code, Language};
use aftercare::measures::{Days, Dimension, Figures, Place, Report, Slot};
use aftercare::report::Page;
use aftercare::satisfaction::{Instrument, Scores};
use chrono::{Months, NaiveDate};

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;
type Cells = BTreeMap<(NaiveDate, Place), Figures>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut language, mut source, mut out) = (Language::ENGLISH, None, None);
    while let Some(argument) = arguments.next() {
        let mut file = || {
            arguments
                .next()
                .map(PathBuf::from)
                .ok_or("a file is missing")
        };
        match argument.as_str() {
            "--turkish" => language = Language::TURKISH,
            "--reviews" => source = Some((file()?, file()?)),
            "--out" => out = Some(file()?),
            other => return Err(format!("no option {other}").into()),
        }
    }
    let out = out.unwrap_or_else(|| std::env::temp_dir().join("aftercare-report"));
    fs::create_dir_all(&out)?;
    match source {
        None => write(&out, "incidents", &incidents::cells()?, language),
        Some((reviews, orders)) => write(
            &out,
            "reviews",
            &reviews::cells(&reviews, &orders)?,
            language,
        ),
    }
}

/// Writes the page and the tables, and the figures to compare them with.
fn write(out: &Path, name: &str, cells: &Cells, language: Language) -> Result<()> {
    let days = cells.keys().map(|(day, _)| *day);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Err("there is nothing to report".into());
    };
    let to = last.checked_add_months(Months::new(1)).ok_or("too late")?;
    let report = Report::of(
        cells,
        Slot::Month,
        Days::try_new(first, to)?,
        &Place::default(),
    )?;
    let mut page = Page::new(&report, language.clone());
    if language == Language::TURKISH {
        page = page
            .with_label(code!("late"), "geç gelen")
            .with_label(code!("on_time"), "zamanında gelen")
            .with_label(code!("order_review"), "sipariş değerlendirmesi");
    }
    let path = out.join(format!("{name}.html"));
    fs::write(&path, page.html())?;
    println!("{}", path.display());
    for (table, text) in page.csv() {
        let path = out.join(format!("{name}_{table}.csv"));
        fs::write(&path, text)?;
        println!("{}", path.display());
    }
    for voice in &report.voices {
        let mean = voice.scores.mean().value().unwrap_or_default();
        let top = voice.scores.good().value().unwrap_or_default();
        let counts: Vec<_> = voice.scores.counts().collect();
        println!(
            "{}: {counts:?}, mean {mean:.6}, top-2 box {top:.6}",
            voice.instrument
        );
        for (dimension, drivers) in &voice.drivers {
            for driver in drivers {
                let (word, n) = (driver.word.as_ref(), driver.figure.n);
                let word = word.map_or("(not known)", Code::as_str);
                let own = mean_of(cells, &voice.instrument, *dimension, driver.word.as_ref())?;
                println!("{}: {word}: n {n}, mean {own:.6}", dimension.name());
            }
        }
    }
    println!(
        "{} cases opened, {} solved",
        report.figures.opened, report.figures.solved
    );
    Ok(())
}

/// The mean of the scores with one word of a dimension.
fn mean_of(
    cells: &Cells,
    instrument: &Instrument,
    dimension: Dimension,
    word: Option<&Code>,
) -> Result<f64> {
    let mut own = Scores::new(instrument.clone());
    for ((_, place), figures) in cells {
        if let Some(scores) = figures.scores.get(instrument)
            && place.get(dimension) == word
        {
            own.merge(scores)?;
        }
    }
    Ok(own.mean().value().unwrap_or_default())
}

/// A table, gzipped or not.
fn table(path: &Path) -> Result<csv::Reader<io::Cursor<Vec<u8>>>> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes)?;
    } else {
        file.read_to_end(&mut bytes)?;
    }
    Ok(csv::Reader::from_reader(io::Cursor::new(bytes)))
}

/// Where the columns of these names are.
fn columns<const N: usize>(
    rows: &mut csv::Reader<io::Cursor<Vec<u8>>>,
    names: [&str; N],
) -> Result<[usize; N]> {
    let headers = rows.headers()?.clone();
    let mut columns = [0; N];
    for (column, name) in columns.iter_mut().zip(names) {
        let place = headers.iter().position(|header| header == name);
        *column = place.ok_or_else(|| format!("there is no column `{name}`"))?;
    }
    Ok(columns)
}
