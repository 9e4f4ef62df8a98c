//! External cases: inputs and expected values gathered from published test suites, one JSON object a line.
//!
//! Reads every `*.jsonl` in `tests/cases/` and in the directory named by `AFTERCARE_CASES`, runs each case through the
//! public API, and prints what passed. A file is run by the module of `cases_support` whose name its own name starts
//! with; a new file needs a new module and a line in `FILES`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a runner prints, and stops when a case cannot be read"
)]

mod cases_support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cases_support::case::{Case, Outcome, Run};
use cases_support::{satisfaction, schedule, sla, warranty};

/// Which module runs which file.
const FILES: &[(&str, Run)] = &[
    ("sla", sla::run),
    ("satisfaction", satisfaction::run),
    ("schedule", schedule::run),
    ("warranty", warranty::run),
];

/// The parts that are not there yet, by the file whose cases they would run.
const TO_COME: &[(&str, &str)] = &[("loyalty", "loyalty")];

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    missing: BTreeMap<String, usize>,
}

#[test]
fn external_cases() {
    let mut failures = Vec::new();
    let mut ran = 0;
    for path in files() {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let case = Case::parse(line);
            let tally = tallies.entry(case.kind().to_owned()).or_default();
            match run(&stem, &case) {
                Outcome::Passed => tally.passed += 1,
                Outcome::Failed { got, expected } => {
                    tally.failed += 1;
                    failures.push(format!(
                        "{stem} {} {}: got {got}, expected {expected}",
                        case.kind(),
                        case.id()
                    ));
                }
                Outcome::Unsupported(part) => *tally.missing.entry(part).or_default() += 1,
            }
        }
        for (kind, tally) in tallies {
            ran += tally.passed + tally.failed;
            let unsupported: usize = tally.missing.values().sum();
            let missing: Vec<_> = tally.missing.keys().cloned().collect();
            let why = if missing.is_empty() {
                String::new()
            } else {
                format!(" (missing: {})", missing.join(", "))
            };
            println!(
                "{stem} {kind}: {} passed, {} failed, {unsupported} unsupported{why}",
                tally.passed, tally.failed
            );
        }
    }
    for failure in &failures {
        println!("{failure}");
    }
    assert!(ran > 0, "no case was run");
    assert!(
        failures.is_empty(),
        "{} of {ran} cases failed",
        failures.len()
    );
}

fn run(stem: &str, case: &Case) -> Outcome {
    if let Some((_, run)) = FILES.iter().find(|(name, _)| stem.starts_with(name)) {
        return run(case);
    }
    let part = TO_COME.iter().find(|(name, _)| stem.starts_with(name));
    Outcome::missing(part.map_or("a module for this file", |(_, part)| part))
}

/// The crate's own cases, and those of the directory in `AFTERCARE_CASES`; of two files of one name, the latter.
fn files() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    #[expect(
        clippy::disallowed_methods,
        reason = "the runner is told where further cases are"
    )]
    let named = std::env::var("AFTERCARE_CASES").ok().map(PathBuf::from);
    let mut files = BTreeMap::new();
    for directory in [Some(own), named].into_iter().flatten() {
        let Ok(entries) = std::fs::read_dir(&directory) else {
            panic!("cannot read {}", directory.display());
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path
                .extension()
                .is_some_and(|extension| extension == "jsonl")
            {
                files.insert(path.file_name().unwrap().to_owned(), path);
            }
        }
    }
    files.into_values().collect()
}
