//! Meters: late, corrected, replaced and rolled over.

use aftercare::code;
use aftercare::kernel::{Actor, ReadingId, UnitId};
use aftercare::product::*;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::world::World;

fn car(world: &World, rolls_over_at: Option<u64>) -> UnitId {
    let odometer = MeterSpec {
        measure: code!("km"),
        rolls_over_at,
    };
    world.run(DefineProduct::new(code!("van")).with_meter(code!("odometer"), odometer));
    let ayse = world.register("Ayşe");
    world.run(RegisterUnit::new(ayse, code!("van")))
}

fn read(unit: UnitId, shows: u64) -> RecordReading {
    RecordReading::new(unit, code!("odometer"), shows)
}

fn usage(world: &World, unit: UnitId) -> Option<u64> {
    world.get(unit).usage(&code!("odometer"))
}

fn readings(world: &World, unit: UnitId) -> Vec<(DateTime<Utc>, u64, u64)> {
    let question = ReadReadings {
        unit,
        meter: code!("odometer"),
        after: None,
        limit: 200,
    };
    let page = world.ask(&question);
    assert_eq!(page.next, None);
    let readings = page.readings.iter().rev();
    readings
        .map(|reading| (reading.dial.at, reading.dial.shows, reading.usage))
        .collect()
}

#[test]
fn a_meter_does_not_go_back() {
    let world = World::new();
    let unit = car(&world, None);
    assert_eq!(usage(&world, unit), None);
    world.run(read(unit, 100));
    world.wait(TimeDelta::days(1));
    let refusal = world.refuse(read(unit, 99));
    assert_eq!(refusal.code(), "unit.meter_went_back");
    world.run(read(unit, 100));
    assert_eq!(usage(&world, unit), Some(100));
    let other = RecordReading::new(unit, code!("pages"), 1);
    assert_eq!(world.refuse(other).code(), "unit.unknown_meter");
    let future = read(unit, 200).at(world.now() + TimeDelta::days(1));
    assert_eq!(world.refuse(future).code(), "unit.in_future");
    world.assert_told();
}

#[test]
fn a_late_reading_lies_between_its_neighbours_and_changes_no_newer_one() {
    let world = World::new();
    let unit = car(&world, None);
    let begun = world.now();
    let day = |n| begun + TimeDelta::days(n);
    world.run(read(unit, 100));
    world.wait(TimeDelta::days(10));
    world.run(read(unit, 500));
    world.wait(TimeDelta::days(1));
    for (at, shows) in [(day(5), 99), (day(5), 501), (day(-1), 101)] {
        let refusal = world.refuse(read(unit, shows).at(at));
        assert_eq!(refusal.code(), "unit.meter_went_back", "{at} {shows}");
    }
    world.run(read(unit, 300).at(day(5)));
    assert_eq!(usage(&world, unit), Some(500));
    let again = world.run(read(unit, 300).at(day(5)));
    assert_eq!(again, None, "told twice it is one reading");
    assert_eq!(
        world.refuse(read(unit, 301).at(day(5))).code(),
        "unit.read_before"
    );
    let shown: Vec<u64> = readings(&world, unit).iter().map(|read| read.1).collect();
    assert_eq!(shown, [100, 300, 500]);
    world.assert_told();
}

#[test]
fn a_reading_is_put_right_between_its_neighbours() {
    let world = World::new();
    let unit = car(&world, None);
    let mut made: Vec<ReadingId> = Vec::new();
    for shows in [100, 3_000, 5_000] {
        made.extend(world.run(read(unit, shows)));
        world.wait(TimeDelta::days(1));
    }
    let correct = |n: usize, shows| CorrectReading {
        reading: made[n],
        shows,
        reason: code!("misread"),
    };
    world.run(correct(1, 300));
    assert_eq!(usage(&world, unit), Some(5_000));
    world.run(correct(2, 500));
    assert_eq!(usage(&world, unit), Some(500), "the newest is what is used");
    assert_eq!(world.refuse(correct(1, 501)).code(), "unit.meter_went_back");
    assert_eq!(world.refuse(correct(1, 99)).code(), "unit.meter_went_back");
    let entry = world.entries(unit).pop().unwrap();
    assert_eq!(entry.reason, Some(code!("misread")));
    world.assert_told();
}

#[test]
fn use_goes_on_when_the_meter_is_replaced() {
    let world = World::new();
    let unit = car(&world, None);
    let begun = world.now();
    world.run(read(unit, 9_000));
    world.wait(TimeDelta::days(10));
    let replace =
        |last, first| ReplaceMeter::new(unit, code!("odometer"), last).beginning_at(first);
    assert_eq!(
        world.refuse(replace(8_999, 0)).code(),
        "unit.meter_went_back"
    );
    world.run(replace(10_000, 50));
    assert_eq!(usage(&world, unit), Some(10_000));
    // The new one may be read at the very instant.
    world.run(read(unit, 50));
    world.wait(TimeDelta::days(10));
    world.run(read(unit, 250));
    assert_eq!(usage(&world, unit), Some(10_200));
    // Late, in the time of the old one.
    world.run(read(unit, 9_500).at(begun + TimeDelta::days(5)));
    let too_much = read(unit, 10_001).at(begun + TimeDelta::days(6));
    assert_eq!(world.refuse(too_much).code(), "unit.meter_went_back");
    // And in that of the new one.
    world.run(read(unit, 150).at(begun + TimeDelta::days(15)));
    let used: Vec<u64> = readings(&world, unit).iter().map(|read| read.2).collect();
    assert_eq!(used, [9_000, 9_500, 10_000, 10_100, 10_200]);
    let early = ReplaceMeter {
        at: Some(begun + TimeDelta::days(12)),
        ..replace(300, 0)
    };
    assert_eq!(world.refuse(early).code(), "unit.too_early");
    world.assert_told();
}

