//! Recurrence rules the slow and obvious way: every date of every period, one after the other, asked whether it is meant.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

use super::generate::{Freq, Plan, Skip};

/// The first occurrences, no more than `limit` of them and none after the year `last_year`.
pub(super) fn occurrences(
    plan: &Plan,
    start: NaiveDateTime,
    last_year: i32,
    limit: usize,
) -> Vec<NaiveDateTime> {
    let mut found: Vec<NaiveDateTime> = Vec::new();
    for n in 0.. {
        let Some((first, next)) = period(plan, start.date(), n * plan.interval) else {
            break;
        };
        if first.year() > last_year || found.len() >= limit.min(plan.count.unwrap_or(limit)) {
            break;
        }
        let mut set = of_period(plan, start, first, next);
        set.sort();
        set.dedup();
        if !plan.positions.is_empty() {
            let picked = plan.positions.iter().filter_map(|position| {
                let len = i32::try_from(set.len()).unwrap();
                let place = if *position > 0 {
                    position - 1
                } else {
                    len + position
                };
                usize::try_from(place)
                    .ok()
                    .and_then(|place| set.get(place))
                    .copied()
            });
            set = picked.collect();
            set.sort();
            set.dedup();
        }
        for at in set {
            let is_new = found.last().is_none_or(|last| at > *last);
            if at >= start && is_new && at.year() <= last_year {
                found.push(at);
            }
        }
    }
    found.truncate(limit.min(plan.count.unwrap_or(limit)));
    found
}

/// The first date of a period and of the one that follows it.
fn period(plan: &Plan, start: NaiveDate, n: u32) -> Option<(NaiveDate, NaiveDate)> {
    let days = |date: NaiveDate, n: u32| date.checked_add_days(Days::new(n.into()));
    let months = |date: NaiveDate, n: u32| date.checked_add_months(Months::new(n));
    Some(match plan.freq {
        Freq::Daily => {
            let first = days(start, n)?;
            (first, days(first, 1)?)
        }
        Freq::Weekly => {
            let mut first = start;
            while first.weekday() != plan.week_start {
                first = first.pred_opt()?;
            }
            let first = days(first, n * 7)?;
            (first, days(first, 7)?)
        }
        Freq::Monthly => {
            let first = months(start.with_day(1)?, n)?;
            (first, months(first, 1)?)
        }
        Freq::Yearly => {
            let first = months(start.with_day(1)?.with_month(1)?, n * 12)?;
            (first, months(first, 12)?)
        }
    })
}

fn of_period(
    plan: &Plan,
    start: NaiveDateTime,
    first: NaiveDate,
    next: NaiveDate,
) -> Vec<NaiveDateTime> {
    let mut dates: Vec<NaiveDate> = first.iter_days().take_while(|date| *date < next).collect();
    let by_month = matches!(plan.freq, Freq::Monthly | Freq::Yearly);
    let is_bare = plan.month_days.is_empty() && plan.days.is_empty();
    let mut months = plan.months.clone();
    if plan.freq == Freq::Yearly && months.is_empty() && is_bare {
        months = vec![start.month()];
    }
    if !months.is_empty() {
        dates.retain(|date| months.contains(&date.month()));
    }
    let mut month_days = plan.month_days.clone();
    if by_month && is_bare {
        let is_last = (start.date() + Days::new(1)).day() == 1;
        month_days = if plan.sticky && is_last {
            vec![-1]
        } else {
            vec![i32::try_from(start.day()).unwrap()]
        };
    }
    if !month_days.is_empty() {
        let mut missing = Vec::new();
        if by_month && plan.skip != Skip::Omit {
            for last in dates
                .iter()
                .filter(|date| (**date + Days::new(1)).day() == 1)
            {
                if month_days
                    .iter()
                    .any(|day| *day > i32::try_from(last.day()).unwrap())
                {
                    missing.push(if plan.skip == Skip::Backward {
                        *last
                    } else {
                        *last + Days::new(1)
                    });
                }
            }
        }
        dates.retain(|date| {
            let day = i32::try_from(date.day()).unwrap();
            let length = i32::from(date.num_days_in_month());
            month_days
                .iter()
                .any(|wanted| *wanted == day || *wanted == day - length - 1)
        });
        dates.extend(missing);
    }
    let mut days = plan.days.clone();
    if plan.freq == Freq::Weekly && is_bare {
        days = vec![(None, start.weekday())];
    }
    if !days.is_empty() {
        let in_year = plan.freq == Freq::Yearly && plan.months.is_empty();
        dates.retain(|date| {
            days.iter().any(|(nth, weekday)| {
                let nth = if by_month { *nth } else { None };
                *weekday == date.weekday() && nth.is_none_or(|nth| is_nth(*date, nth, in_year))
            })
        });
    }
    let or = |list: &[u32], given: u32| {
        if list.is_empty() {
            vec![given]
        } else {
            list.to_vec()
        }
    };
    let mut found = Vec::new();
    for date in dates {
        for hour in or(&plan.hours, start.hour()) {
            for minute in or(&plan.minutes, start.minute()) {
                found.push(
                    date.and_time(NaiveTime::from_hms_opt(hour, minute, start.second()).unwrap()),
                );
            }
        }
    }
    found
}

/// Whether a date is the nth of its weekday, in its year or month.
fn is_nth(date: NaiveDate, nth: i16, in_year: bool) -> bool {
    let same = |other: NaiveDate| {
        other.year() == date.year() && (in_year || other.month() == date.month())
    };
    let mut count = 0;
    let mut other = date;
    while same(other) {
        count += 1;
        other = if nth > 0 {
            other - Days::new(7)
        } else {
            other + Days::new(7)
        };
    }
    count == nth.abs()
}

#[test]
fn the_reference_counts_weekdays() {
    let on = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    assert!(is_nth(on(2), 1, false) && is_nth(on(30), -1, false) && is_nth(on(30), 5, false));
    assert!(is_nth(on(2), 9, true) && !is_nth(on(2), 2, false));
    assert_eq!(on(2).weekday(), Weekday::Mon);
}
