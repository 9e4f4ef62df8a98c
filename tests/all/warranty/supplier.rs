//! What suppliers owe, and until when it can be asked for.

use aftercare::code;
use aftercare::kernel::{Actor, BasisPoints, Code, WarrantyClaimId};
use aftercare::prelude::RecordUnit;
use aftercare::warranty::{
    ApproveClaim, Benefit, CancelContract, ClaimStatus, Clause, Costs, FulfilClaim, Item, Length,
    Offer, PinTerm, RecordRepair, RecoverFromSupplier, Remedy, SettleRecovery, SupplierTerm, Term,
    TermKind, ViewClaim, WarrantyPolicy,
};

use super::{Shop, lira, on, policy};

/// Demir stands behind its compressors for three years: parts in full, half of the labour, asked for within 30 days.
fn supplied() -> WarrantyPolicy {
    let mut rules = policy();
    let half = Benefit {
        share: BasisPoints::from_percent(50),
        lasts: None,
    };
    let none = Benefit {
        share: BasisPoints::default(),
        lasts: None,
    };
    let clause = Clause::everything(code!("parts")).of_component(code!("compressor"));
    let clause = clause.paying(Item::Labour, half).paying(Item::Travel, none);
    let term = Term::new(code!("demir"), TermKind::Supplier, Length::Years(3));
    rules.terms.push(term.covering([clause]));
    rules.suppliers.push(SupplierTerm {
        supplier: code!("demir"),
        offer: Offer::always(code!("demir")).in_category(code!("refrigerator")),
        ask_within_days: 30,
    });
    rules
}

fn repaired(shop: &Shop, component: Code) -> WarrantyClaimId {
    let claim = shop.file(component, code!("dead"));
    shop.world.run(ApproveClaim::new(claim, Remedy::Repair));
    let done_on = shop.world.now().date_naive();
    shop.world.run(RecordRepair {
        claim,
        done_on,
        parts: vec![],
        costs: Some(Costs {
            parts: lira(3_000),
            labour: lira(1_000),
            travel: lira(200),
        }),
    });
    shop.world.run(FulfilClaim::given(claim, done_on));
    claim
}

#[test]
fn what_a_supplier_owes_is_worked_out_by_their_terms_and_told_before_their_time_ends() {
    let shop = Shop::with(supplied());
    let claim = repaired(&shop, code!("compressor"));
    let owed = shop.claim(claim).recoverable.clone().unwrap();
    assert_eq!(owed.amount, lira(3_500), "parts, and half of the labour");
    assert_eq!(owed.until, on("2026-04-01"));
    shop.go_to("2026-03-17");
    assert_eq!(shop.claim(claim).status, ClaimStatus::Closed);
    assert!(shop.told().1.is_empty());
    shop.go_to("2026-03-18");
    shop.go_to("2026-03-20");
    let told: Vec<_> = shop
        .said()
        .into_iter()
        .filter(|it| it.purpose == code!("warranty.recovery_ends_soon"))
        .collect();
    assert_eq!(told.len(), 1, "once, 14 days before");
    assert_eq!(told[0].facts[&code!("supplier")], "demir");
    assert_eq!(told[0].facts[&code!("until")], "2026-04-01");
    let me = Actor::Customer(shop.ayse);
    let at = shop.world.now();
    let view = shop.world.desk.ask(&me, &ViewClaim { claim, at }).unwrap();
    assert!(
        view.claim.recoverable.is_none(),
        "the customer does not see it"
    );
    shop.go_to("2026-04-01");
    shop.world
        .run(RecoverFromSupplier::of(claim, code!("demir")));
    let asked = shop.claim(claim).recovery.clone().unwrap();
    assert_eq!((asked.amount, asked.until), (lira(3_500), Some(owed.until)));
    let paid = |amount| SettleRecovery {
        claim,
        paid: lira(amount),
    };
    let code = |amount| shop.world.refuse(paid(amount)).code();
    assert_eq!(code(3_501), "warranty.above_asked");
    assert_eq!(code(-1), "warranty.negative_amount");
    shop.world.run(paid(3_500));
}

#[test]
fn what_was_asked_for_is_not_told_and_what_is_late_is_refused() {
    let shop = Shop::with(supplied());
    let claim = repaired(&shop, code!("compressor"));
    shop.world
        .run(RecoverFromSupplier::of(claim, code!("demir")));
    shop.go_to("2026-03-30");
    assert!(shop.told().1.is_empty());

    let shop = Shop::with(supplied());
    let claim = repaired(&shop, code!("compressor"));
    let other = RecoverFromSupplier::of(claim, code!("celik"));
    assert_eq!(shop.world.refuse(other).code(), "warranty.unknown_supplier");
    shop.go_to("2026-04-02");
    let late = RecoverFromSupplier::of(claim, code!("demir"));
    assert_eq!(shop.world.refuse(late).code(), "warranty.recovery_over");
}

#[test]
fn a_supplier_owes_nothing_for_what_their_terms_leave_out() {
    let shop = Shop::with(supplied());
    let claim = repaired(&shop, code!("door"));
    assert_eq!(shop.claim(claim).recoverable, None, "not their part");
    shop.go_to("2028-03-03");
    let last = repaired(&shop, code!("compressor"));
    assert!(
        shop.claim(last).recoverable.is_some(),
        "the last day of three years"
    );
    shop.go_to("2028-03-04");
    let late = repaired(&shop, code!("compressor"));
    assert_eq!(shop.claim(late).recoverable, None);
}

#[test]
fn what_cannot_be_pinned_or_cancelled_is_refused_for_what_is_so() {
    let shop = Shop::with(supplied());
    let code = |pin: PinTerm| shop.world.refuse(pin).code().to_owned();
    let pin = PinTerm::new(shop.unit, code!("demir"));
    assert_eq!(code(pin), "warranty.not_for_units", "it is the supplier's");
    let stock = shop.world.run(RecordUnit::new(code!("NF-500")));
    let pin = PinTerm::new(stock, code!("extra"));
    assert_eq!(code(pin), "warranty.no_warranty", "it was never sold");
    let cancel = CancelContract {
        unit: shop.unit,
        term: code!("extra"),
        on: on("2026-03-02"),
        reason: code!("not_paid"),
    };
    let refused = shop.world.refuse(cancel);
    assert_eq!(refused.code(), "warranty.not_pinned", "the rulebook has it");
}
