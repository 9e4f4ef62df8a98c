//! Terms pinned on units, and what is told before they end.

use aftercare::code;
use aftercare::kernel::{Actor, BasisPoints};
use aftercare::order::{Milestone, Pack, PrepareShipment, TrackShipment};
use aftercare::prelude::{
    FindUnit, Reaction, RecordUnit, RegisterCustomer, TakeBackUnit, TransferUnit,
};
use aftercare::warranty::{
    Benefit, CancelContract, CheckCoverage, Clause, DateWarranty, Dates, Item, Length, Offer,
    PinTerm, PinWork, Refusal, StartWarranty, Term, TermKind, Verdict, Warranty,
};
use aftercare::work::Refusal as Refused;

use super::{Shop, days, lira, on, policy, spec};
use crate::order::{item, ordered};

#[test]
fn the_law_of_the_sale_and_what_is_offered_are_pinned() {
    let shop = Shop::new();
    let warranty = shop.warranty();
    let kinds: Vec<_> = warranty.contracts.iter().map(|it| it.term.kind).collect();
    assert_eq!(kinds, [TermKind::Statutory, TermKind::Manufacturer]);
    assert_eq!(warranty.regime.as_ref().map(|it| it.revision), Some(2));
    assert_eq!(warranty.contracts[0].starts_on, Some(on("2025-03-03")));
}

#[test]
fn what_is_pinned_does_not_change_with_the_rulebook() {
    let shop = Shop::new();
    let before = shop.warranty();
    let mut later = policy();
    later.terms[0].lasts = aftercare::warranty::Length::Days(1);
    let rulebook = spec(later).build(aftercare::kernel::SecretKey::new([9; 16]));
    let desk = aftercare::desk::Desk::new(shop.world.desk.store(), rulebook.unwrap());
    let ask = CheckCoverage {
        component: Some(code!("compressor")),
        ..CheckCoverage::new(shop.unit, on("2029-03-03"))
    };
    let coverage = desk.ask(&Actor::System, &ask).unwrap();
    assert_eq!(coverage.verdict, Verdict::Covered);
    assert_eq!(shop.warranty(), before);
}

#[test]
fn a_unit_that_was_never_sold_has_no_warranty_and_starting_twice_changes_nothing() {
    let shop = Shop::new();
    let stock = shop.world.run(RecordUnit::new(code!("NF-500")));
    let refusal = shop.world.refuse(StartWarranty::of(stock));
    assert_eq!(refusal, Refused::Warranty(Refusal::NotSold));
    let before = shop.warranty();
    shop.world.run(StartWarranty::of(shop.unit));
    assert_eq!(shop.warranty(), before);
    let unknown = StartWarranty::of(stock).sold_on(on("2001-01-01"));
    assert_eq!(shop.world.refuse(unknown).code(), "warranty.unknown_regime");
}

#[test]
fn a_later_delivery_date_moves_the_start_and_an_earlier_one_does_not() {
    let shop = Shop::new();
    let date = |delivered| {
        let dates = Dates {
            delivered_on: [on(delivered)].into(),
            ..Dates::default()
        };
        DateWarranty::new(shop.unit, dates)
    };
    shop.world.run(date("2025-03-02"));
    assert_eq!(
        shop.warranty().contracts[0].starts_on,
        Some(on("2025-03-03"))
    );
    shop.world.run(date("2025-03-07"));
    assert_eq!(
        shop.warranty().contracts[0].starts_on,
        Some(on("2025-03-07"))
    );
}

#[test]
fn a_wrong_delivery_date_can_be_put_right_and_none_lies_in_the_future() {
    let shop = Shop::new();
    let delivered = |date| Dates {
        delivered_on: [on(date)].into(),
        ..Dates::default()
    };
    let future = DateWarranty::new(shop.unit, delivered("2026-03-03"));
    assert_eq!(shop.world.refuse(future).code(), "warranty.in_future");
    let sold = StartWarranty::of(shop.unit).sold_on(on("2030-01-01"));
    assert_eq!(shop.world.refuse(sold).code(), "warranty.in_future");
    let start = || shop.warranty().contracts[0].starts_on;
    let wrong = DateWarranty::new(shop.unit, delivered("2026-01-20"));
    shop.world.run(wrong);
    assert_eq!(start(), Some(on("2026-01-20")));
    let right = DateWarranty::new(shop.unit, delivered("2025-03-04"));
    shop.world.run(right.instead());
    assert_eq!(start(), Some(on("2025-03-04")));
}

