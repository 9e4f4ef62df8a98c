//! Recurrence: the next occurrence however far from the anchor, and ten years of them, beside `rrule` in the same run.

#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up must stop"
)]

use std::hint::black_box;

use aftercare::calendar::{Recurrence, Rule, Zone};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rrule::{RRule, RRuleSet, Tz};

const ZONE: &str = "Europe/Istanbul";
const ANCHOR: &str = "2016-01-04T09:00:00";

const RULES: [(&str, &str); 6] = [
    ("daily", "FREQ=DAILY"),
    ("weekly", "FREQ=WEEKLY"),
    ("every other week", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
    ("monthly", "FREQ=MONTHLY"),
    ("half-yearly", "FREQ=MONTHLY;INTERVAL=6"),
    ("yearly", "FREQ=YEARLY"),
];

/// What people write less often; the peer is not asked for them.
const OTHERS: [(&str, &str); 6] = [
    (
        "last working day of the month",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ),
    ("month end", "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"),
    ("every 90 days", "FREQ=DAILY;INTERVAL=90"),
    (
        "mondays of a season",
        "FREQ=WEEKLY;INTERVAL=2;BYMONTH=4,5,6,7,8,9;BYDAY=MO",
    ),
    (
        "first monday of two months",
        "FREQ=YEARLY;BYMONTH=4,10;BYDAY=1MO",
    ),
    ("leap day", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
];

fn anchor() -> NaiveDateTime {
    ANCHOR.parse().unwrap()
}

fn ours(text: &str) -> Recurrence {
    let zone: Zone = ZONE.parse().unwrap();
    Recurrence::new(text.parse::<Rule>().unwrap(), anchor(), zone).unwrap()
}

fn theirs(text: &str) -> RRuleSet {
    let start = anchor()
        .and_local_timezone(Tz::Tz(ZONE.parse().unwrap()))
        .unwrap();
    let rule: RRule<rrule::Unvalidated> = text.parse().unwrap();
    RRuleSet::new(start).rrule(rule.validate(start).unwrap())
}

/// An instant so many years after the anchor.
fn years(years: i64) -> DateTime<Utc> {
    anchor().and_utc() + TimeDelta::days(years * 36_525 / 100)
}

fn next(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("next occurrence");
    for (name, text) in RULES {
        let recurrence = ours(text);
        for far in [1, 10, 80] {
            let at = years(far);
            group.bench_function(format!("{name}, year {far}, aftercare"), |bencher| {
                bencher.iter(|| black_box(&recurrence).after(black_box(at)));
            });
        }
        let set = theirs(text);
        let at = years(10);
        group.bench_function(format!("{name}, year 10, rrule"), |bencher| {
            bencher.iter(|| {
                let mut all = black_box(&set).into_iter();
                all.find(|found| *found > black_box(at))
            });
        });
    }
    for (name, text) in OTHERS {
        let recurrence = ours(text);
        let at = years(10);
        group.bench_function(format!("{name}, year 10, aftercare"), |bencher| {
            bencher.iter(|| black_box(&recurrence).after(black_box(at)));
        });
    }
    group.finish();
}

fn ten_years(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ten years");
    for (name, text) in RULES {
        let (recurrence, set) = (ours(text), theirs(text));
        let (from, to) = (years(0), years(10));
        let count = recurrence.between(from, to).count();
        group.throughput(Throughput::Elements(count.try_into().unwrap()));
        group.bench_function(format!("{name}, aftercare"), |bencher| {
            bencher.iter(|| black_box(&recurrence).between(from, to).count());
        });
        group.bench_function(format!("{name}, rrule"), |bencher| {
            bencher.iter(|| {
                black_box(&set)
                    .into_iter()
                    .take_while(|at| *at < to)
                    .count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, next, ten_years);
criterion_main!(benches);
