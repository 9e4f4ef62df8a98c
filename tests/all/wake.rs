//! Having everything done that is due.

use std::sync::Arc;

use aftercare::calendar::{Rule, Zone};
use aftercare::code;
use aftercare::customer::{AddNote, EraseCustomer, RegisterCustomer};
use aftercare::desk::{Desk, Left};
use aftercare::kernel::{Actor, CustomerId, SecretKey};
use aftercare::record::{
    Batch, Claim, Commit, Expect, Index, Key, Kind, Page, Put, Query, Record, Row, Share, Term,
    Terms, bucket_of, rank_of,
};
use aftercare::rulebook::{Rulebook, RulebookSpec};
use aftercare::service::{PlanTerms, StartPlan};
use aftercare::store::{MemoryStore, Store};
use uuid::Uuid;

use crate::common::{at, system};

/// Erases one record in each commit, so that an erasure takes many.
fn desk() -> Desk<Arc<MemoryStore>> {
    let mut spec = RulebookSpec::default();
    spec.customer.erasure_page = 1;
    let rulebook = Rulebook::try_new(spec, SecretKey::new([7; 16])).unwrap();
    Desk::new(Arc::new(MemoryStore::new()), rulebook)
}

/// A customer with five notes, whose erasure has begun.
fn leaving(desk: &Desk<Arc<MemoryStore>>, n: u128) -> CustomerId {
    let request = n * 100;
    let register = RegisterCustomer::named("Deniz").with_email(format!("deniz{n}@example.org"));
    let customer = desk.run(&system(0, request), register).unwrap();
    for note in 1..=5 {
        let add = AddNote::new(customer, "likes tea");
        desk.run(&system(0, request + note), add).unwrap();
    }
    let reason = code!("wish");
    let erase = EraseCustomer { customer, reason };
    desk.run(&system(1, request + 10), erase).unwrap();
    customer
}

fn is_erased(desk: &Desk<Arc<MemoryStore>>, customer: CustomerId) -> bool {
    let customer = desk.get(&Actor::System, customer).unwrap().unwrap();
    customer.erased_at.is_some()
}

/// Puts a record where it stands as due and has nothing to do.
fn plant(desk: &Desk<Arc<MemoryStore>>, n: u128) -> Key {
    let key = Key::new(Kind::Claim, Uuid::from_u128(n));
    let term = Term::new(Index::Due, bucket_of(key.id), rank_of(at(0)));
    let batch = Batch {
        expect: vec![(key, Expect::Absent)],
        puts: vec![Put {
            key,
            version: 1,
            record: Some(Record::Claim(Arc::new(Claim { holder: key }))),
            add: Terms::from_slice(&[term]),
            remove: Terms::new(),
        }],
    };
    assert_eq!(desk.store().commit(batch).unwrap(), Commit::Done);
    key
}

#[test]
fn a_record_goes_on_until_nothing_is_due_of_it() {
    let desk = desk();
    let customer = leaving(&desk, 1);
    let early = desk.wake(&system(0, 50), Share::ALL, 100).unwrap();
    assert_eq!(early.woken, 0);
    let woken = desk.wake(&system(2, 51), Share::ALL, 100).unwrap();
    assert!(
        woken.woken > 3 && woken.left.is_empty() && !woken.more,
        "{woken:?}"
    );
    assert!(is_erased(&desk, customer));
    let again = desk.wake(&system(3, 52), Share::ALL, 100).unwrap();
    assert_eq!((again.woken, again.by_others), (0, 0));
}

#[test]
fn the_limit_is_kept_and_the_next_call_goes_on() {
    let desk = desk();
    let customer = leaving(&desk, 1);
    let mut calls = 0;
    while !is_erased(&desk, customer) {
        calls += 1;
        let woken = desk.wake(&system(2, 50 + calls), Share::ALL, 2).unwrap();
        assert!(woken.woken <= 2);
    }
    assert!(calls > 2);
}

