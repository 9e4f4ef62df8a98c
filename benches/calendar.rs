//! Business time: 20,000 random starts over 1,000 calendars of many shapes and zones, beside `workclock` in the same run.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot be set up must stop"
)]

use std::hint::black_box;

use aftercare::calendar::{Boundary, BusinessHours, BusinessHoursSpec, Holiday};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp, civil};
use workclock::{Break, Holidays, Schedule, Weekdays, WorkDay};

const CALENDARS: usize = 1_000;
const STARTS: usize = 20_000;
const SPANS: [(&str, i64); 3] = [("1 day", 1), ("30 days", 30), ("5 years", 1_826)];

const ZONES: [&str; 10] = [
    "Europe/Istanbul",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "UTC",
];

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

    fn pick(&mut self, len: usize) -> usize {
        usize::try_from(self.below(u64::try_from(len).unwrap())).unwrap()
    }
}

/// What both libraries can say: hours and a break on some weekdays, and days off.
struct Shape {
    zone: &'static str,
    days: Vec<Weekday>,
    shifts: Vec<(u32, u32)>,
    lunch: Option<u32>,
    holidays: Vec<NaiveDate>,
}

fn shape(dice: &mut Dice) -> Shape {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let days = match dice.below(4) {
        0 => vec![Mon, Tue, Wed, Thu, Fri, Sat],
        1 => vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun],
        _ => vec![Mon, Tue, Wed, Thu, Fri],
    };
    let opens = 6 + u32::try_from(dice.below(5)).unwrap();
    let shifts = match dice.below(5) {
        0 => vec![(opens, 12), (14, 18)],
        // Overnight.
        1 => vec![(22, 6)],
        2 => vec![(opens, 23)],
        _ => vec![(opens, 17)],
    };
    let mut holidays = Vec::new();
    for year in 2020..=2032 {
        for _ in 0..dice.below(16) {
            let day = u32::try_from(dice.below(365)).unwrap();
            holidays.push(NaiveDate::from_yo_opt(year, day + 1).unwrap());
        }
    }
    Shape {
        zone: ZONES[dice.pick(ZONES.len())],
        days,
        shifts,
        lunch: (dice.below(3) == 0).then_some(15),
        holidays,
    }
}

fn spec(shape: &Shape) -> BusinessHoursSpec {
    let time = |hour: u32| format!("{hour:02}:00");
    let mut spec = BusinessHoursSpec::new(shape.zone);
    for (from, to) in &shape.shifts {
        spec = spec.open(&shape.days, &time(*from), &time(*to));
    }
    if let Some(lunch) = shape.lunch {
        spec = spec.pause(&shape.days, &time(lunch), &time(lunch + 1));
    }
    for date in &shape.holidays {
        spec = spec.holiday(Holiday::on(date.to_string()));
    }
    spec
}

fn peer(shape: &Shape) -> Schedule {
    let time = |hour: u32| civil::time(i8::try_from(hour).unwrap(), 0, 0, 0);
    let days = match shape.days.len() {
        5 => Weekdays::MON_TO_FRI,
        6 => {
            use civil::Weekday::{Friday, Monday, Saturday, Thursday, Tuesday, Wednesday};
            [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday]
                .into_iter()
                .collect()
        }
        _ => Weekdays::ALL,
    };
    let mut schedule = Schedule::builder().time_zone(shape.zone);
    for (from, to) in &shape.shifts {
        schedule = schedule.rule(WorkDay::new(time(*from), time(*to), days));
    }
    if let Some(lunch) = shape.lunch {
        schedule = schedule.rule(Break::new(time(lunch), time(lunch + 1), days));
    }
    let dates = shape
        .holidays
        .iter()
        .map(|date| date.to_string().parse::<civil::Date>().unwrap());
    schedule.rule(Holidays::new(dates)).build().unwrap()
}

fn bench(c: &mut Criterion) {
    let mut dice = Dice(7);
    let shapes: Vec<Shape> = (0..CALENDARS).map(|_| shape(&mut dice)).collect();
    let calendars: Vec<BusinessHours> = shapes
        .iter()
        .map(|shape| spec(shape).build().unwrap())
        .collect();
    let peers: Vec<Schedule> = shapes.iter().map(peer).collect();
    let epoch: DateTime<Utc> = "2021-01-01T00:00:00Z".parse().unwrap();
    let starts: Vec<(usize, DateTime<Utc>)> = (0..STARTS)
        .map(|_| {
            let seconds = i64::try_from(dice.below(6 * 365 * 86_400)).unwrap();
            (dice.pick(CALENDARS), epoch + TimeDelta::seconds(seconds))
        })
        .collect();
    for (name, days) in SPANS {
        let mut turn = starts.iter().cycle();
        c.bench_function(&format!("elapsed {name}"), |b| {
            b.iter(|| {
                let (calendar, from) = turn.next().unwrap();
                black_box(calendars[*calendar].elapsed(*from, *from + TimeDelta::days(days)))
            });
        });
        // As much open time as a span of an ordinary week holds, about a quarter.
        let work = TimeDelta::hours(days * 6);
        c.bench_function(&format!("add {name}"), |b| {
            b.iter(|| {
                let (calendar, from) = turn.next().unwrap();
                black_box(calendars[*calendar].add(*from, work, Boundary::Close))
            });
        });
    }
    let mut turn = starts.iter().cycle();
    c.bench_function("next_open", |b| {
        b.iter(|| {
            let (calendar, from) = turn.next().unwrap();
            black_box(calendars[*calendar].next_open(*from))
        });
    });
    c.bench_function("add_business_days 10", |b| {
        b.iter(|| {
            let (calendar, from) = turn.next().unwrap();
            black_box(calendars[*calendar].add_business_days(
                *from,
                10,
                aftercare::calendar::DayEnd::SameTime,
            ))
        });
    });
    let specs: Vec<BusinessHoursSpec> = shapes.iter().map(spec).collect();
    let mut turn = specs.iter().cycle();
    c.bench_function("build", |b| {
        b.iter(|| black_box(BusinessHours::try_from(turn.next().unwrap().clone())));
    });
    let always = BusinessHoursSpec::from(BusinessHours::always_in(
        &"Africa/Casablanca".parse().unwrap(),
    ));
    c.bench_function("build always open, clocks changing", |b| {
        b.iter(|| black_box(BusinessHours::try_from(always.clone())));
    });
    for (name, days) in SPANS {
        let mut turn = starts.iter().cycle();
        let mut group = c.benchmark_group("workclock");
        group.sample_size(20);
        group.bench_function(format!("elapsed {name}"), |b| {
            b.iter(|| {
                let (calendar, from) = turn.next().unwrap();
                let from = Timestamp::from_second(from.timestamp()).unwrap();
                black_box(
                    peers[*calendar].between(from, from + SignedDuration::from_hours(days * 24)),
                )
            });
        });
        let work = SignedDuration::from_hours(days * 6);
        group.bench_function(format!("add {name}"), |b| {
            b.iter(|| {
                let (calendar, from) = turn.next().unwrap();
                let from = Timestamp::from_second(from.timestamp()).unwrap();
                black_box(peers[*calendar].add(from, work))
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2));
    targets = bench
}
criterion_main!(benches);
