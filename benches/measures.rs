//! Scores and quantiles over ten million answers, beside `sketches-ddsketch` in the same run, and folding a journal.

#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up must stop"
)]

use std::hint::black_box;

use aftercare::calendar::BusinessHours;
use aftercare::case::{CaseEvent, Opening};
use aftercare::code;
use aftercare::interaction::Channel;
use aftercare::kernel::{BasisPoints, By, CaseId, CustomerId, Few, RequestId, Stamp};
use aftercare::measures::{Lens, Measures};
use aftercare::record::{Entry, Event, rank_of};
use aftercare::satisfaction::{
    Confidence, EffortFigure, Instrument, Scale, Scores, SegmentedScores, Sketch, Spread,
};
use aftercare::sla::{ClocksEvent, Fact, Noted, Speaker, StatusCategory};
use chrono::DateTime;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sketches_ddsketch::{Config, DDSketch};

const ANSWERS: u64 = 10_000_000;
const SEGMENTS: u32 = 1_000;

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.0 >> 16
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Scores of a scale, the higher ones more often.
fn answers(scale: Scale) -> Vec<u8> {
    let (lowest, highest) = scale.bounds();
    let mut dice = Dice(1);
    let span = u64::from(highest - lowest) + 1;
    let one = |dice: &mut Dice| {
        let score = dice.below(span).max(dice.below(span));
        lowest + u8::try_from(score).unwrap()
    };
    (0..ANSWERS).map(|_| one(&mut dice)).collect()
}

fn scores(c: &mut Criterion) {
    let mut group = c.benchmark_group("scores of 10 million answers");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(ANSWERS));
    let effort = Scale::Ces(EffortFigure::Top2LessBottom3);
    for (name, scale) in [
        ("NPS", Scale::Nps),
        ("CSAT", Scale::CsatFive),
        ("CES", effort),
    ] {
        let answers = answers(scale);
        let instrument = Instrument::new(code!("after_case"), scale);
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut scores = Scores::new(instrument.clone());
                scores.add_all(black_box(&answers)).unwrap();
                scores.figure(Confidence::P95)
            });
        });
        let mut dice = Dice(2);
        let segment = |_| u32::try_from(dice.below(SEGMENTS.into())).unwrap();
        let segments: Vec<u32> = (0..ANSWERS).map(segment).collect();
        group.bench_function(format!("{name} by 1,000 segments"), |b| {
            b.iter(|| {
                let mut table = SegmentedScores::new(instrument.clone(), 1_000);
                table
                    .add_all(black_box(&segments), black_box(&answers))
                    .unwrap();
                let figures = table.iter().map(|scores| scores.figure(Confidence::P95));
                figures.filter_map(|figure| figure.value).sum::<f64>()
            });
        });
    }
    group.finish();
}

