//! Many at once spend from one balance: none of it is spent twice.

use std::future::Future;
use std::path::PathBuf;
use std::process::{Command as Program, Stdio};

use aftercare::adapters::SqliteStore;
use aftercare::kernel::CustomerId;
use aftercare::store::Blocking;

use super::contest::{check, prepare, spend};
use crate::support::Directory;

/// On a store that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.build().unwrap().block_on(future)
}

#[test]
fn thirty_two_threads_never_overdraw_a_balance() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).unwrap();
    let customer = at_once(prepare(Blocking(&store)));
    let successes = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..=32)
            .map(|worker| {
                let store = &store;
                scope.spawn(move || at_once(spend(Blocking(store), customer, worker)))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    at_once(check(Blocking(&store), customer, Some(successes)));
}

const TEST: &str = "loyalty::overdraw::four_processes_never_overdraw_a_balance";

#[test]
fn four_processes_never_overdraw_a_balance() {
    if let Some(file) = std::env::var_os("AFTERCARE_OVERDRAW_FILE").map(PathBuf::from) {
        let number = |name| std::env::var(name).unwrap().parse::<u128>().unwrap();
        let customer = CustomerId::from_u128(number("AFTERCARE_OVERDRAW_CUSTOMER"));
        let store = SqliteStore::open(&file).unwrap();
        let worker = number("AFTERCARE_OVERDRAW_WORKER");
        at_once(spend(Blocking(store), customer, worker));
        return;
    }
    let directory = Directory::new();
    let open = || Blocking(SqliteStore::open(directory.file()).unwrap());
    let customer = at_once(prepare(open()));
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
    at_once(check(open(), customer, None));
}
