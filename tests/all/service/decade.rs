//! Ten years of a thousand units: readings that come late or not at all, clock changes, holidays, and workers who sleep.

use std::collections::{BTreeMap, BTreeSet};

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::kernel::{Code, UnitId};
use aftercare::prelude::{RegisterCustomer, RulebookSpec};
use aftercare::product::{RecordReading, RecordUnit};
use aftercare::record::{Index, Query};
use aftercare::service::{
    Anchor, DueWhen, HolidayShift, MeterInterval, Occurrence, OccurrenceStatus, PlanTerms, PlansOf,
    RecordService, StartPlan,
};
use aftercare::work::Question;
use chrono::{Days, NaiveDate, TimeDelta};

use super::world::{BERLIN, World, on, spec};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

const NAMES: [&str; 4] = ["half_yearly", "yearly", "first_of", "meter"];

fn rulebook() -> RulebookSpec {
    let zone = || BERLIN.parse().unwrap();
    let every = || MeterInterval::every(15_000, code!("km")).with_lead(500);
    let half = PlanTerms::by_calendar(zone(), Rule::every_months(6))
        .on_working_days(code!("field"), HolidayShift::After)
        .with_horizon(40)
        .with_grace(7, 14)
        .remind(14);
    let yearly =
        PlanTerms::by_calendar(zone(), Rule::every_years(1)).anchored(Anchor::LastCompletion);
    let first_of = PlanTerms::new(zone(), DueWhen::FirstOf(Rule::every_years(1), every()));
    let meter = PlanTerms::new(zone(), DueWhen::Meter(every()));
    spec()
        .with_plan(code!("half_yearly"), half)
        .with_plan(code!("yearly"), yearly.with_grace(0, 14).remind(7))
        .with_plan(
            code!("first_of"),
            first_of.with_grace(0, 14).with_horizon(21),
        )
        .with_plan(code!("meter"), meter.with_grace(0, 14).with_horizon(21))
}

#[test]
fn ten_years_of_a_thousand_units_lose_nothing_and_double_nothing() {
    let world = World::of(rulebook(), "2024-01-02");
    let mut dice = Dice(11);
    let meter = aftercare::product::MeterSpec::counting(code!("km"));
    world.run(aftercare::product::DefineProduct::new(code!("van")).with_meter(code!("km"), meter));
    let mut units: Vec<(UnitId, aftercare::kernel::PlanId, u64, u64)> = Vec::new();
    let mut customers = Vec::new();
    for n in 0..1_000_u64 {
        let customer = world.run(RegisterCustomer::named(format!("Customer {n}")));
        let unit = RecordUnit::new(code!("van")).bought_by(customer, on("2024-01-02"));
        let unit = world.run(unit);
        let name: Code = NAMES[(n % 4) as usize].parse().unwrap();
        // At 29 February, month ends and everything between.
        let starts = on("2024-01-02") + Days::new(n % 90);
        let start = StartPlan::new(customer, name)
            .with_unit(unit)
            .starting(starts);
        let plan = world.run(start);
        customers.push(customer);
        units.push((unit, plan, 0, 5 + dice.below(60)));
    }
    // Open services by plan, as a workshop would see them; each is done early, on time, late or never.
    let mut day = on("2024-01-02");
    let mut done = 0_u64;
    while day < on("2034-01-02") {
        day = day + Days::new(7 + dice.below(5));
        world.set_now(day.and_hms_opt(8, 0, 0).unwrap().and_utc() + TimeDelta::minutes(7));
        world.wake();
        for (n, (unit, plan, usage, rate)) in units.iter_mut().enumerate() {
            if dice.below(9) != 0 {
                continue;
            }
            let by_use = n % 4 >= 2;
            if by_use {
                *usage += *rate * (20 + dice.below(80));
                world.run(RecordReading::new(*unit, code!("km"), *usage));
            }
            let open = world.ask(&aftercare::service::OpenServices { plan: *plan });
            let ready = open
                .first()
                .is_some_and(|one| one.dates.due_on <= day + Days::new(5));
            if ready && dice.below(10) > 0 {
                let record = RecordService::new(*plan);
                world.run(if by_use {
                    record.at_usage(*usage)
                } else {
                    record
                });
                done += 1;
            }
        }
    }
    assert!(done > 8_000, "{done}");
    check(&world, &customers, day);
}

/// The invariants: no service twice, none lost, none before the plan starts, none still open behind a done one where only one may be.
fn check(world: &World, customers: &[aftercare::kernel::CustomerId], today: NaiveDate) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for customer in customers {
        let plan = world
            .ask(&PlansOf {
                customer: *customer,
            })
            .remove(0);
        let services = services(world, plan.id);
        *counts.entry(plan.name.to_string()).or_default() += services.len();
        let dates: BTreeSet<_> = services.iter().map(|one| one.scheduled_on).collect();
        assert!(dates.iter().all(|date| *date >= plan.starts_on));
        let open = services.iter().filter(|one| one.status.is_open()).count();
        match plan.name.as_str() {
            "half_yearly" => {
                assert_eq!(dates.len(), services.len(), "none twice");
                // None lost: exactly the dates that the anchor gives, up to the horizon.
                let mut expected = BTreeSet::new();
                for half in 1.. {
                    let date =
                        aftercare::calendar::civil::add_months(plan.starts_on, half * 6).unwrap();
                    if date > today + Days::new(40) {
                        break;
                    }
                    expected.insert(date);
                }
                assert_eq!(dates, expected);
                for one in &services {
                    assert!(one.dates.due_on >= one.scheduled_on);
                    assert!(
                        !["Sat", "Sun"]
                            .contains(&one.dates.due_on.format("%a").to_string().as_str())
                    );
                }
            }
            _ => {
                assert!(open <= 1, "only one is open");
                // Each counts from the one before it: done, then planned later.
                let mut last: Option<&Occurrence> = None;
                for one in &services {
                    if let Some(before) = last {
                        assert_eq!(before.status, OccurrenceStatus::Done);
                        assert!(one.planned_at >= before.planned_at);
                    }
                    last = Some(one);
                }
            }
        }
        // Whatever is over is said to be over, and whatever is not is not.
        for one in &services {
            let is_late = one.dates.overdue_at <= world.now();
            assert!(one.status != OccurrenceStatus::Overdue || is_late);
        }
    }
    assert_eq!(counts.len(), 4);
    assert!(counts.values().all(|count| *count > 1_000), "{counts:?}");
}

/// All services of a plan, in the order in which they were planned.
fn services(world: &World, plan: aftercare::kernel::PlanId) -> Vec<Occurrence> {
    struct All(Query);
    impl Question for All {
        type Output = Vec<Occurrence>;
        const PERMISSION: aftercare::kernel::Permission =
            aftercare::kernel::Permission::SERVICE_READ;
        fn ask(
            &self,
            reader: &mut aftercare::work::Reader<'_>,
        ) -> Result<Self::Output, aftercare::work::Halt> {
            let page = reader.find(&self.0)?;
            let records = reader.all(&page)?.into_iter();
            Ok(records
                .filter_map(|record| match record {
                    aftercare::record::Record::Occurrence(one) => Some((*one).clone()),
                    _ => None,
                })
                .collect())
        }
    }
    let query = Query::new(Index::OccurrencesByPlan, plan.uuid()).limit(10_000);
    let mut all = world.ask(&All(query));
    all.sort_by_key(|one| (one.planned_at, one.scheduled_on));
    all
}
