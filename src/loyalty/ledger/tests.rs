//! The rules of the ledger, each by its name, and the ledger against a slow and obvious one.

mod members;
mod reference;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::kernel::{AccountId, HoldId, MovementId};

fn day(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::days(day)
}

fn id(n: u128) -> MovementId {
    MovementId::from_u128(n)
}

const fn points(n: i64) -> Points {
    Points::new(n)
}

/// A lot of so many points, earned on a day and gone on another.
fn lot(n: u128, of: i64, earned: i64, gone: Option<i64>) -> Lot {
    Lot::new(id(n), points(of), day(earned)).expiring(gone.map(day))
}

fn purse(lots: &[Lot]) -> Purse {
    let mut purse = Purse::default();
    for lot in lots {
        let posting = purse.earning(*lot);
        purse.apply(&posting);
    }
    purse
}

fn parts(lots: &[Lot]) -> Vec<(u128, i64)> {
    let of = |lot: &Lot| (lot.source.as_u128(), lot.points.get());
    lots.iter().map(of).collect()
}

fn done(purse: &mut Purse, posting: Result<Posting, Refusal>) -> Posting {
    let posting = posting.unwrap();
    purse.apply(&posting);
    posting
}

#[test]
fn what_expires_soonest_is_spent_first_then_the_oldest_and_what_never_expires_last() {
    let mut purse = purse(&[
        lot(1, 10, 0, None),
        lot(2, 10, 3, Some(90)),
        lot(3, 10, 1, Some(90)),
        lot(4, 10, 5, Some(30)),
    ]);
    let spent = purse.spending(id(9), points(35), day(10), Overdraw::Refuse);
    let spent = done(&mut purse, spent);
    assert_eq!(parts(&spent.taken), [(4, 10), (3, 10), (2, 10), (1, 5)]);
    assert_eq!(parts(purse.lots()), [(1, 5)]);
}

#[test]
fn nothing_can_be_spent_before_it_vests_or_after_it_expires() {
    let pending = lot(1, 10, 0, Some(20)).available(Some(day(5)));
    let unknown = lot(2, 10, 0, None).available(None);
    let purse = purse(&[pending, unknown]);
    assert_eq!(purse.available(day(4)), points(0));
    assert_eq!(purse.pending(day(4)), points(20));
    assert_eq!(purse.available(day(5)), points(10));
    assert_eq!(purse.available(day(20)), points(0));
    assert_eq!(purse.balance(day(20)), points(10));
    let refused = purse.spending(id(9), points(1), day(20), Overdraw::Refuse);
    assert_eq!(
        refused.unwrap_err(),
        Refusal::Insufficient {
            asked: points(1),
            available: points(0)
        }
    );
}

#[test]
fn none_or_fewer_points_cannot_be_moved() {
    let purse = purse(&[lot(1, 10, 0, None)]);
    for of in [0, -5] {
        let refused = purse.spending(id(9), points(of), day(1), Overdraw::Owe);
        assert_eq!(refused.unwrap_err().code(), "loyalty.not_positive");
    }
    let refused = purse.spending(id(9), points(i64::MAX), day(1), Overdraw::Owe);
    assert_eq!(refused.unwrap_err().code(), "loyalty.too_many");
}

#[test]
fn what_is_overdrawn_is_owed_and_settled_by_what_comes_next() {
    let mut purse = purse(&[lot(1, 60, 0, None)]);
    let spent = purse.spending(id(9), points(100), day(1), Overdraw::Owe);
    let spent = done(&mut purse, spent);
    assert_eq!((spent.owed, purse.debt()), (points(40), points(40)));
    assert_eq!(purse.balance(day(1)), points(-40));
    let earned = purse.earning(lot(2, 50, 2, None));
    purse.apply(&earned);
    assert_eq!(earned.settled, points(40));
    assert_eq!(
        (purse.debt(), purse.available(day(2))),
        (points(0), points(10))
    );
}

