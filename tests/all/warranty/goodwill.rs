//! What is given although nobody has to, and who may give or pay how much.

use aftercare::code;
use aftercare::kernel::{Actor, BasisPoints, Currency, Money, StaffId, WarrantyClaimId};
use aftercare::warranty::{
    ApproveClaim, Costs, FulfilClaim, GoodwillLimit, Owed, RecordRepair, Remedy, WarrantyPolicy,
};
use aftercare::work::Refusal as Refused;

use super::{Shop, lira, on, policy};

fn percent(percent: u16) -> BasisPoints {
    BasisPoints::from_percent(percent)
}

fn staff(role: &'static str) -> Actor {
    Actor::staff(StaffId::from_u128(8), role.parse().unwrap())
}

/// Supervisors may give half of a repair, or 2,000 lira; administrators all of it.
fn limited() -> WarrantyPolicy {
    let supervisor = GoodwillLimit {
        share: percent(50),
        amounts: vec![lira(2_000)],
    };
    let administrator = GoodwillLimit {
        share: BasisPoints::WHOLE,
        amounts: Vec::new(),
    };
    WarrantyPolicy {
        goodwill_limits: [
            (code!("supervisor"), supervisor),
            (code!("administrator"), administrator),
        ]
        .into(),
        ..policy()
    }
}

/// A fault long after every term.
fn late(shop: &Shop) -> WarrantyClaimId {
    shop.go_to("2031-01-15");
    shop.file(code!("door"), code!("hangs"))
}

fn refused(shop: &Shop, actor: Actor, command: ApproveClaim) -> Refused {
    crate::product::world::refused(shop.world.run_as(actor, command))
}

#[test]
fn under_goodwill_the_business_bears_a_share_of_what_the_repair_costs_and_the_customer_the_rest() {
    let shop = Shop::with(limited());
    let claim = late(&shop);
    let half = ApproveClaim::new(claim, Remedy::Goodwill).bearing(percent(50));
    shop.world.run_as(staff("supervisor"), half).unwrap();
    let told = shop.said().pop().unwrap();
    assert_eq!(told.facts[&code!("share")], "5000");
    assert_eq!(
        shop.claim(claim).goodwill_payment(),
        None,
        "nothing was done yet"
    );
    let costs = Costs {
        parts: Money::new(10_001, Currency::TRY),
        labour: lira(50),
        travel: lira(0),
    };
    let done = RecordRepair::done(claim, on("2031-01-15")).costing(costs);
    shop.world.run(done);
    let payment = shop.claim(claim).goodwill_payment().unwrap();
    assert_eq!(
        payment.paid,
        Money::new(7_501, Currency::TRY),
        "in the customer's favour"
    );
    assert_eq!(payment.customer, Money::new(7_500, Currency::TRY));
}

#[test]
fn who_gives_goodwill_gives_no_more_than_their_own_limit() {
    let shop = Shop::with(limited());
    let claim = late(&shop);
    let goodwill = || ApproveClaim::new(claim, Remedy::Goodwill);
    let code = |role, command| refused(&shop, staff(role), command).code().to_owned();
    assert_eq!(code("supervisor", goodwill()), "warranty.above_share");
    let more = goodwill().bearing(percent(51));
    assert_eq!(code("supervisor", more), "warranty.above_share");
    for bad in [percent(0), percent(101)] {
        let bad = goodwill().bearing(bad);
        assert_eq!(code("administrator", bad), "warranty.bad_share");
    }
    assert_eq!(code("agent", goodwill()), "access.denied");
    shop.world
        .run_as(staff("administrator"), goodwill())
        .unwrap();
    assert_eq!(shop.claim(claim).grant().unwrap().share, None);
}

