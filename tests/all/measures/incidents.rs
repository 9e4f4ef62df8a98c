//! The figures of a real help desk, computed elsewhere, come out of the measures.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use aftercare::calendar::BusinessHours;
use aftercare::case::{CaseEvent, Opening};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{BasisPoints, By, CaseId, Code, CustomerId, Digest, Few, RequestId, Stamp};
use aftercare::measures::{Duration, Figures, Lens, Measures};
use aftercare::record::{Entry, Event, rank_of};
use aftercare::sla::{ClocksEvent, Fact, Noted, Speaker, StatusCategory};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};

/// What the log says of an incident as a whole, by its first and last row.
struct Incident {
    number: String,
    caller: String,
    channel: Channel,
    opened: DateTime<Utc>,
    resolved: Option<DateTime<Utc>>,
    closed: DateTime<Utc>,
    reassignments: u32,
    reopens: u32,
}

fn data(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/data")
        .join(name)
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let local = NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M").ok()?;
    Some(local.and_utc())
}

fn incidents() -> Vec<Incident> {
    let mut text = String::new();
    let file = std::fs::File::open(data("incident_events.csv.gz")).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let mut incidents = Vec::<Incident>::new();
    for row in rows.records() {
        let row = row.unwrap();
        let field = |name: &str| row.get(column(name)).unwrap().to_owned();
        let number = field("number");
        if incidents.last().is_none_or(|last| last.number != number) {
            incidents.push(Incident {
                caller: field("caller_id"),
                channel: match field("contact_type").as_str() {
                    "Phone" => Channel::Phone,
                    "Email" => Channel::Email,
                    _ => Channel::SelfService,
                },
                opened: instant(&field("opened_at")).unwrap(),
                number,
                resolved: None,
                closed: DateTime::UNIX_EPOCH,
                reassignments: 0,
                reopens: 0,
            });
        }
        let incident = incidents.last_mut().unwrap();
        incident.resolved = instant(&field("resolved_at"));
        incident.closed = instant(&field("closed_at")).unwrap();
        incident.reassignments = field("reassignment_count").parse().unwrap();
        incident.reopens = field("reopen_count").parse().unwrap();
    }
    incidents
}

fn number(text: &str) -> u128 {
    Digest::public().with_str(text).finish()
}

/// The journal that the log comes to.
fn journal(incidents: &[Incident], counts_unresolved: bool) -> Vec<Entry> {
    let mut journal = Vec::new();
    for incident in incidents {
        let id = CaseId::from_u128(number(&incident.number));
        // Callers that are not known are nobody's repeated contact.
        let caller = match incident.caller.as_str() {
            "?" => number(&incident.number),
            caller => number(caller),
        };
        let noted = |at, fact| CaseEvent::Clocks(Box::new(ClocksEvent::Noted(Noted { at, fact })));
        let mut add = |at: DateTime<Utc>, events: Vec<CaseEvent>| {
            journal.push(entry(at, id, events, journal.len()));
        };
        let opened = Fact::Opened {
            by: Speaker::Customer,
            public: true,
            category: StatusCategory::New,
        };
        let opening = opening(CustomerId::from_u128(caller), incident.channel);
        add(
            incident.opened,
            vec![opening, noted(incident.opened, opened)],
        );
        for _ in 0..incident.reassignments {
            let (from, to) = (code!("a"), code!("b"));
            let (bounce, packet) = (false, Vec::new());
            let transfer = CaseEvent::Transferred {
                from,
                to,
                bounce,
                packet,
            };
            add(incident.opened, vec![transfer]);
        }
        let moved = |at, to| noted(at, Fact::Moved { to });
        match incident.resolved {
            Some(at) => {
                for _ in 0..incident.reopens {
                    add(at, vec![moved(at, StatusCategory::Solved)]);
                    add(at, vec![moved(at, StatusCategory::Open)]);
                }
                add(at, vec![moved(at, StatusCategory::Solved)]);
            }
            None if counts_unresolved => {}
            None => {
                let reason = code!("no_resolution_known");
                add(incident.closed, vec![CaseEvent::CalledOff { reason }]);
            }
        }
        add(
            incident.closed,
            vec![moved(incident.closed, StatusCategory::Closed)],
        );
    }
    journal
}

fn opening(customer: CustomerId, channel: Channel) -> CaseEvent {
    CaseEvent::Opened(Box::new(Opening {
        customer,
        by: Speaker::Customer,
        channel: Some(channel),
        status: code!("new"),
        category: StatusCategory::New,
        priority: code!("normal"),
        topic: None,
        product: None,
        contract: None,
        team: None,
        reference: None,
        interaction: None,
        complaint: None,
        from: None,
        survey: None,
    }))
}