#[test]
fn a_hold_keeps_points_until_it_is_captured_or_let_go_or_lapses() {
    let mut purse = purse(&[lot(1, 50, 0, Some(40)), lot(2, 50, 0, None)]);
    let hold = |n| HoldId::from_u128(n);
    for (n, of) in [(1, 60), (2, 20), (3, 20)] {
        let held = purse.holding(hold(n), points(of), day(1), day(30));
        done(&mut purse, held);
    }
    assert_eq!(purse.available(day(1)), points(0));
    assert_eq!(purse.balance(day(1)), points(100));
    let refused = purse.holding(hold(4), points(1), day(1), day(30));
    assert_eq!(refused.unwrap_err().code(), "loyalty.insufficient");

    let refused = purse.capturing(id(9), hold(1), Some(points(61)));
    assert_eq!(refused.unwrap_err().code(), "loyalty.insufficient");
    let captured = purse.capturing(id(9), hold(1), Some(points(55)));
    let captured = done(&mut purse, captured);
    assert_eq!(parts(&captured.taken), [(1, 50), (2, 5)]);
    assert_eq!(captured.change(), points(-55));
    assert_eq!(purse.available(day(1)), points(5));

    let back = purse.letting_go(hold(2), false);
    done(&mut purse, back);
    assert_eq!(purse.available(day(1)), points(25));
    assert_eq!(purse.lapse(day(29)), None);
    let lapsed = purse.lapse(day(30)).unwrap();
    purse.apply(&lapsed);
    assert_eq!(purse.available(day(30)), points(45));
    assert_eq!(
        purse.hold(hold(3)).unwrap_err().code(),
        "loyalty.no_such_hold"
    );
}

#[test]
fn held_points_are_safe_from_expiry_until_the_hold_ends() {
    let mut purse = purse(&[lot(1, 50, 0, Some(10))]);
    let hold = HoldId::from_u128(1);
    let held = purse.holding(hold, points(50), day(1), day(20));
    done(&mut purse, held);
    assert_eq!(purse.expiry(day(15)), None);
    assert_eq!(purse.balance(day(15)), points(50));
    let back = purse.lapse(day(20)).unwrap();
    purse.apply(&back);
    let gone = purse.expiry(day(20)).unwrap();
    purse.apply(&gone);
    assert!(purse.is_empty());
}

#[test]
fn who_holds_points_before_a_return_does_not_keep_them() {
    for policy in [AfterSpending::Debt, AfterSpending::NegativeBalance] {
        for lapses in [false, true] {
            let mut purse = purse(&[lot(1, 100, 0, None), lot(2, 30, 0, None)]);
            let hold = HoldId::from_u128(1);
            let held = purse.holding(hold, points(110), day(1), day(20));
            done(&mut purse, held);
            let back = purse.reversing(id(1), points(100), day(2), false, policy);
            let back = done(&mut purse, back);
            assert_eq!(purse.balance(day(2)), points(30));
            assert!(back.owed.is_positive());
            let end = match lapses {
                true => purse.lapse(day(20)).ok_or(Refusal::NothingPending),
                false => purse.letting_go(hold, false),
            };
            let end = done(&mut purse, end);
            assert_eq!(end.change(), points(0));
            assert_eq!(
                (purse.debt(), purse.balance(day(20))),
                (points(0), points(30))
            );
            assert_eq!(purse.available(day(20)), points(30));
        }
    }
}

#[test]
fn what_a_capture_leaves_goes_to_what_is_owed_first() {
    let mut purse = purse(&[lot(1, 100, 0, None)]);
    let hold = HoldId::from_u128(1);
    let held = purse.holding(hold, points(100), day(1), day(20));
    done(&mut purse, held);
    let back = purse.reversing(id(1), points(70), day(2), false, AfterSpending::Debt);
    done(&mut purse, back);
    assert_eq!(
        (purse.debt(), purse.balance(day(2))),
        (points(70), points(30))
    );
    let spent = purse.capturing(id(9), hold, Some(points(20)));
    assert_eq!(done(&mut purse, spent).change(), points(-20));
    assert_eq!(
        (purse.debt(), purse.balance(day(2))),
        (points(0), points(10))
    );
    assert_eq!(purse.available(day(2)), points(10));
}

#[test]
fn releasing_never_puts_off_what_can_be_spent_sooner_by_itself() {
    let sooner = lot(1, 40, 0, None).available(Some(day(10)));
    let later = lot(1, 60, 0, None).available(None);
    let mut purse = purse(&[sooner, later]);
    let released = purse.releasing(id(1), day(30), day(1));
    done(&mut purse, released);
    assert_eq!(purse.available(day(10)), points(40));
    assert_eq!(purse.available(day(30)), points(100));
    let nothing = purse.releasing(id(1), day(40), day(1));
    assert_eq!(nothing.unwrap_err().code(), "loyalty.nothing_pending");
}

#[test]
fn points_given_back_go_to_their_lots_and_lots_that_are_gone_swallow_theirs() {
    let mut purse = purse(&[lot(1, 100, 0, Some(90)), lot(2, 100, 0, Some(150))]);
    let spent = purse.spending(id(9), points(150), day(1), Overdraw::Refuse);
    let spent = done(&mut purse, spent);
    let back = |purse: &Purse, before, of, at| {
        purse.giving_back(
            id(9),
            &spent.taken,
            points(before),
            points(of),
            day(at),
            |_| None,
        )
    };
    let first = back(&purse, 0, 30, 2);
    purse.apply(&first);
    assert_eq!(parts(purse.lots()), [(1, 30), (2, 50)]);
    let gone = purse.expiry(day(95)).unwrap();
    purse.apply(&gone);
    let rest = back(&purse, 30, 120, 95);
    purse.apply(&rest);
    assert_eq!((rest.forfeited, rest.change()), (points(70), points(50)));
    assert_eq!(parts(purse.lots()), [(2, 100)]);
}

