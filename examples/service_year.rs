//! A year of one customer's services: a boiler that is served in autumn, a van by date or use, reminders, appointments, and what a
//! warranty asks at the end.
//!
//! ```sh
//! cargo run --example service_year
//! ```

#![allow(
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "an example prints what it shows"
)]

use aftercare::calendar::{BusinessHoursSpec, Period, Rule};
use aftercare::prelude::*;
use aftercare::product::MeterSpec;
use aftercare::service::{
    Basis, BookVisit, CompleteVisit, DueWhen, HolidayShift, MeterInterval, PlanTerms, PlanVisit,
    ProposeSlots, ServicesOf, SetTechnician, StartPlan, TechnicianSpec, WasKept, plan_compliance,
};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn rulebook() -> Fallible<Rulebook> {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    let zone: Zone = "+03:00".parse()?;
    let field = BusinessHoursSpec::new("+03:00")
        .open(&[Mon, Tue, Wed, Thu, Fri], "08:00", "17:00")
        .holiday(Holiday::on("2026-04-23").named("Ulusal Egemenlik ve Çocuk Bayramı"))
        .holiday(Holiday::on("2026-10-29").named("Cumhuriyet Bayramı"));
    // Before the cold: the last Thursday of September and October.
    let boiler = Rule::every_years(1).in_months(&[9, 10]).on_nth(-1, Thu);
    let boiler = PlanTerms::by_calendar(zone.clone(), boiler)
        .on_working_days(code!("field"), HolidayShift::Before)
        .with_grace(7, 14)
        .remind(14);
    // Every four months or 10,000 km, whichever comes first.
    let oil = MeterInterval::every(10_000, code!("km")).with_lead(500);
    let van = DueWhen::FirstOf(Rule::every_months(4), oil);
    let van = PlanTerms::new(zone, van).with_grace(7, 21).remind(7);
    let mut spec = RulebookSpec::new()
        .with_calendar(code!("field"), field)
        .with_plan(code!("boiler"), boiler)
        .with_plan(code!("van"), van);
    spec.customer
        .unverified_channels
        .insert(aftercare::interaction::Channel::Email);
    Ok(spec.build(SecretKey::new(*b"a secret of ours"))?)
}

/// Ten in the morning of a day.
fn morning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(7)
}

fn main() -> Fallible<()> {
    let desk = Desk::new(MemoryStore::new(), rulebook()?);
    let mut system = Requests::of(Actor::System, 2026);
    let first: NaiveDate = "2026-01-05".parse()?;
    let now = morning(first);

    let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
    let ayse = desk.run(&system.at(now), ayse)?;
    let kilometres = MeterSpec::counting(code!("km"));
    let model = DefineProduct::new(code!("van")).with_meter(code!("km"), kilometres);
    desk.run(&system.at(now), model)?;
    let van = RecordUnit::new(code!("van")).bought_by(ayse, first);
    let van = desk.run(&system.at(now), van)?;
    desk.run(&system.at(now), RecordReading::new(van, code!("km"), 0))?;
    desk.run(&system.at(now), StartPlan::new(ayse, code!("boiler")))?;
    let start = StartPlan::new(ayse, code!("van")).with_unit(van);
    let van_plan = desk.run(&system.at(now), start)?;
    let deniz = StaffId::from_u128(7);
    let spec = TechnicianSpec::new(code!("field")).with_daily_capacity(6);
    desk.run(&system.at(now), SetTechnician { staff: deniz, spec })?;

    println!("Ayşe's services of 2026\n");
    let all = ServicesOf {
        customer: ayse,
        from: first,
        to: "2027-01-31".parse()?,
    };
    let mut day = first;
    while day.year() == 2026 {
        let now = morning(day);
        desk.wake(&system.at(now), Share::ALL, 100)?;
        if day.day() == 1 {
            // The van is read on the first of each month, and runs more in summer.
            let shows = 80 * u64::from(day.ordinal0()) + if day.month() > 6 { 3_000 } else { 0 };
            desk.run(&system.at(now), RecordReading::new(van, code!("km"), shows))?;
        }
        for service in desk.ask(&Actor::System, &all)? {
            let is_near = service.dates.due_on <= day + Days::new(5);
            if !service.is_waiting() || !is_near {
                continue;
            }
            // A call with the customer: any morning or afternoon of the coming week.
            let visit = PlanVisit::new(ayse, 90).for_service(service.id);
            let visit = desk.run(&system.at(now), visit)?;
            let week = Period {
                start: now + TimeDelta::days(1),
                end: now + TimeDelta::days(8),
            };
            let proposal = desk.ask(&Actor::System, &ProposeSlots::new(visit, now, vec![week]))?;
            let Some(slot) = proposal.slots.first() else {
                continue;
            };
            desk.run(&system.at(now), BookVisit::slot(visit, slot))?;
            let done = CompleteVisit::fixed(visit).signed(code!("scan"));
            desk.run(&system.at(slot.to), done)?;
            let why = match service.basis {
                Basis::Projected { target, .. } => format!("{target} km are foreseen"),
                Basis::Usage { target, .. } => format!("{target} km were reached"),
                _ => "by date".to_owned(),
            };
            let name = service.name.to_string();
            let visited = slot.from + TimeDelta::hours(3);
            let (due, came) = (service.dates.due_on, visited.format("%a %d %b at %H:%M"));
            println!("{name:7} due {due} ({why}): {came}");
        }
        day = day + Days::new(1);
    }

    let today: NaiveDate = "2027-01-01".parse()?;
    let services = desk.ask(&Actor::System, &all)?;
    println!("\nstill to come");
    for service in services.iter().filter(|one| one.status.is_open()) {
        println!(
            "{:7} due {} {}",
            service.name.to_string(),
            service.dates.due_on,
            service.status
        );
    }
    let rate = plan_compliance(services.iter().map(AsRef::as_ref), today);
    println!("\ndone on time: {} of {}", rate.numerator, rate.denominator);
    let asked = WasKept {
        plan: van_plan,
        from: first,
        to: today,
        today,
    };
    let kept = desk.ask(&Actor::System, &asked)?;
    println!(
        "the van's warranty asks whether service was kept: {}",
        kept.is_kept
    );
    for line in kept.evidence {
        let done = line.done_on.map_or("-".to_owned(), |on| on.to_string());
        println!(
            "  scheduled {} by {}, done {done}",
            line.scheduled_on, line.kept_until
        );
    }
    Ok(())
}
