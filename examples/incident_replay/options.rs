//! What the command line says.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use aftercare::kernel::Digest;

use crate::Result;

pub const USAGE: &str = "\
Replays an incident log through the desk and sums it up.

    incident_replay [FILE] [--db PATH] [--json] [--strict] [--fresh]

FILE       the log, plain CSV or gzip; the sample in examples/data when absent
--db PATH  the database; by default one for each log, in the directory for temporary files
--json     the summary as one JSON object
--strict   stop at the first bad row, with exit code 2
--fresh    begin anew instead of going on where a run was interrupted";

/// What the command line says.
pub struct Options {
    pub file: PathBuf,
    pub db: Option<PathBuf>,
    pub json: bool,
    pub strict: bool,
    pub fresh: bool,
}

impl Options {
    /// `None` when help is wanted.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self {
            file: sample(),
            db: None,
            json: false,
            strict: false,
            fresh: false,
        };
        let mut files = 0;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--json" => options.json = true,
                "--strict" => options.strict = true,
                "--fresh" => options.fresh = true,
                "--db" => {
                    let path = arguments.next().ok_or("--db wants a path")?;
                    options.db = Some(path.into());
                }
                "--help" | "-h" => return Ok(None),
                unknown if unknown.starts_with("--") => {
                    return Err(format!("unknown option {unknown}").into());
                }
                file => {
                    options.file = file.into();
                    files += 1;
                }
            }
        }
        if files > 1 {
            return Err("one log at a time".into());
        }
        Ok(Some(options))
    }

    /// Where the records go. By default the name is made from what is in the log, so that a log that was
    /// interrupted is gone on with, and another one does not end up in the same file.
    pub fn database(&self) -> Result<PathBuf> {
        match &self.db {
            Some(path) => Ok(path.clone()),
            None => {
                let name = format!("incident_replay-{:016x}.db", contents(&self.file)?);
                Ok(std::env::temp_dir().join(name))
            }
        }
    }
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/incident_events.csv.gz")
}

/// A hash of a file.
fn contents(file: &Path) -> Result<u64> {
    let cannot = |problem: io::Error| format!("cannot read {}: {problem}", file.display());
    let mut from = File::open(file).map_err(cannot)?;
    let mut sum = flate2::CrcWriter::new(io::sink());
    let length = io::copy(&mut from, &mut sum).map_err(cannot)?;
    let digest = Digest::public()
        .with_u128(length.into())
        .with_u128(sum.crc().sum().into());
    let [a, b, c, d, e, f, g, h, ..] = digest.finish().to_be_bytes();
    Ok(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// Removes a database with its log.
pub fn remove(database: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut path = database.as_os_str().to_owned();
        path.push(end);
        match fs::remove_file(&path) {
            Err(problem) if problem.kind() != ErrorKind::NotFound => return Err(problem.into()),
            _ => {}
        }
    }
    Ok(())
}
