//! Handing messages over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use aftercare::code;
use aftercare::courier::{AsyncCourier, Courier, Envelope, Receipt, SendError};
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, MessageId};
use aftercare::message::{BounceMessage, MessageState, ReviveMessage, WithdrawMessage};
use aftercare::record::{Batch, Commit, Index, Key, Page, Query, Row, Share};
use aftercare::store::{AsyncStore, Blocking, MemoryStore, Store};

use crate::common::{Post, at, draft, rulebook, system};

/// Something went wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("on purpose")]
struct Broken;

type Reply = Result<Receipt, SendError<Broken>>;

/// Remembers what it was handed, and answers what the test says.
struct Script<F> {
    handed: Mutex<Vec<(MessageId, u32)>>,
    answer: F,
}

impl<F: Fn(&Envelope) -> Reply> Script<F> {
    fn new(answer: F) -> Self {
        Self {
            handed: Mutex::default(),
            answer,
        }
    }

    fn handed(&self) -> Vec<MessageId> {
        let handed = self.handed.lock().unwrap();
        handed.iter().map(|(id, _)| *id).collect()
    }
}

impl<F: Fn(&Envelope) -> Reply> Courier for Script<F> {
    type Error = Broken;
    fn send(&self, envelope: &Envelope) -> Reply {
        let line = (envelope.id(), envelope.attempt);
        self.handed.lock().unwrap().push(line);
        (self.answer)(envelope)
    }
}

fn taken(_: &Envelope) -> Reply {
    Ok(Receipt::of(code!("ref-1")))
}

fn busy(_: &Envelope) -> Reply {
    Err(SendError::Again {
        reason: code!("busy"),
        not_before: None,
    })
}

fn desk() -> Desk<Arc<MemoryStore>> {
    Desk::new(Arc::new(MemoryStore::new()), rulebook(false))
}

fn post<S: Store>(desk: &Desk<S>, second: i64, request: u128, to: &[u128]) -> Vec<MessageId> {
    let post = Post(to.iter().map(|to| draft(*to)).collect());
    desk.run(&system(second, request), post).unwrap()
}

fn state<S: Store>(desk: &Desk<S>, id: MessageId) -> MessageState {
    let message = desk.get(&Actor::System, id).unwrap().unwrap();
    message.state.clone()
}

#[test]
fn a_message_is_handed_over_once_and_keeps_its_receipt() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1, 2, 3]);
    let courier = Script::new(taken);
    let relayed = desk
        .relay(&system(1, 2), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!((relayed.sent, relayed.more), (3, false));
    let again = desk
        .relay(&system(2, 3), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(again.sent, 0);
    let mut handed = courier.handed();
    handed.sort();
    assert_eq!(handed, ids);
    let receipt = Some(code!("ref-1"));
    assert_eq!(
        state(&desk, ids[0]),
        MessageState::Sent { at: at(1), receipt }
    );
    for bucket in Share::ALL.buckets() {
        let page = desk.find(&Actor::System, &Query::new(Index::Outbox, bucket));
        assert!(page.unwrap().found.is_empty());
    }
}

#[test]
fn a_message_is_not_handed_over_before_its_time_and_does_not_block_others() {
    let desk = desk();
    let mut later = draft(1);
    later.not_before = Some(at(1_000));
    let ids = desk
        .run(&system(0, 1), Post(vec![later, draft(1)]))
        .unwrap();
    let courier = Script::new(taken);
    desk.relay(&system(1, 2), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(courier.handed(), [ids[1]]);
    desk.relay(&system(1_000, 3), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(courier.handed(), [ids[1], ids[0]]);
}

#[test]
fn those_behind_a_failed_message_wait_with_it_and_follow_in_order() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1, 1, 1]);
    let courier = Script::new(busy);
    let relayed = desk
        .relay(&system(1, 2), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!((relayed.postponed, relayed.held_back), (1, 2));
    // The first wait is 10 seconds at most, three quarters of that at least.
    let relayed = desk
        .relay(&system(8, 3), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(relayed.postponed, 0);
    let courier = Script::new(taken);
    let relayed = desk
        .relay(&system(11, 4), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(relayed.sent, 3);
    assert_eq!(courier.handed(), ids);
}

#[test]
fn the_courier_may_name_the_instant_of_the_next_try() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1]);
    let courier = Script::new(|_: &Envelope| {
        Err(SendError::Again {
            reason: code!("quota"),
            not_before: Some(at(600)),
        })
    });
    desk.relay(&system(1, 2), &courier, Share::ALL, 100)
        .unwrap();
    let message = desk.get(&Actor::System, ids[0]).unwrap().unwrap();
    assert_eq!(message.next_at(), Some(at(600)));
}

