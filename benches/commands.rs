//! A whole operation on `MemoryStore`: access, receipt, reads, rule, event, journal, terms.
//!
//! Each command is measured on cases with few interactions and on cases with many; the time must be the
//! same. The peer, `cqrs-es` with its memory store, runs a command as small in the same process: it reads
//! back every event of an aggregate before each command, so its time grows with what happened.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::unit_arg,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a bench measures time, and one that cannot be set up must stop"
)]

use std::fmt;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use aftercare::calendar::BusinessHoursSpec;
use aftercare::case::{AssignCase, MoveCase, OpenCase};
use aftercare::code;
use aftercare::customer::RegisterCustomer;
use aftercare::desk::Desk;
use aftercare::interaction::{Channel, RecordMessage};
use aftercare::kernel::{Actor, CaseId, Context, CustomerId, RequestId, SecretKey, StaffId};
use aftercare::rulebook::{Rulebook, RulebookSpec};
use aftercare::sla::{Metric, Policy, Target, TimeBase};
use aftercare::store::MemoryStore;
use aftercare::work::Command;
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use cqrs_es::event_sink::EventSink;
use cqrs_es::mem_store::MemStore;
use cqrs_es::{Aggregate, CqrsFramework, DomainEvent};
use criterion::{Criterion, criterion_group, criterion_main};

/// How many interactions, or events of the peer's, a world holds when it is new, over all its cases.
/// Worlds of few and of many interactions a case are then equally large.
const HELD: usize = 10_000;

/// How many operations a world sees before a fresh one takes its place, outside the measured time: else
/// one would measure the growth of the memory. Cases grow by half meanwhile, at most.
const LIFETIME: usize = 4_800;

/// Cases are worked on in turns of so many, so that as much of the store is in use with few as with many.
const TURN: usize = 10;

/// So many times each before the next ones take their turn.
const VISITS: usize = 6;

/// Which case the `n`th operation is about, and which visit of this turn it is.
const fn turn(n: usize, cases: usize) -> (usize, usize) {
    let (round, place) = (n / (TURN * VISITS), n % TURN);
    ((round * TURN + place) % cases, n / TURN % VISITS)
}

/// What is measured.
#[derive(Clone, Copy)]
enum Doing {
    /// Another member of staff has the case.
    Assign,
    /// It waits for the customer, or no longer: the clocks pause and go on, in business time.
    Move,
    /// Staff write to the customer.
    Reply,
    /// The customer writes, and waits for an answer.
    CustomerMessage,
}

impl Doing {
    const ALL: [Self; 4] = [Self::Assign, Self::Move, Self::Reply, Self::CustomerMessage];

    const fn name(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Move => "move",
            Self::Reply => "reply",
            Self::CustomerMessage => "customer message",
        }
    }
}

const WORDS: &str = "Thank you. The part was sent today and should be with you on Thursday.";

fn rulebook() -> Rulebook {
    let week = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ];
    let hours = BusinessHoursSpec::new("Europe/Istanbul").open(&week, "09:00", "18:00");
    let promise = |name, metric, hours| {
        let time = TimeBase::Business(code!("support"));
        Target::new(name, metric, TimeDelta::hours(hours), time)
    };
    let policy = Policy::new(code!("standard"), 1)
        .promising(promise(code!("first"), Metric::FirstResponse, 4))
        .promising(promise(code!("next"), Metric::NextResponse, 8))
        .promising(promise(code!("solve"), Metric::Resolution, 40));
    let spec = RulebookSpec {
        calendars: [(code!("support"), [(1, hours)].into())].into(),
        sla: vec![policy],
        ..RulebookSpec::default()
    };
    Rulebook::try_new(spec, SecretKey::new([7; 16])).unwrap()
}

/// A desk with cases, each with as many interactions.
struct World {
    desk: Desk<MemoryStore>,
    now: DateTime<Utc>,
    requests: u128,
    cases: Vec<(CaseId, CustomerId)>,
    operations: usize,
}

impl World {
    fn new(interactions: usize) -> Self {
        let mut world = Self {
            desk: Desk::new(MemoryStore::new(), rulebook()),
            now: "2026-03-02T07:00:00Z".parse().unwrap(),
            requests: 0,
            cases: Vec::new(),
            operations: 0,
        };
        for _ in 0..HELD / interactions {
            let customer = world.run(RegisterCustomer::default());
            let case = world.run(OpenCase {
                team: Some(code!("support")),
                ..OpenCase::new(customer, Channel::Email, "A part is missing")
            });
            world.cases.push((case, customer));
            for n in 0..interactions {
                let message = match n % 2 {
                    0 => RecordMessage::reply(customer, Channel::Email, WORDS),
                    _ => RecordMessage::from_customer(customer, Channel::Email, WORDS),
                };
                world.run(message.with_case(case));
            }
        }
        world
    }

    fn context(&mut self) -> Context {
        self.requests += 1;
        self.now += TimeDelta::milliseconds(1);
        // Ids as a caller would draw them: spread over the whole range.
        let spread = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let request = RequestId::from_u128(self.requests.wrapping_mul(spread));
        let agent = Actor::staff(StaffId::from_u128(1), code!("agent"));
        Context::new(self.now, request, agent)
    }

    fn run<C: Command>(&mut self, command: C) -> C::Output {
        let context = self.context();
        self.desk.run(&context, command).unwrap()
    }

    /// The time that one command takes, from the call to the answer.
    fn time<C: Command>(&mut self, command: C) -> Duration {
        let context = self.context();
        let begin = Instant::now();
        black_box(self.desk.run(&context, command).unwrap());
        begin.elapsed()
    }

