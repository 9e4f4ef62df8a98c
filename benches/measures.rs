//! Scores and quantiles over ten million answers, beside `sketches-ddsketch` in the same run.

#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up must stop"
)]

use std::hint::black_box;

use aftercare::code;
use aftercare::kernel::BasisPoints;
use aftercare::satisfaction::{
    Confidence, EffortFigure, Instrument, Scale, Scores, SegmentedScores, Sketch, Spread,
};
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

criterion_group!(benches, scores, quantiles);
criterion_main!(benches);
