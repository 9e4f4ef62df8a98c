//! Loyalty points: the bare ledger rules, and the same through a desk on `MemoryStore`.
//!
//! Accounts with few movements behind them and with many take the same time, because an account is as large as what is
//! open in it. The peers run in the same process: a bare FIFO ledger without rules, dates or history, which is as little
//! as spending points can cost, and `cqrs-es` with a store in memory, which reads back every event of an account before
//! each command.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench measures time, and one that cannot be set up must stop"
)]

mod memory;
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
    AdjustPoints, Basket, BasketLine, EarnPoints, EarnRule, Expiry, GiveBackPoints, Lot, Overdraw,
    Points, PointsPolicy, ProgrammeSpec, Purse, RedeemPoints, Round, Source, Span, Spent, Worth,
};
use aftercare::record::Share;
use aftercare::rulebook::RulebookSpec;
use aftercare::store::MemoryStore;
use aftercare::work::Command;
use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

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
    /// So many members with so many lots of ten points.
    fn new(members: usize, lots: usize) -> Self {
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
            for _ in 0..lots {
                world.run(adjust(member, 10));
            }
            world.members.push(member);
        }
        world
    }

    /// A member with five large lots, after so many movements.
    fn aged(&mut self, movements: usize) -> CustomerId {
        let member = self.run(RegisterCustomer::default());
        for n in 5..movements {
            // What one brings the next one takes, and nothing stays open.
            let by = if n % 2 == 1 { 10 } else { -10 };
            self.run(adjust(member, by));
        }
        for _ in 0..5 {
            self.run(adjust(member, 1_000_000));
        }
        member
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

/// How many members come by turns, where the machine has seen their records not long ago.
const TURNS: usize = 20;

/// After how many turns a world is made anew: what is measured is the command, and not how large the store has grown.
const ROUNDS: usize = 50;

/// The time of one command for each of these members, and what they answered.
fn visit<C: Command>(
    world: &mut World,
    members: &[CustomerId],
    command: impl Fn(&mut World, CustomerId) -> C,
) -> (Duration, Vec<C::Output>) {
    let jobs = members.iter().map(|member| {
        let command = command(world, *member);
        (world.context(), command)
    });
    let jobs: Vec<(Context, C)> = jobs.collect();
    carry_out(world, jobs)
}

/// The time of so many commands by a few members who come by turns; after each turn, and outside the measured time, what
/// each did is undone.
fn later_visits<C: Command, U: Command>(
    count: u64,
    fresh: impl Fn() -> World,
    command: impl Fn(&mut World, CustomerId) -> C,
    undo: impl Fn(CustomerId, C::Output) -> U,
) -> Duration {
    let mut spent = Duration::ZERO;
    let mut left = usize::try_from(count).unwrap();
    while left > 0 {
        let mut world = fresh();
        // The first turn is a first visit.
        for round in 0..=ROUNDS {
            let members: Vec<CustomerId> = world.members[..TURNS.min(left)].to_vec();
            let (time, answers) = visit(&mut world, &members, &command);
            for (member, answer) in members.iter().zip(answers) {
                world.run(undo(*member, answer));
            }
            if round > 0 {
                spent += time;
                left -= members.len();
            }
        }
    }
    spent
}

/// The time of so many commands, each by a member who has not been here for long, in worlds that are made anew outside the
/// measured time.
fn first_visits<C: Command>(
    count: u64,
    fresh: impl Fn() -> World,
    command: impl Fn(&mut World, CustomerId) -> C,
) -> Duration {
    let mut spent = Duration::ZERO;
    let mut left = usize::try_from(count).unwrap();
    while left > 0 {
        let mut world = fresh();
        let members = world.members[..left.min(world.members.len())].to_vec();
        spent += visit(&mut world, &members, &command).0;
        left -= members.len();
    }
    spent
}

fn through_a_desk(c: &mut Criterion) {
    let _last = memory::warm_up();
    let mut group = c.benchmark_group("loyalty/desk");
    group.sample_size(20);
    let earn = |world: &mut World, member| world.purchase(member);
    let redeem = |_: &mut World, member| {
        // Nineteen lots and half of the last.
        let most = Points::new(i64::try_from(10 * LOTS - 5).unwrap());
        RedeemPoints::new(member, club(), points(), most)
    };
    group.bench_function("earn", |b| {
        // The oldest of six lots is spent.
        let undo = |member, _| RedeemPoints::new(member, club(), points(), Points::new(10));
        b.iter_custom(|count| later_visits(count, || World::new(TURNS, 5), earn, undo));
    });
    group.bench_function("redeem across 20 lots", |b| {
        let undo = |_, spent: Spent| GiveBackPoints {
            movement: spent.movement,
            amount: None,
        };
        b.iter_custom(|count| later_visits(count, || World::new(TURNS, LOTS), redeem, undo));
    });
    group.bench_function("earn (first visit)", |b| {
        b.iter_custom(|count| first_visits(count, || World::new(500, 5), earn));
    });
    group.bench_function("redeem across 20 lots (first visit)", |b| {
        b.iter_custom(|count| first_visits(count, || World::new(500, LOTS), redeem));
    });
    group.bench_function("expiry sweep, one lot of 500 members with 20", |b| {
        b.iter_custom(|count| sweep(count, 500, LOTS));
    });
    group.finish();
}

/// How much longer a redemption takes after ten thousand movements than after ten, with the same open lots in the same store.
/// Both sides take turns, and the median of these counts: on a busy machine a mean says how often others came between.
fn flatness(_: &mut Criterion) {
    const ROUNDS: usize = 100;
    let _last = memory::warm_up();
    let mut world = World::new(0, 0);
    let old: Vec<CustomerId> = (0..TURNS).map(|_| world.aged(10_000)).collect();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let young: Vec<CustomerId> = (0..TURNS).map(|_| world.aged(10)).collect();
        for (members, times) in [&young, &old].into_iter().zip(&mut times) {
            let one =
                |_: &mut World, member| RedeemPoints::new(member, club(), points(), Points::new(1));
            // The first turn finds the records where they were left, and is not counted.
            visit(&mut world, members, one);
            let turns = (0..5).map(|_| visit(&mut world, members, one).0);
            let each = |time: Duration| time.as_nanos() as f64 / TURNS as f64;
            times.extend(turns.map(each));
        }
    }
    let [few, many] = times.map(|mut times| {
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    });
    let ratio = many / few;
    println!("flat 10,000/10 movements, redeem: {ratio:.2} (medians {many:.0} ns / {few:.0} ns)");
}

/// The time that these commands take, and what they answered.
fn carry_out<C: Command>(world: &World, jobs: Vec<(Context, C)>) -> (Duration, Vec<C::Output>) {
    let mut answers = Vec::with_capacity(jobs.len());
    let begin = Instant::now();
    for (context, command) in jobs {
        answers.push(black_box(world.desk.run(&context, command).unwrap()));
    }
    (begin.elapsed(), answers)
}

/// The time for each lot of a sweep in which all lots of all members are gone.
fn sweep(count: u64, members: usize, lots: usize) -> Duration {
    let mut spent = Duration::ZERO;
    let mut swept = 0;
    while swept < count {
        let mut world = World::new(members, lots);
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
                    let framework = peer::peer();
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

criterion_group!(benches, rules, through_a_desk, flatness, event_sourced);
criterion_main!(benches);
