//! When a store in İstanbul is open, and what that means for promises: lunch, the eve of a holiday, a night
//! desk, and a zone in which clocks change.
//!
//! `cargo run --example business_hours`

#![allow(clippy::print_stdout, reason = "an example that tells")]

use aftercare::calendar::DayEnd;
use aftercare::prelude::*;
use chrono::Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
use chrono::{DateTime, TimeDelta, Utc};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = BusinessHoursSpec::new("Europe/Istanbul")
        .open(&[Mon, Tue, Wed, Thu, Fri], "09:00", "18:00")
        .open(&[Sat], "10:00", "14:00")
        .pause(&[Mon, Tue, Wed, Thu, Fri], "12:30", "13:30")
        .holiday(Holiday::on("2026-10-28").named("eve").closing_at("13:00"))
        .holiday(Holiday::on("2026-10-29").named("Cumhuriyet Bayramı"))
        .build()?;

    println!("The week of Republic Day in the store:");
    let (monday, sunday) = (at("2026-10-26T00:00+03:00")?, at("2026-11-01T23:59+03:00")?);
    for period in store.periods(monday, sunday)? {
        let (opens, closes) = (wall(&store, period.start), wall(&store, period.end));
        println!("  {opens} to {closes}");
    }

    // Why is a promise of eight hours, made on Wednesday at ten, due on Friday afternoon?
    let asked = at("2026-10-28T10:00+03:00")?;
    let due = store.add(asked, TimeDelta::hours(8), Boundary::Close)?;
    println!("\nEight open hours from {}:", wall(&store, asked));
    for period in store.periods(asked, due)? {
        let open = period.duration();
        let (from, to) = (wall(&store, period.start), wall(&store, period.end));
        println!("  {:>3} min  {from} to {to}", open.num_minutes());
    }
    println!("  due {}", wall(&store, due));
    let thursday = at("2026-10-29T12:00+03:00")?;
    let (open, holiday) = (store.is_open(thursday), store.is_holiday(thursday));
    println!("  Thursday noon: open {open}, holiday {holiday}");
    println!(
        "  next opening {}",
        wall(&store, store.next_open(thursday)?)
    );
    let third = store.add_business_days(asked, 3, DayEnd::SameTime)?;
    println!("  three business days on: {}", wall(&store, third));

    // Used up exactly at closing time: due then, or with the first customer of the next day?
    let late = at("2026-11-03T17:00+03:00")?;
    let (hour, at_close) = (TimeDelta::hours(1), Boundary::Close);
    println!("\nOne open hour from {}:", wall(&store, late));
    println!(
        "  due at the closing: {}",
        wall(&store, store.add(late, hour, at_close)?)
    );
    let rolled = store.add(late, hour, Boundary::NextOpen)?;
    println!("  or at the opening:  {}", wall(&store, rolled));

    // The night desk opens in the evening and closes on the next date.
    let night = BusinessHoursSpec::new("Europe/Istanbul")
        .open(&[Mon, Tue, Wed, Thu, Fri], "22:00", "06:00")
        .build()?;
    let call = at("2026-11-07T03:00+03:00")?;
    println!("\nThe night desk on {}:", wall(&night, call));
    println!(
        "  open {}, until {}",
        night.is_open(call),
        wall(&night, night.next_close(call)?)
    );
    let answered = night.add(call, TimeDelta::hours(4), Boundary::Close)?;
    println!("  four hours from then: {}", wall(&night, answered));

    // The partner in Berlin never closes. On the night clocks fall back its day has 25 hours.
    let berlin = BusinessHours::always_in(&"Europe/Berlin".parse()?);
    let (start, end) = (at("2026-10-25T00:00+02:00")?, at("2026-10-26T00:00+01:00")?);
    println!(
        "\nBerlin on 25 October: {} hours",
        berlin.elapsed(start, end)?.num_hours()
    );
    let shop = BusinessHours::weekdays("Europe/Berlin", "09:00", "17:00")?;
    let friday = shop.add_business_days(at("2026-10-23T11:00+02:00")?, 1, DayEnd::SameTime)?;
    println!(
        "  one business day after Friday at 11: {}",
        wall(&shop, friday)
    );
    let both = store.intersection(&shop, at("2026-10-26T00:00+03:00")?, due)?;
    let both: TimeDelta = both.map(|period| period.duration()).sum();
    println!(
        "  open together that week until then: {} min",
        both.num_minutes()
    );
    Ok(())
}

/// What a clock on the wall shows.
fn wall(hours: &BusinessHours, at: DateTime<Utc>) -> String {
    hours.zone().local(at).format("%a %d %b %H:%M").to_string()
}

fn at(text: &str) -> Result<DateTime<Utc>, chrono::ParseError> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").map(|at| at.to_utc())
}
