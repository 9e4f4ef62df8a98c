//! Loyalty points: the bare ledger rules, and the same through a desk on `MemoryStore`.
//!
//! Accounts with few movements behind them and with many take the same time, because an account is as large as what is
//! open in it. The peers run in the same process: a bare FIFO ledger without rules, dates or history, which is as little
//! as spending points can cost, and `cqrs-es` with its memory store, which reads back every event of an account before
//! each command.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench measures time, and one that cannot be set up must stop"
)]

mod peer;

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::{Duration, Instant};

use aftercare::code;
use aftercare::customer::RegisterCustomer;
use aftercare::desk::Desk;
use aftercare::kernel::{
    Actor, Code, Context, Currency, CustomerId, Money, MovementId, RequestId, SecretKey,
};
use aftercare::loyalty::{
    AdjustPoints, Basket, BasketLine, EarnPoints, EarnRule, Expiry, Lot, Overdraw, Points,
    PointsPolicy, ProgrammeSpec, Purse, RedeemPoints, Round, Source, Span, Worth,
};
use aftercare::record::Share;
use aftercare::rulebook::RulebookSpec;
use aftercare::store::MemoryStore;
use aftercare::work::Command;
use chrono::{DateTime, TimeDelta, Utc};
use cqrs_es::CqrsFramework;
use cqrs_es::mem_store::MemStore;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

use self::peer::Assignment;

const LOTS: usize = 20;

fn start() -> DateTime<Utc> {
    "2026-03-02T07:00:00Z".parse().unwrap()
}

fn club() -> Code {
    code!("club")
}

fn points() -> Code {
    code!("points")
}

/// A purse with so many lots of ten points, each gone a day after the one before.
fn purse(lots: usize) -> Purse {
    let mut purse = Purse::default();
    for n in 0..lots {
        let days = TimeDelta::days(i64::try_from(n).unwrap() + 1);
        let id = MovementId::from_u128(n as u128 + 1);
        let lot = Lot::new(id, Points::new(10), start()).expiring(Some(start() + days));
        purse.apply(&purse.earning(lot));
    }
    purse
}

/// The least that spending points can be: numbers in a queue.
#[derive(Clone)]
struct Fifo(VecDeque<(u64, i64)>);

impl Fifo {
    fn new(lots: usize) -> Self {
        Self((0..lots).map(|n| (n as u64, 10)).collect())
    }

    fn redeem(&mut self, mut points: i64) -> Vec<(u64, i64)> {
        let mut taken = Vec::with_capacity(self.0.len());
        while points > 0
            && let Some((lot, left)) = self.0.front_mut()
        {
            let part = points.min(*left);
            taken.push((*lot, part));
            points -= part;
            *left -= part;
            if *left == 0 {
                self.0.pop_front();
            }
        }
        taken
    }
}

