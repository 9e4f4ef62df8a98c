//! Many workers on one database and one broker, with the incident log of a real service desk.
//!
//! ```sh
//! cargo run --release --features nats,postgres --example workers
//! cargo run --release --features nats,postgres --example workers -- --workers 8 --kill
//! ```
//!
//! First one process replays the log into memory: that is what has to come out. Then as many processes as wanted
//! share the incidents, each importing its own into PostgreSQL; all of them wake what is due, hand over messages
//! through NATS, and one at a time publishes the journal, from which this program folds the measures again. With
//! `--kill` workers end at random, without warning, and others take their place. In the end everything
//! is compared with the single process: the figures, each message once, each entry of the journal once.
//!
//! The servers are named by `AFTERCARE_POSTGRES_URL` and `AFTERCARE_NATS_URL`; each run has a schema and a stream of its own,
//! and takes them away at the end.

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

mod company;
mod feed;
mod outcome;
mod place;
mod setup;
mod worker;

// The replay itself is that of the other example.
#[path = "../incident_replay/figures.rs"]
mod figures;
#[path = "../incident_replay/incident.rs"]
mod incident;
#[path = "../incident_replay/log.rs"]
mod log;
#[path = "../incident_replay/progress.rs"]
mod progress;
#[path = "../incident_replay/replay.rs"]
#[allow(
    dead_code,
    reason = "rows that were skipped are told by the other example"
)]
mod replay;
#[path = "../incident_replay/report.rs"]
#[allow(dead_code, reason = "the page for people is that of the other example")]
mod report;
#[path = "../incident_replay/rules.rs"]
mod rules;
#[path = "../incident_replay/summary.rs"]
mod summary;

use std::error::Error;
use std::process::ExitCode;

use aftercare::desk::Desk;

use crate::place::Place;
use crate::setup::Setup;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// The desk of this help desk, in memory or in the database.
type HelpDesk = Desk<Place>;

fn main() -> ExitCode {
    let setup = match Setup::parse(std::env::args().skip(1)) {
        Ok(Some(setup)) => setup,
        Ok(None) => {
            println!("{}", setup::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n\n{}", setup::USAGE);
            return ExitCode::FAILURE;
        }
    };
    let ended = match setup.worker {
        Some(number) => worker::work(&setup, number),
        None => company::run(&setup),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("workers: {problem}");
            ExitCode::FAILURE
        }
    }
}
