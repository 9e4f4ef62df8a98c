//! A whole operation on `MemoryStore`: access, receipt, reads, rule, event, journal, terms.
//!
//! Each command is measured on cases with few interactions and on cases with many, in equally large stores; the
//! time must be the same. Apart from these, the first visit of a case tells what it costs to bring it into the
//! processor's cache. The peer, `cqrs-es` with a store in memory, runs a command as small in the same process:
//! it reads back every event of an aggregate before each command, so its time grows with what happened.

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

mod memory;
mod peer;

use std::hint::black_box;
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
use criterion::{Criterion, criterion_group, criterion_main};

/// How many interactions, or events of the peer's, a world holds when it is new, over all its cases: worlds
/// of few and of many interactions a case are then equally large.
const HELD: usize = 10_000;

/// After so many turns a fresh world takes its place, outside the measured time: else one would measure the
/// growth of the memory. Cases grow by half meanwhile, at most.
const LIFE: usize = 80;

/// Cases are worked on in turns of so many.
const TURN: usize = 10;

/// So many times each before the next ones take their turn.
const VISITS: usize = 6;

/// Which visits of a turn are measured.
#[derive(Clone, Copy)]
enum Visits {
    /// The first, when a case has long been out of the processor's cache.
    First,
    /// Those after it.
    Later,
}

impl Visits {
    const fn measure(self, visit: usize) -> bool {
        match self {
            Self::First => visit == 0,
            Self::Later => visit > 0,
        }
    }
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
    doing: Doing,
    desk: Desk<MemoryStore>,
    now: DateTime<Utc>,
    requests: u128,
    cases: Vec<(CaseId, CustomerId)>,
    operations: usize,
}