#[test]
fn after_the_last_attempt_a_message_is_dead_and_no_longer_in_the_way() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1, 1]);
    let first = ids[0];
    let courier = Script::new(move |envelope: &Envelope| {
        if envelope.id() == first {
            Err(Broken.into())
        } else {
            taken(envelope)
        }
    });
    let mut failures = 0;
    for n in 1..=3_u32 {
        let context = system(i64::from(n) * 20, u128::from(n) + 1);
        let relayed = desk.relay(&context, &courier, Share::ALL, 100).unwrap();
        failures += relayed.failures.len();
    }
    assert_eq!(failures, 3);
    let reason = code!("courier.failed");
    assert_eq!(
        state(&desk, first),
        MessageState::Dead { at: at(60), reason }
    );
    assert_eq!(courier.handed(), [first, first, first, ids[1]]);
    assert_eq!(*courier.handed.lock().unwrap().last().unwrap(), (ids[1], 1));
}

#[test]
fn a_refused_message_is_dead_at_once_and_can_be_revived() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1, 1]);
    let refuse = |_: &Envelope| -> Reply {
        Err(SendError::Refused {
            reason: code!("no_such_address"),
        })
    };
    // Everything happens at the same instant: the outcomes must still be told apart.
    for n in 0..3 {
        let relayed = desk
            .relay(&system(0, 10 + n), &Script::new(refuse), Share::ALL, 100)
            .unwrap();
        assert_eq!(relayed.died, if n == 0 { 2 } else { 1 });
        assert!(matches!(state(&desk, ids[0]), MessageState::Dead { .. }));
        let revive = ReviveMessage { message: ids[0] };
        desk.run(&system(0, 20 + n), revive).unwrap();
    }
    let courier = Script::new(taken);
    desk.relay(&system(0, 30), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(*courier.handed.lock().unwrap(), [(ids[0], 4)]);
    let revive = ReviveMessage { message: ids[0] };
    let error = desk.run(&system(0, 31), revive).unwrap_err();
    assert_eq!(error.code(), "message.not_dead");
}

#[test]
fn a_message_that_comes_back_is_dead_and_can_be_revived() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1]);
    let bounce = BounceMessage {
        message: ids[0],
        reason: code!("mailbox_full"),
    };
    let early = desk.run(&system(0, 2), bounce.clone()).unwrap_err();
    assert_eq!(early.code(), "message.not_sent");
    let courier = Script::new(taken);
    desk.relay(&system(0, 3), &courier, Share::ALL, 100)
        .unwrap();
    desk.run(&system(60, 4), bounce.clone()).unwrap();
    let MessageState::Dead { reason, .. } = state(&desk, ids[0]) else {
        panic!("it came back")
    };
    assert_eq!(reason, code!("mailbox_full"));
    let again = desk.run(&system(61, 5), bounce).unwrap_err();
    assert_eq!(again.code(), "message.not_sent");

    let revive = ReviveMessage { message: ids[0] };
    desk.run(&system(120, 6), revive).unwrap();
    desk.relay(&system(120, 7), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(courier.handed(), [ids[0], ids[0]]);
    assert!(matches!(state(&desk, ids[0]), MessageState::Sent { .. }));
}

#[test]
fn a_withdrawn_message_is_not_handed_over() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1, 1]);
    let withdraw = WithdrawMessage {
        message: ids[0],
        reason: code!("outdated"),
    };
    desk.run(&system(0, 2), withdraw.clone()).unwrap();
    let courier = Script::new(taken);
    desk.relay(&system(1, 3), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!(courier.handed(), [ids[1]]);
    let error = desk.run(&system(2, 4), withdraw).unwrap_err();
    assert_eq!(error.code(), "message.not_waiting");
}

#[test]
fn a_message_withdrawn_while_it_is_handed_over_counts_as_sent() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1]);
    let other = desk.clone();
    let courier = Script::new(move |envelope: &Envelope| {
        let withdraw = WithdrawMessage {
            message: envelope.id(),
            reason: code!("outdated"),
        };
        other.run(&system(1, 9), withdraw).unwrap();
        taken(envelope)
    });
    let relayed = desk
        .relay(&system(1, 2), &courier, Share::ALL, 100)
        .unwrap();
    assert_eq!((relayed.sent, relayed.unsettled), (1, 0));
    assert!(matches!(state(&desk, ids[0]), MessageState::Sent { .. }));
}

