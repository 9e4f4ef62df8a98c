//! Reading and following the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aftercare::desk::{Desk, Journal};
use aftercare::kernel::{Actor, Context, CustomerId, MessageId, Permission, RequestId};
use aftercare::message::MessageEvent;
use aftercare::record::{Entry, Key};
use aftercare::store::MemoryStore;
use aftercare::work::{Command, Halt, Work};
use serde::Serialize;

use crate::common::{Post, at, draft, rulebook, system};

/// Writes to some messages to one customer.
#[derive(Serialize)]
struct Touch {
    customer: u128,
    messages: Vec<MessageId>,
}

impl Command for Touch {
    type Output = i64;
    const NAME: &'static str = "custom.touch";
    const PERMISSION: Permission = Permission::new("custom.touch");

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        for id in &self.messages {
            let event = match work.get(*id)? {
                None => MessageEvent::Queued(Box::new(draft(self.customer))),
                Some(_) => MessageEvent::HeldBack { until: at(0) },
            };
            work.emit(*id, event)?;
        }
        Ok(())
    }

    fn output(&self, entry: &Entry) -> i64 {
        entry.rank
    }
}

fn touch(customer: u128, messages: &[u128]) -> Touch {
    let messages = messages.iter().map(|id| MessageId::from_u128(*id));
    Touch {
        customer,
        messages: messages.collect(),
    }
}

fn desk(feed: bool) -> Desk<Arc<MemoryStore>> {
    Desk::new(Arc::new(MemoryStore::new()), rulebook(feed))
}

#[test]
fn the_journal_is_read_by_subject_by_customer_and_by_time_in_pages() {
    let desk = desk(false);
    for n in 0..10 {
        let request = u128::try_from(n).unwrap();
        // Customer 1 has message 1, customer 2 has message 2.
        let who = request % 2 + 1;
        desk.run(&system(n, request), touch(who, &[who])).unwrap();
    }
    // The same number under another kind of record is not the same record.
    let subject = Key::of(MessageId::from_u128(2));
    let ranks = |journal: Journal| {
        let mut ranks = Vec::new();
        let mut next = None;
        loop {
            let page = desk
                .ask(&Actor::System, &journal.clone().after(next).limit(3))
                .unwrap();
            assert!(page.entries.len() <= 3);
            ranks.extend(page.entries.iter().map(|entry| entry.rank));
            next = page.next;
            if next.is_none() {
                return ranks;
            }
        }
    };
    assert_eq!(ranks(Journal::all()).len(), 10);
    assert!(ranks(Journal::all()).is_sorted());
    assert!(ranks(Journal::all().latest_first()).is_sorted_by(|a, b| a > b));
    assert_eq!(ranks(Journal::of(subject)).len(), 5);
    assert_eq!(
        ranks(Journal::of(Key::of(CustomerId::from_u128(2)))).len(),
        0
    );
    assert_eq!(
        ranks(Journal::of_customer(CustomerId::from_u128(1))).len(),
        5
    );
    assert_eq!(ranks(Journal::all().from(at(2)).until(at(5))).len(), 3);
}

#[test]
fn a_follower_is_told_everything_once_while_all_is_well() {
    let desk = desk(true);
    desk.run(&system(0, 1), touch(1, &[1])).unwrap();
    desk.run(&system(1, 2), Post(vec![draft(1)])).unwrap();
    // Nothing happened in this one.
    desk.run(&system(2, 3), Post(Vec::new())).unwrap();
    let told = |second: i64, limit: u32| {
        let mut told = Vec::new();
        let context = system(second, 100 + u128::try_from(second).unwrap());
        let followed = desk.follow(&context, limit, |entry| {
            told.push(entry.command.to_string());
            Ok::<(), ()>(())
        });
        (told, followed.unwrap().more)
    };
    assert_eq!(told(3, 1), (vec!["custom.touch".to_owned()], true));
    assert_eq!(told(4, 10), (vec!["custom.post".to_owned()], false));
    assert_eq!(told(5, 10), (Vec::new(), false));
}

