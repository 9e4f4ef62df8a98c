//! Ten years of a thousand units: readings that come late or not at all, dials that begin again and meters that are replaced, clock
//! changes, holidays, and workers who sleep.

use std::collections::{BTreeMap, BTreeSet};

use aftercare::calendar::Rule;
use aftercare::code;
use aftercare::kernel::{Code, PlanId, UnitId};
use aftercare::prelude::{RegisterCustomer, RulebookSpec};
use aftercare::product::{RecordReading, RecordUnit, ReplaceMeter};
use aftercare::record::{Index, Query};
use aftercare::service::{
    Anchor, HolidayShift, MeterInterval, Occurrence, OccurrenceStatus, PlanTerms, PlansOf,
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

/// Where a dial begins at 0 again.
const DIAL: u64 = 100_000;

/// A unit with its plan, how much it has been used, and what its dial shows.
struct Van {
    unit: UnitId,
    plan: PlanId,
    usage: u64,
    dial: u64,
    rate: u64,
}

impl Van {
    /// It is used for some days and then read: now and then only after its meter was replaced.
    fn drive(&mut self, world: &World, dice: &mut Dice) {
        let driven = (self.rate * (20 + dice.below(80))).min(DIAL - 1);
        self.usage += driven;
        let shows = self.dial + driven;
        let km = || code!("km");
        if shows < DIAL && dice.below(40) == 0 {
            self.dial = dice.below(1_000);
            let first = self.dial;
            world.run(ReplaceMeter {
                first,
                ..ReplaceMeter::new(self.unit, km(), shows)
            });
            return;
        }
        self.dial = shows % DIAL;
        let reading = RecordReading::new(self.unit, km(), self.dial);
        world.run(if shows < DIAL {
            reading
        } else {
            reading.rolled_over()
        });
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
    let first_of = PlanTerms::first_of(zone(), Rule::every_years(1), every());
    let meter = PlanTerms::by_meter(zone(), every());
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
    let meter = aftercare::product::MeterSpec::counting(code!("km")).rolling_over_at(DIAL);
    world.run(aftercare::product::DefineProduct::new(code!("van")).with_meter(code!("km"), meter));
    let mut vans: Vec<Van> = Vec::new();
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
        vans.push(Van {
            unit,
            plan,
            usage: 0,
            dial: 0,
            rate: 5 + dice.below(60),
        });
    }
    // Open services by plan, as a workshop would see them; each is done early, on time, late or never.
    let mut day = on("2024-01-02");
    let mut done = 0_u64;
    while day < on("2034-01-02") {
        day = day + Days::new(7 + dice.below(5));
        world.set_now(day.and_hms_opt(8, 0, 0).unwrap().and_utc() + TimeDelta::minutes(7));
        world.wake();
        for (n, van) in vans.iter_mut().enumerate() {
            if dice.below(9) != 0 {
                continue;
            }
            let by_use = n % 4 >= 2;
            if by_use {
                van.drive(&world, &mut dice);
            }
            let plan = van.plan;
            let open = world
                .ask(&aftercare::service::OpenServices::new(plan))
                .services;
            let ready = open
                .first()
                .is_some_and(|one| one.dates.due_on <= day + Days::new(5));
            if ready && dice.below(10) > 0 {
                let record = RecordService::new(plan);
                world.run(if by_use {
                    record.at_usage(van.usage)
                } else {
                    record
                });
                done += 1;
            }
        }
    }
    // Through every dial that began again and every meter that was replaced, use was counted on.
    let (mut rolled, mut worn) = (0, 0);
    for van in vans.iter().filter(|van| van.usage > 0) {
        let unit = world.get(van.unit);
        assert_eq!(unit.usage(&code!("km")), Some(van.usage));
        let segments = &unit.meters[&code!("km")].segments;
        rolled += segments.iter().filter(|one| one.last == Some(DIAL)).count();
        worn += segments.len() - 1;
    }
    assert!(rolled > 100 && worn - rolled > 100, "{rolled} of {worn}");
    assert!(done > 8_000, "{done}");
    check(&world, &customers, day);
}

/// The invariants: no service twice, none lost, none before the plan starts, none still open behind a done one where only one may be.
fn check(world: &World, customers: &[aftercare::kernel::CustomerId], today: NaiveDate) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for customer in customers {
        let plan = world.ask(&PlansOf::new(*customer)).plans.remove(0);
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