    /// The time of the next operation.
    fn next(&mut self, doing: Doing) -> Duration {
        let (place, visit) = turn(self.operations, self.cases.len());
        let (case, customer) = self.cases[place];
        self.operations += 1;
        match doing {
            Doing::Assign => {
                let staff = u128::try_from(self.operations % 50).unwrap();
                let to = Some(StaffId::from_u128(staff));
                self.time(AssignCase { case, to })
            }
            Doing::Move => {
                let to = match visit % 2 {
                    0 => code!("waiting_on_customer"),
                    _ => code!("open"),
                };
                self.time(MoveCase { case, to })
            }
            Doing::Reply => {
                let message = RecordMessage::reply(customer, Channel::Email, WORDS);
                self.time(message.with_case(case))
            }
            Doing::CustomerMessage => {
                let message = RecordMessage::from_customer(customer, Channel::Email, WORDS);
                self.time(message.with_case(case))
            }
        }
    }
}

/// A world that is replaced when its life is over.
struct Lasting<W> {
    world: W,
    used: usize,
    fresh: fn(usize) -> W,
    size: usize,
}

impl<W> Lasting<W> {
    fn new(size: usize, fresh: fn(usize) -> W) -> Self {
        let (world, used) = (fresh(size), 0);
        Self {
            world,
            used,
            fresh,
            size,
        }
    }

    /// The times of so many operations.
    fn times(&mut self, count: u64, mut next: impl FnMut(&mut W) -> Duration) -> Vec<Duration> {
        (0..count)
            .map(|_| {
                if self.used == LIFETIME {
                    *self = Self::new(self.size, self.fresh);
                }
                self.used += 1;
                next(&mut self.world)
            })
            .collect()
    }
}

/// The peer's case: who has it.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Assignment(Option<u128>);

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Assigned(u128);

impl DomainEvent for Assigned {
    fn event_type(&self) -> String {
        "assigned".into()
    }
    fn event_version(&self) -> String {
        "1".into()
    }
}

#[derive(Debug)]
struct Never;
impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("never")
    }
}
impl std::error::Error for Never {}

impl Aggregate for Assignment {
    const TYPE: &'static str = "assignment";
    type Command = u128;
    type Event = Assigned;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, to: u128, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        if self.0 != Some(to) {
            sink.write(Assigned(to), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, Assigned(to): Assigned) {
        self.0 = Some(to);
    }
}

/// The peer's world: aggregates, each with as many commands behind it.
struct Peer {
    framework: CqrsFramework<Assignment, MemStore<Assignment>>,
    names: Vec<String>,
    operations: usize,
}

impl Peer {
    fn new(commands: usize) -> Self {
        let mut peer = Self {
            framework: CqrsFramework::new(MemStore::default(), vec![], ()),
            names: (0..HELD / commands).map(|n| format!("case-{n}")).collect(),
            operations: 0,
        };
        for place in 0..peer.names.len() {
            for _ in 0..commands {
                peer.time(place);
            }
        }
        peer
    }

    fn time(&mut self, place: usize) -> Duration {
        self.operations += 1;
        let to = u128::try_from(self.operations).unwrap();
        let begin = Instant::now();
        let mut running = pin!(self.framework.execute(&self.names[place], to));
        // A store in memory never waits.
        match running
            .as_mut()
            .poll(&mut std::task::Context::from_waker(Waker::noop()))
        {
            Poll::Ready(done) => done.unwrap(),
            Poll::Pending => panic!("it waits for nothing"),
        }
        begin.elapsed()
    }

    fn next(&mut self) -> Duration {
        let (place, _) = turn(self.operations, self.names.len());
        self.time(place)
    }
}

fn commands(c: &mut Criterion) {
    let mut group = c.benchmark_group("commands");
    for doing in Doing::ALL {
        for interactions in [10, 1_000] {
            let name = format!("{} ({interactions} interactions)", doing.name());
            group.bench_function(name, |b| {
                let mut lasting = Lasting::new(interactions, World::new);
                b.iter_custom(|count| lasting.times(count, |world| world.next(doing)).iter().sum());
            });
        }
    }
    for commands in [10, 100, 1_000] {
        let name = format!("cqrs-es assign ({commands} commands)");
        group.bench_function(name, |b| {
            let mut lasting = Lasting::new(commands, Peer::new);
            b.iter_custom(|count| lasting.times(count, Peer::next).iter().sum());
        });
    }
    group.finish();
}

/// How much longer a command takes on a case with many interactions. Both sides take turns, and the median
/// of the single operations counts: on a busy machine a mean says how often others came between. Reading
/// the clock is part of each.
fn flatness(_: &mut Criterion) {
    const ROUNDS: usize = 15;
    const COUNT: u64 = 960;
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_nanos() as f64
    };
    for doing in Doing::ALL {
        let mut sides = [10, 1_000].map(|size| (Lasting::new(size, World::new), Vec::new()));
        for _ in 0..ROUNDS {
            for (lasting, times) in &mut sides {
                times.extend(lasting.times(COUNT, |world| world.next(doing)));
            }
        }
        let [few, many] = sides.map(|(_, times)| median(times));
        let (name, ratio) = (doing.name(), many / few);
        println!("flat 1,000/10, {name}: {ratio:.2} (medians {many:.0} ns / {few:.0} ns)");
    }
    for commands in [10, 100, 1_000] {
        let mut lasting = Lasting::new(commands, Peer::new);
        let time = median(lasting.times(COUNT, Peer::next));
        println!("cqrs-es assign ({commands} commands): median {time:.0} ns");
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = commands, flatness
}
criterion_main!(benches);
