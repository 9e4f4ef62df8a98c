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
    Absent, Basis, BookVisit, CompleteVisit, HolidayShift, MeterInterval, MissVisit, Moved,
    Occurrence, OverdueServices, PlanTerms, PlanVisit, ProposeSlots, ServicesOf, SetTechnician,
    Slot, SlotReason, StartPlan, TechnicianSpec, VisitsOfUnit, WasKept, first_time_fix,
    plan_compliance,
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
    let van = PlanTerms::first_of(zone, Rule::every_months(4), oil)
        .with_grace(7, 21)
        .remind(7);
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

/// Why a service is due on its date.
fn why(service: &Occurrence) -> String {
    let basis = match service.basis {
        Basis::Projected { target, projection } => format!(
            "{target} km foreseen, {} km read on {}",
            projection.to.usage,
            projection.to.at.format("%d %b")
        ),
        Basis::Usage { target, reading } => {
            format!("{target} km come up, {} km read", reading.usage)
        }
        _ => "by date".to_owned(),
    };
    match service.moved {
        Some(Moved::Holiday) => {
            let date = service.scheduled_on.format("%a %d %b");
            format!("{basis}, {date} is a holiday")
        }
        _ => basis,
    }
}

/// Why a slot was proposed.
fn reasons(slot: &Slot) -> String {
    let words = slot.reasons.iter().map(|reason| match reason {
        SlotReason::WithinWish(n) => format!("within wish {n}"),
        SlotReason::HasSkills => "has the skills".to_owned(),
        SlotReason::Earliest => "the earliest".to_owned(),
        SlotReason::Travel(minutes) => format!("{minutes} minutes away"),
        SlotReason::BookedThatDay(visits) => format!("{visits} visits that day"),
        _ => "other".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
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
    let (deniz, umut) = (StaffId::from_u128(7), StaffId::from_u128(8));
    for staff in [deniz, umut] {
        let spec = TechnicianSpec::new(code!("field")).with_daily_capacity(6);
        desk.run(&system.at(now), SetTechnician { staff, spec })?;
    }

    println!("Ayşe's services of 2026\n");
    let all = ServicesOf::between(ayse, first, "2027-01-31".parse()?);
    let mut day = first;
    let mut visited = 0;
    while day.year() == 2026 {
        let now = morning(day);
        desk.wake(&system.at(now), Share::ALL, 100)?;
        if day.day() == 1 {
            // The van is read on the first of each month, and runs more in summer.
            let shows = 80 * u64::from(day.ordinal0()) + if day.month() > 6 { 3_000 } else { 0 };
            desk.run(&system.at(now), RecordReading::new(van, code!("km"), shows))?;
        }
        for service in desk.ask(&Actor::System, &all)?.services {
            let is_near = service.dates.due_on <= day + Days::new(5);
            if !service.is_waiting() || !is_near {
                continue;
            }
            println!(
                "{} due {}: {}",
                service.name,
                service.dates.due_on,
                why(&service)
            );
            if let Some(reminded) = service.reminded {
                println!("    reminded on {}", reminded.at.format("%a %d %b"));
            }
            // A call with the customer: any time of the coming week. Umut's way is the shorter one.
            let visit = PlanVisit::new(ayse, 90).for_service(service.id);
            let visit = desk.run(&system.at(now), visit)?;
            let (mut from, mut is_there) = (now, visited != 1);
            visited += 1;
            loop {
                let week = Period {
                    start: from + TimeDelta::days(1),
                    end: from + TimeDelta::days(8),
                };
                let ask = ProposeSlots::new(visit, from, vec![week])
                    .with_travel(deniz, 40)
                    .with_travel(umut, 15);
                let proposal = desk.ask(&Actor::System, &ask)?;
                let slot = proposal.slots.first().ok_or("nobody is free")?;
                desk.run(&system.at(from), BookVisit::slot(visit, slot))?;
                let who = if slot.technician == umut {
                    "Umut"
                } else {
                    "Deniz"
                };
                let local = slot.from + TimeDelta::hours(3);
                let when = local.format("%a %d %b at %H:%M");
                println!("    booked {when} with {who}: {}", reasons(slot));
                if is_there {
                    let done = CompleteVisit::fixed(visit).signed(code!("scan"));
                    desk.run(&system.at(slot.to), done)?;
                    println!("    done and signed");
                    break;
                }
                let absent = Absent::Customer;
                desk.run(&system.at(slot.to), MissVisit { visit, absent })?;
                println!("    nobody was there");
                (from, is_there) = (slot.to, true);
            }
        }
        day = day + Days::new(1);
    }

    let today: NaiveDate = "2027-01-01".parse()?;
    let services = desk.ask(&Actor::System, &all)?.services;
    println!("\nat the end of the year");
    let overdue = OverdueServices::new(morning(today));
    let overdue = desk.ask(&Actor::System, &overdue)?.services;
    println!("    overdue: {}", overdue.len());
    for service in services.iter().filter(|one| one.status.is_open()) {
        let (name, due) = (&service.name, service.dates.due_on);
        println!("    still to come: {name} due {due}, {}", why(service));
    }
    let rate = plan_compliance(services.iter().map(AsRef::as_ref), today);
    println!(
        "    done on time: {} of {}",
        rate.numerator, rate.denominator
    );
    let visits = desk.ask(&Actor::System, &VisitsOfUnit::new(van))?.visits;
    let fixed = first_time_fix(visits.iter().map(AsRef::as_ref));
    println!(
        "    the van's visits that settled the matter at once: {} of {}",
        fixed.numerator, fixed.denominator
    );
    let asked = WasKept {
        plan: van_plan,
        from: first,
        to: today,
        today,
    };
    let kept = desk.ask(&Actor::System, &asked)?;
    let answer = if kept.is_kept { "yes" } else { "no" };
    println!("    the van's warranty asks whether service was kept: {answer}");
    for line in kept.evidence {
        let done = line.done_on.map_or("-".to_owned(), |on| on.to_string());
        let usage = line.usage.map_or("-".to_owned(), |usage| usage.to_string());
        println!(
            "        scheduled {} by {}, done {done} at {usage} km",
            line.scheduled_on, line.kept_until
        );
    }
    Ok(())
}
