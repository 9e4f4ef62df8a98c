//! How far it is, on standard error.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::report::grouped;

/// Tells how far a run is: in place on a terminal, else a line now and then.
pub struct Progress {
    began: Instant,
    told: Instant,
    every: Duration,
    in_place: bool,
}

impl Progress {
    pub fn begin() -> Self {
        let in_place = stderr().is_terminal();
        let every = Duration::from_millis(if in_place { 100 } else { 2_000 });
        let began = Instant::now();
        Self {
            began,
            told: began,
            every,
            in_place,
        }
    }

    /// So many rows were replayed, which is this share of the log.
    pub fn tell(&mut self, rows: u64, share: f64) {
        if self.told.elapsed() < self.every {
            return;
        }
        self.told = Instant::now();
        let spent = self.began.elapsed().as_secs_f64();
        let left = if share > 0.0 {
            spent / share - spent
        } else {
            0.0
        };
        let rate = rows as f64 / spent;
        self.write(&format!(
            "replaying {:>3.0} %  {:>9} rows  {rate:>6.0} rows/s  {left:>4.0} s left",
            share * 100.0,
            grouped(rows),
        ));
    }

    pub fn end(&self, rows: u64) {
        let spent = self.began.elapsed().as_secs_f64();
        let rate = rows as f64 / spent.max(1e-9);
        let rows = grouped(rows);
        self.write(&format!(
            "replayed  {rows} rows in {spent:.1} s ({rate:.0} rows/s)"
        ));
        if self.in_place {
            eprintln!();
        }
    }

    fn write(&self, line: &str) {
        if self.in_place {
            eprint!("\r{line:<79}");
            // Progress that cannot be shown is no reason to stop.
            let _ = stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }
}