#[test]
fn a_warranty_that_has_begun_takes_in_no_other_price_and_no_other_law() {
    let shop = Shop::new();
    let start = || StartWarranty::of(shop.unit);
    let code = |command: StartWarranty| shop.world.refuse(command).code();
    let before = shop.warranty();
    assert_eq!(code(start().at_price(lira(-5))), "warranty.negative_amount");
    assert_eq!(code(start().at_price(lira(5))), "warranty.has_begun");
    assert_eq!(code(start().under(code!("mars"))), "warranty.has_begun");
    let used = start().used(Length::Years(1));
    assert_eq!(code(used), "warranty.has_begun");
    let same = start().at_price(lira(30_000)).under(code!("tr.consumer"));
    shop.world.run(same);
    assert_eq!(shop.warranty(), before);
    let unit = shop.world.run(RecordUnit {
        owner: Some(shop.ayse),
        ..RecordUnit::new(code!("NF-500"))
    });
    let sold = StartWarranty::of(unit).sold_on(on("2025-05-01"));
    shop.world.run(sold.clone());
    shop.world.run(sold.at_price(lira(9_000)));
    let warranty = shop.world.get(Warranty::id_of(unit));
    assert_eq!(warranty.price, Some(lira(9_000)), "it was not known");
    assert_eq!(warranty.contracts.len(), 2);
}

#[test]
fn nobody_cancels_what_the_law_gives_and_what_was_cancelled_can_be_pinned_again() {
    let shop = Shop::new();
    let cancel = |term, date| CancelContract {
        unit: shop.unit,
        term,
        on: on(date),
        reason: code!("not_paid"),
    };
    let law = shop
        .world
        .refuse(cancel(code!("tr.statutory"), "2026-03-02"));
    assert_eq!(law.code(), "warranty.by_law");
    let extra = PinTerm::new(shop.unit, code!("extra"));
    shop.world.run(extra.clone());
    let early = shop.world.refuse(cancel(code!("extra"), "2025-03-02"));
    assert_eq!(early.code(), "warranty.too_early");
    let verdict = || {
        let ask = CheckCoverage::new(shop.unit, on("2030-03-03"));
        shop.world.ask(&ask).verdict
    };
    shop.world.run(cancel(code!("extra"), "2026-03-02"));
    assert_eq!(verdict(), Verdict::Not);
    shop.world.run(extra.clone());
    assert_eq!(verdict(), Verdict::Covered);
    let twice = shop.world.refuse(extra);
    assert_eq!(twice.code(), "warranty.same_term");
    shop.world.run(cancel(code!("extra"), "2028-01-01"));
    assert_eq!(verdict(), Verdict::Not);
}

#[test]
fn an_extended_warranty_is_pinned_once_and_can_be_cancelled() {
    let shop = Shop::new();
    let extra = PinTerm::new(shop.unit, code!("extra"));
    shop.world.run(extra.clone());
    let code = |refusal: Refused| refusal.code();
    assert_eq!(code(shop.world.refuse(extra)), "warranty.same_term");
    let unknown = PinTerm::new(shop.unit, code!("none"));
    assert_eq!(code(shop.world.refuse(unknown)), "warranty.unknown_term");
    let verdict = |date| {
        shop.world
            .ask(&CheckCoverage::new(shop.unit, on(date)))
            .verdict
    };
    assert_eq!(verdict("2030-03-03"), Verdict::Covered);
    shop.world.run(CancelContract {
        unit: shop.unit,
        term: code!("extra"),
        on: on("2029-01-01"),
        reason: code!("not_paid"),
    });
    assert_eq!(verdict("2028-12-31"), Verdict::Covered);
    assert_eq!(verdict("2029-01-01"), Verdict::Not);
}

