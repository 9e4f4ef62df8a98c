//! The log, line by line, as commands.

use std::collections::BTreeMap;

use aftercare::case::{
    AssignCase, FindCase, MoveCase, OpenCase, PrioritiseCase, RecordFact, TransferCase,
};
use aftercare::code;
use aftercare::customer::RegisterCustomer;
use aftercare::desk::Request;
use aftercare::kernel::{
    Actor, CaseId, Code, Context, CustomerId, Digest, Personal, RequestId, StaffId,
};
use aftercare::work::Command;
use chrono::{DateTime, Utc};

use crate::incident::{self, Claims};
use crate::log::{BadRow, Log, Row};
use crate::progress::Progress;
use crate::{HelpDesk, Result, rules};

/// How many requests are committed at a time.
const BATCH: usize = 400;
/// How many bad rows are listed.
const LISTED: usize = 20;

/// What became of the lines of a log.
#[derive(Default)]
pub struct Replayed {
    /// All of them.
    pub rows: u64,
    /// Those that an earlier run had replayed.
    pub before: u64,
    /// Those that could not be used, and the first few of them.
    pub skipped: u64,
    pub bad: Vec<BadRow>,
}

/// Replays those rows of a log that are `ours`. Rows that an earlier run replayed are passed over.
pub fn replay(
    desk: &HelpDesk,
    log: &mut Log,
    strict: bool,
    ours: impl Fn(&Row) -> bool,
) -> Result<Replayed> {
    let mut replayed = Replayed::default();
    let mut progress = Progress::begin();
    let mut replay = Replay {
        desk,
        open: BTreeMap::new(),
        requests: Vec::with_capacity(BATCH),
    };
    while let Some(row) = log.next()? {
        replayed.rows += 1;
        match row {
            Ok(row) if !ours(&row) => {}
            Ok(row) => replayed.before += u64::from(!replay.take(&row)?),
            Err(bad) if strict => return Err(bad.into()),
            Err(bad) => {
                replayed.skipped += 1;
                if replayed.bad.len() < LISTED {
                    replayed.bad.push(bad);
                }
            }
        }
        if replay.requests.len() >= BATCH {
            replay.commit()?;
        }
        progress.tell(replayed.rows, log.read() as f64 / log.size.max(1) as f64);
    }
    replay.commit()?;
    progress.end(replayed.rows);
    Ok(replayed)
}

struct Replay<'a> {
    desk: &'a HelpDesk,
    /// The incidents in hand; all others are in the desk.
    open: BTreeMap<Code, Standing>,
    /// What is to be committed next.
    requests: Vec<Request>,
}

/// How an incident stands once the requests so far are carried out.
struct Standing {
    case: CaseId,
    /// The desk had it before; some of its rows may have been replayed.
    is_known: bool,
    is_closed: bool,
    priority: Code,
    team: Code,
    assignee: Option<StaffId>,
    claims: Option<Claims>,
}

/// Which of a row's requests it is: their ids differ by this.
#[derive(Clone, Copy)]
enum Part {
    Open,
    Prioritise,
    Transfer,
    Assign,
    File,
    Move,
}

fn part(row: &Row, part: Part) -> RequestId {
    RequestId::derived(row.request, row.updated_at, part as u32)
}