#[test]
fn the_limit_is_kept_and_the_rest_follows() {
    let desk = desk();
    post(&desk, 0, 1, &[1, 2, 3, 1, 2, 3, 1]);
    let courier = Script::new(taken);
    let mut rounds = 0;
    loop {
        let relayed = desk
            .relay(&system(1, 2 + rounds), &courier, Share::ALL, 2)
            .unwrap();
        assert!(relayed.sent <= 2);
        rounds += 1;
        if !relayed.more {
            break;
        }
    }
    assert_eq!(courier.handed().len(), 7);
    assert!(rounds >= 4);
}

#[test]
fn a_bucket_that_another_holds_is_skipped_until_the_lease_runs_out() {
    let desk = desk();
    let ids = post(&desk, 0, 1, &[1]);
    let other = desk.clone();
    // While the first worker hands over, a second one comes: at once, and much later.
    let courier = Script::new(move |envelope: &Envelope| {
        let inner = Script::new(taken);
        let soon = other.relay(&system(2, 50), &inner, Share::ALL, 10).unwrap();
        assert_eq!((soon.sent, soon.skipped), (0, 1));
        let late = other
            .relay(&system(62, 51), &inner, Share::ALL, 10)
            .unwrap();
        assert_eq!((late.sent, late.skipped), (1, 0));
        assert_eq!(envelope.attempt, 1);
        Ok(Receipt::of(code!("ref-2")))
    });
    let relayed = desk.relay(&system(1, 2), &courier, Share::ALL, 10).unwrap();
    // Its lease had run out, and the other wrote the outcome of this attempt down.
    assert_eq!((relayed.sent, relayed.unsettled), (0, 1));
    assert!(matches!(state(&desk, ids[0]), MessageState::Sent { at: when, .. } if when == at(62)));
}

#[test]
fn two_workers_at_once_never_hand_the_same_message_over_twice() {
    for (first, second) in [
        (Share::ALL, Share::ALL),
        (Share::new(0, 2).unwrap(), Share::new(1, 2).unwrap()),
    ] {
        let desk = desk();
        let to: Vec<u128> = (0..400).map(|n| n % 60).collect();
        let ids = post(&desk, 0, 1, &to);
        let courier = Script::new(taken);
        std::thread::scope(|scope| {
            for (worker, share) in [(1, first), (2, second)] {
                let (desk, courier) = (desk.clone(), &courier);
                scope.spawn(move || {
                    for round in 0..400 {
                        let context = system(1, worker * 1_000 + round);
                        let relayed = desk.relay(&context, courier, share, 7).unwrap();
                        assert_eq!(relayed.unsettled, 0);
                        if relayed.sent == 0 && relayed.skipped == 0 {
                            break;
                        }
                    }
                });
            }
        });
        let handed = courier.handed();
        assert_eq!(handed.len(), ids.len());
        let mut per_recipient: BTreeMap<u128, Vec<MessageId>> = BTreeMap::new();
        for id in handed {
            let place = ids.iter().position(|other| *other == id).unwrap();
            per_recipient.entry(to[place]).or_default().push(id);
        }
        for handed in per_recipient.into_values() {
            assert!(handed.is_sorted());
        }
    }
}

/// A store that dies at one of its calls: before it does anything, or after.
struct Mortal<'a> {
    store: &'a MemoryStore,
    left: AtomicI64,
    after: bool,
}

impl Mortal<'_> {
    fn live<T>(&self, act: impl FnOnce() -> T) -> Result<T, Broken> {
        let dies = self.left.fetch_sub(1, Ordering::Relaxed) == 0;
        if dies && !self.after {
            return Err(Broken);
        }
        let result = act();
        if dies { Err(Broken) } else { Ok(result) }
    }
}

impl Store for Mortal<'_> {
    type Error = Broken;
    fn load(&self, keys: &[Key]) -> Result<Vec<Option<Row>>, Broken> {
        self.live(|| self.store.load(keys).unwrap())
    }
    fn find(&self, query: &Query) -> Result<Page, Broken> {
        self.live(|| self.store.find(query).unwrap())
    }
    fn commit(&self, batch: Batch) -> Result<Commit, Broken> {
        self.live(|| self.store.commit(batch).unwrap())
    }
}