fn entry(at: DateTime<Utc>, id: CaseId, events: Vec<CaseEvent>, n: usize) -> Entry {
    Entry {
        stamp: Stamp {
            at,
            request: RequestId::from_u128(n as u128),
            by: By::System,
        },
        rank: rank_of(at) + n as i64,
        command: "import".into(),
        fingerprint: uuid::Uuid::nil(),
        events: events
            .into_iter()
            .map(|event| Event::Case(id, event))
            .collect(),
        customers: Few::new(),
        reason: None,
        unread: false,
    }
}

/// All figures, by channel and together, from pieces that are folded apart.
fn measured(journal: &[Entry], until: DateTime<Utc>) -> (Figures, BTreeMap<Option<Code>, u64>) {
    let noon_to_midnight = BusinessHours::weekdays("UTC", "12:00", "24:00").unwrap();
    let lens = Lens::default().with_hours(noon_to_midnight);
    let mut measures = Measures::new(lens.clone());
    for piece in journal.chunks(1_000) {
        let mut part = Measures::new(lens.clone());
        piece.iter().for_each(|entry| part.take(entry));
        measures.merge(part).unwrap();
    }
    let (mut whole, mut channels) = (Figures::default(), BTreeMap::new());
    for ((_, place), figures) in measures.figures(until).unwrap() {
        whole.merge(&figures);
        *channels.entry(place.channel).or_default() += figures.opened;
    }
    (whole, channels)
}

fn spread(duration: &Duration) -> Value {
    let hours = |ms: f64| (ms / 3_600_000.0 * 1e6).round() / 1e6;
    let spread = &duration.calendar;
    let at = |p| hours(spread.interpolated(BasisPoints::from_percent(p)).unwrap());
    json!({
        "n": spread.n(),
        "mean": hours(spread.mean().unwrap()),
        "p50": at(50),
        "p90": at(90),
        "max": hours(spread.most().unwrap() as f64),
    })
}

fn minutes(spread: &aftercare::satisfaction::Spread) -> u64 {
    u64::try_from(spread.sum() / 60_000).unwrap()
}

#[test]
fn the_known_figures_of_the_incident_log_come_out() {
    let expected = std::fs::read_to_string(data("incident_events.expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let incidents = incidents();
    let until = incidents
        .iter()
        .map(|incident| incident.closed)
        .max()
        .unwrap();

    let (figures, channels) = measured(&journal(&incidents, true), until);
    assert_eq!(json!(figures.opened), expected["incidents"]);
    assert_eq!(spread(&figures.closing), expected["opened_to_closed_h"]);
    assert_eq!(
        json!(minutes(&figures.closing.business)),
        expected["business_minutes_opened_to_closed"]
    );
    assert_eq!(json!(figures.transfers.sum()), expected["reassignments"]);
    let none = figures
        .transfers
        .points()
        .iter()
        .filter(|(n, _)| *n == 0)
        .count();
    assert_eq!(json!(none), expected["never_reassigned"]);
    assert_eq!(
        json!(figures.repeat_contact.successes()),
        expected["repeat_7d"]
    );
    for (log, ours) in [
        ("Phone", "phone"),
        ("Email", "email"),
        ("Self service", "self_service"),
    ] {
        let count = channels.get(&Some(Code::try_new(ours).unwrap())).unwrap();
        assert_eq!(json!(count), expected["channels"][log]);
    }

    let (figures, _) = measured(&journal(&incidents, false), until);
    assert_eq!(
        spread(&figures.full_resolution),
        expected["opened_to_resolved_h"]
    );
    assert_eq!(
        json!(minutes(&figures.full_resolution.business)),
        expected["business_minutes_opened_to_resolved"]
    );
    assert_eq!(
        json!(figures.excluded.get(&code!("no_resolution_known"))),
        expected["missing_resolved"]
    );
}

#[test]
fn the_reopened_are_those_of_the_log() {
    // A reopening is known even where no resolution is: here it counts from the closing.
    let mut incidents = incidents();
    for incident in &mut incidents {
        incident.resolved.get_or_insert(incident.closed);
    }
    let until = incidents
        .iter()
        .map(|incident| incident.closed)
        .max()
        .unwrap();
    let (figures, _) = measured(&journal(&incidents, true), until);
    assert_eq!((figures.reopened.successes(), figures.reopens), (22, 29));
}
