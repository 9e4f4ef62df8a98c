//! What is true of every plan and every visit, whatever happens to them.

use aftercare::code;
use aftercare::kernel::{OccurrenceId, StaffId, VisitId};
use aftercare::service::{
    Absent, Anchor, BeginVisit, BookVisit, CancelVisit, CompleteVisit, DropService, EndPlan,
    HolidayShift, MissVisit, PausePlan, Placement, PlanTerms, PlanVisit, PostponeService,
    RecordService, RequestService, ResumePlan, place,
};
use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::world::{World, monthly, on, reason};
use crate::common::assert_told;

/// One thing that somebody does, whether it can be done or not.
#[derive(Clone, Debug)]
enum Doing {
    Wait(u32),
    Record,
    Postpone(usize, u64),
    Drop(usize),
    Request(u64),
    Pause,
    Resume,
    End,
    Plan(usize),
    Book(usize, i64),
    Begin(usize),
    Miss(usize),
    Complete(usize, bool),
    Cancel(usize),
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        4 => (1_u32..40).prop_map(Doing::Wait),
        2 => Just(Doing::Record),
        1 => (0_usize..4, 0_u64..50).prop_map(|(n, days)| Doing::Postpone(n, days)),
        1 => (0_usize..4).prop_map(Doing::Drop),
        1 => (0_u64..30).prop_map(Doing::Request),
        1 => Just(Doing::Pause),
        1 => Just(Doing::Resume),
        1 => Just(Doing::End),
        1 => (0_usize..4).prop_map(Doing::Plan),
        2 => (0_usize..4, 0_i64..100).prop_map(|(n, hours)| Doing::Book(n, hours)),
        1 => (0_usize..4).prop_map(Doing::Begin),
        1 => (0_usize..4).prop_map(Doing::Miss),
        1 => (0_usize..4, any::<bool>()).prop_map(|(n, fixed)| Doing::Complete(n, fixed)),
        1 => (0_usize..4).prop_map(Doing::Cancel),
    ]
}

fn terms(anchor: Anchor, shift: Option<HolidayShift>) -> PlanTerms {
    let terms = monthly()
        .anchored(anchor)
        .with_horizon(45)
        .remind(10)
        .with_grace(2, 4)
        .stale_after(4);
    match shift {
        Some(shift) => terms.on_working_days(code!("field"), shift),
        None => terms,
    }
}

fn play(world: &World, story: &[Doing]) {
    let plan = world.start();
    let deniz: StaffId = world.technician(7);
    let mut visits: Vec<VisitId> = Vec::new();
    for doing in story {
        let services: Vec<OccurrenceId> = world.services().iter().map(|one| one.id).collect();
        let service = |n: usize| services.iter().rev().nth(n).copied();
        let visit = |n: usize| visits.iter().rev().nth(n).copied();
        let today = world.now().date_naive();
        // Whatever cannot be done is refused and changes nothing; nothing panics.
        match doing {
            Doing::Wait(days) => world.until(&(today + Days::new((*days).into())).to_string()),
            Doing::Record => drop(world.try_run(RecordService::new(plan))),
            Doing::Postpone(n, days) => {
                if let Some(occurrence) = service(*n) {
                    let to = today + Days::new(*days);
                    drop(world.try_run(PostponeService {
                        occurrence,
                        to,
                        reason: reason(),
                    }));
                }
            }
            Doing::Drop(n) => {
                if let Some(occurrence) = service(*n) {
                    drop(world.try_run(DropService {
                        occurrence,
                        reason: reason(),
                    }));
                }
            }
            Doing::Request(days) => {
                let on = Some(today + Days::new(*days));
                drop(world.try_run(RequestService { plan, on }));
            }
            Doing::Pause => drop(world.try_run(PausePlan {
                plan,
                reason: reason(),
            })),
            Doing::Resume => drop(world.try_run(ResumePlan { plan })),
            Doing::End => drop(world.try_run(EndPlan {
                plan,
                reason: reason(),
            })),
            Doing::Plan(n) => {
                let visit = PlanVisit::new(world.customer, 60);
                let visit = match service(*n) {
                    Some(service) => visit.for_service(service),
                    None => visit,
                };
                visits.extend(world.try_run(visit).ok());
            }
            Doing::Book(n, hours) => {
                if let Some(visit) = visit(*n) {
                    let from = world.now() + TimeDelta::hours(*hours);
                    let to = from + TimeDelta::hours(1);
                    drop(world.try_run(BookVisit {
                        visit,
                        technician: deniz,
                        from,
                        to,
                    }));
                }
            }
            Doing::Begin(n) => {
                if let Some(visit) = visit(*n) {
                    drop(world.try_run(BeginVisit { visit }));
                }
            }
            Doing::Miss(n) => {
                if let Some(visit) = visit(*n) {
                    drop(world.try_run(MissVisit {
                        visit,
                        absent: Absent::Technician,
                    }));
                }
            }
            Doing::Complete(n, fixed) => {
                if let Some(visit) = visit(*n) {
                    let done = if *fixed {
                        CompleteVisit::fixed(visit)
                    } else {
                        CompleteVisit::unfixed(visit, 60)
                    };
                    visits.extend(world.try_run(done).ok().flatten());
                }
            }
            Doing::Cancel(n) => {
                if let Some(visit) = visit(*n) {
                    drop(world.try_run(CancelVisit {
                        visit,
                        reason: reason(),
                    }));
                }
            }
        }
    }
}