impl Replay<'_> {
    /// Takes in a row; `false` when an earlier run did.
    fn take(&mut self, row: &Row) -> Result<bool> {
        let mut standing = match self.open.remove(&row.number) {
            Some(standing) => standing,
            None => match self.look_up(&row.number)? {
                Some(standing) => standing,
                None => self.open(row),
            },
        };
        // A row's requests are committed together, and the move is always one of them.
        let is_new = !standing.is_known || !self.was_replayed(row)?;
        if is_new {
            standing.is_known = false;
            self.bring_on(row, &mut standing);
        }
        self.open.insert(row.number.clone(), standing);
        Ok(is_new)
    }

    /// An incident as the desk has it.
    fn look_up(&self, number: &Code) -> Result<Option<Standing>> {
        let reference = number.clone();
        let Some(id) = self.desk.ask(&Actor::System, &FindCase { reference })? else {
            return Ok(None);
        };
        let Some(case) = self.desk.get(&Actor::System, id)? else {
            return Ok(None);
        };
        Ok(Some(Standing {
            case: id,
            is_known: true,
            is_closed: case.is_done(),
            priority: case.priority.clone(),
            team: case.route.team.clone().unwrap_or_else(rules::no_team),
            assignee: case.assignee,
            claims: incident::claims(self.desk, id)?,
        }))
    }

    fn was_replayed(&self, row: &Row) -> Result<bool> {
        let receipt = part(row, Part::Move);
        Ok(self.desk.get(&Actor::System, receipt)?.is_some())
    }

    /// The caller calls.
    fn open(&mut self, row: &Row) -> Standing {
        let caller = row.caller.as_deref();
        let customer = customer_of(caller);
        // The same request for each incident of a caller: the desk knows it again.
        let request = RequestId::from_uuid(customer.uuid());
        let name = caller.map_or("unknown caller".to_owned(), |caller| {
            format!("caller {caller}")
        });
        let register = RegisterCustomer::named(name).with_id(customer);
        self.push(row.opened_at, request, register);

        let request = part(row, Part::Open);
        let open = OpenCase {
            channel: row.channel,
            priority: Some(row.priority.clone()),
            team: Some(row.team.clone()),
            reference: Some(row.number.clone()),
            ..OpenCase::bare(customer)
        };
        self.push(row.opened_at, request, open);
        Standing {
            case: CaseId::derived(request, row.opened_at, 0),
            is_known: false,
            is_closed: false,
            priority: row.priority.clone(),
            team: row.team.clone(),
            assignee: None,
            claims: None,
        }
    }

    /// Whatever is different in this row.
    fn bring_on(&mut self, row: &Row, standing: &mut Standing) {
        let case = standing.case;
        let closes = row.state.as_str() == rules::CLOSED;
        // A closed case is not worked on: it has to be opened first, and closed last.
        if standing.is_closed {
            self.move_to(row, case);
        }
        if !(standing.is_closed && closes) {
            self.work_on(row, standing);
        }
        if standing.claims.as_ref() != Some(&row.claims) {
            let value = Personal::new(row.claims.to_text());
            let (fact, source) = (incident::fact(), code!("incident-log"));
            let file = RecordFact {
                case,
                fact,
                value,
                source,
            };
            self.push(row.updated_at, part(row, Part::File), file);
            standing.claims = Some(row.claims.clone());
        }
        if !standing.is_closed {
            self.move_to(row, case);
        }
        standing.is_closed = closes;
    }

    fn work_on(&mut self, row: &Row, standing: &mut Standing) {
        let case = standing.case;
        if standing.priority != row.priority {
            let to = row.priority.clone();
            let basis = aftercare::sla::Basis::Origin;
            let prioritise = PrioritiseCase { case, to, basis };
            self.push(row.updated_at, part(row, Part::Prioritise), prioritise);
            standing.priority = row.priority.clone();
        }
        if standing.team != row.team {
            let (to, packet) = (row.team.clone(), Default::default());
            let transfer = TransferCase { case, to, packet };
            self.push(row.updated_at, part(row, Part::Transfer), transfer);
            standing.team = row.team.clone();
            standing.assignee = None;
        }
        if standing.assignee != row.assignee {
            let to = row.assignee;
            self.push(
                row.updated_at,
                part(row, Part::Assign),
                AssignCase { case, to },
            );
            standing.assignee = to;
        }
    }

    /// Every row is a move, be it to the state the incident was in: so the journal has all of them.
    fn move_to(&mut self, row: &Row, case: CaseId) {
        let to = row.state.clone();
        self.push(row.updated_at, part(row, Part::Move), MoveCase { case, to });
    }

    fn push(
        &mut self,
        now: DateTime<Utc>,
        request: RequestId,
        command: impl Command + Send + Sync + 'static,
    ) {
        let context = Context::new(now, request, Actor::System);
        self.requests.push(Request::new(context, command));
    }

    /// Carries out what has gathered: all of it or, should the machine stop now, nothing.
    fn commit(&mut self) -> Result<()> {
        self.desk.run_all(&self.requests)?;
        self.requests.clear();
        self.open.retain(|_, standing| !standing.is_closed);
        Ok(())
    }
}

/// The customer that a caller is.
pub fn customer_of(caller: Option<&str>) -> CustomerId {
    let digest = Digest::public().with_str("caller");
    CustomerId::from_u128(digest.with_str(caller.unwrap_or("?")).finish())
}