#[test]
fn a_dial_that_rolled_over_goes_on_from_its_last_count() {
    let world = World::new();
    let unit = car(&world, Some(100_000));
    world.run(read(unit, 99_900));
    world.wait(TimeDelta::days(1));
    assert_eq!(world.refuse(read(unit, 50)).code(), "unit.meter_went_back");
    assert_eq!(world.refuse(read(unit, 100_000)).code(), "unit.beyond_dial");
    assert_eq!(
        world.refuse(read(unit, 99_950).rolled_over()).code(),
        "unit.no_roll_over"
    );
    world.run(read(unit, 50).rolled_over());
    assert_eq!(usage(&world, unit), Some(100_050));
    world.wait(TimeDelta::days(1));
    world.run(read(unit, 60));
    assert_eq!(usage(&world, unit), Some(100_060));
    world.assert_told();

    let endless = World::new();
    let unit = car(&endless, None);
    endless.run(read(unit, 10));
    endless.wait(TimeDelta::days(1));
    let refusal = endless.refuse(read(unit, 5).rolled_over());
    assert_eq!(refusal.code(), "unit.no_roll_over");
}

#[test]
fn a_customer_reads_their_own_meters_and_those_only() {
    let world = World::new();
    let unit = car(&world, None);
    let owner = world.get(unit).owned_by().unwrap();
    let other = world.register("Can");
    world
        .run_as(Actor::Customer(owner), read(unit, 10))
        .unwrap();
    assert!(
        world
            .run_as(Actor::Customer(other), read(unit, 20))
            .is_err()
    );
    world.run(TransferUnit::sold(unit, other));
    world.wait(TimeDelta::days(1));
    world
        .run_as(Actor::Customer(other), read(unit, 20))
        .unwrap();
    let question = ReadReadings {
        unit,
        meter: code!("odometer"),
        after: None,
        limit: 10,
    };
    let seen = world.desk.ask(&Actor::Customer(other), &question).unwrap();
    let seen: Vec<u64> = seen.readings.iter().map(|read| read.dial.shows).collect();
    assert_eq!(seen, [20], "what was read in another's time is not theirs");
    assert!(world.desk.ask(&Actor::Customer(owner), &question).is_err());
}

/// What really happened to a van: kilometres a day, and on some days a new odometer.
fn life() -> impl Strategy<Value = Vec<(u64, Option<u64>)>> {
    let day = (0_u64..400, prop::option::weighted(0.1, 0_u64..900));
    prop::collection::vec(day, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However the readings of a life come in, the use is what was driven.
    #[test]
    fn readings_told_in_any_order_come_to_the_same_use(
        life in life(), order in any::<u64>(),
    ) {
        let world = World::new();
        let unit = car(&world, Some(1_000));
        let (mut dial, mut driven) = (0_u64, 0_u64);
        // A roll-over has to be told in its time, and so does a replacement; between them the order is free.
        let mut waiting: Vec<(DateTime<Utc>, u64, u64)> = Vec::new();
        let mut expected = Vec::new();
        let mut told = |waiting: &mut Vec<(DateTime<Utc>, u64, u64)>| {
            let len = waiting.len();
            for n in 0..len {
                let place = usize::try_from(order.rotate_left(u32::try_from(n).unwrap())).unwrap();
                let (at, shows, used) = waiting.remove(place % waiting.len());
                world.run(read(unit, shows).at(at));
                expected.push((at, shows, used));
            }
        };
        for (distance, new) in life {
            world.wait(TimeDelta::days(1));
            driven += distance;
            if dial + distance >= 1_000 {
                told(&mut waiting);
                dial = dial + distance - 1_000;
                if world.get(unit).meters.is_empty() {
                    world.run(read(unit, 999).at(world.now() - TimeDelta::hours(1)));
                }
                world.run(read(unit, dial).rolled_over());
            } else {
                dial += distance;
                waiting.push((world.now(), dial, driven));
            }
            if let Some(first) = new {
                told(&mut waiting);
                world.wait(TimeDelta::hours(1));
                world.run(ReplaceMeter { first, ..ReplaceMeter::new(unit, code!("odometer"), dial) });
                dial = first;
                prop_assert_eq!(usage(&world, unit), Some(driven));
            }
        }
        told(&mut waiting);
        prop_assert_eq!(usage(&world, unit), Some(driven));
        let stored = readings(&world, unit);
        for reading in expected {
            prop_assert!(stored.contains(&reading), "{:?} in {:?}", reading, stored);
        }
        world.assert_told();
    }
}
