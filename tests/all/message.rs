//! What holds whatever happens to messages.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aftercare::code;
use aftercare::courier::{Courier, Envelope, Receipt, SendError};
use aftercare::desk::Desk;
use aftercare::kernel::{Actor, MessageId};
use aftercare::message::{MessageState, ReviveMessage, WithdrawMessage};
use aftercare::record::Share;
use aftercare::store::MemoryStore;
use proptest::prelude::*;

use crate::common::{Post, assert_told, at, draft, rulebook, system};

#[derive(Debug, thiserror::Error)]
#[error("on purpose")]
struct Broken;

/// How the courier answers.
#[derive(Clone, Copy, Debug)]
enum Reply {
    Takes,
    IsBusy,
    NamesAnInstant,
    Refuses,
    Breaks,
}

/// Answers each message in turn, and remembers what it took.
struct Moody<'a> {
    replies: &'a [Reply],
    asked: RefCell<usize>,
    taken: &'a RefCell<BTreeMap<MessageId, u32>>,
}

impl Courier for Moody<'_> {
    type Error = Broken;

    fn send(&self, envelope: &Envelope) -> Result<Receipt, SendError<Broken>> {
        let mut asked = self.asked.borrow_mut();
        let reply = self.replies[*asked % self.replies.len()];
        *asked += 1;
        match reply {
            Reply::Takes => {
                *self.taken.borrow_mut().entry(envelope.id()).or_default() += 1;
                Ok(Receipt::of(code!("ref")))
            }
            Reply::IsBusy => Err(SendError::Again {
                reason: code!("busy"),
                not_before: None,
            }),
            Reply::NamesAnInstant => Err(SendError::Again {
                reason: code!("quota"),
                not_before: Some(at(90)),
            }),
            Reply::Refuses => Err(SendError::Refused {
                reason: code!("no_such_address"),
            }),
            Reply::Breaks => Err(Broken.into()),
        }
    }
}

#[derive(Clone, Debug)]
enum Act {
    Post { to: u128, after: Option<i64> },
    Relay(Vec<Reply>),
    Withdraw(prop::sample::Index),
    Revive(prop::sample::Index),
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let reply = prop::sample::select(vec![
        Reply::Takes,
        Reply::IsBusy,
        Reply::NamesAnInstant,
        Reply::Refuses,
        Reply::Breaks,
    ]);
    let after = prop::option::of(0..200_i64);
    let act = prop_oneof![
        3 => (1..4_u128, after).prop_map(|(to, after)| Act::Post { to, after }),
        4 => prop::collection::vec(reply, 1..5).prop_map(Act::Relay),
        1 => any::<prop::sample::Index>().prop_map(Act::Withdraw),
        1 => any::<prop::sample::Index>().prop_map(Act::Revive),
    ];
    // Clocks may run behind.
    prop::collection::vec((act, -10..40_i64), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn messages_are_what_their_events_tell_and_are_taken_once(acts in acts()) {
        let desk = Desk::new(MemoryStore::new(), rulebook(false));
        let taken = RefCell::default();
        let mut posted: Vec<MessageId> = Vec::new();
        let mut now = 0;
        for (request, (act, passes)) in (0_u128..).zip(acts) {
            now += passes;
            let context = system(now, request);
            match act {
                Act::Post { to, after } => {
                    let mut draft = draft(to);
                    draft.not_before = after.map(at);
                    posted.extend(desk.run(&context, Post(vec![draft])).unwrap());
                }
                Act::Relay(replies) => {
                    let asked = RefCell::default();
                    let courier = Moody { replies: &replies, asked, taken: &taken };
                    desk.relay(&context, &courier, Share::ALL, 100).unwrap();
                }
                Act::Withdraw(which) if !posted.is_empty() => {
                    let (message, reason) = (*which.get(&posted), code!("outdated"));
                    drop(desk.run(&context, WithdrawMessage { message, reason }));
                }
                Act::Revive(which) if !posted.is_empty() => {
                    let message = *which.get(&posted);
                    drop(desk.run(&context, ReviveMessage { message }));
                }
                Act::Withdraw(_) | Act::Revive(_) => {}
            }
            assert_told(desk.store());
        }
        for id in posted {
            let message = desk.get(&Actor::System, id).unwrap().unwrap();
            let is_sent = matches!(message.state, MessageState::Sent { .. });
            let times = taken.borrow().get(&id).copied().unwrap_or_default();
            prop_assert_eq!(times, u32::from(is_sent));
            prop_assert!(message.failures <= message.attempts);
            let waits = matches!(message.state, MessageState::Waiting { .. });
            prop_assert_eq!(message.next_at().is_some(), waits);
        }
    }
}
