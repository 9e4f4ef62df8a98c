//! The plan of the house, checked against the source: who may import whom, and what does not occur.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. A module imports from its own floor and from those below.
const FLOORS: &[&[&str]] = &[
    &["kernel"],
    &["calendar"],
    &[
        "case",
        "customer",
        "interaction",
        "loyalty",
        "message",
        "order",
        "product",
        "satisfaction",
        "service",
        "sla",
        "survey",
        "warranty",
    ],
    &["rulebook"],
    &["record"],
    &["measures"],
    &["report"],
    &["work"],
    &["flows"],
    &["store", "courier"],
    &["desk", "questions"],
    &["adapters", "testing"],
];
const NOUNS: &[&str] = FLOORS[2];
/// Where the outside world is met.
const EDGE: &[&str] = &["store", "courier", "desk", "adapters", "testing"];
/// Neither logic nor part of a floor.
const APART: &[&str] = &["lib", "docs", "prelude"];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// A source file: its path below `src`, and its lines without comments, texts and unit tests.
pub struct Source {
    pub path: String,
    pub lines: Vec<String>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
        let text = if is_test { "" } else { text };
        let lines = code_of(text);
        let end = lines
            .iter()
            .position(|line| line.trim_start().starts_with("#[cfg(test)]"))
            .unwrap_or(lines.len());
        Self {
            path: path.to_owned(),
            lines: lines.into_iter().take(end).collect(),
        }
    }

    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }
}

/// The text without comments, and with string literals emptied; as many lines as before.
fn code_of(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = text.chars().peekable();
    let mut is_text = false;
    while let Some(c) = rest.next() {
        let line = lines.last_mut().unwrap();
        match c {
            '\n' => lines.push(String::new()),
            '\\' if is_text => {
                if rest.next() == Some('\n') {
                    lines.push(String::new());
                }
            }
            '"' => {
                is_text = !is_text;
                line.push('"');
            }
            _ if is_text => {}
            // The character '"' begins no text.
            '\'' => {
                let ahead: String = rest.clone().take(3).collect();
                line.push('\'');
                if ahead.starts_with("\"'") {
                    rest.nth(1);
                } else if ahead.starts_with("\\\"'") {
                    rest.nth(2);
                }
            }
            '/' if rest.peek() == Some(&'/') => {
                while rest.peek().is_some_and(|c| *c != '\n') {
                    rest.next();
                }
            }
            _ => line.push(c),
        }
    }
    lines
}

/// The words of a line, and the signs between them.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// The paths into this crate that begin in this text, `crate::` taken off.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = text[start + "crate::".len()..].trim_start();
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(members(group));
        } else {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
            found.push(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }
    found
}

/// The members of a group of imports, up to its closing brace.
fn members(group: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut member = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.push(std::mem::take(&mut member)),
            c if depth == 0 && !c.is_whitespace() => member.push(c),
            _ => {}
        }
    }
    found.push(member);
    found
}

/// Everything in this file that is against the plan, with its line.
fn faults(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let module = source.module();
    let mut fault = |line: usize, text: String| {
        faults.push(format!("src/{}:{}: {text}", source.path, line + 1));
    };
    let is_apart = APART.contains(&module);
    if floor(module).is_none() && !is_apart {
        fault(0, format!("`{module}` has no floor in this test"));
    }
    for (n, line) in source.lines.iter().enumerate() {
        // A group may go on over the lines that follow.
        let mut text = line.clone();
        if text.trim_end().ends_with("crate::{") {
            text.extend(source.lines.iter().skip(n + 1).take(40).map(String::as_str));
        }
        for path in paths(&text) {
            let mut parts = path.split("::");
            let target = parts.next().unwrap_or_default();
            let inner = parts.next().filter(|_| parts.next().is_some());
            let is_upward = match (floor(module), floor(target)) {
                (Some(from), Some(to)) => to > from,
                _ => false,
            };
            if is_upward {
                fault(
                    n,
                    format!("`{module}` imports from `{target}`, which is above it"),
                );
            }
            let is_other_noun =
                module != target && NOUNS.contains(&module) && NOUNS.contains(&target);
            if is_other_noun && inner.is_some_and(|part| part.starts_with(char::is_lowercase)) {
                fault(n, format!("`{module}` reaches into `{target}`: {path}"));
            }
        }
        for word in words(line) {
            let is_edge = EDGE.contains(&module);
            if !is_edge && !is_apart && ["async", "await", "Future", "dyn"].contains(&word) {
                fault(n, format!("`{word}` outside the edge"));
            }
            if ["SystemTime", "rand", "getrandom", "thread_rng"].contains(&word) {
                fault(n, format!("`{word}`: time and chance come in as values"));
            }
        }
        for call in ["Utc::now", "Local::now", "Instant::now"] {
            if line.contains(call) {
                fault(n, format!("`{call}`: time comes in as a value"));
            }
        }
    }
    faults
}

