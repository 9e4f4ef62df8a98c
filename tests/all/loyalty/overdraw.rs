//! Many at once spend from one balance: none of it is spent twice.

use std::path::PathBuf;
use std::process::{Command as Program, Stdio};

use aftercare::adapters::SqliteStore;
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, Context, CustomerId, RequestId, SecretKey};
use aftercare::loyalty::*;
use aftercare::prelude::RegisterCustomer;
use aftercare::rulebook::RulebookSpec;
use aftercare::store::Store;

use super::club::{adjust, club, p, points, programme, redeem};
use crate::support::Directory;

/// What there is, and what each asks for; more is asked for than there is.
const BALANCE: i64 = 1_000;
const EACH: i64 = 7;

fn context(request: u128) -> Context {
    let now = "2026-03-02T08:00:00Z".parse().unwrap();
    Context::new(now, RequestId::from_u128(request), Actor::System)
}

fn desk<S: Store>(store: S) -> Desk<S> {
    let spec = RulebookSpec::new().with_programme(programme());
    Desk::new(store, spec.build(SecretKey::new([9; 16])).unwrap())
}

/// A member with a balance.
pub fn prepare<S: Store>(store: S) -> CustomerId {
    let desk = desk(store);
    let customer = desk
        .run(&context(1), RegisterCustomer::named("Ayşe"))
        .unwrap();
    desk.run(&context(2), adjust(customer, BALANCE)).unwrap();
    customer
}

/// One of many who spend until nothing is left; says how often it could.
pub fn spend<S: Store>(store: S, customer: CustomerId, worker: u128) -> i64 {
    let desk = desk(store);
    let mut successes = 0;
    for n in 1.. {
        let request = context(worker << 64 | n);
        // Whoever lost 64 races in a row asks again, as a caller would, and asks the same.
        let result = loop {
            match desk.run(&request, redeem(customer, EACH)) {
                Err(error) if error.code() == "desk.contention" => {}
                result => break result,
            }
        };
        match result {
            Ok(spent) => {
                assert_eq!(spent.points, p(EACH));
                successes += 1;
                // A request that is asked again moves nothing.
                assert_eq!(desk.run(&request, redeem(customer, EACH)).unwrap(), spent);
            }
            Err(error) => {
                assert_eq!(error.code(), "loyalty.insufficient", "{error:?}");
                break;
            }
        }
    }
    successes
}

/// Nothing is left but what is too little, and each success is exactly one movement.
pub fn check<S: Store>(store: S, customer: CustomerId, successes: Option<i64>) {
    let desk = desk(store);
    let id = Account::id_of(customer, &club());
    let account = desk.get(&Actor::System, id).unwrap().unwrap();
    let left = total(account.purse(&points()).lots()).get();
    let mut movements = 0;
    let mut after = None;
    loop {
        let page = PointsHistory {
            after,
            limit: 200,
            ..PointsHistory::of(customer, club())
        };
        let page = desk.ask(&Actor::System, &page).unwrap();
        for line in page.lines {
            if line.posted.posting.kind == PostingKind::Redeemed {
                assert_eq!(line.posted.posting.change(), p(-EACH));
                movements += 1;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(movements, BALANCE / EACH);
    assert_eq!(left, BALANCE % EACH);
    assert_eq!(successes.unwrap_or(movements), movements);
}

#[test]
fn thirty_two_threads_never_overdraw_a_balance() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let customer = prepare(&store);
    let successes = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..=32)
            .map(|worker| {
                let store = &store;
                scope.spawn(move || spend(store, customer, worker))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    check(&store, customer, Some(successes));
}

const TEST: &str = "loyalty::overdraw::four_processes_never_overdraw_a_balance";

#[test]
fn four_processes_never_overdraw_a_balance() {
    if let Some(file) = std::env::var_os("AFTERCARE_OVERDRAW_FILE").map(PathBuf::from) {
        let number = |name| std::env::var(name).unwrap().parse::<u128>().unwrap();
        let customer = CustomerId::from_u128(number("AFTERCARE_OVERDRAW_CUSTOMER"));
        let store = SqliteStore::open(&file).unwrap();
        spend(store, customer, number("AFTERCARE_OVERDRAW_WORKER"));
        return;
    }
    let directory = Directory::new();
    let customer = prepare(SqliteStore::open(directory.file()).unwrap());
    let workers: Vec<_> = (1..=4)
        .map(|worker: u32| {
            Program::new(std::env::current_exe().unwrap())
                .args(["--exact", TEST])
                .env("AFTERCARE_OVERDRAW_FILE", directory.file())
                .env(
                    "AFTERCARE_OVERDRAW_CUSTOMER",
                    customer.as_u128().to_string(),
                )
                .env("AFTERCARE_OVERDRAW_WORKER", worker.to_string())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    check(SqliteStore::open(directory.file()).unwrap(), customer, None);
}
