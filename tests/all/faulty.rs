//! Requests that are repeated until they are answered have their effect exactly once, whatever fails.

use aftercare::desk::{Desk, Error};
use aftercare::record::{Index, Query};
use aftercare::store::{Blocking, MemoryStore, Store};
use aftercare::testing::{Faults, FaultyStore};
use uuid::Uuid;

use crate::support::{Count, context, rulebook};

const REQUESTS: u32 = 12;

/// Everything that the requests left behind: how far the counter came, messages, journal entries.
fn effects(store: &impl Store) -> (u32, usize, usize) {
    let find = |index, scope| {
        let query = Query::new(index, scope).limit(1_000);
        store.find(&query).unwrap().found.len()
    };
    let messages = find(Index::MessagesByCustomer, Uuid::from_u128(1));
    let entries = find(Index::Journal, Uuid::nil());
    (Count::reached(store, 1), messages, entries)
}

/// The counter is itself a message to the customer.
const ONCE_EACH: (u32, usize, usize) = (REQUESTS, REQUESTS as usize + 1, REQUESTS as usize);

#[test]
fn every_request_has_its_effect_exactly_once() {
    let (mut made, mut landed_unseen) = (0, 0);
    for seed in 0..3_000 {
        let store = FaultyStore::new(MemoryStore::new(), seed, Faults::OFTEN);
        let desk = Desk::new(store, rulebook());
        for n in 1..=REQUESTS {
            let context = context(n.into());
            let answer = loop {
                match desk.run(&context, Count { counter: 1 }) {
                    Ok(answer) => break answer,
                    Err(Error::Store(_)) => {
                        let reached = Count::reached(desk.store().inner(), 1);
                        landed_unseen += u32::from(reached == n);
                    }
                    Err(other) => panic!("seed {seed}: {other:?}"),
                }
            };
            // Asked once more, it answers the same.
            let again = loop {
                if let Ok(again) = desk.run(&context, Count { counter: 1 }) {
                    break again;
                }
            };
            assert_eq!(again, answer, "seed {seed}");
        }
        assert_eq!(effects(desk.store().inner()), ONCE_EACH, "seed {seed}");
        made += desk.store().made();
    }
    assert!(made > 10_000, "only {made} faults were made");
    assert!(
        landed_unseen > 1_000,
        "only {landed_unseen} commits landed unseen"
    );
}

#[test]
fn new_request_ids_instead_of_repeated_ones_have_effects_twice() {
    // What the test above would miss if repeating did not matter.
    let faults = Faults::NONE.after_commit(500);
    let desk = Desk::new(FaultyStore::new(MemoryStore::new(), 3, faults), rulebook());
    let mut request = 0;
    for _ in 1..=REQUESTS {
        loop {
            request += 1;
            if desk.run(&context(request), Count { counter: 1 }).is_ok() {
                break;
            }
        }
    }
    assert!(Count::reached(desk.store().inner(), 1) > REQUESTS);
}

#[test]
fn every_request_has_its_effect_exactly_once_async() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for seed in 0..300 {
        let store = FaultyStore::new(Blocking(MemoryStore::new()), seed, Faults::OFTEN);
        let desk = Desk::new(store, rulebook());
        runtime.block_on(async {
            for n in 1..=REQUESTS {
                while desk
                    .run_async(&context(n.into()), Count { counter: 1 })
                    .await
                    .is_err()
                {}
            }
        });
        assert_eq!(effects(&desk.store().inner().0), ONCE_EACH, "seed {seed}");
    }
}

#[test]
fn the_same_seed_makes_the_same_faults() {
    let answers = |seed| {
        let store = FaultyStore::new(MemoryStore::new(), seed, Faults::OFTEN);
        let answers: Vec<bool> = (0..200).map(|_| store.load(&[]).is_ok()).collect();
        answers
    };
    assert_eq!(answers(5), answers(5));
    assert_ne!(answers(5), answers(6));
    let failed = answers(5).iter().filter(|ok| !**ok).count();
    assert!((5..60).contains(&failed), "{failed} of 200 failed");
}
