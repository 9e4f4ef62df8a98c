//! The incident log: one line for each change of an incident.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use aftercare::interaction::Channel;
use aftercare::kernel::{Code, Digest, RequestId, StaffId};
use chrono::{DateTime, NaiveDateTime, Utc};
use csv::{Reader, ReaderBuilder, StringRecord};

use crate::incident::Claims;
use crate::{Result, rules};

/// How the log says that it does not know.
const UNKNOWN: &str = "?";

/// A line that says nothing that can be used.
#[derive(Debug)]
pub struct BadRow {
    pub line: u64,
    pub problem: String,
}

impl std::fmt::Display for BadRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for BadRow {}

/// One line: how an incident stood after one change.
pub struct Row {
    /// Names the line by what it says; the ids of its requests are made from it.
    pub request: RequestId,
    pub number: Code,
    pub state: Code,
    pub priority: Code,
    /// Who called, if the log knows.
    pub caller: Option<String>,
    pub channel: Option<Channel>,
    /// The assignment group.
    pub team: Code,
    pub assignee: Option<StaffId>,
    pub opened_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// What the log says about the incident as a whole.
    pub claims: Claims,
}

/// A log, read line by line.
pub struct Log {
    rows: Reader<Box<dyn BufRead>>,
    columns: Columns,
    record: StringRecord,
    /// Bytes of the file, and how many of them were read.
    pub size: u64,
    read: Rc<Cell<u64>>,
}

impl Log {
    /// Opens a log, plain or gzip.
    pub fn open(path: &Path) -> Result<Self> {
        let cannot = |problem| format!("cannot read {}: {problem}", path.display());
        let file = File::open(path).map_err(cannot)?;
        let size = file.metadata().map_err(cannot)?.len();
        let read = Rc::new(Cell::new(0));
        let mut bytes = BufReader::new(Counted {
            inner: file,
            read: Rc::clone(&read),
        });
        let is_gzip = bytes.fill_buf().map_err(cannot)?.starts_with(&[0x1f, 0x8b]);
        let text: Box<dyn BufRead> = if is_gzip {
            Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(bytes)))
        } else {
            Box::new(bytes)
        };
        // A line of another length is a bad row, not the end.
        let mut rows = ReaderBuilder::new().flexible(true).from_reader(text);
        let columns = Columns::find(rows.headers()?)?;
        Ok(Self {
            rows,
            columns,
            record: StringRecord::new(),
            size,
            read,
        })
    }

    /// How many bytes of the file were read.
    pub fn read(&self) -> u64 {
        self.read.get()
    }

    /// The next line; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Result<Row, BadRow>>> {
        match self.rows.read_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let line = self.record.position().map_or(0, csv::Position::line);
                let row = self.columns.row(&self.record);
                Ok(Some(row.map_err(|problem| BadRow { line, problem })))
            }
            Err(problem) => match problem.kind() {
                csv::ErrorKind::Utf8 { pos, .. } => Ok(Some(Err(BadRow {
                    line: pos.as_ref().map_or(0, csv::Position::line),
                    problem: "not UTF-8".to_owned(),
                }))),
                _ => Err(problem.into()),
            },
        }
    }
}

struct Counted {
    inner: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.read.set(self.read.get() + length as u64);
        Ok(length)
    }
}

/// Where in a line the columns are that are used.
struct Columns {
    width: usize,
    number: usize,
    state: usize,
    reassignments: usize,
    reopens: usize,
    made_sla: usize,
    caller: usize,
    opened_at: usize,
    updated_at: usize,
    contact_type: usize,
    priority: usize,
    team: usize,
    assignee: usize,
    resolved_at: usize,
    closed_at: usize,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self> {
        let place = |name: &str| {
            let found = header.iter().position(|column| column.trim() == name);
            found.ok_or_else(|| format!("the log has no column `{name}`"))
        };
        Ok(Self {
            width: header.len(),
            number: place("number")?,
            state: place("incident_state")?,
            reassignments: place("reassignment_count")?,
            reopens: place("reopen_count")?,
            made_sla: place("made_sla")?,
            caller: place("caller_id")?,
            opened_at: place("opened_at")?,
            updated_at: place("sys_updated_at")?,
            contact_type: place("contact_type")?,
            priority: place("priority")?,
            team: place("assignment_group")?,
            assignee: place("assigned_to")?,
            resolved_at: place("resolved_at")?,
            closed_at: place("closed_at")?,
        })
    }

    fn row(&self, record: &StringRecord) -> Result<Row, String> {
        if record.len() != self.width {
            return Err(format!("{} fields, not {}", record.len(), self.width));
        }
        let field = |place: usize| {
            let text = record.get(place).unwrap_or_default().trim();
            (!text.is_empty() && text != UNKNOWN).then_some(text)
        };
        let need = |place, name: &str| field(place).ok_or_else(|| format!("no {name}"));
        let instant = |place, name| field(place).map(|text| time(text, name)).transpose();

        let number = word(need(self.number, "number")?, "number")?;
        let state = need(self.state, "incident_state")?;
        let priority = need(self.priority, "priority")?;
        let contact = field(self.contact_type);
        Ok(Row {
            request: request_of(record),
            number,
            state: rules::status(state).ok_or_else(|| format!("unknown state `{state}`"))?,
            priority: rules::priority(priority)
                .ok_or_else(|| format!("unknown priority `{priority}`"))?,
            caller: field(self.caller).map(str::to_owned),
            channel: contact
                .map(|name| {
                    rules::channel(name).ok_or_else(|| format!("unknown contact_type `{name}`"))
                })
                .transpose()?,
            team: field(self.team).map_or_else(
                || Ok(rules::no_team()),
                |name| word(name, "assignment_group"),
            )?,
            assignee: field(self.assignee).map(staff),
            opened_at: time(need(self.opened_at, "opened_at")?, "opened_at")?,
            updated_at: time(need(self.updated_at, "sys_updated_at")?, "sys_updated_at")?,
            claims: Claims {
                made_sla: flag(need(self.made_sla, "made_sla")?, "made_sla")?,
                resolved_at: instant(self.resolved_at, "resolved_at")?,
                closed_at: instant(self.closed_at, "closed_at")?,
                reassignments: count(
                    need(self.reassignments, "reassignment_count")?,
                    "reassignment_count",
                )?,
                reopens: count(need(self.reopens, "reopen_count")?, "reopen_count")?,
            },
        })
    }
}

/// The times of the log name no zone; they are taken as UTC.
fn time(text: &str, name: &str) -> Result<DateTime<Utc>, String> {
    NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M")
        .map(|time| time.and_utc())
        .map_err(|_| format!("{name} is not a date and time: `{text}`"))
}

fn word(text: &str, name: &str) -> Result<Code, String> {
    Code::try_new(text).map_err(|problem| format!("{name}: {problem}"))
}

fn flag(text: &str, name: &str) -> Result<bool, String> {
    text.to_ascii_lowercase()
        .parse()
        .map_err(|_| format!("{name} is neither true nor false: `{text}`"))
}

fn count(text: &str, name: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("{name} is not a number: `{text}`"))
}

fn staff(name: &str) -> StaffId {
    StaffId::from_u128(Digest::public().with_str("staff").with_str(name).finish())
}

/// The same line is the same request, whichever file it stands in.
fn request_of(record: &StringRecord) -> RequestId {
    let digest = record.iter().fold(
        Digest::public().with_str("incident event"),
        |digest, field| digest.with_str(field),
    );
    RequestId::from_u128(digest.finish())
}