fn rules(c: &mut Criterion) {
    let mut group = c.benchmark_group("loyalty/rules");
    let (few, many) = (purse(LOTS - 1), purse(LOTS));
    let at = start() + TimeDelta::hours(1);
    let id = MovementId::from_u128(0xffff);
    let lot = Lot::new(id, Points::new(10), at).expiring(Some(at + TimeDelta::days(90)));
    group.bench_function("earn", |b| {
        b.iter_batched_ref(
            || few.clone(),
            |purse| {
                let earned = purse.earning(black_box(lot));
                purse.apply(&earned);
                earned
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("redeem across 20 lots", |b| {
        b.iter_batched_ref(
            || many.clone(),
            |purse| {
                let spent = purse.spending(id, Points::new(195), black_box(at), Overdraw::Refuse);
                let spent = spent.unwrap();
                purse.apply(&spent);
                spent
            },
            BatchSize::SmallInput,
        );
    });
    let late = start() + TimeDelta::days(1);
    group.bench_function("expire one of 20 lots", |b| {
        b.iter_batched_ref(
            || many.clone(),
            |purse| {
                let gone = purse.expiry(black_box(late)).unwrap();
                purse.apply(&gone);
                gone
            },
            BatchSize::SmallInput,
        );
    });
    let fifo = Fifo::new(LOTS);
    group.bench_function("peer: bare FIFO, redeem across 20 lots", |b| {
        b.iter_batched_ref(
            || fifo.clone(),
            |fifo| fifo.redeem(black_box(195)),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// Members with a balance, at a desk.
struct World {
    desk: Desk<MemoryStore>,
    now: DateTime<Utc>,
    requests: u128,
    members: Vec<CustomerId>,
    orders: u64,
}

impl World {
    /// So many members with so many lots of ten points, after so many movements.
    fn new(members: usize, lots: usize, movements: usize) -> Self {
        let expiry = Expiry::After {
            span: Span::Days(90),
            round: Round::Exactly,
        };
        let policy = PointsPolicy::worth(Worth::minor(1)).expiring(expiry);
        let spec = ProgrammeSpec::new(club(), "Europe/Istanbul", Currency::TRY)
            .with_points(points(), policy)
            .with_rule(EarnRule::per_amount(code!("each"), points(), 1, 100));
        let rulebook = RulebookSpec::new().with_programme(spec);
        let mut world = Self {
            desk: Desk::new(
                MemoryStore::new(),
                rulebook.build(SecretKey::new([7; 16])).unwrap(),
            ),
            now: start(),
            requests: 0,
            members: Vec::new(),
            orders: 0,
        };
        for _ in 0..members {
            let member = world.run(RegisterCustomer::default());
            world.members.push(member);
            for n in 0..movements.saturating_sub(lots) {
                let by = if n % 2 == 0 { 10 } else { -10 };
                world.run(adjust(member, by));
            }
            for _ in 0..lots {
                world.run(adjust(member, 10));
            }
        }
        world
    }

    fn context(&mut self) -> Context {
        self.requests += 1;
        self.now += TimeDelta::milliseconds(1);
        let spread = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let request = RequestId::from_u128(self.requests.wrapping_mul(spread));
        Context::new(self.now, request, Actor::System)
    }

    fn run<C: Command>(&mut self, command: C) -> C::Output {
        let context = self.context();
        self.desk.run(&context, command).unwrap()
    }

    fn purchase(&mut self, member: CustomerId) -> EarnPoints {
        self.orders += 1;
        let number = Code::try_new(&self.orders.to_string()).unwrap();
        let line = BasketLine::new(code!("tea"), Money::new(1_000, Currency::TRY));
        EarnPoints::for_purchase(member, club(), Basket::of([line]), Source::order(number))
    }
}

fn adjust(customer: CustomerId, by: i64) -> AdjustPoints {
    AdjustPoints {
        customer,
        programme: club(),
        points: points(),
        by: Points::new(by),
        reason: code!("bench"),
    }
}

/// The time of one command for each member, in worlds that are made anew outside the measured time.
fn time<C: Command>(
    count: u64,
    fresh: impl Fn() -> World,
    command: impl Fn(&mut World, CustomerId) -> C,
) -> Duration {
    let mut spent = Duration::ZERO;
    let mut left = count;
    while left > 0 {
        let mut world = fresh();
        let now = usize::try_from(left).unwrap().min(world.members.len());
        let members: Vec<CustomerId> = world.members[..now].to_vec();
        let jobs: Vec<(Context, C)> = members
            .into_iter()
            .map(|member| {
                let command = command(&mut world, member);
                (world.context(), command)
            })
            .collect();
        let begin = Instant::now();
        for (context, command) in jobs {
            let _ = black_box(world.desk.run(&context, command).unwrap());
        }
        spent += begin.elapsed();
        left -= now as u64;
    }
    spent
}

fn through_a_desk(c: &mut Criterion) {
    let mut group = c.benchmark_group("loyalty/desk");
    group.sample_size(10);
    let redeem = |world: &mut World, member| {
        let _ = world;
        RedeemPoints::new(member, club(), points(), Points::new(195))
    };
    group.bench_function("earn", |b| {
        b.iter_custom(|count| {
            time(
                count,
                || World::new(500, 5, 5),
                |world, member| world.purchase(member),
            )
        });
    });
    group.bench_function("redeem across 20 lots", |b| {
        b.iter_custom(|count| time(count, || World::new(500, LOTS, LOTS), redeem));
    });
    // The same open lots, and ten or ten thousand movements before.
    for movements in [10, 10_000] {
        let lots = 5;
        group.bench_function(format!("redeem after {movements} movements"), |b| {
            b.iter_custom(|count| {
                let one = |_: &mut World, member| {
                    RedeemPoints::new(member, club(), points(), Points::new(1))
                };
                // As many rows in the store with few as with many.
                time(
                    count,
                    || World::new(20_000 / movements, lots, movements),
                    one,
                )
            });
        });
    }
    group.bench_function("expiry sweep, one lot of 500 members with 20", |b| {
        b.iter_custom(|count| sweep(count, 500, LOTS));
    });
    group.finish();
}

/// The time for each lot of a sweep in which all lots of all members are gone.
fn sweep(count: u64, members: usize, lots: usize) -> Duration {
    let mut spent = Duration::ZERO;
    let mut swept = 0;
    while swept < count {
        let mut world = World::new(members, lots, lots);
        world.now += TimeDelta::days(91);
        let context = world.context();
        let begin = Instant::now();
        let _ = black_box(world.desk.wake(&context, Share::ALL, 10_000).unwrap());
        spent += begin.elapsed();
        swept += (members * lots) as u64;
    }
    // Criterion asks for the time of `count` lots.
    let nanos = spent.as_nanos() * u128::from(count) / u128::from(swept);
    Duration::from_nanos(u64::try_from(nanos).unwrap())
}

fn event_sourced(c: &mut Criterion) {
    let mut group = c.benchmark_group("loyalty/peer");
    group.sample_size(10);
    for events in [10_usize, 1_000] {
        let accounts = 2_000 / events;
        group.bench_function(format!("cqrs-es after {events} events"), |b| {
            b.iter_custom(|count| {
                let mut spent = Duration::ZERO;
                let mut left = count;
                while left > 0 {
                    let framework: CqrsFramework<Assignment, MemStore<Assignment>> =
                        CqrsFramework::new(MemStore::default(), vec![], ());
                    let names: Vec<String> = (0..accounts).map(|n| format!("a-{n}")).collect();
                    for name in &names {
                        for n in 0..events {
                            peer::carry_out(&framework, name, n as u128);
                        }
                    }
                    let now = left.min(accounts as u64);
                    let begin = Instant::now();
                    for name in names.iter().take(now as usize) {
                        peer::carry_out(&framework, name, u128::MAX);
                    }
                    spent += begin.elapsed();
                    left -= now;
                }
                spent
            });
        });
    }
    group.finish();
}

criterion_group!(benches, rules, through_a_desk, event_sourced);
criterion_main!(benches);
