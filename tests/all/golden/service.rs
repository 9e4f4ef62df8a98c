//! Shapes of plans, services, visits and technicians.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aftercare::calendar::{Recurrence, Rule, Zone};
use aftercare::code;
use aftercare::kernel::{
    AgendaId, CaseId, CustomerId, Effect, MessageId, OccurrenceId, PlanId, StaffId, UnitId, VisitId,
};
use aftercare::record::{Event, Record};
use aftercare::service::*;
use chrono::{DateTime, NaiveDate, Utc};

use super::values::{at, stamp};
use super::{golden, golden_enum};

const AYSE: CustomerId = CustomerId::from_u128(0xa1);
const PLAN: PlanId = PlanId::from_u128(0x91a);
const SERVICE: OccurrenceId = OccurrenceId::from_u128(0x0cc);
const VISIT: VisitId = VisitId::from_u128(0x715);
const DENIZ: StaffId = StaffId::from_u128(0xde);
const AGENDA: AgendaId = AgendaId::from_u128(0xa9e);
const UNIT: UnitId = UnitId::from_u128(0x0417);

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn usage(hour: u32, usage: u64) -> UsageAt {
    UsageAt {
        at: at(hour, 0),
        usage,
    }
}

fn later() -> DateTime<Utc> {
    at(18, 0)
}

fn every() -> MeterInterval {
    MeterInterval::every(10_000, code!("km")).with_lead(500)
}

fn triggers() -> Vec<DueWhen> {
    let rule = || Rule::every_months(6).sticky();
    let condition = |threshold| Condition {
        meter: code!("bar"),
        threshold,
    };
    vec![
        DueWhen::Calendar(rule()),
        DueWhen::Meter(every()),
        DueWhen::FirstOf(rule(), every()),
        DueWhen::AllOf(rule(), every()),
        DueWhen::Condition(condition(Threshold::AtLeast(8))),
        DueWhen::Condition(condition(Threshold::AtMost(2))),
    ]
}

pub fn full_terms() -> PlanTerms {
    let mut terms = PlanTerms::new(Zone::utc(), triggers().remove(2))
        .anchored(Anchor::LastCompletion)
        .first_at_start()
        .lasting(24)
        .with_horizon(45)
        .with_grace(7, 14)
        .on_working_days(code!("support"), HolidayShift::After)
        .without(on("2026-12-24"), on("2027-01-02"))
        .in_season((4, 15), (10, 14))
        .remind(14)
        .remind(2)
        .stale_after(3);
    terms.revision = 2;
    terms.team = Some(code!("field"));
    terms
}

fn bare_terms() -> PlanTerms {
    PlanTerms::by_calendar(Zone::utc(), Rule::every_years(1))
}

fn starting(terms: PlanTerms, unit: Option<UnitId>, ends_on: Option<NaiveDate>) -> PlanEvent {
    PlanEvent::Started(Box::new(Starting {
        customer: AYSE,
        unit,
        name: code!("care"),
        terms: Arc::new(terms),
        starts_on: on("2026-03-02"),
        ends_on,
        position: Position::starting(on("2026-03-02"), unit.is_some()),
    }))
}

