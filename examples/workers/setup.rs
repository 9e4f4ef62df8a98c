//! What the command line and the environment say.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aftercare::adapters::{NatsCourier, PostgresOptions, PostgresStore};
use aftercare::code;
use aftercare::rulebook::{RelayPolicy, Rulebook};
use aftercare::sla::{Action, Recipient, Target};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Result, rules};

pub const USAGE: &str = "\
Has many processes replay an incident log on one PostgreSQL and one NATS JetStream, and compares the
outcome with a single process.

    workers [FILE] [--workers N] [--kill] [--seed S] [--skew MS] [--json]

FILE         the log, plain CSV or gzip; the sample in examples/data when absent
--workers N  how many processes, 1 to 64; 4 when absent
--kill       ends workers at random and starts others in their place
--seed S     another order of chances
--skew MS    how many milliseconds the clock of the first worker is ahead
--json       the totals as one JSON object

AFTERCARE_POSTGRES_URL  postgresql://postgres@127.0.0.1:5432/test when absent
AFTERCARE_NATS_URL      nats://127.0.0.1:4222 when absent";

/// What the command line and the environment say.
#[derive(Clone)]
pub struct Setup {
    pub file: PathBuf,
    pub workers: u8,
    pub kill: bool,
    pub seed: u64,
    pub skew_ms: i64,
    pub json: bool,
    /// In a worker: which one it is.
    pub worker: Option<u8>,
    /// The schema, the stream and the prefix of its subjects.
    pub name: String,
    pub postgres: String,
    pub nats: String,
}

impl Setup {
    /// `None` when help is wanted.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let server = |variable: &str, usual: &str| {
            std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
        };
        let sample =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/incident_events.csv.gz");
        let mut setup = Self {
            file: sample,
            workers: 4,
            kill: false,
            seed: 1,
            skew_ms: 0,
            json: false,
            worker: None,
            name: format!(
                "aftercare_workers_{}_{}",
                std::process::id(),
                Utc::now().timestamp_micros()
            ),
            postgres: server(
                "AFTERCARE_POSTGRES_URL",
                "postgresql://postgres@127.0.0.1:5432/test",
            ),
            nats: server("AFTERCARE_NATS_URL", "nats://127.0.0.1:4222"),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                "--workers" => setup.workers = value()?.parse()?,
                "--kill" => setup.kill = true,
                "--seed" => setup.seed = value()?.parse()?,
                "--skew" => setup.skew_ms = value()?.parse()?,
                "--json" => setup.json = true,
                "--worker" => setup.worker = Some(value()?.parse()?),
                "--name" => setup.name = value()?,
                "--help" | "-h" => return Ok(None),
                unknown if unknown.starts_with("--") => {
                    return Err(format!("unknown option {unknown}").into());
                }
                file => setup.file = file.into(),
            }
        }
        if !(1..=64).contains(&setup.workers) {
            return Err("1 to 64 workers".into());
        }
        Ok(Some(setup))
    }

    /// The arguments that start a worker.
    pub fn of_worker(&self, number: u8) -> Vec<String> {
        let mut arguments = vec![self.file.display().to_string()];
        for (name, value) in [
            ("--workers", self.workers.to_string()),
            ("--worker", number.to_string()),
            ("--name", self.name.clone()),
            (
                "--skew",
                if number == 0 { self.skew_ms } else { 0 }.to_string(),
            ),
        ] {
            arguments.extend([name.to_owned(), value]);
        }
        arguments
    }

    pub async fn store(&self) -> Result<PostgresStore> {
        let options = PostgresOptions::new(&self.name).connections(4);
        let store = options.open(&self.postgres).await;
        store.map_err(|problem| format!("{problem} ({})\n{START_POSTGRES}", problem.code()).into())
    }

    pub async fn courier(&self) -> Result<NatsCourier> {
        let courier = NatsCourier::connect(&self.nats, &self.name).await;
        let courier = courier.map_err(|problem| format!("{problem}\n{START_NATS}"))?;
        courier
            .ensure_stream(&self.name)
            .await
            .map_err(|problem| format!("no stream: {problem}\n{START_NATS}"))?;
        Ok(courier)
    }

    /// What this worker's clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::milliseconds(self.skew_ms)
    }
}

const START_POSTGRES: &str = "\
Is PostgreSQL running? On Debian: apt-get install postgresql, then let postgres in without a password
or set AFTERCARE_POSTGRES_URL=postgresql://NAME:PASSWORD@HOST:5432/DATABASE";
const START_NATS: &str = "\
Is NATS running, with JetStream? nats-server -js, or set AFTERCARE_NATS_URL=nats://HOST:4222";

/// The rules of the help desk; beyond these whoever has the case is told when a promise is broken, so that there is
/// something to hand over, and the journal is marked for a follower.
pub fn rulebook() -> Result<Rulebook> {
    let mut spec = rules::spec()?;
    spec.feed = true;
    // Short leases, so that what a killed worker held is soon free.
    spec.relay = RelayPolicy {
        lease_ms: 3_000,
        first_wait_ms: 200,
        longest_wait_ms: 2_000,
        attempts: 1_000,
    };
    for policy in &mut spec.sla {
        for target in &mut policy.targets {
            let tell = Action::Notify {
                to: Recipient::Assignee,
                template: code!("sla.breached"),
            };
            let told =
                Target::clone(target).with_step(code!("breached"), TimeDelta::zero(), [tell]);
            *target = Arc::new(told);
        }
    }
    Ok(Rulebook::try_new(spec, rules::secret())?)
}