#[test]
fn points_whose_lot_is_gone_come_back_where_the_programme_reinstates_them() {
    let mut purse = purse(&[lot(1, 100, 0, Some(90))]);
    let spent = purse.spending(id(9), points(100), day(1), Overdraw::Refuse);
    let spent = done(&mut purse, spent);
    let until = |lot: &Lot| Some(lot.expiring(Some(day(130))));
    let back = purse.giving_back(id(9), &spent.taken, points(0), points(40), day(95), until);
    purse.apply(&back);
    assert_eq!(purse.available(day(129)), points(40));
    assert_eq!(purse.available(day(130)), points(0));
}

#[test]
fn a_return_of_points_on_hold_is_charged_once_however_long_the_hold_lasts() {
    for (back_on, has_expired) in [(5, false), (12, true)] {
        let mut purse = purse(&[lot(1, 100, 0, Some(10))]);
        let hold = HoldId::from_u128(1);
        let held = purse.holding(hold, points(100), day(1), day(20));
        done(&mut purse, held);
        let policy = AfterSpending::Debt;
        let back = purse.reversing(id(1), points(100), day(back_on), has_expired, policy);
        assert_eq!(done(&mut purse, back).owed, points(100));
        purse.apply(&purse.lapse(day(20)).unwrap());
        assert_eq!(purse.expiry(day(20)), None);
        assert_eq!(
            (purse.debt(), purse.balance(day(20))),
            (points(0), points(0))
        );
    }
}

#[test]
fn one_hold_is_enough_for_one_return() {
    let mut purse = purse(&[lot(1, 100, 0, None), lot(2, 100, 1, None)]);
    let hold = HoldId::from_u128(1);
    let held = purse.holding(hold, points(100), day(2), day(20));
    done(&mut purse, held);
    let spent = purse.spending(id(9), points(100), day(2), Overdraw::Refuse);
    done(&mut purse, spent);
    let policy = AfterSpending::OnlyIfSufficient;
    let first = purse.reversing(id(1), points(100), day(3), false, policy);
    assert_eq!(done(&mut purse, first).owed, points(100));
    let second = purse.reversing(id(2), points(100), day(3), false, policy);
    assert_eq!(done(&mut purse, second).forfeited, points(100));
    let end = purse.letting_go(hold, false);
    done(&mut purse, end);
    assert_eq!(
        (purse.debt(), purse.balance(day(4))),
        (points(0), points(0))
    );
}

#[test]
fn of_an_earning_that_has_expired_only_what_a_hold_keeps_is_asked_for() {
    let mut purse = purse(&[lot(1, 100, 0, Some(10)), lot(2, 50, 0, None)]);
    let hold = HoldId::from_u128(1);
    let held = purse.holding(hold, points(70), day(1), day(20));
    done(&mut purse, held);
    purse.apply(&purse.expiry(day(12)).unwrap());
    let back = purse.reversing(id(1), points(100), day(12), true, AfterSpending::Debt);
    let back = done(&mut purse, back);
    assert_eq!((back.forfeited, back.owed), (points(30), points(70)));
    let refused = purse.reversing(id(1), points(100), day(12), true, AfterSpending::Block);
    assert_eq!(refused.unwrap_err().code(), "loyalty.points_spent");
}

/// An earning of 20, of which 5 are spent, beside another lot of `others`; all of it is taken back.
fn returned(others: i64, policy: AfterSpending) -> (Purse, Result<Posting, Refusal>) {
    let mut purse = purse(&[lot(1, 20, 0, Some(60)), lot(2, others.max(1), 0, None)]);
    let spent = purse.spending(id(9), points(5), day(1), Overdraw::Refuse);
    done(&mut purse, spent);
    if others == 0 {
        let spent = purse.lots().iter().find(|lot| lot.source == id(2));
        let taken = [*spent.unwrap()].into();
        purse.apply(&Posting {
            taken,
            ..Posting::new(PostingKind::Redeemed)
        });
    }
    let posting = purse.reversing(id(1), points(20), day(2), false, policy);
    if let Ok(posting) = &posting {
        purse.apply(posting);
    }
    (purse, posting)
}