#[test]
fn goodwill_can_be_money_with_limits_of_its_own() {
    let shop = Shop::with(limited());
    let claim = late(&shop);
    let goodwill = || ApproveClaim::new(claim, Remedy::Goodwill);
    let code = |command| {
        refused(&shop, staff("supervisor"), command)
            .code()
            .to_owned()
    };
    assert_eq!(code(goodwill().paying(lira(2_001))), "warranty.above_limit");
    let tenth = goodwill().paying_of_price(percent(10));
    assert_eq!(code(tenth), "warranty.above_limit", "3,000 of 30,000");
    let dear = goodwill().paying(lira(30_001));
    assert_eq!(code(dear), "warranty.above_price");
    let both = goodwill().paying(lira(5)).bearing(percent(5));
    assert_eq!(code(both), "warranty.amount_twice");
    let both = goodwill().paying(lira(5)).paying_of_price(percent(5));
    assert_eq!(code(both), "warranty.amount_twice");
    let fifth = goodwill().paying_of_price(percent(5));
    shop.world.run_as(staff("supervisor"), fifth).unwrap();
    let owed = shop.view(claim).obligations.remove(0).what;
    let (remedy, amount) = (Remedy::Goodwill, Some(lira(1_500)));
    assert_eq!(owed, Owed::Remedy { remedy, amount });
    let repair = RecordRepair::done(claim, on("2031-01-15"));
    assert_eq!(shop.world.refuse(repair).code(), "warranty.not_granted");
    let contracts = shop.warranty().contracts.len();
    shop.world.run(FulfilClaim::given(claim, on("2031-01-15")));
    let after = shop.warranty();
    assert_eq!(
        after.contracts.len(),
        contracts,
        "no work, no warranty on it"
    );
    assert_eq!(after.faults[0].done, Some(Remedy::Goodwill));
}

#[test]
fn where_no_role_is_listed_a_reviewer_gives_a_repair_and_only_the_system_money() {
    let shop = Shop::new();
    let claim = late(&shop);
    let paid = ApproveClaim::new(claim, Remedy::Goodwill).paying(lira(1));
    let code = refused(&shop, staff("supervisor"), paid).code().to_owned();
    assert_eq!(code, "warranty.above_limit");
    let whole = ApproveClaim::new(claim, Remedy::Goodwill);
    shop.world.run_as(staff("supervisor"), whole).unwrap();
}

#[test]
fn a_role_may_approve_up_to_its_limit_in_each_currency_and_nothing_in_others() {
    let euro = |amount: i64| Money::new(amount * 100, Currency::EUR);
    let mut rules = policy();
    let limits = vec![lira(1_000), euro(100)];
    rules.approval_limits.insert(code!("agent"), limits);
    for (price, least, most) in [
        (lira(30_000), lira(1_001), lira(1_000)),
        (euro(800), euro(101), euro(100)),
    ] {
        let shop = Shop::priced(rules.clone(), price);
        let claim = shop.file(code!("door"), code!("hangs"));
        let cut = |amount| ApproveClaim::new(claim, Remedy::PriceCut).paying(amount);
        let shared = ApproveClaim::new(claim, Remedy::PriceCut).bearing(percent(5));
        let paid = ApproveClaim::new(claim, Remedy::Repair).paying(price);
        for none in [shared, paid] {
            let refusal = refused(&shop, Shop::agent(), none);
            assert_eq!(refusal.code(), "warranty.no_amount");
        }
        let refusal = refused(&shop, Shop::agent(), cut(least));
        let most_is = aftercare::warranty::Refusal::AboveLimit { most: Some(most) };
        assert_eq!(refusal, Refused::Warranty(most_is));
        shop.world.run_as(Shop::agent(), cut(most)).unwrap();
    }
    let pound = Money::new(80_000, Currency::GBP);
    let shop = Shop::priced(rules, pound);
    let claim = shop.file(code!("door"), code!("hangs"));
    let cut = ApproveClaim::new(claim, Remedy::PriceCut).paying(Money::new(1, Currency::GBP));
    let none = aftercare::warranty::Refusal::AboveLimit { most: None };
    let refusal = refused(&shop, Shop::agent(), cut);
    assert_eq!(refusal, Refused::Warranty(none));
}