fn plan_events() -> Vec<PlanEvent> {
    let date = Some(on("2026-09-02"));
    let reason = code!("moved");
    vec![
        starting(full_terms(), Some(UNIT), Some(on("2028-03-01"))),
        starting(bare_terms(), None, None),
        PlanEvent::Read(usage(9, 20_000)),
        PlanEvent::Reread {
            readings: vec![usage(9, 20_000), usage(10, 20_100)],
            base: None,
        },
        PlanEvent::LeftOut {
            date: on("2026-08-02"),
            why: Moved::Holiday,
        },
        PlanEvent::Planned {
            occurrence: SERVICE,
            date,
            due_on: on("2026-09-03"),
        },
        PlanEvent::Planned {
            occurrence: SERVICE,
            date: None,
            due_on: on("2026-09-03"),
        },
        PlanEvent::Looked {
            next_at: Some(later()),
        },
        PlanEvent::Looked { next_at: None },
        PlanEvent::Neglected {},
        PlanEvent::SwitchedOff {},
        PlanEvent::Attended {},
        PlanEvent::Rested {
            occurrence: SERVICE,
        },
        PlanEvent::Paused {
            reason: reason.clone(),
        },
        PlanEvent::Resumed {
            on: on("2026-09-10"),
        },
        PlanEvent::Requested {
            occurrence: SERVICE,
            on: on("2026-09-12"),
        },
        PlanEvent::Served {
            occurrence: SERVICE,
            date: Some(on("2026-09-12")),
            on: on("2026-09-14"),
            usage: Some(20_200),
            read_at: Some(at(11, 0)),
        },
        PlanEvent::Served {
            occurrence: SERVICE,
            date: Some(on("2026-09-12")),
            on: on("2026-09-14"),
            usage: None,
            read_at: None,
        },
        PlanEvent::Passed {
            occurrence: SERVICE,
        },
        PlanEvent::Transferred {
            to: CustomerId::from_u128(0xa2),
        },
        PlanEvent::Ended { reason },
        PlanEvent::Retracted {
            occurrence: SERVICE,
        },
        PlanEvent::Excused {},
        PlanEvent::Reread {
            readings: vec![usage(9, 19_000)],
            base: Some(19_000),
        },
        PlanEvent::Served {
            occurrence: SERVICE,
            date: None,
            on: on("2026-09-14"),
            usage: None,
            read_at: None,
        },
    ]
}

fn bases() -> Vec<Basis> {
    let projection = Projection {
        from: usage(9, 20_000),
        to: usage(10, 20_100),
    };
    vec![
        Basis::Calendar {},
        Basis::Usage {
            target: 30_000,
            reading: usage(11, 30_001),
        },
        Basis::Projected {
            target: 30_000,
            projection,
        },
        Basis::Condition {
            reading: usage(11, 9),
        },
        Basis::Request {},
    ]
}

fn dates(remind_at: Vec<DateTime<Utc>>) -> DueDates {
    DueDates {
        due_on: on("2026-09-03"),
        since: remind_at.first().map(|_| on("2026-08-27")),
        until: on("2026-09-17"),
        remind_at,
        overdue_at: later(),
    }
}

fn planning(unit: Option<UnitId>, moved: Option<Moved>, basis: Basis) -> OccurrenceEvent {
    OccurrenceEvent::Planned(Box::new(Planning {
        plan: PLAN,
        customer: AYSE,
        unit,
        name: code!("care"),
        scheduled_on: on("2026-09-02"),
        dates: dates(if unit.is_some() {
            vec![at(11, 0), at(12, 0)]
        } else {
            Vec::new()
        }),
        basis,
        moved,
        stuck: moved == Some(Moved::Season),
    }))
}

fn occurrence_events() -> Vec<OccurrenceEvent> {
    let reason = code!("moved");
    let message = Some(MessageId::from_u128(0x3e55));
    let done = Completion {
        on: on("2026-09-14"),
        usage: Some(20_200),
        visit: Some(VISIT),
    };
    vec![
        planning(Some(UNIT), Some(Moved::Blackout), bases().remove(2)),
        planning(None, None, bases().remove(0)),
        planning(None, Some(Moved::Season), bases().remove(4)),
        OccurrenceEvent::Foreseen {
            scheduled_on: Some(on("2026-09-04")),
            dates: dates(vec![at(12, 0)]),
            basis: bases().remove(1),
        },
        OccurrenceEvent::Reminded {
            message: MessageId::from_u128(0x3e55),
        },
        OccurrenceEvent::NotReminded {
            why: code!("customer.no_contact"),
        },
        OccurrenceEvent::Expired { message },
        OccurrenceEvent::Expired { message: None },
        OccurrenceEvent::Booked { visit: VISIT },
        OccurrenceEvent::Unbooked {},
        OccurrenceEvent::Postponed {
            dates: dates(Vec::new()),
            reason: reason.clone(),
        },
        OccurrenceEvent::Transferred {
            to: CustomerId::from_u128(0xa2),
            dates: None,
        },
        OccurrenceEvent::Dropped {
            reason: reason.clone(),
            rests: true,
        },
        OccurrenceEvent::Replanned {
            dates: dates(Vec::new()),
        },
        OccurrenceEvent::Done(done.clone()),
        OccurrenceEvent::Done(Completion {
            usage: None,
            visit: None,
            ..done
        }),
        OccurrenceEvent::Dropped {
            reason,
            rests: false,
        },
        OccurrenceEvent::Retracted {},
        OccurrenceEvent::Transferred {
            to: CustomerId::from_u128(0xa2),
            dates: Some(dates(vec![at(12, 0)])),
        },
    ]
}

