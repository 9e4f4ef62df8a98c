//! Answers beside those of `workclock`, another library of business time, with random calendars around clock changes.
//!
//! Kept to what both mean alike. A time that clocks skip or show twice is resolved differently there, so hours and
//! breaks stay clear of the night in which clocks change; and a holiday closes a date wholly there, which differs for
//! nights that began the evening before, so there are none.

use aftercare::calendar::{Boundary, BusinessHoursSpec, Holiday};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use jiff::{SignedDuration, Timestamp, civil};
use proptest::prelude::*;
use workclock::{Break, Holidays, Schedule, Weekdays, WorkDay};

use super::generate::{ZONES, instant};

const DAYS: [(Weekday, civil::Weekday); 7] = [
    (Weekday::Mon, civil::Weekday::Monday),
    (Weekday::Tue, civil::Weekday::Tuesday),
    (Weekday::Wed, civil::Weekday::Wednesday),
    (Weekday::Thu, civil::Weekday::Thursday),
    (Weekday::Fri, civil::Weekday::Friday),
    (Weekday::Sat, civil::Weekday::Saturday),
    (Weekday::Sun, civil::Weekday::Sunday),
];

fn theirs(at: DateTime<Utc>) -> Timestamp {
    Timestamp::from_millisecond(at.timestamp_millis()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_libraries_count_alike(
        ((zone, near), from, to) in prop::sample::select(ZONES).prop_flat_map(|(zone, near)| {
            let near: NaiveDate = near.parse().unwrap();
            (Just((zone, near)), instant(near), instant(near))
        }),
        days in prop::sample::subsequence(DAYS.to_vec(), 1..=7),
        shifts in prop::collection::vec((5_u32..15, 1_u32..9), 1..3),
        pauses in prop::collection::vec((5_u32..22, 1_u32..60), 0..3),
        holidays in prop::collection::btree_set(-5_i64..6, 0..4),
        millis in 1_i64..300_000_000,
    ) {
        // Apia has no 30 December 2011; what a library makes of its hours is its own affair.
        prop_assume!(zone != "Pacific/Apia");
        let mine: Vec<Weekday> = days.iter().map(|(day, _)| *day).collect();
        let weekdays: Weekdays = days.iter().map(|(_, day)| *day).collect();
        let time = |minute: u32| (format!("{:02}:{:02}", minute / 60, minute % 60), {
            let part = |n: u32| i8::try_from(n).unwrap();
            civil::time(part(minute / 60), part(minute % 60), 0, 0)
        });
        let mut spec = BusinessHoursSpec::new(zone);
        let mut schedule = Schedule::builder().time_zone(zone);
        for (hour, lasts) in shifts {
            let (from, to) = (time(hour * 60), time((hour + lasts) * 60));
            spec = spec.open(&mine, &from.0, &to.0);
            schedule = schedule.rule(WorkDay::new(from.1, to.1, weekdays));
        }
        for (hour, lasts) in pauses {
            let (from, to) = (time(hour * 60), time(hour * 60 + lasts));
            spec = spec.pause(&mine, &from.0, &to.0);
            schedule = schedule.rule(Break::new(from.1, to.1, weekdays));
        }
        let dates: Vec<NaiveDate> = holidays.iter().map(|by| near + TimeDelta::days(*by)).collect();
        for date in &dates {
            spec = spec.holiday(Holiday::on(date.to_string()));
        }
        let their_dates = dates.iter().map(|date| date.to_string().parse::<civil::Date>().unwrap());
        let schedule = schedule.rule(Holidays::new(their_dates)).build().unwrap();
        // Breaks may leave nothing, which is refused here.
        let Ok(calendar) = spec.build() else { return Ok(()) };

        let elapsed = calendar.elapsed_signed(from, to).unwrap();
        let between = schedule.between(theirs(from.min(to)), theirs(from.max(to)));
        prop_assert_eq!(i128::from(elapsed.num_milliseconds().abs()), between.as_millis());
        let due = calendar.add(from, TimeDelta::milliseconds(millis), Boundary::Close).unwrap();
        let their_due = schedule.add(theirs(from), SignedDuration::from_millis(millis)).unwrap();
        prop_assert_eq!(due.timestamp_millis(), their_due.as_millisecond());
        let start = calendar.subtract(from, TimeDelta::milliseconds(millis)).unwrap();
        let their_start = schedule.sub(theirs(from), SignedDuration::from_millis(millis)).unwrap();
        prop_assert_eq!(start.timestamp_millis(), their_start.as_millisecond());
    }
}
