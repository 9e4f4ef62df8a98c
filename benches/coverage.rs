//! Decisions about coverage: one over five terms with twenty clauses, and a sweep of a million units.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use aftercare::code;
use aftercare::kernel::Code;
use aftercare::warranty::{
    Clause, Contract, Dates, Extends, Length, Situation, Spell, Term, TermKind, coverage,
    ends_within,
};
use chrono::{NaiveDate, TimeDelta};
use criterion::{Criterion, criterion_group, criterion_main};

fn on(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

fn sold_on(date: NaiveDate) -> Dates {
    Dates {
        purchased_on: Some(date),
        ..Dates::default()
    }
}

/// Terms with so many clauses each, of which the last names the component.
fn contracts(clauses: u32) -> Vec<Contract> {
    let kinds = [
        TermKind::Statutory,
        TermKind::Manufacturer,
        TermKind::Retailer,
        TermKind::Advertised,
        TermKind::Extended,
    ];
    let clause = |n: u32| {
        let name: Code = format!("clause_{n}").parse().unwrap();
        let component: Code = format!("component_{n}").parse().unwrap();
        Clause::everything(name).of_component(component)
    };
    let contract = |kind| {
        let term = Term::new(code!("term"), kind, Length::Years(2))
            .covering((1..=clauses).map(clause))
            .excluding_cause(code!("misuse"))
            .up_to_usage(code!("h"), 10_000);
        let extends = Extends {
            days_in_repair: true,
            ..Extends::default()
        };
        Contract::new(term, &sold_on(on("2024-03-15"))).extended_by(extends)
    };
    kinds.map(contract).into()
}

fn decision(c: &mut Criterion) {
    let spells = [
        Spell::new(on("2025-01-10"), Some(on("2025-01-25"))),
        Spell::new(on("2025-06-01"), Some(on("2025-06-11"))),
    ];
    let usage = [(code!("h"), 4_000)];
    let cause = code!("material");
    for (name, each) in [("5 terms, 20 clauses", 4), ("5 terms of 20 clauses", 20)] {
        let contracts = contracts(each);
        let component: Code = format!("component_{each}").parse().unwrap();
        let situation = Situation::on(on("2026-04-01"))
            .in_component(&component)
            .caused_by(&cause)
            .after_usage(&usage)
            .after_repairs(&spells);
        c.bench_function(&format!("coverage/{name}"), |b| {
            b.iter(|| coverage(black_box(&contracts), black_box(&situation)));
        });
    }
}

/// Every unit has a contract of its own, and every tenth was in repair.
fn sweep(c: &mut Criterion) {
    let term = Term::new(code!("law"), TermKind::Statutory, Length::Years(2));
    let extends = Extends {
        days_in_repair: true,
        ..Extends::default()
    };
    let first = on("2023-01-01");
    let units: Vec<(Contract, Vec<Spell>)> = (0..1_000_000i64)
        .map(|n| {
            let sold = first + TimeDelta::days(n % 1_000);
            let repaired = sold + TimeDelta::days(100);
            let spell = Spell::new(repaired, Some(repaired + TimeDelta::days(12)));
            let spells = if n % 10 == 0 { vec![spell] } else { vec![] };
            let contract = Contract::new(term.clone(), &sold_on(sold));
            (contract.extended_by(extends), spells)
        })
        .collect();
    let today = on("2026-01-15");
    let mut group = c.benchmark_group("coverage");
    group.sample_size(10);
    group.bench_function("ends within 30 days, of 1,000,000 units", |b| {
        b.iter(|| {
            let ends = |(contract, spells): &&(Contract, Vec<Spell>)| {
                ends_within(std::slice::from_ref(contract), spells, today, 30)
            };
            black_box(&units).iter().filter(ends).count()
        });
    });
    group.finish();
}

criterion_group!(benches, decision, sweep);
criterion_main!(benches);