fn quantiles(c: &mut Criterion) {
    let mut group = c.benchmark_group("p90 of 10 million durations");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(ANSWERS));
    let mut dice = Dice(3);
    // From seconds to weeks, in milliseconds.
    let durations: Vec<u64> = (0..ANSWERS)
        .map(|_| {
            let size = dice.below(20);
            dice.below(2_000 << size)
        })
        .collect();
    let p90 = BasisPoints::from_percent(90);
    group.bench_function("sketch", |b| {
        b.iter(|| {
            let mut sketch = Sketch::default();
            black_box(&durations).iter().for_each(|ms| sketch.add(*ms));
            sketch.quantile(p90)
        });
    });
    group.bench_function("spread", |b| {
        b.iter(|| {
            let mut spread = Spread::default();
            black_box(&durations).iter().for_each(|ms| spread.add(*ms));
            spread.quantile(p90)
        });
    });
    let reals: Vec<f64> = durations
        .iter()
        .map(|ms| ms.to_string().parse().unwrap())
        .collect();
    group.bench_function("sketches-ddsketch", |b| {
        b.iter(|| {
            let mut sketch = DDSketch::new(Config::defaults());
            black_box(&reals).iter().for_each(|ms| sketch.add(*ms));
            sketch.quantile(0.9)
        });
    });
    let whole: Sketch = {
        let mut sketch = Sketch::default();
        durations.iter().for_each(|ms| sketch.add(*ms));
        sketch
    };
    group.throughput(Throughput::Elements(1));
    group.bench_function("merge two sketches", |b| {
        b.iter_batched_ref(
            || whole.clone(),
            |sketch| sketch.merge(black_box(&whole)),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// Cases of the journal that is folded: each is opened, answered three times, handed over, solved and closed.
const CASES: u64 = 100_000;

/// A journal in the order of time, a case every half minute, with so many events.
fn journal() -> (Vec<Entry>, u64) {
    let mut dice = Dice(4);
    let mut timed = Vec::new();
    for case in 0..CASES {
        let id = CaseId::from_u128((u128::from(dice.next()) << 64) | u128::from(case));
        let customer = CustomerId::from_u128((u128::from(dice.below(40_000)) << 64) | 7);
        let mut at = 1_750_000_000_000 + i64::try_from(case).unwrap() * 30_000;
        let mut add = |events: Vec<CaseEvent>| {
            at += i64::try_from(dice.below(7_200_000)).unwrap() + 1;
            timed.push((at, id, events));
        };
        add(vec![opening(customer), CaseEvent::OwnerPinned]);
        for speaker in [Speaker::Human, Speaker::Customer, Speaker::Human] {
            add(vec![spoke(speaker)]);
        }
        let (from, to, bounce) = (code!("a"), code!("b"), false);
        let packet = Vec::new();
        add(vec![CaseEvent::Transferred {
            from,
            to,
            bounce,
            packet,
        }]);
        for category in [
            StatusCategory::Open,
            StatusCategory::Solved,
            StatusCategory::Closed,
        ] {
            add(vec![CaseEvent::OwnerUnpinned, moved(category)]);
        }
    }
    timed.sort_by_key(|(at, id, _)| (*at, *id));
    let entries: Vec<Entry> = (0..)
        .zip(timed)
        .map(|(n, (at, id, events))| entry(n, at, id, events))
        .collect();
    // In memory they lie as they are read, in the order of time, and not as they were made up.
    let entries: Vec<Entry> = entries.iter().map(Entry::clone).collect();
    let events = entries
        .iter()
        .map(|entry| entry.events.len())
        .sum::<usize>();
    (entries, u64::try_from(events).unwrap())
}

fn opening(customer: CustomerId) -> CaseEvent {
    CaseEvent::Opened(Box::new(Opening {
        customer,
        by: Speaker::Customer,
        channel: Some(Channel::Email),
        status: code!("new"),
        category: StatusCategory::New,
        priority: code!("normal"),
        topic: Some(code!("bill")),
        product: None,
        contract: None,
        team: Some(code!("a")),
        reference: None,
        interaction: None,
        complaint: None,
        from: None,
        survey: None,
    }))
}

fn noted(fact: Fact) -> CaseEvent {
    let at = DateTime::UNIX_EPOCH;
    CaseEvent::Clocks(Box::new(ClocksEvent::Noted(Noted { at, fact })))
}

fn moved(to: StatusCategory) -> CaseEvent {
    noted(Fact::Moved { to })
}

fn spoke(by: Speaker) -> CaseEvent {
    let (public, asking) = (true, by == Speaker::Customer);
    noted(Fact::Spoke { by, public, asking })
}

/// With the instant of the entry in its facts, and the fact of opening behind the opening.
fn entry(n: i64, at: i64, id: CaseId, mut events: Vec<CaseEvent>) -> Entry {
    let at = DateTime::from_timestamp_millis(at).unwrap();
    if matches!(events.first(), Some(CaseEvent::Opened(_))) {
        let (by, category) = (Speaker::Customer, StatusCategory::New);
        events.push(noted(Fact::Opened {
            by,
            public: true,
            category,
        }));
    }
    for event in &mut events {
        if let CaseEvent::Clocks(event) = event
            && let ClocksEvent::Noted(noted) = &mut **event
        {
            noted.at = at;
        }
    }
    Entry {
        stamp: Stamp {
            at,
            request: RequestId::from_u128(u128::try_from(n).unwrap()),
            by: By::System,
        },
        rank: rank_of(at) + n,
        command: "bench".into(),
        fingerprint: uuid::Uuid::nil(),
        events: events
            .into_iter()
            .map(|event| Event::Case(id, event))
            .collect(),
        customers: Few::new(),
        reason: None,
        unread: false,
    }
}

fn fold(c: &mut Criterion) {
    let (journal, events) = journal();
    let mut group = c.benchmark_group("folding a journal");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(events));
    let hours = BusinessHours::weekdays("UTC", "09:00", "17:00").unwrap();
    group.bench_function("taking entries", |b| {
        b.iter_with_large_drop(|| {
            let mut measures = Measures::new(Lens::default());
            black_box(&journal)
                .iter()
                .for_each(|entry| measures.take(entry));
            measures
        });
    });
    group.bench_function(
        "taking entries, settling every 20,000, figures at the end",
        |b| {
            b.iter(|| {
                let mut measures = Measures::new(Lens::default().with_hours(hours.clone()));
                for lot in black_box(&journal).chunks(20_000) {
                    lot.iter().for_each(|entry| measures.take(entry));
                    measures.settle(lot.last().unwrap().stamp.at).unwrap();
                }
                measures.figures(journal.last().unwrap().stamp.at).unwrap()
            });
        },
    );
    group.finish();
}

criterion_group!(benches, scores, quantiles, fold);
criterion_main!(benches);
