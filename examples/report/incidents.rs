//! The log of a help desk as a journal, and what the measures make of it.

use std::path::Path;

use aftercare::calendar::BusinessHours;
use aftercare::case::{CaseEvent, Opening};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{By, CaseId, Code, CustomerId, Digest, Few, RequestId, Stamp};
use aftercare::measures::{Lens, Measures};
use aftercare::record::{Entry, Event, rank_of};
use aftercare::sla::{
    ClockEvent, ClockKey, ClocksEvent, Fact, Metric, Noted, Origin, Speaker, StatusCategory,
};
use chrono::{DateTime, NaiveDateTime, Utc};

use crate::{Cells, Result, columns, table};

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M").ok()?;
    Some(local.and_utc())
}

fn number(text: &str) -> u128 {
    Digest::public().with_str(text).finish()
}

fn category(state: &str) -> StatusCategory {
    match state {
        "New" => StatusCategory::New,
        "Awaiting User Info" => StatusCategory::WaitingOnCustomer,
        "Awaiting Vendor" | "Awaiting Problem" | "Awaiting Evidence" => StatusCategory::OnHold,
        "Resolved" => StatusCategory::Solved,
        "Closed" => StatusCategory::Closed,
        _ => StatusCategory::Open,
    }
}

/// An incident while its rows are read.
struct Incident {
    number: String,
    id: CaseId,
    state: StatusCategory,
    team: String,
    made_sla: bool,
    updated_at: DateTime<Utc>,
}

/// The figures of the log, by month, channel, team and category.
pub fn cells() -> Result<Cells> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/incident_events.csv.gz");
    let mut rows = table(&path)?;
    let names = [
        "number",
        "incident_state",
        "made_sla",
        "caller_id",
        "opened_at",
        "sys_updated_at",
        "contact_type",
        "category",
        "assignment_group",
    ];
    let [
        number_at,
        state_at,
        made_at,
        caller_at,
        opened_at,
        updated_at,
        contact_at,
        category_at,
        group_at,
    ] = columns(&mut rows, names)?;
    let noon_to_midnight = BusinessHours::weekdays("UTC", "12:00", "24:00")?;
    let mut journal = Journal {
        measures: Measures::new(Lens::default().with_hours(noon_to_midnight)),
        entries: 0,
        last: DateTime::UNIX_EPOCH,
    };
    let mut current: Option<Incident> = None;
    for row in rows.into_records() {
        let row = row?;
        let field = |column: usize| row.get(column).unwrap_or_default();
        let updated = instant(field(updated_at)).ok_or("no time")?;
        let team = field(group_at).to_owned();
        let made_sla = field(made_at) == "true";
        let mut incident = match current.take() {
            Some(incident) if incident.number == field(number_at) => incident,
            before => {
                if let Some(before) = before {
                    journal.judge(&before);
                }
                let opened = instant(field(opened_at)).ok_or("no time")?;
                let id = CaseId::from_u128(number(field(number_at)));
                // Callers that are not known are nobody's repeated contact.
                let caller = match field(caller_at) {
                    "?" => id.as_u128(),
                    caller => number(caller),
                };
                let opening = opening(caller, field(contact_at), field(category_at), &team);
                journal.tell(opened, id, opening);
                let by = Speaker::Customer;
                let category = StatusCategory::New;
                journal.note(
                    opened,
                    id,
                    Fact::Opened {
                        by,
                        public: true,
                        category,
                    },
                );
                Incident {
                    number: field(number_at).to_owned(),
                    id,
                    state: StatusCategory::New,
                    team: team.clone(),
                    made_sla,
                    updated_at: updated,
                }
            }
        };
        if incident.team != team {
            let (from, to) = (word(&incident.team), word(&team));
            let transfer = CaseEvent::Transferred {
                from,
                to,
                bounce: false,
                packet: Vec::new(),
            };
            journal.tell(updated, incident.id, transfer);
            incident.team = team;
        }
        incident.made_sla = made_sla;
        incident.updated_at = updated;
        let to = category(field(state_at));
        if incident.state != to {
            journal.note(updated, incident.id, Fact::Moved { to });
            incident.state = to;
        }
        current = Some(incident);
    }
    if let Some(last) = current {
        journal.judge(&last);
    }
    Ok(journal.measures.figures(journal.last)?)
}

fn word(text: &str) -> Code {
    Code::try_new(text).unwrap_or(code!("none"))
}

fn opening(caller: u128, contact: &str, category: &str, team: &str) -> CaseEvent {
    let channel = match contact {
        "Phone" => Some(Channel::Phone),
        "Email" => Some(Channel::Email),
        "Self service" => Some(Channel::SelfService),
        _ => None,
    };
    CaseEvent::Opened(Box::new(Opening {
        customer: CustomerId::from_u128(caller),
        by: Speaker::Customer,
        channel,
        status: code!("new"),
        category: StatusCategory::New,
        priority: code!("normal"),
        topic: Code::try_new(category).ok(),
        product: None,
        contract: None,
        team: Some(word(team)),
        reference: None,
        interaction: None,
        complaint: None,
        from: None,
        survey: None,
    }))
}

struct Journal {
    measures: Measures,
    entries: u32,
    last: DateTime<Utc>,
}

impl Journal {
    fn note(&mut self, at: DateTime<Utc>, id: CaseId, fact: Fact) {
        let noted = ClocksEvent::Noted(Noted { at, fact });
        self.tell(at, id, CaseEvent::Clocks(Box::new(noted)));
    }

    /// The help desk's own verdict about its promise.
    fn judge(&mut self, incident: &Incident) {
        let at = incident.updated_at;
        let clock = ClockKey {
            group: None,
            metric: Metric::Resolution,
            origin: Origin::Creation,
        };
        let event = match incident.made_sla {
            true => ClockEvent::Met {
                consumed_ms: 0,
                breached: false,
            },
            false => ClockEvent::Breached {
                breach: breach(at),
                next_at: None,
            },
        };
        let event = ClocksEvent::Clock { clock, at, event };
        self.tell(at, incident.id, CaseEvent::Clocks(Box::new(event)));
    }

    fn tell(&mut self, at: DateTime<Utc>, id: CaseId, event: CaseEvent) {
        self.entries += 1;
        self.last = self.last.max(at);
        self.measures.take(&Entry {
            stamp: Stamp {
                at,
                request: RequestId::from_u128(self.entries.into()),
                by: By::System,
            },
            rank: rank_of(at) + i64::from(self.entries),
            command: "import".into(),
            fingerprint: uuid::Uuid::nil(),
            events: [Event::Case(id, event)].into(),
            customers: Few::new(),
            reason: None,
            unread: false,
        });
    }
}

fn breach(at: DateTime<Utc>) -> aftercare::sla::Breach {
    aftercare::sla::Breach {
        policy: code!("log"),
        revision: 1,
        group: None,
        target: code!("made_sla"),
        metric: Metric::Resolution,
        origin: Origin::Creation,
        cycle: 1,
        due_at: at,
        noticed_at: at,
    }
}
