//! What holds whatever is done, in whatever order.

use aftercare::kernel::{CustomerId, HoldId, MovementId};
use aftercare::loyalty::*;
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
    match what % 12 {
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
        _ => wake(world),
    }
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
        let who: Vec<CustomerId> = (0..3).map(|_| world.register("Ayşe")).collect();
        for customer in &who {
            world.run(JoinProgramme { customer: *customer, programme: club() });
        }
        let mut made = Made::default();
        for doing in history {
            act(&world, &who, &mut made, doing);
        }
        wake(&world);
        for customer in &who {
            world.assert_told();
            let account = account(&world, *customer);
            let purse = account.purse(&points());
            let open = total(purse.lots()).plus(purse.held()).minus(purse.debt());
            let moved: Points = lines(&world, *customer)
                .iter()
                .map(|line| line.posted.posting.change())
                .sum();
            prop_assert_eq!(moved, open);
            prop_assert_eq!(open.get(), balance(&world, *customer));
            prop_assert!(purse.lots().iter().all(|lot| lot.points.is_positive()));
            let totals = account.totals(&points());
            prop_assert!(totals.redeemed >= Points::ZERO);
        }
    }
}