#[test]
fn a_return_after_spending_is_blocked_where_the_programme_says_so() {
    let (purse, posting) = returned(50, AfterSpending::Block);
    let expected = Refusal::PointsSpent {
        points: points(20),
        left: points(15),
    };
    assert_eq!(posting.unwrap_err(), expected);
    assert_eq!(purse.balance(day(2)), points(65));
}

#[test]
fn a_return_after_spending_makes_a_debt_and_leaves_other_points_alone() {
    let (purse, posting) = returned(50, AfterSpending::Debt);
    assert_eq!(posting.unwrap().owed, points(5));
    assert_eq!(
        (purse.debt(), purse.available(day(2))),
        (points(5), points(50))
    );
}

#[test]
fn a_return_after_spending_goes_below_zero_once_all_other_points_are_taken() {
    let (purse, posting) = returned(3, AfterSpending::NegativeBalance);
    assert_eq!(posting.unwrap().owed, points(2));
    assert_eq!(purse.balance(day(2)), points(-2));
    let (purse, posting) = returned(50, AfterSpending::NegativeBalance);
    assert_eq!(posting.unwrap().owed, points(0));
    assert_eq!(purse.balance(day(2)), points(45));
}

#[test]
fn a_return_after_spending_takes_all_or_nothing_where_only_sufficient_points_are_taken() {
    let (purse, posting) = returned(3, AfterSpending::OnlyIfSufficient);
    let posting = posting.unwrap();
    assert_eq!(
        (posting.change(), posting.forfeited),
        (points(0), points(20))
    );
    assert_eq!(purse.balance(day(2)), points(18));
    let (purse, posting) = returned(50, AfterSpending::OnlyIfSufficient);
    assert_eq!(posting.unwrap().change(), points(-20));
    assert_eq!(purse.balance(day(2)), points(45));
}

#[test]
fn a_return_after_spending_is_charged_in_money_for_what_is_missing() {
    let (purse, posting) = returned(50, AfterSpending::ChargeMoney);
    let posting = posting.unwrap();
    assert_eq!(
        (posting.charged, posting.change()),
        (points(5), points(-15))
    );
    assert_eq!(purse.balance(day(2)), points(50));
}

#[test]
fn what_expired_with_its_earning_is_not_asked_for_again() {
    let mut purse = purse(&[lot(1, 20, 0, Some(10))]);
    let gone = purse.expiry(day(10)).unwrap();
    purse.apply(&gone);
    let posting = purse.reversing(id(1), points(20), day(11), true, AfterSpending::Debt);
    let posting = done(&mut purse, posting);
    assert_eq!(
        (posting.change(), posting.forfeited),
        (points(0), points(20))
    );
}

#[test]
fn released_points_can_be_spent_and_keep_their_expiry() {
    let mut purse = purse(&[lot(1, 20, 0, Some(60)).available(None)]);
    let released = purse.releasing(id(1), day(3), day(2));
    done(&mut purse, released);
    assert_eq!(purse.available(day(2)), points(0));
    assert_eq!(purse.available(day(3)), points(20));
    assert_eq!(purse.available(day(60)), points(0));
    let again = purse.releasing(id(1), day(3), day(4));
    assert_eq!(again.unwrap_err(), Refusal::NothingPending);
}

#[test]
fn an_extension_moves_what_would_be_gone_sooner_and_nothing_else() {
    let mut purse = purse(&[
        lot(1, 20, 0, Some(10)),
        lot(2, 20, 0, Some(90)),
        lot(3, 20, 0, None),
    ]);
    let extended = purse.extending(day(50), day(5));
    done(&mut purse, extended);
    let gone: Vec<_> = purse.lots().iter().map(|lot| lot.expires_at).collect();
    assert_eq!(gone, [Some(day(50)), Some(day(90)), None]);
    let again = purse.extending(day(50), day(5));
    assert_eq!(again.unwrap_err(), Refusal::NothingToExtend);
}

#[test]
fn points_move_between_purses_without_one_more_or_less() {
    let mut from = purse(&[lot(1, 20, 0, Some(10)), lot(2, 20, 0, None)]);
    let mut to = purse(&[lot(3, 5, 0, None)]);
    let kind = PostingKind::Sent {
        to: AccountId::from_u128(2),
    };
    let sent = from.outflow(kind, id(9), points(30), day(1), Overdraw::Refuse);
    let sent = done(&mut from, sent);
    let kind = PostingKind::Received {
        from: AccountId::from_u128(1),
    };
    let received = to.inflow(kind, id(9), sent.taken.iter().copied());
    to.apply(&received);
    assert_eq!(sent.change().plus(received.change()), points(0));
    assert_eq!(parts(to.lots()), [(1, 20), (2, 10), (3, 5)]);
    assert_eq!(to.balance(day(10)), points(15));
}
