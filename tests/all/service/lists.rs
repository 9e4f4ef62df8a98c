//! What a desk has before it: what is overdue, what waits, and what a unit has.

use std::cell::RefCell;

use aftercare::code;
use aftercare::kernel::{Actor, CustomerId, UnitId, VisitId};
use aftercare::prelude::{MergeCustomers, RecordUnit, TransferUnit};
use aftercare::record::{Batch, Commit, Key, Page, Query, Row};
use aftercare::service::{
    BeginVisit, CancelVisit, CompleteVisit, DropService, OpenServices, OpenVisits, OverdueServices,
    PlanVisit, PlansOf, PlansOfUnit, RecordService, ServicesOf, StartPlan, VisitsOf, VisitsOfUnit,
    VisitsToBook,
};
use aftercare::store::{MemoryStore, Store};
use chrono::TimeDelta;

use super::world::{World, at, book, monthly, on, reason, spec};

fn ids(visits: &[std::sync::Arc<aftercare::service::Visit>]) -> Vec<VisitId> {
    visits.iter().map(|visit| visit.id).collect()
}

#[test]
fn overdue_services_of_all_customers_are_listed_whether_or_not_somebody_woke_them() {
    let world = World::with(monthly().with_horizon(40).with_grace(0, 5), "2026-01-15");
    let first = world.start();
    let can = world.reachable("Can");
    world.run(StartPlan::new(can, code!("care")).starting(on("2026-01-10")));
    let overdue = |then: &str| -> Vec<(CustomerId, String)> {
        let ask = OverdueServices::new(at(then));
        let page = world.ask(&ask);
        assert_eq!(page.next, None);
        let line = |one: &std::sync::Arc<aftercare::service::Occurrence>| {
            (one.customer, one.dates.due_on.to_string())
        };
        page.services.iter().map(line).collect()
    };
    assert!(overdue("2026-02-15T22:59:59Z").is_empty());
    let of_can = (can, "2026-02-10".to_owned());
    let of_ayse = (world.customer, "2026-02-15".to_owned());
    // The day after the last one on time begins at midnight in Berlin.
    let both = [of_can.clone(), of_ayse];
    assert_eq!(overdue("2026-02-15T23:00:00Z"), &both[..1]);
    assert_eq!(overdue("2026-02-20T23:00:00Z"), both);
    // Booked it is overdue all the same, done it is not.
    world.until("2026-02-16");
    let deniz = world.technician(7);
    let service = world.services()[0].id;
    let visit = world.run(PlanVisit::new(world.customer, 60).for_service(service));
    world.run(book(visit, deniz, "2026-02-24T09:00:00Z"));
    world.until("2026-02-23");
    assert_eq!(overdue("2026-02-23T08:00:00Z"), both);
    world.run(RecordService::new(first));
    assert_eq!(overdue("2026-02-23T08:00:00Z"), [of_can]);
    let given_up = world.ask(&OverdueServices::new(world.now())).services[0].id;
    world.run(DropService {
        occurrence: given_up,
        reason: reason(),
    });
    assert!(overdue("2026-02-23T08:00:00Z").is_empty());
}

