//! Units that go on: given up, sold again, passed on, replaced.

use aftercare::code;
use aftercare::kernel::{CustomerId, UnitId};
use aftercare::prelude::{RecordUnit, RegisterCustomer, RegisterUnit, TakeBackUnit, TransferUnit};
use aftercare::warranty::{
    ApproveClaim, CheckCoverage, DateWarranty, Dates, FileClaim, FulfilClaim, Length, Offer,
    Remedy, StartWarranty, Term, TermKind, Verdict,
};

use super::{Shop, lira, on, policy};

impl Shop {
    /// The refrigerator goes back to the shop, and Mehmet buys it on this date.
    fn sold_again(&self, date: &str) -> CustomerId {
        self.world.run(TakeBackUnit {
            unit: self.unit,
            reason: code!("returned"),
        });
        self.go_to(date);
        let mehmet = self.world.run(RegisterCustomer::named("Mehmet Kaya"));
        let his = RegisterUnit::new(mehmet, code!("NF-500")).with_serial(code!("NF-1"));
        assert_eq!(self.world.run(his), self.unit);
        let sale = StartWarranty::of(self.unit).sold_on(on(date));
        self.world
            .run(sale.delivered_on(on(date)).at_price(lira(20_000)));
        mehmet
    }
}

#[test]
fn repairs_and_faults_of_a_sale_before_count_for_nothing() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.go_to("2026-03-12");
    shop.world.run(FulfilClaim::given(claim, on("2026-03-12")));
    let mehmet = shop.sold_again("2026-03-20");
    let warranty = shop.warranty();
    let law = &warranty.contracts[0];
    let end = |date| law.end(&warranty.spells(), on(date)).unwrap().last_day;
    assert_eq!(end("2026-04-01"), Some(on("2028-03-20")));
    let first = FileClaim::new(mehmet, shop.unit).with_fault(code!("door"), code!("hangs"));
    let first = shop.claim(shop.world.run(first));
    assert!(first.flags.is_empty(), "{:?}", first.flags);
    let history = &first.filing.history;
    assert_eq!((history.repairs, history.faults_in_year), (0, 1));
    assert_eq!(history.same_fault_in_year, 1);
}

#[test]
fn what_was_over_before_a_term_began_does_not_extend_it() {
    let shop = Shop::new();
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    shop.go_to("2026-03-12");
    shop.world.run(FulfilClaim::given(claim, on("2026-03-12")));
    let warranty = shop.warranty();
    let mut law = warranty.contracts[0].clone();
    let days = |law: &aftercare::warranty::Contract| {
        let end = law.end(&warranty.spells(), on("2026-05-01")).unwrap();
        end.extension.days
    };
    assert_eq!(days(&law), 10);
    law.starts_on = Some(on("2026-03-08"));
    assert_eq!(days(&law), 4, "those since it began");
    law.starts_on = Some(on("2026-03-12"));
    assert_eq!(days(&law), 0);
}

#[test]
fn a_claim_of_a_sale_before_takes_nothing_from_who_bought_the_unit_since() {
    let shop = Shop::new();
    let paid_back = shop.file(code!("door"), code!("hangs"));
    let repaired = shop.file(code!("lamp"), code!("dark"));
    let late = shop.file(code!("shelf"), code!("broken"));
    shop.world.run(ApproveClaim::new(paid_back, Remedy::Refund));
    shop.world.run(ApproveClaim::new(repaired, Remedy::Repair));
    let mehmet = shop.sold_again("2026-03-20");
    let refund = ApproveClaim::new(late, Remedy::Refund);
    let unknown = shop.world.refuse(refund);
    assert_eq!(unknown.code(), "warranty.price_unknown", "not the new one");
    let before = shop.warranty();
    for claim in [repaired, paid_back] {
        shop.world.run(FulfilClaim::given(claim, on("2026-03-20")));
    }
    assert_eq!(shop.world.get(shop.unit).owned_by(), Some(mehmet));
    let after = shop.warranty();
    assert_eq!(after.contracts, before.contracts);
    assert!(after.spells().is_empty());
}

#[test]
fn a_unit_that_was_taken_back_has_no_dates_until_it_is_sold_again() {
    let shop = Shop::new();
    let (unit, reason) = (shop.unit, code!("returned"));
    shop.world.run(TakeBackUnit { unit, reason });
    let date = DateWarranty {
        unit,
        dates: Dates {
            installed_on: Some(on("2026-01-01")),
            ..Dates::default()
        },
        instead: false,
    };
    assert_eq!(shop.world.refuse(date).code(), "warranty.not_sold");
}

