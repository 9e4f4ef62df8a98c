//! What must hold between answers, whatever the calendar.

use aftercare::calendar::{Boundary, BusinessHours, BusinessHoursSpec, DayEnd};
use chrono::{Datelike, Days, TimeDelta};
use proptest::prelude::*;

use super::generate::at_instants;

fn duration() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![
        0_i64..400_000_000,
        (0_i64..400).prop_map(|quarter| quarter * 900_000),
        0_i64..40_000_000_000,
    ]
    .prop_map(TimeDelta::milliseconds)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_added_has_elapsed((hours, [from]) in at_instants::<1>(), duration in duration()) {
        for boundary in [Boundary::Close, Boundary::NextOpen] {
            if let Ok(due) = hours.add(from, duration, boundary) {
                prop_assert!(from <= due);
                prop_assert_eq!(hours.elapsed(from, due).unwrap(), duration);
            }
        }
    }

    #[test]
    fn subtract_undoes_add((hours, [from]) in at_instants::<1>(), duration in duration()) {
        let Ok(open) = hours.next_open(from) else { return Ok(()) };
        if let Ok(due) = hours.add(open, duration, Boundary::Close) {
            prop_assert_eq!(hours.subtract(due, duration), Ok(open));
        }
    }

    #[test]
    fn add_goes_in_steps((hours, [from]) in at_instants::<1>(), first in duration(), second in duration()) {
        if let Ok(whole) = hours.add(from, first + second, Boundary::NextOpen) {
            let half = hours.add(from, first, Boundary::NextOpen).unwrap();
            prop_assert_eq!(hours.add(half, second, Boundary::NextOpen), Ok(whole));
        }
    }

    #[test]
    fn elapsed_time_adds_up((hours, [a, b, c]) in at_instants::<3>()) {
        let elapsed = |from, to| hours.elapsed_signed(from, to).unwrap();
        prop_assert_eq!(elapsed(a, b) + elapsed(b, c), elapsed(a, c));
    }

    #[test]
    fn elapsed_time_never_falls_and_never_outruns_the_clock((hours, [a, b]) in at_instants::<2>()) {
        let (from, to) = (a.min(b), a.max(b));
        let elapsed = hours.elapsed(from, to).unwrap();
        prop_assert!(TimeDelta::zero() <= elapsed && elapsed <= to - from);
    }

    #[test]
    fn a_closing_is_where_open_becomes_closed((hours, [at]) in at_instants::<1>()) {
        let tick = TimeDelta::milliseconds(1);
        if let Ok(close) = hours.next_close(at) {
            prop_assert!(at < close && !hours.is_open(close) && hours.is_open(close - tick));
        }
        if let Ok(close) = hours.previous_close(at) {
            prop_assert!(close <= at && !hours.is_open(close) && hours.is_open(close - tick));
        }
        if let Ok(open) = hours.next_open(at) {
            prop_assert!(at <= open && hours.is_open(open));
        }
    }

    #[test]
    fn business_days_are_counted_as_they_are_walked((hours, [at]) in at_instants::<1>(), n in -20_i64..20) {
        let from = hours.zone().local(at).date();
        let dates: Vec<_> = if n < 0 {
            hours.business_dates_before(from).unwrap().take(20).collect()
        } else {
            hours.business_dates_after(from).unwrap().take(20).collect()
        };
        let step = if n < 0 { -1 } else { 1 };
        let mut walked = Vec::new();
        let mut date = from;
        for _ in 0..600 {
            date = if step < 0 { date - Days::new(1) } else { date + Days::new(1) };
            if hours.is_business_day(date) && walked.len() < 20 {
                walked.push(date);
            }
        }
        prop_assert_eq!(&dates[..walked.len()], &walked[..]);
        if n != 0 && walked.len() == 20 {
            let target = walked[usize::try_from(n.abs()).unwrap() - 1];
            let end = hours.add_business_days(at, n, DayEnd::EndOfDay).unwrap();
            let last = hours.zone().local(end - TimeDelta::milliseconds(1)).date();
            prop_assert!(last == target || last == target + Days::new(1) || last.year() == 2011);
            let due = hours.add_business_days(at, n, DayEnd::SameTime).unwrap();
            prop_assert!(hours.is_open(due) || n < 0);
        }
    }

    #[test]
    fn a_calendar_survives_serialisation((hours, [from, to]) in at_instants::<2>()) {
        let text = serde_json::to_string(&hours).unwrap();
        let back: BusinessHours = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &hours);
        prop_assert_eq!(back.elapsed_signed(from, to), hours.elapsed_signed(from, to));
        let spec: BusinessHoursSpec = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&spec, hours.spec());
    }
}
