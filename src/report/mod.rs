//! A report for people: one HTML page that needs no network, and the same tables as CSV.
//!
//! ```
//! use aftercare::kernel::Language;
//! use aftercare::measures::{Days, Place, Report, Slot};
//! use aftercare::report::Page;
//! # let cells = Default::default();
//! let days = Days::try_new("2026-01-01".parse()?, "2026-02-01".parse()?)?;
//! let report = Report::of(&cells, Slot::Month, days, &Place::default())?;
//! let page = Page::new(&report, Language::TURKISH).with_title("Ocak 2026");
//! assert!(page.html().starts_with("<!doctype html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chart;
mod csv;
mod durations;
mod handling;
mod page;
mod service;
mod terms;
mod text;
mod voice;
mod words;

pub use page::Page;