#[test]
fn nothing_is_paid_back_for_a_unit_that_was_paid_back_or_replaced_in_another_claim() {
    for remedy in [Remedy::Refund, Remedy::Replacement] {
        let shop = Shop::new();
        let world = &shop.world;
        let today = on("2026-03-02");
        let first = shop.file(code!("door"), code!("hangs"));
        let second = shop.file(code!("lamp"), code!("dark"));
        let third = shop.file(code!("shelf"), code!("broken"));
        world.run(ApproveClaim::new(first, remedy));
        let new = world.run(RecordUnit::new(code!("NF-500")));
        let fulfil = FulfilClaim::given(first, today);
        if remedy == Remedy::Replacement {
            // Both were approved before either was done.
            world.run(ApproveClaim::new(third, Remedy::Refund));
            world.run(fulfil.replaced_by(new));
            let twice = world.refuse(FulfilClaim::given(third, today));
            assert_eq!(twice.code(), "warranty.given_up");
        } else {
            world.run(fulfil);
        }
        for again in [Remedy::Refund, Remedy::Replacement, Remedy::Repair] {
            let more = world.refuse(ApproveClaim::new(second, again));
            assert_eq!(more.code(), "warranty.given_up");
        }
        let cut = ApproveClaim::new(second, Remedy::PriceCut).paying(lira(1));
        assert_eq!(world.refuse(cut).code(), "warranty.given_up");
        world.run(ApproveClaim::new(second, Remedy::Goodwill).paying(lira(5)));
        if remedy == Remedy::Replacement {
            // What replaced it has rights of its own.
            let claim = world.run(FileClaim::new(shop.ayse, new));
            world.run(ApproveClaim::new(claim, Remedy::Refund));
            world.run(FulfilClaim::given(claim, today));
        }
    }
}

#[test]
fn a_price_cut_that_was_agreed_before_a_refund_is_still_given() {
    let shop = Shop::new();
    let today = on("2026-03-02");
    let cut = shop.file(code!("door"), code!("hangs"));
    let back = shop.file(code!("lamp"), code!("dark"));
    let agreed = ApproveClaim::new(cut, Remedy::PriceCut).paying(lira(100));
    shop.world.run(agreed);
    shop.world.run(ApproveClaim::new(back, Remedy::Refund));
    shop.world.run(FulfilClaim::given(back, today));
    shop.world.run(FulfilClaim::given(cut, today));
    let paid = shop.claim(back).grant().and_then(|it| it.amount);
    assert_eq!(paid, Some(lira(29_900)));
}

/// Ayşe registered her refrigerator in the time that its maker gives for it.
fn registered_in_time() -> Shop {
    let mut rules = policy();
    let term = Term::new(code!("club"), TermKind::Manufacturer, Length::Years(5));
    rules.terms.push(term.registered_within(30));
    rules.offers.push(Offer::always(code!("club")));
    let shop = Shop::delivered(rules, "2026-02-20");
    let hers = RegisterUnit::new(shop.ayse, code!("NF-500")).with_serial(code!("NF-1"));
    shop.world.run(hers);
    shop
}

fn club(shop: &Shop, unit: UnitId) -> Verdict {
    let coverage = shop.world.ask(&CheckCoverage::new(unit, on("2028-09-01")));
    let mut judged = coverage.judged.iter();
    judged.find(|it| it.term == code!("club")).unwrap().verdict
}

#[test]
fn a_unit_that_was_registered_in_time_stays_so_for_the_next_owner() {
    let shop = registered_in_time();
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    shop.go_to("2026-06-01");
    shop.world.run(TransferUnit::sold(shop.unit, mehmet));
    assert_eq!(club(&shop, shop.unit), Verdict::Covered);
    let claim = shop.world.run(FileClaim::new(mehmet, shop.unit));
    let judged = shop.view(claim).coverage.unwrap().judged;
    assert!(
        judged
            .iter()
            .any(|it| it.term == code!("club") && it.verdict == Verdict::Covered)
    );
    let his = RegisterUnit::new(mehmet, code!("NF-500")).with_serial(code!("NF-1"));
    shop.world.run(his);
    assert_eq!(club(&shop, shop.unit), Verdict::Covered, "late once more");
    // Whoever buys it from the shop again has their own time for it.
    shop.sold_again("2026-06-20");
    assert_eq!(club(&shop, shop.unit), Verdict::Covered);
    assert_eq!(shop.world.get(shop.unit).registered_before_at, None);
}

#[test]
fn what_replaces_a_unit_that_was_registered_in_time_need_not_be_registered() {
    let shop = registered_in_time();
    shop.go_to("2026-06-01");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world
        .run(ApproveClaim::new(claim, Remedy::Replacement));
    let new = shop.world.run(RecordUnit::new(code!("NF-500")));
    let fulfil = FulfilClaim::given(claim, on("2026-06-01"));
    shop.world.run(fulfil.replaced_by(new));
    shop.go_to("2026-09-01");
    assert_eq!(club(&shop, new), Verdict::Covered);
}