impl World {
    fn new(doing: Doing, interactions: usize) -> Self {
        let mut world = Self {
            doing,
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

    fn job(&mut self, place: usize, visit: usize) -> Job {
        let (case, customer) = self.cases[place % self.cases.len()];
        self.operations += 1;
        match self.doing {
            Doing::Assign => {
                let staff = u128::try_from(self.operations % 50).unwrap();
                let to = Some(StaffId::from_u128(staff));
                Job::Assign(AssignCase { case, to })
            }
            Doing::Move => {
                let to = match visit % 2 {
                    0 => code!("waiting_on_customer"),
                    _ => code!("open"),
                };
                Job::Move(MoveCase { case, to })
            }
            Doing::Reply => {
                let message = RecordMessage::reply(customer, Channel::Email, WORDS);
                Job::Say(message.with_case(case))
            }
            Doing::CustomerMessage => {
                let message = RecordMessage::from_customer(customer, Channel::Email, WORDS);
                Job::Say(message.with_case(case))
            }
        }
    }
}

/// A command that was made before the clock runs.
enum Job {
    Assign(AssignCase),
    Move(MoveCase),
    Say(RecordMessage),
}

impl Work for World {
    type Job = (Context, Job);

    fn prepare(&mut self, place: usize, visit: usize) -> Self::Job {
        let job = self.job(place, visit);
        (self.context(), job)
    }

    fn carry_out(&mut self, (context, job): Self::Job) {
        match job {
            Job::Assign(command) => drop(black_box(self.desk.run(&context, command).unwrap())),
            Job::Move(command) => drop(black_box(self.desk.run(&context, command).unwrap())),
            Job::Say(command) => drop(black_box(self.desk.run(&context, command).unwrap())),
        }
    }
}

/// Something whose operations are prepared first and then carried out while the clock runs.
trait Work {
    type Job;
    /// The next operation, on the case at `place`.
    fn prepare(&mut self, place: usize, visit: usize) -> Self::Job;
    fn carry_out(&mut self, job: Self::Job);
}

/// A world that is replaced when its life is over.
struct Lasting<W, F> {
    world: W,
    turns: usize,
    fresh: F,
}

impl<W: Work, F: Fn() -> W> Lasting<W, F> {
    fn new(fresh: F) -> Self {
        let (world, turns) = (fresh(), 0);
        Self {
            world,
            turns,
            fresh,
        }
    }

    /// The times of so many operations, and of how many each is. The clock is read once for several: reading
    /// it takes a twentieth of the time of the quickest operation.
    fn times(&mut self, visits: Visits, mut count: u64) -> Vec<(Duration, u64)> {
        let mut times = Vec::new();
        while count > 0 {
            if self.turns == LIFE {
                (self.world, self.turns) = ((self.fresh)(), 0);
            }
            let from = self.turns * TURN;
            self.turns += 1;
            for visit in 0..VISITS {
                let mut jobs = Vec::with_capacity(TURN);
                for place in from..from + TURN {
                    jobs.push(self.world.prepare(place, visit));
                }
                // What is over the asked number is carried out behind the clock's back.
                let measured = match visits.measure(visit) {
                    true => count.min(TURN.try_into().unwrap()),
                    false => 0,
                };
                let rest = jobs.split_off(measured.try_into().unwrap());
                let begin = Instant::now();
                for job in jobs {
                    self.world.carry_out(job);
                }
                let time = begin.elapsed();
                for job in rest {
                    self.world.carry_out(job);
                }
                if measured > 0 {
                    times.push((time, measured));
                    count -= measured;
                }
            }
        }
        times
    }

    /// The time of so many operations.
    fn time(&mut self, visits: Visits, count: u64) -> Duration {
        let times = self.times(visits, count);
        times.iter().map(|(time, _)| time).sum()
    }
}

/// The peer's world: aggregates, each with as many commands behind it.
struct Peer {
    framework: peer::Peer,
    names: Vec<String>,
    operations: usize,
}

impl Peer {
    fn new(commands: usize) -> Self {
        let mut peer = Self {
            framework: peer::peer(),
            names: (0..HELD / commands).map(|n| format!("case-{n}")).collect(),
            operations: 0,
        };
        for place in 0..peer.names.len() {
            for to in 0..commands {
                peer.carry_out((place, u128::try_from(to).unwrap()));
            }
        }
        peer
    }
}

impl Work for Peer {
    type Job = (usize, u128);

    fn prepare(&mut self, place: usize, _: usize) -> Self::Job {
        self.operations += 1;
        (
            place % self.names.len(),
            u128::try_from(self.operations).unwrap(),
        )
    }

    fn carry_out(&mut self, (place, to): Self::Job) {
        peer::carry_out(&self.framework, &self.names[place], to);
    }
}

fn commands(c: &mut Criterion) {
    let _last = memory::warm_up();
    let mut group = c.benchmark_group("commands");
    for doing in Doing::ALL {
        for interactions in [10, 1_000] {
            let name = format!("{} ({interactions} interactions)", doing.name());
            group.bench_function(name, |b| {
                let mut lasting = Lasting::new(|| World::new(doing, interactions));
                b.iter_custom(|count| lasting.time(Visits::Later, count));
            });
        }
        group.bench_function(format!("{} (first visit)", doing.name()), |b| {
            let mut lasting = Lasting::new(|| World::new(doing, 10));
            b.iter_custom(|count| lasting.time(Visits::First, count));
        });
    }
    for commands in [10, 100, 1_000] {
        let name = format!("cqrs-es assign ({commands} commands)");
        group.bench_function(name, |b| {
            let mut lasting = Lasting::new(|| Peer::new(commands));
            b.iter_custom(|count| lasting.time(Visits::Later, count));
        });
    }
    group.finish();
}

/// How much longer a command takes on a case with many interactions. Both sides take turns, and the median
/// of these counts: on a busy machine a mean says how often others came between.
fn flatness(_: &mut Criterion) {
    const ROUNDS: usize = 15;
    const COUNT: u64 = 960;
    let _last = memory::warm_up();
    let median = |times: Vec<(Duration, u64)>| {
        let each = |(time, count): (Duration, u64)| time.as_nanos() as f64 / count as f64;
        let mut times: Vec<_> = times.into_iter().map(each).collect();
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    };
    for doing in Doing::ALL {
        let fresh = |size| (Lasting::new(move || World::new(doing, size)), Vec::new());
        let mut sides = [fresh(10), fresh(1_000)];
        for _ in 0..ROUNDS {
            for (lasting, times) in &mut sides {
                times.extend(lasting.times(Visits::Later, COUNT));
            }
        }
        let [few, many] = sides.map(|(_, times)| median(times));
        let (name, ratio) = (doing.name(), many / few);
        println!("flat 1,000/10, {name}: {ratio:.2} (medians {many:.0} ns / {few:.0} ns)");
    }
    for commands in [10, 100, 1_000] {
        let time = median(Lasting::new(|| Peer::new(commands)).times(Visits::Later, COUNT));
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