fn full_visit() -> VisitPlan {
    VisitPlan {
        customer: AYSE,
        occurrence: Some(SERVICE),
        case: Some(CaseId::from_u128(0xca5e)),
        unit: Some(UNIT),
        follows: Some(VisitId::from_u128(0x714)),
        place: Place::Workshop,
        area: Some(code!("north")),
        minutes: 90,
        skills: BTreeSet::from([code!("gas")]),
        parts: BTreeSet::from([code!("belt")]),
    }
}

fn appointment() -> Appointment {
    Appointment {
        technician: DENIZ,
        from: at(13, 0),
        to: at(15, 0),
    }
}

fn visit_events() -> Vec<VisitEvent> {
    let appointment = appointment();
    vec![
        VisitEvent::Planned(Box::new(full_visit())),
        VisitEvent::Planned(Box::new(PlanVisit::new(AYSE, 60).0)),
        VisitEvent::Booked {
            appointment,
            report_by: None,
        },
        VisitEvent::Arrived {},
        VisitEvent::NoShow {
            absent: Absent::Customer,
        },
        VisitEvent::NoShow {
            absent: Absent::Technician,
        },
        VisitEvent::Booked {
            appointment,
            report_by: None,
        },
        VisitEvent::Booked {
            appointment,
            report_by: Some(at(18, 0)),
        },
        VisitEvent::Arrived {},
        VisitEvent::Done(Box::default()),
        VisitEvent::Done(Box::new(Findings {
            is_fixed: true,
            found: vec![code!("worn_belt")],
            readings: BTreeMap::from([(code!("km"), 20_200)]),
            parts: vec![code!("belt")],
            signature: Some(code!("scan-17")),
            over_at: Some(at(14, 30)),
        })),
        VisitEvent::Cancelled {
            reason: code!("moved"),
        },
        VisitEvent::Reacted {
            reaction: code!("survey"),
            effect: Effect::Done {
                what: code!("survey_planned"),
            },
        },
        VisitEvent::Transferred {
            to: CustomerId::from_u128(0xb2),
        },
        VisitEvent::Unreported {},
    ]
}

fn technician_events() -> Vec<TechnicianEvent> {
    let spec = TechnicianSpec::new(code!("support"));
    let full = spec
        .clone()
        .with_skill(code!("gas"))
        .in_area(code!("north"));
    vec![
        TechnicianEvent::Set(full.with_daily_capacity(6)),
        TechnicianEvent::Set(spec),
        TechnicianEvent::Retired {},
    ]
}

fn agenda_events() -> Vec<AgendaEvent> {
    let booking = Booking {
        visit: VISIT,
        from: at(13, 0),
        to: at(15, 0),
    };
    vec![
        AgendaEvent::Booked {
            technician: DENIZ,
            on: on("2026-03-02"),
            booking,
        },
        AgendaEvent::Freed { visit: VISIT },
        AgendaEvent::Ended {
            visit: VISIT,
            at: at(10, 30),
        },
    ]
}

#[test]
fn service_events_stay() {
    golden_enum("plan_event", &plan_events());
    golden_enum("occurrence_event", &occurrence_events());
    golden_enum("visit_event", &visit_events());
    golden_enum("technician_event", &technician_events());
    golden_enum("agenda_event", &agenda_events());
    golden_enum("service_trigger", &triggers());
    golden_enum("service_basis", &bases());
    golden("plan_terms", &[full_terms(), bare_terms()]);
}