#[test]
fn a_long_list_comes_in_pages() {
    let world = World::with(monthly(), "2026-01-15");
    let visits: Vec<_> = (0..5)
        .map(|_| world.run(PlanVisit::new(world.customer, 30)))
        .collect();
    let mut found = Vec::new();
    let mut ask = VisitsToBook {
        limit: 2,
        ..VisitsToBook::default()
    };
    loop {
        let page = world.ask(&ask);
        assert!(page.visits.len() <= 2);
        found.extend(ids(&page.visits));
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    let mut expected = visits.clone();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let mut mine = Vec::new();
    let mut ask = VisitsOf {
        limit: 2,
        ..VisitsOf::new(world.customer)
    };
    loop {
        let page = world.ask(&ask);
        mine.extend(ids(&page.visits));
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    mine.reverse();
    assert_eq!(mine, expected, "the last planned first");
}

#[test]
fn a_customer_with_many_plans_has_them_in_pages() {
    let world = World::with(monthly(), "2026-01-15");
    let mut begun: Vec<_> = (0..205).map(|_| world.start()).collect();
    let mut found = Vec::new();
    let mut ask = PlansOf {
        limit: 1_000,
        ..PlansOf::new(world.customer)
    };
    loop {
        let page = world.ask(&ask);
        assert!(page.plans.len() <= 200);
        found.extend(page.plans.iter().map(|plan| plan.id));
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 205);
    found.sort_unstable();
    begun.sort_unstable();
    assert_eq!(found, begun, "each once");
    // The last begun comes first, the other customer of a merger included.
    let can = world.reachable("Can");
    world.set_now(at("2026-01-16T08:00:00Z"));
    let last = world.run(StartPlan::new(can, code!("care")));
    world.run(MergeCustomers {
        survivor: world.customer,
        merged: can,
    });
    let page = world.ask(&PlansOf::new(world.customer));
    assert_eq!((page.plans[0].id, page.plans.len()), (last, 50));
}

#[test]
fn a_visit_is_to_be_booked_then_open_and_then_over() {
    let world = World::with(monthly(), "2026-01-15");
    let deniz = world.technician(7);
    let plan = || world.run(PlanVisit::new(world.customer, 60));
    let (morning, noon, off) = (plan(), plan(), plan());
    let waiting = || ids(&world.ask(&VisitsToBook::default()).visits);
    let day = OpenVisits::within(at("2026-02-13T00:00:00Z"), at("2026-02-13T23:59:59Z"));
    let open = || ids(&world.ask(&day).visits);
    assert_eq!((waiting().len(), open().len()), (3, 0));
    world.run(book(noon, deniz, "2026-02-13T11:00:00Z"));
    world.run(book(morning, deniz, "2026-02-13T08:00:00Z"));
    assert_eq!((waiting(), open()), (vec![off], vec![morning, noon]));
    let reason = reason();
    world.run(CancelVisit { visit: off, reason });
    assert!(waiting().is_empty());
    world.set_now(at("2026-02-13T08:10:00Z"));
    world.run(BeginVisit { visit: morning });
    assert_eq!(open(), [morning, noon], "under way");
    world.run(CompleteVisit::fixed(morning));
    assert_eq!(open(), [noon]);
}

fn with_unit(world: &World) -> (UnitId, VisitId) {
    let unit = world.unit();
    let start = StartPlan::new(world.customer, code!("care"));
    world.run(start.with_unit(unit));
    let visit = PlanVisit::new(world.customer, 60).with_unit(unit);
    (unit, world.run(visit))
}

#[test]
fn plans_and_visits_of_a_unit_are_found_and_an_owner_finds_their_own() {
    let world = World::with(monthly(), "2026-01-15");
    let (unit, first) = with_unit(&world);
    let plans = world.ask(&PlansOfUnit::new(unit)).plans;
    assert_eq!(plans.len(), 1);
    assert_eq!(plans[0].unit, Some(unit));
    let deniz = world.technician(7);
    world.run(book(first, deniz, "2026-02-13T09:00:00Z"));
    world.set_now(at("2026-02-13T10:00:00Z"));
    world.run(CompleteVisit::fixed(first));
    let can = world.reachable("Can");
    world.run(TransferUnit::sold(unit, can));
    let second = world.run(PlanVisit::new(can, 60).with_unit(unit));
    let ask = VisitsOfUnit {
        limit: 1,
        ..VisitsOfUnit::new(unit)
    };
    let page = world.ask(&ask);
    assert_eq!(ids(&page.visits), [second]);
    let rest = VisitsOfUnit {
        after: page.next,
        ..ask
    };
    let page = world.ask(&rest);
    assert_eq!((ids(&page.visits), page.next), (vec![first], None));
    // Whoever owned it before is nobody's business.
    let theirs = |ask: &VisitsOfUnit| world.desk.ask(&Actor::Customer(can), ask).unwrap();
    assert_eq!(ids(&theirs(&VisitsOfUnit::new(unit)).visits), [second]);
    let hidden = theirs(&rest);
    assert!(hidden.visits.is_empty() && hidden.next.is_none());
    let before = Actor::Customer(world.customer);
    let refused = world.desk.ask(&before, &VisitsOfUnit::new(unit));
    assert_eq!(refused.unwrap_err().code(), "record.not_found");
    assert_eq!(world.ask(&PlansOfUnit::new(unit)).plans[0].customer, can);
}

#[test]
fn services_of_merged_customers_come_in_pages_the_first_due_first() {
    let world = World::with(monthly().with_horizon(100), "2026-01-15");
    let plan = world.start();
    let can = world.reachable("Can");
    let theirs = world.run(StartPlan::new(can, code!("care")).starting(on("2026-01-10")));
    world.run(MergeCustomers {
        survivor: world.customer,
        merged: can,
    });
    let all = world.services();
    let dates: Vec<_> = all.iter().map(|one| one.dates.due_on).collect();
    assert!(dates.len() >= 6 && dates.is_sorted(), "{dates:?}");
    let mut ask = ServicesOf {
        limit: 2,
        ..ServicesOf::between(can, on("2026-01-01"), on("2027-01-01"))
    };
    let mut found = Vec::new();
    loop {
        let page = world.ask(&ask);
        assert!(page.services.len() <= 2);
        found.extend(page.services.iter().map(|one| one.id));
        ask.after = page.next;
        if ask.after.is_none() {
            break;
        }
    }
    assert!(all.iter().map(|one| one.id).eq(found));
    // Those of one plan alone are as many as are open of it.
    let open = |plan| world.ask(&OpenServices::new(plan)).services.len();
    assert_eq!(open(plan) + open(theirs), all.len());
    let first = world.ask(&OpenServices {
        limit: 1,
        ..OpenServices::new(plan)
    });
    assert_eq!(first.services.len(), 1);
    let rest = OpenServices {
        after: first.next,
        ..OpenServices::new(plan)
    };
    assert_eq!(world.ask(&rest).services.len(), open(plan) - 1);
}

#[test]
fn a_visit_is_for_a_unit_of_the_customer_or_of_nobody() {
    let world = World::with(monthly(), "2026-01-15");
    let unit = world.unit();
    let can = world.reachable("Can");
    let refused = world.refused(PlanVisit::new(can, 60).with_unit(unit));
    assert_eq!(refused, "service.other_customer");
    let ours = world.run(RecordUnit::new(code!("van")));
    world.run(PlanVisit::new(can, 60).with_unit(ours));
    // Who is merged with the owner is the owner.
    world.run(MergeCustomers {
        survivor: can,
        merged: world.customer,
    });
    world.run(PlanVisit::new(can, 60).with_unit(unit));
}

/// Counts what is asked of a store.
#[derive(Default)]
struct Counting {
    store: MemoryStore,
    loaded: RefCell<usize>,
    found: RefCell<usize>,
}

impl Store for Counting {
    type Error = <MemoryStore as Store>::Error;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
        *self.loaded.borrow_mut() += keys.len();
        self.store.load(keys)
    }

    fn find(&self, query: &Query) -> Result<Page, Self::Error> {
        *self.found.borrow_mut() += 1;
        self.store.find(query)
    }

    fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
        self.store.commit(batch)
    }
}

