//! Several members, whose points are sent, pooled and merged, in both ledgers at once.

#![expect(
    clippy::cast_possible_wrap,
    reason = "points are counted one by one, and there are few"
)]

use proptest::prelude::*;

use super::reference::{Both, Doing, Reference, before, doings};
use super::*;

const MEMBERS: usize = 4;

/// Members, and in whose purse the points of each are.
struct Club {
    members: Vec<Both>,
    heads: Vec<usize>,
    hours: i64,
    made: u128,
}

impl Club {
    fn new() -> Self {
        Self {
            members: (0..MEMBERS).map(|_| Both::default()).collect(),
            heads: (0..MEMBERS).collect(),
            hours: 0,
            made: 0,
        }
    }

    /// One purse at the present moment, with what fell due there done.
    fn at(&mut self, place: usize) -> &mut Both {
        let both = &mut self.members[place];
        both.hours = self.hours;
        both.made = self.made;
        both.catch_up();
        both
    }

    fn act(&mut self, doing: Doing) {
        let (what, of, time, choice) = doing;
        let (one, other) = (
            usize::from(choice) % MEMBERS,
            usize::from(choice / 16) % MEMBERS,
        );
        let (from, to) = (self.heads[one], self.heads[other]);
        if what < 200 {
            self.at(from).act(doing);
            self.hours = self.members[from].hours;
            self.made = self.members[from].made;
            return;
        }
        self.hours += i64::from(time % 40);
        self.made += 1;
        self.at(from);
        self.at(to);
        let before = self.sum();
        match what % 5 {
            _ if from == to => self.heads[one] = one,
            0..=2 => self.send(from, to, i64::from(of) % 60 + 1),
            3 => self.pool(one, to),
            _ => self.merge(from, to),
        }
        self.members[from].agree();
        self.members[to].agree();
        assert_eq!(
            self.sum(),
            before,
            "what goes from one to another stays as much"
        );
    }

    fn sum(&self) -> i64 {
        self.members.iter().map(|both| both.moved).sum()
    }

    fn two(&mut self, from: usize, to: usize) -> (&mut Both, &mut Both) {
        let [from, to] = self.members.get_disjoint_mut([from, to]).unwrap();
        (from, to)
    }

    fn send(&mut self, from: usize, to: usize, of: i64) {
        let movement = id(self.made);
        let (from, to) = self.two(from, to);
        let now = from.now();
        let kind = PostingKind::Sent {
            to: AccountId::from_u128(1),
        };
        let sent = from
            .fast
            .outflow(kind, movement, points(of), now, Overdraw::Refuse);
        let Ok(sent) = sent else {
            assert!(from.fast.available(now).get() < of);
            return;
        };
        let lots = sent.taken.to_vec();
        from.apply(&sent);
        receive(to, movement, lots);
        let coins = from
            .slow
            .take(of, |coin| Reference::is_spendable(coin, now));
        assert_eq!(coins.len() as i64, of);
        to.slow.come(coins);
    }

    /// A member's points go into another one's purse, and what becomes of them is settled there.
    fn pool(&mut self, member: usize, head: usize) {
        let is_head = (0..MEMBERS).any(|other| other != member && self.heads[other] == member);
        if self.heads[member] != member || is_head || self.members[member].fast.is_unsettled() {
            return;
        }
        let movement = id(self.made);
        self.heads[member] = head;
        let (from, to) = self.two(member, head);
        let kind = PostingKind::Sent {
            to: AccountId::from_u128(1),
        };
        let all = from.fast.emptying(kind, movement);
        let lots = all.taken.to_vec();
        from.apply(&all);
        receive(to, movement, lots);
        let coins = from.slow.take(i64::MAX, |_| true);
        to.slow.come(coins);
        assert!(from.fast.is_empty() && from.moved == 0);
        to.spent.append(&mut from.spent);
        to.earned.append(&mut from.earned);
    }

    /// Two purses become one; lots, holds and what is owed stay as they are, as far as one does not settle the other.
    fn merge(&mut self, from: usize, to: usize) {
        for head in self.heads.iter_mut().filter(|head| **head == from) {
            *head = to;
        }
        let (from, to) = self.two(from, to);
        let mut gone = std::mem::take(from);
        from.hours = gone.hours;
        to.fast.absorb(&gone.fast);
        to.moved += gone.moved;
        gone.slow.coins.sort_by(before);
        let theirs = std::mem::take(&mut to.slow.coins);
        let settled = (gone.slow.coins.len() as i64).min(to.slow.debt);
        to.slow.debt -= settled;
        let coming = gone.slow.coins.split_off(usize::try_from(settled).unwrap());
        to.slow.coins = theirs;
        let paid = to.slow.take(gone.slow.debt, |_| true).len() as i64;
        to.slow.debt += gone.slow.debt - paid;
        to.slow.coins.extend(coming);
        to.slow.holds.append(&mut gone.slow.holds);
        to.spent.append(&mut gone.spent);
        to.earned.append(&mut gone.earned);
    }
}

fn receive(to: &mut Both, movement: MovementId, lots: Vec<Lot>) {
    let kind = PostingKind::Received {
        from: AccountId::from_u128(2),
    };
    let received = to.fast.inflow(kind, movement, lots);
    to.apply(&received);
}

proptest! {
    #[test]
    fn purses_agree_while_points_are_sent_pooled_and_merged(
        history in prop::collection::vec(any::<Doing>(), 1..200),
    ) {
        let mut club = Club::new();
        for doing in history {
            club.act(doing);
        }
    }
}

#[test]
fn purses_agree_over_thousands_of_movements_between_members() {
    for seed in 11..=13 {
        let mut club = Club::new();
        for doing in doings(seed).take(6_000) {
            club.act(doing);
        }
        assert!(club.made >= 6_000);
    }
}