#[test]
fn a_follower_that_stops_is_told_the_same_entry_again() {
    let desk = desk(true);
    for n in 0..3 {
        desk.run(&system(0, n), touch(n, &[n])).unwrap();
    }
    let mut told = 0;
    let followed = desk.follow(&system(1, 10), 10, |_| {
        told += 1;
        if told == 2 { Err("full") } else { Ok(()) }
    });
    let followed = followed.unwrap();
    assert_eq!((followed.told, followed.stopped), (1, Some("full")));
    let followed = desk.follow(&system(2, 11), 10, |_| Ok::<(), ()>(()));
    assert_eq!(followed.unwrap().told, 2);
}

#[test]
fn a_second_follower_finds_the_feed_busy_until_the_lease_runs_out() {
    let desk = desk(true);
    for n in 0..3 {
        desk.run(&system(0, n), touch(n, &[n])).unwrap();
    }
    let follow = |second, request| {
        desk.follow(&system(second, request), 10, |_| Ok::<(), ()>(()))
            .unwrap()
    };
    let followed = desk.follow(&system(1, 10), 10, |_| {
        let soon = follow(2, 11);
        assert!(soon.is_busy && soon.told == 0);
        Ok::<(), ()>(())
    });
    assert_eq!(followed.unwrap().told, 3);

    desk.run(&system(3, 20), touch(1, &[1])).unwrap();
    let mut late = 0;
    let followed = desk.follow(&system(3, 12), 10, |_| {
        late += follow(64, 13).told;
        Ok::<(), ()>(())
    });
    // Both were told: at least once, not at most once.
    assert_eq!((followed.unwrap().told, late), (1, 1));
    assert_eq!(follow(200, 14).told, 0);
}

#[test]
fn while_many_write_a_follower_misses_nothing_and_learns_each_subject_in_order() {
    const WRITERS: u128 = 6;
    const EACH: u128 = 120;
    let desk = desk(true);
    let done = AtomicBool::new(false);
    let mut told: Vec<(RequestId, i64, Vec<Key>)> = Vec::new();
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let desk = desk.clone();
                scope.spawn(move || {
                    for n in 0..EACH {
                        // Their clocks differ by minutes, and they meet at the same records.
                        let second =
                            i64::try_from(n).unwrap() - i64::try_from(writer).unwrap() * 60;
                        let request = RequestId::from_u128((writer << 32) + n + 1);
                        let context = Context::new(at(second), request, Actor::System);
                        let subjects = [(writer + n) % 5, 5 + n % 3];
                        desk.run(&context, touch(1, &subjects)).unwrap();
                    }
                })
            })
            .collect();
        let (done, desk, told) = (&done, &desk, &mut told);
        let follower = scope.spawn(move || {
            for round in 0.. {
                let is_last = done.load(Ordering::SeqCst);
                let followed = desk
                    .follow(&system(0, 10_000 + round), 50, |entry| {
                        let subjects = entry.events.iter().map(|event| event.subject());
                        told.push((entry.request(), entry.rank, subjects.collect()));
                        // Fails now and then: what was told stays told, the rest comes again.
                        if told.len() % 37 == 0 {
                            Err(())
                        } else {
                            Ok(())
                        }
                    })
                    .unwrap();
                if is_last && followed.told == 0 && followed.stopped.is_none() {
                    break;
                }
            }
        });
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        follower.join().unwrap();
    });

    let requests: BTreeSet<_> = told.iter().map(|(request, ..)| *request).collect();
    assert_eq!(u128::try_from(requests.len()).unwrap(), WRITERS * EACH);
    let mut known = BTreeSet::new();
    let mut last: BTreeMap<Key, i64> = BTreeMap::new();
    for (request, rank, subjects) in &told {
        if !known.insert(*request) {
            continue; // once more
        }
        for subject in subjects {
            let before = last.insert(*subject, *rank).unwrap_or(i64::MIN);
            assert!(before < *rank, "{subject} was told out of order");
        }
    }
}
