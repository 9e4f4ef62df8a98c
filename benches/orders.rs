//! Orders: tracking one, refunding one of a thousand lines, and the commands around them.
//!
//! There is no crate to compare with, so each figure stands beside something obvious: a refund beside the same sum over
//! floating-point numbers, whose answer is a minor unit off now and then.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a bench measures time, and one that cannot be set up must stop"
)]

use std::hint::black_box;

use aftercare::kernel::{BasisPoints, Currency, Money};
use aftercare::order::{Discount, Pricing, TaxBasis};
use aftercare::prelude::*;
use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}

struct Shop {
    desk: Desk<MemoryStore>,
    requests: Requests,
    customer: CustomerId,
}

impl Shop {
    fn new() -> Self {
        let rulebook = Rulebook::standard(SecretKey::new([7; 16]));
        let desk = Desk::new(MemoryStore::new(), rulebook);
        let mut requests = Requests::of(Actor::System, 1);
        let customer = RegisterCustomer::named("Ayşe");
        let customer = desk.run(&requests.at(start()), customer).unwrap();
        Self {
            desk,
            requests,
            customer,
        }
    }

    /// An order of so many lines, sent and delivered.
    fn delivered(&mut self, lines: i64) -> OrderId {
        let order = self.sent(PlaceOrder::new(self.customer, items(lines)));
        let track = TrackShipment::new(order, 1, Milestone::Delivered);
        self.desk.run(&self.requests.at(start()), track).unwrap();
        order
    }

    /// An order of so many lines with a promise for each, sent.
    fn promised(&mut self, lines: u32) -> OrderId {
        let place = PlaceOrder::new(self.customer, items(lines.into()));
        let day = Promise::by_day("2026-03-20".parse().unwrap());
        let place = (1..=lines).fold(place, |place, line| place.promising_line(line, day));
        self.sent(place)
    }

    /// An order that is prepared to go out.
    fn sent(&mut self, place: PlaceOrder) -> OrderId {
        let order = self.desk.run(&self.requests.at(start()), place).unwrap();
        let confirm = ConfirmOrder { order };
        self.desk.run(&self.requests.at(start()), confirm).unwrap();
        let parcel = PrepareShipment::of_all(order);
        self.desk.run(&self.requests.at(start()), parcel).unwrap();
        order
    }

    fn order(&self, order: OrderId) -> std::sync::Arc<Order> {
        self.desk.get(&Actor::System, order).unwrap().unwrap()
    }
}

/// Quantities of 2 to 10 and prices that leave a rest almost everywhere.
fn items(lines: i64) -> Vec<Item> {
    (0..lines)
        .map(|n| {
            let quantity = u32::try_from(2 + n % 9).unwrap();
            let price = Money::new(10_007 + n * 13, Currency::TRY);
            Item::new(code!("cup"), quantity, price)
                .less_rate(BasisPoints::new(333))
                .taxed(BasisPoints::from_percent(20))
        })
        .collect()
}

fn refunds(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("refund");
    let mut shop = Shop::new();
    for lines in [1, 10, 1_000] {
        let order = shop.delivered(lines);
        let order = shop.order(order);
        let pieces: Vec<(u32, u32)> = (1..).take(order.lines.len()).map(|n| (n, 1)).collect();
        group.bench_function(format!("one piece of each of {lines} lines"), |bench| {
            bench.iter(|| {
                black_box(&order)
                    .refund_quote(black_box(&pieces), false)
                    .unwrap()
            });
        });
        group.bench_function(
            format!("the same in floating point, {lines} lines"),
            |bench| {
                bench.iter(|| {
                    let mut sum = 0.0_f64;
                    for (line, quantity) in black_box(&pieces) {
                        let line = order.line(*line).unwrap();
                        let share = f64::from(*quantity) / f64::from(line.item.quantity);
                        sum += line.charge.amount.minor() as f64 * share;
                    }
                    sum.floor()
                });
            },
        );
    }
    group.finish();
}

fn tracking(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("order");
    let mut shop = Shop::new();
    let now = start() + TimeDelta::hours(1);
    for lines in [3, 1_000] {
        let order = shop.delivered(lines);
        group.bench_function(format!("track an order of {lines} lines"), |bench| {
            let question = TrackOrder::new(order, now);
            bench.iter(|| shop.desk.ask(&Actor::System, black_box(&question)).unwrap());
        });
    }
    let order = shop.promised(1_000);
    group.bench_function("track an order of 1000 promised lines", |bench| {
        let question = TrackOrder::new(order, now);
        bench.iter(|| shop.desk.ask(&Actor::System, black_box(&question)).unwrap());
    });
    group.bench_function("price an order of 1000 lines", |bench| {
        let items = items(1_000);
        let discount = Some(Discount::Rate(BasisPoints::new(500)));
        bench.iter(|| Pricing::of(black_box(&items), discount, None, TaxBasis::Added).unwrap());
    });
    group.bench_function(
        "place, confirm, send and deliver an order of 3 lines",
        |bench| {
            bench.iter(|| shop.delivered(3));
        },
    );
    group.finish();
}

criterion_group!(benches, refunds, tracking);
criterion_main!(benches);
