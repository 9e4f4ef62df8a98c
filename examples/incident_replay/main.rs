//! Two years of a real help desk, replayed through the desk.
//!
//! Every line of the log becomes the commands that a help desk would have run at that moment: the caller is
//! registered, the case opened, prioritised, handed from team to team, moved from status to status. At
//! the end the summary is read back from what the desk stored, and set beside what the log says of itself.
//!
//! ```text
//! cargo run --release --features sqlite --example incident_replay
//! cargo run --release --features sqlite --example incident_replay -- my_log.csv --json
//! ```
//!
//! The ids of a line's requests are made from the line itself, and the requests of a line are committed together: so
//! the run can be killed at any moment and started again, and nothing is done twice. What it needs in memory does
//! not grow with the events of the log: an incident that is closed is forgotten, for the desk has it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a program that prints, measures its own time and computes statistics"
)]
#![allow(unreachable_pub, reason = "nobody imports from a program")]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "of what happened and what went wrong, a few things matter here"
)]

mod figures;
mod incident;
mod log;
mod options;
mod progress;
mod replay;
mod report;
mod rules;
mod summary;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use aftercare::adapters::SqliteStore;
use aftercare::desk::Desk;
use aftercare::rulebook::Rulebook;

use crate::log::{BadRow, Log};
use crate::options::Options;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// The desk of this help desk.
type HelpDesk = Desk<SqliteStore>;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n\n{}", options::USAGE);
            return ExitCode::FAILURE;
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("incident_replay: {}", with_causes(&*problem));
            let is_bad_row = problem.is::<BadRow>();
            ExitCode::from(if is_bad_row { 2 } else { 1 })
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let began = Instant::now();
    let database = options.database()?;
    if options.fresh {
        options::remove(&database)?;
    }
    eprintln!("log       {}", options.file.display());
    eprintln!("database  {}", database.display());

    let desk = Desk::new(
        SqliteStore::open(&database)?,
        Rulebook::try_new(rules::spec()?, rules::secret())?,
    );
    let mut log = Log::open(&options.file)?;
    let replayed = replay::replay(&desk, &mut log, options.strict, |_| true)?;
    let summary = summary::summarise(&desk)?;

    let seconds = began.elapsed().as_secs_f64();
    if options.json {
        println!("{}", report::json(&summary, &replayed, seconds)?);
    } else {
        println!("{}", report::text(&summary, &replayed, seconds));
    }
    Ok(())
}

/// An error with everything that led to it.
fn with_causes(problem: &dyn Error) -> String {
    let mut text = problem.to_string();
    let mut cause = problem.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    text
}
