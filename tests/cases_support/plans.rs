//! Plans of service.

use aftercare::calendar::civil::{add_days, add_months, months_between};
use aftercare::calendar::{Rule, Zone};
use aftercare::code;
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, Requests, SecretKey};
use aftercare::prelude::{MemoryStore, RegisterCustomer, RetireUnit, RulebookSpec};
use aftercare::product::{DefineProduct, RecordUnit};
use aftercare::record::Share;
use aftercare::service::{
    Anchor, DueWhen, HolidayShift, MeterInterval, Occurrence, Placement, Plan, PlanStatus,
    PlanTerms, Position, RecordService, ServicesOf, StartPlan, Threshold, UsageAt, next_due, place,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;

use super::case::{Case, Outcome};

pub(crate) fn run(case: &Case) -> Outcome {
    let (input, expected) = (case.get("input"), case.get("expected"));
    let got = match case.kind() {
        "visit_plan" => {
            let visits = visits(input);
            json!({ "end": visits.last(), "visits": visits })
        }
        "visit_plan_end" => json!({ "end": visits(input).last() }),
        "visit_plan_holiday" => match input["policy"].as_str() {
            Some("move_to_previous_non_holiday") => {
                json!({ "visit": placed(on(&input["visit"]), None, &dates(&input["holidays"])) })
            }
            _ => return Outcome::missing("another policy for holidays"),
        },
        "visit_plan_validation" => validation(input),
        "visit_plan_end_inclusive" => {
            let terms = terms(rule(input["periodicity"].as_str().unwrap()));
            let months = 12 * u32::try_from(number(input, "no_of_visits")).unwrap();
            if input["periodicity"] != "Yearly" {
                return Outcome::missing("a term of other than years");
            }
            json!({ "contract_last_day": terms.lasting(months).last_day(on(&input["start"])) })
        }
        "next_due" => {
            let last = input["last_completion"]
                .as_str()
                .map(|_| on(&input["last_completion"]));
            let anchor = last.map_or(on(&input["start"]), |last| last.max(on(&input["start"])));
            let terms = terms(rule(input["periodicity"].as_str().unwrap()));
            json!({ "next_due": next(&terms, &Position::starting(anchor, false)) })
        }
        "next_due_end_date" => end_date(input),
        "plan_next" => json!({ "next": plan_next(input) }),
        "plan_generate" | "plan_generate_idempotent" => generate(input, expected),
        "plan_next_early_completion" => return early(input, expected),
        "whichever_first" => json!({ "due": whichever_first(input) }),
        "two_independent_schedules_conflict" => return fires_once(input),
        "meter_due" => json!({ "ready": meter_due(input) }),
        "both_and" => json!({ "due": both(input) }),
        "next_due_none_while_open" => while_open(input),
        "stale_auto_disable" => stale(),
        "anchor_choice" => {
            let late = input["anchor"] == "completion";
            let anchor = on(&input[if late { "completed" } else { "scheduled" }]);
            let terms = terms(every_months(input, "interval_months"));
            json!({ "next_due": next(&terms, &Position::starting(anchor, false)) })
        }
        other => return Outcome::missing(other),
    };
    Outcome::compare(&got, expected)
}

fn on(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

fn dates(value: &Value) -> Vec<NaiveDate> {
    value.as_array().unwrap().iter().map(on).collect()
}

fn number(input: &Value, field: &str) -> u64 {
    input[field].as_u64().unwrap()
}

fn noon(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12)
}

fn terms(rule: Rule) -> PlanTerms {
    PlanTerms::by_calendar(Zone::utc(), rule).with_horizon(0)
}

fn every_months(input: &Value, field: &str) -> Rule {
    Rule::every_months(u32::try_from(number(input, field)).unwrap())
}

fn next(terms: &PlanTerms, position: &Position) -> Option<NaiveDate> {
    next_due(terms, position, &[]).map(|next| next.on)
}

/// Calendar periods by name.
fn rule(periodicity: &str) -> Rule {
    match periodicity {
        "Daily" => Rule::every_days(1),
        "Weekly" => Rule::every_weeks(1),
        "Monthly" => Rule::every_months(1),
        "Quarterly" => Rule::every_months(3),
        "Half Yearly" | "Half-yearly" => Rule::every_months(6),
        "Yearly" => Rule::every_years(1),
        "2 Yearly" => Rule::every_years(2),
        "3 Yearly" => Rule::every_years(3),
        other => panic!("no period {other}"),
    }
}

/// Visits of plans that count days: the source takes 30, 91, 182 and 365 for months, quarters, halves and years.
fn visits(input: &Value) -> Vec<NaiveDate> {
    let days = match input["periodicity"].as_str().unwrap() {
        "Weekly" => 7,
        "Monthly" => 30,
        "Quarterly" => 91,
        "Half Yearly" => 182,
        "Yearly" => 365,
        other => panic!("no period {other}"),
    };
    let holidays = input["holidays"]
        .as_array()
        .map(|_| dates(&input["holidays"]));
    let terms = terms(Rule::every_days(days));
    let mut position = Position::starting(on(&input["start"]), false);
    let mut visits = Vec::new();
    for _ in 0..number(input, "no_of_visits") {
        let date = next(&terms, &position).unwrap();
        let visit = placed(date, position.after, holidays.as_deref().unwrap_or(&[]));
        visits.extend(visit);
        position.after = Some(date);
    }
    visits
}

/// Where a visit comes to lie that holidays move forward in time to the last day before them.
fn placed(date: NaiveDate, after: Option<NaiveDate>, holidays: &[NaiveDate]) -> Option<NaiveDate> {
    let terms = terms(Rule::every_days(1)).on_working_days(code!("work"), HolidayShift::Before);
    match place(&terms, date, (after, None), |date| {
        !holidays.contains(&date)
    }) {
        Placement::AsDue | Placement::Stuck { .. } => Some(date),
        Placement::Moved { to, .. } => Some(to),
        Placement::LeftOut { .. } => None,
    }
}

/// A desk with the plan `care`.
struct World {
    desk: Desk<MemoryStore>,
    requests: Requests,
    customer: aftercare::kernel::CustomerId,
}

impl World {
    fn with(terms: PlanTerms, today: NaiveDate) -> Self {
        let spec = RulebookSpec::new().with_plan(code!("care"), terms);
        let desk = Desk::new(
            MemoryStore::new(),
            spec.build(SecretKey::new([7; 16])).unwrap(),
        );
        let mut requests = Requests::of(Actor::System, 1);
        let customer = RegisterCustomer::named("Ayşe");
        let customer = desk.run(&requests.at(noon(today)), customer).unwrap();
        Self {
            desk,
            requests,
            customer,
        }
    }

    fn run<C: aftercare::work::Command>(
        &mut self,
        today: NaiveDate,
        command: C,
    ) -> Result<C::Output, String> {
        let context = self.requests.at(noon(today));
        self.desk
            .run(&context, command)
            .map_err(|error| error.code().to_owned())
    }

    fn start(&mut self, today: NaiveDate, starts: NaiveDate) -> aftercare::kernel::PlanId {
        let start = StartPlan::new(self.customer, code!("care")).starting(starts);
        self.run(today, start).unwrap()
    }

    fn plan(&self, plan: aftercare::kernel::PlanId) -> Arc<Plan> {
        self.desk.get(&Actor::System, plan).unwrap().unwrap()
    }

    fn services(&self) -> Vec<Arc<Occurrence>> {
        let (from, to) = (1990, 2090);
        let [from, to] = [from, to].map(|year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
        let mut ask = ServicesOf::between(self.customer, from, to);
        let mut services = Vec::new();
        loop {
            let page = self.desk.ask(&Actor::System, &ask).unwrap();
            services.extend(page.services);
            ask.after = page.next;
            if ask.after.is_none() {
                return services;
            }
        }
    }

    fn wake(&mut self, today: NaiveDate) {
        let context = self.requests.at(noon(today));
        self.desk.wake(&context, Share::ALL, 1_000).unwrap();
    }
}

fn validation(input: &Value) -> Value {
    let (starts, until) = (on(&input["contract_start"]), on(&input["warranty_expiry"]));
    let mut world = World::with(terms(Rule::every_months(1)), starts);
    let start = StartPlan::new(world.customer, code!("care"));
    let start = start.starting(starts).after_warranty(until);
    match world.run(starts, start) {
        Ok(_) => json!({ "accepted": true, "reason": null }),
        Err(code) => {
            assert_eq!(code, "service.under_warranty");
            json!({ "accepted": false, "reason": format!("under_warranty_until_{until}") })
        }
    }
}

fn end_date(input: &Value) -> Value {
    let starts = on(&input["start"]);
    let mut world = World::with(terms(rule(input["periodicity"].as_str().unwrap())), starts);
    let start = StartPlan::new(world.customer, code!("care")).starting(starts);
    let plan = world.run(starts, start.ending(on(&input["end"]))).unwrap();
    json!({ "next_due": world.plan(plan).next_due().map(|next| next.on) })
}

fn step(input: &Value) -> Rule {
    let interval = u32::try_from(number(input, "interval")).unwrap();
    match input["step"].as_str().unwrap() {
        "day" => Rule::every_days(interval),
        "week" => Rule::every_weeks(interval),
        "month" => Rule::every_months(interval),
        "year" => Rule::every_years(interval),
        other => panic!("no step {other}"),
    }
}

/// The next service of a plan that counts from the last request, or from its start, on which the first is due.
fn plan_next(input: &Value) -> Option<NaiveDate> {
    let (today, start) = (on(&input["today"]), on(&input["start"]));
    let requests = dates(&input["open"])
        .into_iter()
        .chain(dates(&input["done"]));
    let position = match requests.max() {
        Some(last) => Position::starting(last, false),
        None => Position {
            after: (start < today).then(|| today.pred_opt().unwrap()),
            ..Position::starting(start, true)
        },
    };
    next(&terms(step(input)), &position)
}

fn generate(input: &Value, expected: &Value) -> Value {
    let (today, start) = (on(&input["today"]), on(&input["start"]));
    let horizon = i32::try_from(number(input, "horizon")).unwrap();
    let until = match input["horizon_step"].as_str().unwrap() {
        "month" => add_months(today, horizon),
        "year" => add_months(today, 12 * horizon),
        "week" => add_days(today, 7 * i64::from(horizon)),
        "day" => add_days(today, horizon.into()),
        other => panic!("no step {other}"),
    };
    let days = u32::try_from((until.unwrap() - today).num_days()).unwrap();
    let mut world = World::with(
        terms(step(input)).first_at_start().with_horizon(days),
        today,
    );
    world.run(today, DefineProduct::new(code!("pump"))).unwrap();
    let unit = RecordUnit::new(code!("pump")).bought_by(world.customer, start);
    let unit = world.run(today, unit).unwrap();
    if input["equipment_active"] == false {
        let retire = RetireUnit {
            unit,
            reason: code!("scrapped"),
        };
        world.run(today, retire).unwrap();
    }
    let plan = StartPlan::new(world.customer, code!("care"));
    let _started = world.run(today, plan.with_unit(unit).starting(start));
    for _ in 1..input["runs"].as_u64().unwrap_or(1) {
        world.wake(today);
    }
    let found: Vec<_> = world
        .services()
        .iter()
        .map(|one| one.scheduled_on)
        .collect();
    match expected["requests"].as_array() {
        Some(_) => json!({ "count": found.len(), "requests": found }),
        None => json!({ "count": found.len() }),
    }
}

fn early(input: &Value, expected: &Value) -> Outcome {
    let (due, completed) = (on(&input["due"]), on(&input["completed"]));
    let starts = add_months(due, -12).unwrap();
    let next = |anchor| {
        let mut world = World::with(terms(Rule::every_years(1)).anchored(anchor), starts);
        let plan = world.start(starts, starts);
        world.run(completed, RecordService::new(plan)).unwrap();
        world.plan(plan).next_due().unwrap().on
    };
    let (fixed, floating) = (next(Anchor::Start), next(Anchor::LastCompletion));
    let got = (fixed, floating, fixed != on(&expected["next_is_not"]));
    Outcome::compare(
        got,
        (
            on(&expected["next_fixed"]),
            on(&expected["next_floating"]),
            true,
        ),
    )
}

/// Whether it is due today, and not only foreseen.
fn is_due(trigger: DueWhen, position: &Position, today: NaiveDate, usage: u64) -> bool {
    let terms = PlanTerms::new(Zone::utc(), trigger);
    let reading = UsageAt {
        at: noon(today),
        usage,
    };
    next_due(&terms, position, &[reading]).is_some_and(|next| next.on <= today)
}

fn whichever_first(input: &Value) -> bool {
    let every = MeterInterval::every(number(input, "interval_meter"), code!("km"));
    let trigger = DueWhen::FirstOf(every_months(input, "interval_months"), every);
    let position = Position {
        base: number(input, "last_meter"),
        ..Position::starting(on(&input["last_date"]), false)
    };
    is_due(
        trigger,
        &position,
        on(&input["today"]),
        number(input, "meter"),
    )
}

/// One schedule of both fires once and resets both: three months after the service and so much use after it.
fn fires_once(input: &Value) -> Outcome {
    let every = number(input, "meter_every");
    let rule = every_months(input, "time_every_months");
    let interval = MeterInterval::every(every, code!("km"));
    let trigger = || DueWhen::FirstOf(rule.clone(), interval.clone());
    let start: NaiveDate = "2026-01-10".parse().unwrap();
    let served: NaiveDate = "2026-04-08".parse().unwrap();
    // The use was reached two days before the date would have come.
    let before = Position::starting(start, false);
    let after = Position {
        base: every,
        ..Position::starting(served, false)
    };
    let date = add_months(start, 3).unwrap();
    let got = (
        is_due(trigger(), &before, served, every),
        is_due(trigger(), &after, date, every + 10),
        months_between(served, next(&terms(rule.clone()), &after).unwrap()),
        is_due(trigger(), &after, date, 2 * every),
    );
    Outcome::compare(got, (true, false, 3, true))
}

fn meter_due(input: &Value) -> bool {
    let meter = number(input, "meter");
    match input["basis"].as_str().unwrap() {
        "meter" => {
            let lead = input["lead_meter"].as_u64().unwrap_or(0);
            let interval = MeterInterval::every(1, code!("km")).with_lead(lead);
            interval.is_reached(meter, number(input, "next_meter"))
        }
        "threshold_max" => Threshold::AtLeast(number(input, "threshold")).is_met(meter),
        "threshold_min" => Threshold::AtMost(number(input, "threshold")).is_met(meter),
        other => panic!("no basis {other}"),
    }
}

fn both(input: &Value) -> bool {
    let every = MeterInterval::every(100, code!("km"));
    let today: NaiveDate = "2026-04-10".parse().unwrap();
    let is_date = input["date_due"] == true;
    let anchor = add_months(today, if is_date { -1 } else { 0 }).unwrap();
    let usage = if input["meter_due"] == true { 100 } else { 99 };
    let trigger = DueWhen::AllOf(Rule::every_months(1), every);
    is_due(trigger, &Position::starting(anchor, false), today, usage)
}

fn while_open(input: &Value) -> Value {
    let today: NaiveDate = "2026-01-10".parse().unwrap();
    let terms = terms(Rule::every_months(1))
        .anchored(Anchor::LastCompletion)
        .with_horizon(40);
    let mut world = World::with(terms, today);
    let plan = world.start(today, today);
    if input["last_work_order_status"] != "OPEN" {
        world.run(today, RecordService::new(plan)).unwrap();
    }
    json!({ "next_due": world.plan(plan).next_due().map(|next| next.on) })
}

fn stale() -> Value {
    let start: NaiveDate = "2026-01-10".parse().unwrap();
    let mut world = World::with(terms(Rule::every_months(1)).stale_after(3), start);
    let plan = world.start(start, start);
    for days in 0..95 {
        world.wake(add_days(start, days).unwrap());
    }
    json!({ "schedule_disabled": world.plan(plan).status == PlanStatus::SwitchedOff })
}