/// All files below `src`.
pub fn sources() -> Vec<Source> {
    fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    gather(&root, &mut found);
    found.sort();
    found
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            Source::new(&name.replace('\\', "/"), &fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_module_imports_from_below_and_the_outside_stays_at_the_edge() {
    let faults: Vec<String> = sources().iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(sources().len() > 50);
}

/// What the check says of a made-up file.
fn of(path: &str, text: &str) -> Vec<String> {
    faults(&Source::new(path, text))
}

#[test]
fn an_upward_import_is_found_in_any_form() {
    let one = ["src/kernel/id.rs:2: `kernel` imports from `record`, which is above it"];
    assert_eq!(of("kernel/id.rs", "\nuse crate::record::Key;\n"), one);
    assert_eq!(
        of("kernel/id.rs", "\npub(crate) use crate::{record, code};\n"),
        one
    );
    assert_eq!(
        of(
            "kernel/id.rs",
            "\nuse crate::{\n    code,\n    record::{Key, Kind},\n};\n"
        ),
        one
    );
    assert_eq!(
        of("kernel/id.rs", "\nfn f() -> crate::record::Key {}\n"),
        one
    );
    assert_eq!(of("work/x.rs", "use crate::desk::Desk;").len(), 1);
    assert_eq!(of("store/x.rs", "use crate::courier::Courier;").len(), 0);
    assert_eq!(
        of("desk.rs", "use crate::{store::Store, kernel::Code};").len(),
        0
    );
    assert_eq!(of("desk/x.rs", "use crate::testing::suite;").len(), 1);
    assert_eq!(of("lib.rs", "pub use crate::desk::Desk;").len(), 0);
}

#[test]
fn a_noun_uses_another_through_its_root() {
    assert_eq!(of("case/state.rs", "use crate::sla::Clock;").len(), 0);
    assert_eq!(
        of("case/state.rs", "use crate::sla::{Clock, Goal};").len(),
        0
    );
    assert_eq!(of("case/state.rs", "use crate::case::rules::due;").len(), 0);
    let faults = of("case/state.rs", "use crate::sla::state::Clock;");
    assert_eq!(
        faults,
        ["src/case/state.rs:1: `case` reaches into `sla`: sla::state::Clock"]
    );
}

#[test]
fn the_words_of_the_outside_are_found_in_code_only() {
    assert_eq!(of("work/x.rs", "async fn f() {}").len(), 1);
    assert_eq!(
        of("work/x.rs", "fn f(x: &dyn Fn()) -> impl Future {}").len(),
        2
    );
    assert_eq!(of("store/x.rs", "async fn f() {}").len(), 0);
    assert_eq!(
        of(
            "work/x.rs",
            "/// An async Future.\n// dyn\nlet x = \"dyn // y\";"
        )
        .len(),
        0
    );
    assert_eq!(of("work/x.rs", "let c = '\"'; let d: &dyn X;").len(), 1);
    assert_eq!(of("desk.rs", "let now = Utc::now();").len(), 1);
    assert_eq!(of("desk.rs", "use std::time::SystemTime;").len(), 1);
    assert_eq!(of("desk.rs", "let operand = brand;").len(), 0);
    assert_eq!(
        of(
            "work/x.rs",
            "#[cfg(test)]\nmod tests { use crate::desk::Desk; }"
        )
        .len(),
        0
    );
    assert_eq!(of("workforce/x.rs", "").len(), 1);
}