#[test]
fn a_crash_at_any_point_loses_nothing_and_repeats_at_most_the_hand_over() {
    for after in [false, true] {
        for crash in 0.. {
            let store = MemoryStore::new();
            let desk = Desk::new(&store, rulebook(false));
            let ids = post(&desk, 0, 1, &[1, 1, 1]);
            let courier = Script::new(|envelope: &Envelope| {
                if envelope.attempt == 1 {
                    busy(envelope)
                } else {
                    taken(envelope)
                }
            });
            let mortal = Mortal {
                store: &store,
                left: AtomicI64::new(crash),
                after,
            };
            let crashing = Desk::new(mortal, rulebook(false));
            let mut has_crashed = false;
            // The leases of the dead worker have to run out: a minute each.
            for round in 0_i64..12 {
                let context = system(round * 70, 100 + u128::try_from(round).unwrap());
                let relayed = crashing.relay(&context, &courier, Share::ALL, 100);
                has_crashed |= relayed.is_err();
            }
            if !has_crashed {
                assert!(crash > 100);
                break;
            }
            for id in &ids {
                assert!(matches!(state(&desk, *id), MessageState::Sent { .. }));
            }
            // Two attempts each, and the one that was interrupted once more.
            let handed = courier.handed.lock().unwrap();
            assert!((6..=7).contains(&handed.len()), "{handed:?}");
            let mut order: Vec<_> = handed.iter().map(|(id, _)| *id).collect();
            order.dedup();
            assert_eq!(order, ids);
        }
    }
}

#[test]
fn an_envelope_shows_nothing_personal() {
    let desk = desk();
    let mut draft = draft(1);
    draft.facts.insert(code!("secret"), "Ayşe".to_owned());
    desk.run(&system(0, 1), Post(vec![draft])).unwrap();
    let courier = Script::new(|envelope: &Envelope| {
        let shown = format!("{envelope:?}");
        assert!(
            !shown.contains("Ayşe") && shown.contains("case.update"),
            "{shown}"
        );
        taken(envelope)
    });
    desk.relay(&system(1, 2), &courier, Share::ALL, 1).unwrap();
}

/// Polls a future that is ready at once.
pub fn now<T>(future: impl Future<Output = T> + Send) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("not ready"),
    }
}

/// Any pointer to a courier is a courier.
fn is_courier(_: impl Courier) {}
fn is_async_courier(_: impl AsyncCourier) {}
fn is_async_store(_: impl AsyncStore) {}

#[test]
fn an_async_caller_is_served_alike() {
    let desk = Desk::new(Blocking(MemoryStore::new()), rulebook(true));
    let post = Post(vec![draft(1), draft(1), draft(2)]);
    now(desk.run_async(&system(0, 1), post)).unwrap();
    let courier = Blocking(Script::new(taken));
    let context = system(1, 2);
    let relayed = now(desk.relay_async(&context, &courier, Share::ALL, 10)).unwrap();
    assert_eq!(relayed.sent, 3);
    let mut told = 0;
    let followed = now(desk.follow_async(&system(2, 3), 100, |_| {
        told += 1;
        async { Ok::<(), Broken>(()) }
    }));
    assert_eq!(followed.unwrap().told, 4);
    assert_eq!(told, 4);
    let context = system(3, 4);
    let woken = now(desk.wake_async(&context, Share::ALL, 10)).unwrap();
    assert_eq!(woken.woken, 0);

    let script = Script::new(taken);
    is_courier(&script);
    is_courier(Box::new(script));
    is_courier(Arc::new(Script::new(taken)));
    is_async_courier(&courier);
    is_async_courier(Box::new(Blocking(Script::new(taken))));
    is_async_courier(Arc::new(courier));
    is_async_store(desk.store());
}

#[test]
fn a_lease_that_a_fast_clock_gave_back_is_free_for_a_slow_one() {
    let desk = desk();
    let courier = Script::new(taken);
    post(&desk, 0, 1, &[1]);
    let ahead = system(300, 2);
    assert_eq!(
        desk.relay(&ahead, &courier, Share::ALL, 10).unwrap().sent,
        1
    );
    post(&desk, 1, 3, &[1]);
    let behind = desk.relay(&system(2, 4), &courier, Share::ALL, 10).unwrap();
    assert_eq!((behind.sent, behind.skipped), (1, 0));
}
