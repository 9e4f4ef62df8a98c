//! What holds whatever is done, in whatever order.

use aftercare::customer::MergeCustomers;
use aftercare::kernel::{AccountId, CustomerId, HoldId, MovementId};
use aftercare::loyalty::*;
use aftercare::record::Event;
use chrono::TimeDelta;
use proptest::prelude::*;

use super::club::*;
use crate::product::world::World;

type Doing = (u8, u8, u8, u16);

/// What was made so far, to be chosen from.
#[derive(Default)]
struct Made {
    earned: Vec<MovementId>,
    spent: Vec<MovementId>,
    holds: Vec<(CustomerId, HoldId)>,
    orders: u32,
}

fn pick<T: Copy>(from: &[T], choice: u8) -> Option<T> {
    from.get(usize::from(choice) % from.len().max(1)).copied()
}

/// Does one of many things; what is refused changes nothing.
fn act(world: &World, who: &[CustomerId], made: &mut Made, (what, choice, of, time): Doing) {
    world.wait(TimeDelta::hours(i64::from(time % 400)));
    let customer = pick(who, choice).unwrap();
    let other = pick(who, choice / 3).unwrap();
    let of = i64::from(of);
    match what % 15 {
        0..=2 => {
            made.orders += 1;
            if let Ok(earned) = world.try_run(purchase(customer, made.orders, of * 1_00)) {
                made.earned.extend(earned.movement);
            }
        }
        3 | 4 => {
            if let Ok(spent) = world.try_run(redeem(customer, of)) {
                made.spent.push(spent.movement);
            }
        }
        5 => {
            let hold = HoldPoints {
                customer,
                programme: club(),
                points: points(),
                amount: p(of),
                until: world.now() + TimeDelta::hours(100),
                due: None,
            };
            if let Ok(hold) = world.try_run(hold) {
                made.holds.push((customer, hold));
            }
        }
        6 => {
            if let Some((customer, hold)) = pick(&made.holds, choice) {
                let capture = CaptureHold {
                    customer,
                    programme: club(),
                    hold,
                    amount: None,
                    source: None,
                };
                if let Ok(spent) = world.try_run(capture) {
                    made.spent.push(spent.movement);
                }
            }
        }
        7 => {
            if let Some(movement) = pick(&made.spent, choice) {
                let amount = (of % 2 == 0).then_some(p(of));
                drop(world.try_run(GiveBackPoints { movement, amount }));
            }
        }
        8 => {
            if let Some(movement) = pick(&made.earned, choice) {
                drop(world.try_run(reverse(movement, of * 40)));
            }
        }
        9 => drop(world.try_run(TransferPoints {
            from: customer,
            to: other,
            programme: club(),
            points: points(),
            amount: p(of),
        })),
        10 => drop(world.try_run(adjust(customer, of - 128))),
        11 => drop(world.try_run(JoinPool {
            member: customer,
            head: other,
            programme: club(),
        })),
        12 => drop(world.try_run(LeavePool {
            member: customer,
            programme: club(),
        })),
        13 if of % 4 == 0 => drop(world.try_run(MergeCustomers {
            survivor: customer,
            merged: other,
        })),
        _ => wake(world),
    }
}

/// All that is in a purse, less what is owed.
fn held(purse: &Purse) -> Points {
    total(purse.lots()).plus(purse.held()).minus(purse.debt())
}

/// The sum of all movements that the journal tells of an account.
fn moved(world: &World, id: AccountId) -> Points {
    let entries = world.entries(id);
    let events = entries.iter().flat_map(|entry| &entry.events);
    let changes = events.filter_map(|event| match event {
        Event::Account(of, AccountEvent::Posted(posted)) if *of == id => {
            Some(posted.posting.change())
        }
        // A survivor's points go into the pool as they are.
        Event::Account(to, AccountEvent::PocketsCame { from, pockets }) => {
            let came: Points = pockets.iter().map(|pocket| held(&pocket.purse)).sum();
            match (*to == id, *from == id) {
                (true, _) => Some(came),
                (_, true) => Some(came.negated()),
                _ => None,
            }
        }
        _ => None,
    });
    changes.sum()
}

fn survivor(world: &World, mut id: AccountId) -> AccountId {
    while let Some(into) = world.get(id).merged_into {
        id = into;
    }
    id
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn balances_are_sums_of_movements_and_accounts_are_folds_of_their_events(
        history in prop::collection::vec(any::<Doing>(), 1..60),
        policy in prop::sample::select(vec![
            AfterSpending::Block,
            AfterSpending::Debt,
            AfterSpending::NegativeBalance,
            AfterSpending::OnlyIfSufficient,
            AfterSpending::ChargeMoney,
        ]),
    ) {
        let mut spec = programme();
        spec.points.get_mut("points").unwrap().after_spending = policy;
        let world = world(spec);
        let who: Vec<CustomerId> = (0..4).map(|_| world.register("Ayşe")).collect();
        for customer in &who {
            world.run(JoinProgramme { customer: *customer, programme: club() });
        }
        let mut made = Made::default();
        for doing in history {
            act(&world, &who, &mut made, doing);
        }
        wake(&world);
        world.assert_told();
        let (mut all_open, mut all_moved, mut redeemed) = (0, 0, Points::ZERO);
        for customer in &who {
            let account = account(&world, *customer);
            let purse = account.purse(&points());
            let open = held(purse);
            all_open += open.get();
            all_moved += moved(&world, account.id).get();
            let family = account.absorbed.iter().copied().chain([account.id]);
            let of_family: Points = family.map(|id| moved(&world, id)).sum();
            if account.merged_into.is_none() {
                prop_assert_eq!(of_family, open);
                let holder = account.pool.map_or(account.id, |head| survivor(&world, head));
                let held_for = if holder == account.id { open.get() } else {
                    let head = world.get(holder);
                    held(head.purse(&points())).get()
                };
                if account.pool.is_some() {
                    prop_assert!(purse.is_empty(), "all of a member's points are in the pool");
                    prop_assert!(account.pooled.is_empty() && holder != account.id);
                }
                prop_assert_eq!(held_for, balance(&world, *customer));
            } else {
                prop_assert!(purse.is_empty());
            }
            prop_assert!(purse.lots().iter().all(|lot| lot.points.is_positive()));
            redeemed = redeemed.plus(account.totals(&points()).redeemed);
        }
        // What was spent in one purse may be given back in that of a pool.
        prop_assert!(redeemed >= Points::ZERO);
        prop_assert_eq!(all_open, all_moved, "what is sent, pooled and merged stays as much");
    }
}