#[test]
fn the_next_owner_has_what_goes_along_and_nothing_else() {
    let shop = Shop::new();
    shop.world.run(PinTerm::new(shop.unit, code!("extra")));
    let mehmet = shop.world.run(RegisterCustomer::named("Mehmet Kaya"));
    let ask = CheckCoverage::new(shop.unit, on("2029-12-01"));
    assert_eq!(shop.world.ask(&ask).verdict, Verdict::Covered);
    shop.world.run(TransferUnit::sold(shop.unit, mehmet));
    assert_eq!(shop.world.ask(&ask).verdict, Verdict::Not);
    let early = CheckCoverage::new(shop.unit, on("2026-12-01"));
    assert_eq!(shop.world.ask(&early).verdict, Verdict::Covered);
    // Who may not see the unit may not ask.
    let ask = |who| shop.world.desk.ask(&Actor::Customer(who), &early);
    assert!(ask(mehmet).is_ok() && ask(shop.ayse).is_err());
}

#[test]
fn a_unit_that_goes_back_to_the_business_is_covered_by_nothing() {
    let shop = Shop::new();
    shop.world.run(TakeBackUnit {
        unit: shop.unit,
        reason: code!("returned"),
    });
    let warranty = shop.warranty();
    assert!(warranty.contracts.is_empty() && warranty.sold_to.is_none());
    assert_eq!(warranty.dates, Dates::default());
}

#[test]
fn the_owner_is_told_once_before_a_warranty_ends_and_after_what_repairs_added() {
    let shop = Shop::new();
    shop.go_to("2027-01-31");
    assert!(shop.told().0.is_empty());
    shop.go_to("2027-02-01");
    shop.go_to("2027-02-20");
    shop.wake();
    let said = shop.said();
    assert_eq!(said.len(), 1, "once");
    assert_eq!(said[0].purpose, code!("warranty.ends_soon"));
    assert_eq!(said[0].facts[&code!("last_day")], "2027-03-03");
    assert_eq!(said[0].facts[&code!("covers")], "conformity");
    assert!(shop.warranty().looks_at.is_some(), "the maker's ends later");
    shop.go_to("2029-02-02");
    assert_eq!(shop.said().len(), 2);
    assert_eq!(shop.warranty().looks_at, None);
}

#[test]
fn before_a_term_ends_the_owner_hears_what_is_still_free_to_claim() {
    let mut rules = policy();
    let year = Benefit {
        share: BasisPoints::WHOLE,
        lasts: Some(Length::Years(1)),
    };
    let door = Clause {
        pays: [(Item::Parts, year)].into(),
        ..Clause::everything(code!("door"))
    };
    let motor = Clause::everything(code!("motor"));
    let term = Term::new(code!("shop"), TermKind::Retailer, Length::Months(25));
    rules.terms.push(term.covering([door, motor]));
    rules.offers.push(Offer::always(code!("shop")));
    let shop = Shop::with(rules);
    shop.go_to("2027-03-10");
    let said = shop.said().into_iter();
    let mut of_shop = said.filter(|it| it.facts.get(&code!("term")).is_some_and(|it| it == "shop"));
    let told = of_shop.next().unwrap();
    assert_eq!(told.facts[&code!("covers")], "motor", "the door had a year");
}

#[test]
fn a_term_whose_end_moved_is_told_of_later() {
    let shop = Shop::new();
    shop.go_to("2026-05-04");
    let claim = shop.file(code!("door"), code!("hangs"));
    shop.world.run(aftercare::warranty::ApproveClaim::new(
        claim,
        aftercare::warranty::Remedy::Repair,
    ));
    shop.go_to("2026-05-14");
    shop.world.run(aftercare::warranty::FulfilClaim::given(
        claim,
        on("2026-05-14"),
    ));
    let ends = |shop: &Shop| {
        let said = shop.said().into_iter();
        let mut ends = said.filter(|it| it.purpose == code!("warranty.ends_soon"));
        ends.find(|it| it.facts[&code!("term")] == "tr.statutory")
    };
    shop.go_to("2027-02-10");
    assert!(ends(&shop).is_none());
    shop.go_to("2027-02-11");
    let told = ends(&shop).unwrap();
    assert_eq!(
        told.facts[&code!("last_day")],
        "2027-03-13",
        "ten days in repair"
    );
    assert_eq!(Warranty::id_of(shop.unit), shop.warranty().id);
}