#[test]
fn what_a_list_costs_does_not_grow_with_what_is_over() {
    let spec = spec().with_plan(code!("care"), monthly());
    let world = World::on_store(Counting::default(), spec, "2026-01-15");
    let deniz = world.technician(7);
    let unit = world.unit();
    let cost = || {
        let store = world.desk.store();
        let before = (*store.loaded.borrow(), *store.found.borrow());
        world.ask(&VisitsToBook::default());
        world.ask(&OpenVisits::unreported(world.now()));
        world.ask(&OverdueServices::new(world.now()));
        world.ask(&VisitsOfUnit {
            limit: 2,
            ..VisitsOfUnit::new(unit)
        });
        let after = (*store.loaded.borrow(), *store.found.borrow());
        (after.0 - before.0, after.1 - before.1)
    };
    let serve = || {
        let visit = world.run(PlanVisit::new(world.customer, 60).with_unit(unit));
        let from = world.now() + TimeDelta::days(1);
        world.run(book(visit, deniz, &from.to_rfc3339()));
        world.set_now(from + TimeDelta::hours(1));
        world.run(CompleteVisit::fixed(visit));
    };
    world.set_now(at("2026-02-02T08:00:00Z"));
    for _ in 0..2 {
        serve();
    }
    let few = cost();
    for week in 0..10 {
        world.set_now(at("2026-02-08T08:00:00Z") + TimeDelta::weeks(week));
        for _ in 0..3 {
            serve();
        }
    }
    assert_eq!(cost(), few);
}