fn shift() -> impl Strategy<Value = Option<HolidayShift>> {
    prop::sample::select(vec![
        None,
        Some(HolidayShift::Before),
        Some(HolidayShift::After),
        Some(HolidayShift::Skip),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_stored_is_what_its_events_make_up(
        anchor in prop::sample::select(vec![Anchor::Start, Anchor::LastRequest, Anchor::LastCompletion]),
        shift in shift(),
        story in prop::collection::vec(doing(), 1..30),
    ) {
        let world = World::with(terms(anchor, shift), "2026-01-15");
        play(&world, &story);
        assert_told(world.desk.store());
        // No service before the plan starts, and no date of one count twice.
        let services = world.services();
        prop_assert!(services.iter().all(|one| one.scheduled_on >= on("2026-01-15")));
        if anchor == Anchor::LastCompletion {
            prop_assert!(services.iter().filter(|one| one.status.is_open()).count() <= 2);
        }
    }
}

proptest! {
    #[test]
    fn wherever_a_service_is_moved_it_may_lie(
        day in 0_u64..400, shift in shift(), before in 1_u64..20, after in 1_u64..20, early in 0_u32..6, late in 0_u32..6,
        closed in prop::collection::btree_set(0_u32..7, 0..6), black in 0_u64..400, length in 0_u64..12,
    ) {
        let date = |days: u64| on("2026-01-01") + Days::new(days);
        let mut terms = terms(Anchor::Start, shift).with_grace(early, late);
        terms = terms.without(date(black), date(black + length));
        let due = date(day);
        let neighbours = (Some(due - Days::new(before)), Some(due + Days::new(after)));
        let is_working = |date: NaiveDate| !closed.contains(&date.weekday().num_days_from_monday());
        let is_black = |on: NaiveDate| date(black) <= on && on <= date(black + length);
        let may_lie = |on: NaiveDate| !is_black(on) && (shift.is_none() || is_working(on));
        match place(&terms, due, neighbours, is_working) {
            Placement::AsDue => prop_assert!(may_lie(due)),
            Placement::Moved { to, .. } => {
                prop_assert!(may_lie(to) && !may_lie(due));
                prop_assert!(neighbours.0.unwrap() < to && to < neighbours.1.unwrap());
            }
            Placement::Stuck { .. } => {
                prop_assert!(is_black(due));
                let within = (1..=late.into()).map(|days| due + Days::new(days)).chain((1..=early.into()).map(|days| due - Days::new(days)));
                let mut within = within.filter(|on| neighbours.0.unwrap() < *on && *on < neighbours.1.unwrap());
                prop_assert!(!within.any(may_lie), "there was another date");
            }
            Placement::LeftOut { .. } => prop_assert!(!may_lie(due) && shift.is_some()),
        }
    }
}
