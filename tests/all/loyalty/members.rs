//! Points that go from one member to another: sent, pooled, merged.

use aftercare::code;
use aftercare::customer::MergeCustomers;
use aftercare::kernel::CustomerId;
use aftercare::loyalty::*;

use super::club::*;
use crate::product::world::World;

fn send(from: CustomerId, to: CustomerId, of: i64) -> TransferPoints {
    TransferPoints {
        from,
        to,
        programme: club(),
        points: points(),
        amount: p(of),
    }
}

fn two(world: &World) -> (CustomerId, CustomerId) {
    let (ayse, deniz) = (world.register("Ayşe"), world.register("Deniz"));
    world.run(purchase(ayse, 1, 100_00));
    world.wait(days(40));
    world.run(purchase(deniz, 2, 50_00));
    (ayse, deniz)
}

#[test]
fn points_are_sent_with_their_dates_and_none_comes_or_goes() {
    let world = world(programme());
    let (ayse, deniz) = two(&world);
    world.run(send(ayse, deniz, 70));
    assert_eq!((balance(&world, ayse), balance(&world, deniz)), (30, 120));
    let lots: Vec<_> = account(&world, deniz).purse(&points()).lots().to_vec();
    assert_eq!(lots[0].source, order(1).earning(&club()));
    assert_eq!(
        lots[0].expires_at,
        Some("2027-03-31T21:00:00Z".parse().unwrap())
    );
    assert_eq!(
        world.refuse(send(ayse, deniz, 31)).code(),
        "loyalty.insufficient"
    );
    assert_eq!(
        world.refuse(send(ayse, deniz, 0)).code(),
        "loyalty.not_positive"
    );
    assert_eq!(
        world.refuse(send(ayse, ayse, 1)).code(),
        "loyalty.same_account"
    );
    world.assert_told();
    world.assert_told();
}

#[test]
fn points_that_stay_with_a_member_cannot_be_sent() {
    let mut spec = programme();
    spec.points.get_mut("points").unwrap().transferable = false;
    let world = world(spec);
    let (ayse, deniz) = two(&world);
    assert_eq!(
        world.refuse(send(ayse, deniz, 1)).code(),
        "loyalty.not_transferable"
    );
}

#[test]
fn a_pool_holds_what_its_members_earn_and_each_keeps_their_own_tier() {
    let world = world(programme());
    let (ayse, deniz) = two(&world);
    let join = JoinPool {
        member: deniz,
        head: ayse,
        programme: club(),
    };
    world.run(join.clone());
    assert_eq!((balance(&world, ayse), balance(&world, deniz)), (150, 150));
    let earned = world.run(purchase(deniz, 3, 1_000_00)).movement.unwrap();
    assert_eq!(tier(&world, deniz).as_deref(), Some("silver"));
    assert_eq!(tier(&world, ayse), None);
    world.run(redeem(deniz, 1_100));
    assert_eq!(balance(&world, ayse), 50);
    world.run(reverse(earned, 1_000_00));
    assert_eq!(balance(&world, ayse), -950);
    assert_eq!(view(&world, deniz).tier.unwrap().progress, 50_00);
    assert_eq!(world.refuse(join).code(), "loyalty.in_pool");
    let leave = LeavePool {
        member: deniz,
        programme: club(),
    };
    world.run(leave.clone());
    assert_eq!(world.refuse(leave).code(), "loyalty.not_in_pool");
    assert_eq!((balance(&world, ayse), balance(&world, deniz)), (-950, 0));
    world.assert_told();
    world.assert_told();
}

#[test]
fn a_merge_keeps_lots_expiry_history_holds_and_the_higher_tier() {
    let world = world(programme());
    let (ayse, deniz) = two(&world);
    world.run(purchase(deniz, 3, 1_000_00));
    let hold = world.run(HoldPoints {
        customer: deniz,
        programme: club(),
        points: points(),
        amount: p(10),
        until: world.now() + days(2),
        due: None,
    });
    let of = |customer| account(&world, customer).purse(&points()).lots().to_vec();
    let mut before = of(ayse);
    before.extend(of(deniz));
    before.sort_by_key(|lot| (lot.expires_at, lot.earned_at, lot.source));
    let (survivor, merged) = (ayse, deniz);
    world.run(MergeCustomers { survivor, merged });
    assert_eq!(of(ayse), before);
    assert_eq!(
        (balance(&world, ayse), balance(&world, deniz)),
        (1_150, 1_150)
    );
    assert_eq!(tier(&world, ayse).as_deref(), Some("silver"));
    assert_eq!(view(&world, ayse).tier.unwrap().progress, 1_150_00);
    assert_eq!(
        lines(&world, ayse).len(),
        4,
        "two earnings before, one more, and the hold"
    );
    // Whatever names the merged customer is about the survivor: earnings, holds, returns.
    world.run(CaptureHold {
        customer: deniz,
        programme: club(),
        hold,
        amount: None,
        source: None,
    });
    world.run(reverse(order(3).earning(&club()), 1_000_00));
    assert_eq!(balance(&world, ayse), 140);
    world.run(purchase(deniz, 4, 10_00));
    assert_eq!(balance(&world, ayse), 150);
    world.assert_told();
    world.assert_told();
}

#[test]
fn a_merge_into_a_customer_without_points_takes_them_along() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    let deniz = world.register("Deniz");
    world.run(purchase(deniz, 1, 80_00));
    let (survivor, merged) = (ayse, deniz);
    world.run(MergeCustomers { survivor, merged });
    assert_eq!(balance(&world, ayse), 80);
    let third = world.register("Third");
    let (survivor, merged) = (third, ayse);
    world.run(MergeCustomers { survivor, merged });
    assert_eq!(balance(&world, deniz), 80);
    world.run(reverse(order(1).earning(&club()), 80_00));
    assert_eq!(balance(&world, third), 0);
}

#[test]
fn nothing_is_earned_by_a_customer_who_is_erased() {
    let world = world(programme());
    let ayse = world.register("Ayşe");
    world.run(purchase(ayse, 1, 80_00));
    let reason = code!("asked");
    world.run(aftercare::customer::EraseCustomer {
        customer: ayse,
        reason,
    });
    assert_eq!(
        world.refuse(purchase(ayse, 2, 80_00)).code(),
        "customer.erased"
    );
    assert_eq!(world.refuse(redeem(ayse, 1)).code(), "customer.erased");
}