#[test]
fn a_record_that_does_not_move_is_left_and_keeps_nobody() {
    let desk = desk();
    let mut stuck: Vec<_> = (1..=150).map(|n| plant(&desk, n)).collect();
    let customers = [1, 2, 3].map(|n| leaving(&desk, n));
    let woken = desk.wake(&system(2, 50), Share::ALL, 100).unwrap();
    assert!(customers.iter().all(|customer| is_erased(&desk, *customer)));
    let mut left: Vec<_> = woken.left.iter().map(|(key, _)| *key).collect();
    left.sort();
    stuck.sort();
    assert_eq!(left, stuck);
    let Left::Refused(refusal) = &woken.left[0].1 else {
        panic!("{:?}", woken.left[0]);
    };
    assert_eq!(refusal.code(), "work.nothing_due");
}

#[test]
fn a_share_leaves_the_other_shares_alone() {
    let desk = desk();
    let keys: Vec<_> = (1..=64).map(|n| plant(&desk, n)).collect();
    let mut met = 0;
    for index in 0..3 {
        let share = Share::new(index, 3).unwrap();
        let woken = desk.wake(&system(2, 50), share, 10).unwrap();
        met += woken.left.len();
    }
    assert_eq!(met, keys.len());
}

#[test]
fn two_workers_that_wake_the_same_records_do_everything_once() {
    let alone = desk();
    let both = desk();
    let ids: Vec<u128> = (1..=8).collect();
    for n in &ids {
        leaving(&alone, *n);
        leaving(&both, *n);
    }
    let expected = alone.wake(&system(2, 50), Share::ALL, 1_000).unwrap().woken;
    let woken: u32 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|worker| {
                let both = both.clone();
                scope.spawn(move || {
                    both.wake(&system(2, 60 + worker), Share::ALL, 1_000)
                        .unwrap()
                        .woken
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    assert_eq!(alone.store().len(), both.store().len());
    assert_eq!(woken, expected);
}

/// Counts how often a store is asked what is due.
struct Counting {
    store: MemoryStore,
    asked: std::cell::Cell<usize>,
}

impl Store for Counting {
    type Error = <MemoryStore as Store>::Error;

    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Self::Error> {
        self.store.load(keys)
    }

    fn find(&self, query: &Query) -> Result<Page, Self::Error> {
        if query.index == Index::Due {
            self.asked.set(self.asked.get() + 1);
        }
        self.store.find(query)
    }

    fn commit(&self, batch: Batch) -> Result<Commit, Self::Error> {
        self.store.commit(batch)
    }
}

#[test]
fn a_bucket_is_read_again_only_when_something_was_woken_or_became_due_in_it() {
    let weekly = PlanTerms::by_calendar(Zone::utc(), Rule::every_weeks(1)).with_horizon(10);
    let spec = RulebookSpec::new().with_plan(code!("care"), weekly);
    let rulebook = spec.build(SecretKey::new([7; 16])).unwrap();
    let store = Counting {
        store: MemoryStore::new(),
        asked: std::cell::Cell::new(0),
    };
    let desk = Desk::new(store, rulebook);
    let customer = desk
        .run(&system(0, 1), RegisterCustomer::named("Deniz"))
        .unwrap();
    for n in 0..3 {
        let start = StartPlan::new(customer, code!("care"));
        desk.run(&system(0, 10 + n), start).unwrap();
    }
    let wake = |day: i64, request| {
        desk.store().asked.set(0);
        let context = system(day * 86_400, request);
        let woken = desk.wake(&context, Share::ALL, 1_000).unwrap();
        assert!(!woken.more && woken.left.is_empty());
        (woken.woken, desk.store().asked.get())
    };
    // Nothing is due: once for each bucket.
    assert_eq!(wake(1, 100), (0, 64));
    // Plans that slept for weeks plan what fell overdue meanwhile; that is said in the same call.
    let (woken, asked) = wake(40, 101);
    assert!(woken > 12, "{woken}");
    assert_eq!(wake(40, 102), (0, 64));
    // Each bucket once, once more where something moved on, and twice where it became due behind the reader.
    let most = 64 + 2 * usize::try_from(woken).unwrap();
    assert!(asked <= most && asked < 2 * 64, "{asked} of {most}");
}
