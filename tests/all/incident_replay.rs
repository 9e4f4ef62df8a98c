//! The example that replays an incident log, run as a program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Program, Output, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::support::Directory;

/// The example; `cargo test` builds it, unless told to build only this.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("incident_replay{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        let mut build = Program::new(env!("CARGO"));
        build.args([
            "build",
            "--example",
            "incident_replay",
            "--features",
            "sqlite",
        ]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        build.current_dir(env!("CARGO_MANIFEST_DIR"));
        assert!(build.status().unwrap().success());
    }
    path
}

fn replay(database: &Path, arguments: &[&str]) -> Program {
    let mut program = Program::new(program());
    program.arg("--db").arg(database).args(arguments);
    program
}

fn json(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The figures of the sample, which were computed without this library.
fn expected() -> Value {
    let path = "examples/data/incident_events.expected.json";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    serde_json::from_str(&text.unwrap()).unwrap()
}

/// Every expected figure, and beside them only how the run went.
fn assert_expected(mut summary: Value) {
    let summary = summary.as_object_mut().unwrap();
    assert!(summary.remove("seconds").unwrap().is_number());
    assert_eq!(summary.remove("skipped").unwrap(), 0);
    assert_eq!(Value::Object(summary.clone()), expected());
}

/// How many rows the tables have; nothing while there are none.
fn rows(database: &Path) -> Option<(i64, i64)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(database, flags).ok()?;
    let count = |table| {
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_row(&sql, [], |row| row.get(0)).ok()
    };
    Some((count("record")?, count("term")?))
}

#[test]
fn the_sample_gives_the_figures_computed_without_the_library() {
    let directory = Directory::new();
    let database = directory.file();
    let first = replay(&database, &["--json"]).output().unwrap();
    assert_expected(json(&first));

    let before = rows(&database);
    let again = replay(&database, &["--json"]).output().unwrap();
    assert_expected(json(&again));
    assert_eq!(rows(&database), before, "a second run changes nothing");

    let text = replay(&database, &[]).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for line in ["1,162 of 1,164", "36 of 36", "1,240 of 1,240"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// Waits until the database has this many records; `false` when the program ended before.
fn reached(child: &mut Child, database: &Path, records: i64) -> bool {
    let until = Instant::now() + Duration::from_secs(120);
    while Instant::now() < until {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if rows(database).is_some_and(|(count, _)| count >= records) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_like_one_that_was_not() {
    let directory = Directory::new();
    let whole = directory.file();
    assert_expected(json(&replay(&whole, &["--json"]).output().unwrap()));

    let killed = whole.with_file_name("killed.db");
    let mut kills = 0;
    for records in [1, 3_000, 9_000, 15_000] {
        let mut run = replay(&killed, &["--json"]);
        let mut run = run
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        kills += u32::from(reached(&mut run, &killed, records));
        run.kill().unwrap();
        run.wait().unwrap();
    }
    assert!(kills > 0, "no run was killed half-way");
    assert_expected(json(&replay(&killed, &["--json"]).output().unwrap()));
    assert_eq!(rows(&killed), rows(&whole));
}

const HEADER: &str = "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,\
    caller_id,opened_at,sys_updated_at,contact_type,category,subcategory,impact,urgency,priority,\
    assignment_group,assigned_to,closed_code,resolved_at,closed_at";

/// A row about incident `number` in this state after a change at this time.
fn row(number: &str, state: &str, changes: &str, at: &str) -> String {
    format!(
        "{number},{state},true,{changes},0,0,true,77,29/2/2016 06:38,{at},Phone,9,97,2,2,3,25,?,3,\
         2/3/2016 12:06,7/3/2016 13:00"
    )
}

fn damaged() -> String {
    [
        HEADER.to_owned(),
        row("1", "New", "0", "29/2/2016 06:42"),
        row("1", "Active", "0", "31/2/2016 08:52"),
        row("1", "-100", "0", "1/3/2016 08:52"),
        row("?", "Active", "0", "1/3/2016 08:52"),
        row("1", "Active", "many", "1/3/2016 08:52"),
        "1,Active,true".to_owned(),
        row("1", "Resolved", "0", "2/3/2016 12:06"),
        row("1", "Closed", "0", "7/3/2016 13:00"),
    ]
    .join("\n")
}

#[test]
fn bad_rows_are_listed_by_line_and_skipped() {
    let directory = Directory::new();
    let database = directory.file();
    let log = database.with_file_name("log.csv");
    fs::write(&log, damaged()).unwrap();
    let log = log.to_str().unwrap();

    let summary = json(&replay(&database, &[log, "--json"]).output().unwrap());
    assert_eq!(summary["skipped"], 5);
    assert_eq!(summary["events"], 3);
    assert_eq!(summary["incidents"], 1);
    assert_eq!(summary["opened_to_closed_h"]["n"], 1);

    let text = replay(&database, &[log]).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for problem in [
        "line 3: sys_updated_at is not a date and time: `31/2/2016 08:52`",
        "line 4: unknown state `-100`",
        "line 5: no number",
        "line 6: reassignment_count is not a number: `many`",
        "line 7: 3 fields, not 21",
    ] {
        assert!(text.contains(problem), "{problem} is not in\n{text}");
    }
}

#[test]
fn strictly_the_first_bad_row_ends_the_run() {
    let directory = Directory::new();
    let database = directory.file();
    let log = database.with_file_name("log.csv");
    fs::write(&log, damaged()).unwrap();

    let run = replay(&database, &[log.to_str().unwrap(), "--strict", "--json"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(run.stdout.is_empty());
    assert!(String::from_utf8_lossy(&run.stderr).contains("line 3: "));
}

#[test]
fn what_is_no_incident_log_is_refused() {
    let directory = Directory::new();
    let database = directory.file();
    let log = database.with_file_name("log.csv");
    fs::write(&log, "a,b\n1,2\n").unwrap();

    let run = replay(&database, &[log.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&run.stderr).contains("the log has no column `number`"));
}
