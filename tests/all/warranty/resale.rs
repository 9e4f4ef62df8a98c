//! Units that go on: given up, sold again, passed on, replaced.

use aftercare::code;
use aftercare::kernel::CustomerId;
use aftercare::prelude::{RegisterCustomer, RegisterUnit, TakeBackUnit};
use aftercare::warranty::{
    ApproveClaim, CheckCoverage, DateWarranty, Dates, FileClaim, FulfilClaim, Remedy, StartWarranty,
};

use super::{Shop, lira, on};

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