#[test]
fn recurrences_stay() {
    let anchor = on("2026-01-31").and_hms_opt(9, 30, 0).unwrap();
    let recurrence = |text: &str| {
        let rule = text.parse::<Rule>().unwrap();
        Recurrence::new(rule, anchor, "Europe/Istanbul".parse().unwrap()).unwrap()
    };
    let rules = [
        "FREQ=MONTHLY;INTERVAL=6;SKIP=BACKWARD;X-MONTH-END=STICKY",
        "FREQ=YEARLY;COUNT=3;BYMONTH=4,10;BYDAY=+1MO,-1FR",
        "FREQ=WEEKLY;UNTIL=20270101T000000Z;BYDAY=MO,TU;BYHOUR=9,17;BYMINUTE=0;BYSECOND=30;WKST=SU",
        "FREQ=DAILY;UNTIL=20270101;BYMONTHDAY=1,-1;BYHOUR=1,2;BYSETPOS=-1;SKIP=FORWARD",
        "FREQ=DAILY;UNTIL=20270101T000000",
    ];
    golden("recurrence", &rules.map(recurrence));
}

/// One event of each kind.
pub fn events() -> Vec<Event> {
    vec![
        Event::Plan(PLAN, PlanEvent::Attended {}),
        Event::Occurrence(SERVICE, OccurrenceEvent::Unbooked {}),
        Event::Visit(VISIT, VisitEvent::Arrived {}),
        Event::Technician(Technician::id_of(DENIZ), TechnicianEvent::Retired {}),
        Event::Agenda(AGENDA, AgendaEvent::Freed { visit: VISIT }),
    ]
}

/// Records with everything in them, and with as little as can be.
pub fn records() -> Vec<Record> {
    let plans = plan_events();
    let mut full = Plan::begin(PLAN, &plans[0], &stamp(9, 0)).unwrap();
    let bare = Plan::begin(PLAN, &plans[1], &stamp(9, 0)).unwrap();
    for event in &plans[2..8] {
        full.apply(event, &stamp(10, 0));
    }
    full.apply(&PlanEvent::Neglected {}, &stamp(10, 0));
    let mut over = full.clone();
    for event in &plans[9..21] {
        over.apply(event, &stamp(11, 0));
    }
    let services = occurrence_events();
    let first = Occurrence::begin(SERVICE, &services[0], &stamp(9, 0)).unwrap();
    let planned = Occurrence::begin(SERVICE, &services[1], &stamp(9, 0)).unwrap();
    let stuck = Occurrence::begin(SERVICE, &services[2], &stamp(9, 0)).unwrap();
    let mut done = first.clone();
    for event in &services[3..17] {
        done.apply(event, &stamp(12, 0));
    }
    let mut rests = planned.clone();
    rests.apply(&services[12], &stamp(12, 0));
    let visits = visit_events();
    let mut visited = Visit::begin(VISIT, &visits[0], &stamp(9, 0)).unwrap();
    let bare_visit = Visit::begin(VISIT, &visits[1], &stamp(9, 0)).unwrap();
    let mut cancelled = bare_visit.clone();
    cancelled.apply(&visits[11], &stamp(10, 0));
    for event in visits[2..11]
        .iter()
        .filter(|event| !matches!(event, VisitEvent::Done(findings) if !findings.is_fixed))
    {
        visited.apply(event, &stamp(13, 0));
    }
    let technicians = technician_events();
    let technician =
        Technician::begin(Technician::id_of(DENIZ), &technicians[0], &stamp(9, 0)).unwrap();
    let mut retired = technician.clone();
    retired.apply(&technicians[2], &stamp(9, 0));
    let agendas = agenda_events();
    let agenda = Agenda::begin(AGENDA, &agendas[0], &stamp(9, 0)).unwrap();
    let mut empty = agenda.clone();
    empty.apply(&agendas[1], &stamp(9, 0));
    let mut records = Vec::new();
    records.extend([bare, full, over].map(|plan| Record::Plan(Arc::new(plan))));
    let services = [first, planned, stuck, done, rests];
    records.extend(services.map(|one| Record::Occurrence(Arc::new(one))));
    let mut waiting = bare_visit.clone();
    waiting.apply(&visits[7], &stamp(10, 0));
    let mut unreported = waiting.clone();
    unreported.apply(&visits[14], &stamp(19, 0));
    let visits = [bare_visit, cancelled, visited, waiting, unreported];
    records.extend(visits.map(|one| Record::Visit(Arc::new(one))));
    records.extend([technician, retired].map(|one| Record::Technician(Arc::new(one))));
    records.extend([agenda, empty].map(|one| Record::Agenda(Arc::new(one))));
    records
}