#[test]
fn a_delivery_puts_the_unit_under_warranty_at_what_was_paid_for_one() {
    let begins = Reaction::start_warranty(code!("warranty"));
    let shop = Shop::of(
        super::spec(super::policy()).with_reaction(begins),
        "2025-03-03",
    );
    let items = [item("NF-500", 2, "25000.00 TRY")];
    let order = ordered(&shop.world, shop.ayse, items);
    let pack = Pack::new(1, 1).with_serial(code!("NF-8"));
    shop.world.run(PrepareShipment::of(order, [pack]));
    shop.world.wait(days(2));
    let delivered = TrackShipment::new(order, 1, Milestone::Delivered);
    shop.world.run(delivered);
    let unit = FindUnit::new(code!("NF-8"));
    let unit = shop.world.ask(&unit).unwrap().id;
    let warranty = shop.world.get(Warranty::id_of(unit));
    assert_eq!(warranty.price, Some(lira(25_000)));
    assert_eq!(warranty.sold_to, Some(shop.ayse));
    assert_eq!(warranty.dates.purchased_on, Some(on("2026-03-02")));
    let starts: Vec<_> = warranty.contracts.iter().map(|it| it.starts_on).collect();
    assert_eq!(starts, [Some(on("2026-03-04")); 2], "the delivery counts");
}

#[test]
fn the_work_of_a_repair_that_was_paid_for_is_under_warranty_for_its_component() {
    let shop = Shop::new();
    // The law ends on 3 March 2027, the maker's compressor on 3 March 2029.
    shop.go_to("2029-02-01");
    let pin = |component, date| PinWork {
        unit: shop.unit,
        component,
        on: on(date),
    };
    shop.world.run(pin(code!("door"), "2029-02-01"));
    shop.world.run(pin(code!("compressor"), "2029-01-01"));
    let verdict = |component, date| {
        let ask = CheckCoverage::new(shop.unit, on(date)).of_component(component);
        shop.world.ask(&ask).verdict
    };
    assert_eq!(verdict(code!("door"), "2029-01-31"), Verdict::Not);
    assert_eq!(verdict(code!("door"), "2029-05-01"), Verdict::Covered);
    assert_eq!(verdict(code!("door"), "2029-05-02"), Verdict::Not);
    assert_eq!(verdict(code!("lamp"), "2029-02-02"), Verdict::Not);
    // Three months from the repair end after the maker's term does.
    assert_eq!(verdict(code!("compressor"), "2029-04-01"), Verdict::Covered);
    assert_eq!(verdict(code!("compressor"), "2029-04-02"), Verdict::Not);
    let code = |pin| shop.world.refuse(pin).code().to_owned();
    assert_eq!(code(pin(code!("door"), "2029-02-02")), "warranty.in_future");
    assert_eq!(code(pin(code!("door"), "2025-02-28")), "warranty.too_early");
    let mut none = policy();
    none.work_term = None;
    let shop = Shop::with(none);
    let pin = PinWork {
        unit: shop.unit,
        component: code!("door"),
        on: on("2026-03-02"),
    };
    let refused = shop.world.refuse(pin);
    assert_eq!(refused.code(), "warranty.no_work_term");
}

#[test]
fn the_work_on_a_unit_counts_from_its_own_date_whatever_is_told_later() {
    let shop = Shop::new();
    shop.world.run(PinWork {
        unit: shop.unit,
        component: code!("door"),
        on: on("2026-03-01"),
    });
    let ends = || {
        let warranty = shop.warranty();
        let mut contracts = warranty.contracts.iter();
        let work = contracts.find(|it| it.term.kind == TermKind::Work).unwrap();
        let end = work.end(&[], on("2026-03-02")).unwrap().last_day;
        (end, warranty.contracts[0].starts_on)
    };
    let work = Some(on("2026-06-01"));
    assert_eq!(ends(), (work, Some(on("2025-03-03"))));
    let told = Dates {
        installed_on: Some(on("2025-03-13")),
        ..Dates::default()
    };
    shop.world.run(DateWarranty {
        unit: shop.unit,
        dates: told,
        instead: false,
    });
    assert_eq!(ends().0, work);
    let again = StartWarranty::of(shop.unit).delivered_on(on("2025-03-10"));
    shop.world.run(again);
    assert_eq!(ends(), (work, Some(on("2025-03-10"))));
}
