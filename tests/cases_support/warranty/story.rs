//! Cases that need claims on record: told through a desk.

use aftercare::code;
use aftercare::kernel::{Actor, Code, CustomerId, SecretKey, UnitId, WarrantyClaimId};
use aftercare::prelude::{
    ApproveClaim, DefineProduct, Desk, FileClaim, FulfilClaim, MemoryStore, RecordRepair,
    RecordUnit, RecoverFromSupplier, RegisterCustomer, Requests, RulebookSpec, StartWarranty,
    ViewClaim,
};
use aftercare::warranty::{
    Costs, Length, Offer, Remedy, SupplierTerm, Term, TermKind, WarrantyPolicy,
};
use aftercare::work::Command;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};

use super::law::six_days;
use super::{Input, date, euro, regimes};

/// A shop with one customer and one pump, delivered on 1 March 2025.
struct Story {
    desk: Desk<MemoryStore>,
    system: Requests,
    now: DateTime<Utc>,
    customer: CustomerId,
    unit: UnitId,
}

const DELIVERED: &str = "2025-03-01";

impl Story {
    fn under(regime: Code, set: impl FnOnce(&mut WarrantyPolicy)) -> Self {
        let mut warranty = WarrantyPolicy {
            regimes: regimes(),
            regime: Some(regime),
            ..WarrantyPolicy::default()
        };
        set(&mut warranty);
        let spec = RulebookSpec {
            warranty,
            ..RulebookSpec::new()
        };
        let spec = spec.with_calendar(code!("tr.working_days"), six_days());
        let rulebook = spec.build(SecretKey::new([7; 16])).unwrap();
        let mut story = Self {
            desk: Desk::new(MemoryStore::new(), rulebook),
            system: Requests::of(Actor::System, 1),
            now: DateTime::UNIX_EPOCH,
            customer: CustomerId::from_u128(0),
            unit: UnitId::from_u128(0),
        };
        story.go_to(date(DELIVERED));
        story.run(DefineProduct::new(code!("pump")));
        story.customer = story.run(RegisterCustomer::new());
        story.unit = story.run(RecordUnit {
            owner: Some(story.customer),
            ..RecordUnit::new(code!("pump"))
        });
        let start = StartWarranty::of(story.unit).sold_on(date(DELIVERED));
        story.run(start.delivered_on(date(DELIVERED)).at_price(euro(500)));
        story
    }

    fn go_to(&mut self, date: NaiveDate) {
        self.now = date.and_hms_opt(12, 0, 0).unwrap().and_utc();
    }

    fn run<C: Command>(&mut self, command: C) -> C::Output {
        self.desk.run(&self.system.at(self.now), command).unwrap()
    }

    fn file(&mut self, component: Code) -> WarrantyClaimId {
        self.run(FileClaim::new(self.customer, self.unit).with_fault(component, code!("leaks")))
    }

    fn repaired(&mut self, claim: WarrantyClaimId) {
        let done_on = self.now.date_naive();
        self.run(RecordRepair {
            claim,
            done_on,
            parts: vec![],
            costs: Some(Costs {
                parts: euro(30),
                labour: euro(20),
                travel: euro(0),
            }),
        });
    }

    fn fulfil(&mut self, claim: WarrantyClaimId) {
        let on = self.now.date_naive();
        self.run(FulfilClaim::given(claim, on));
    }
}

/// How many repairs several visits at the customer's are, until the trader says that it is done.
pub(super) fn visits(input: &Input<'_>) -> Option<Value> {
    let mut story = Story::under(code!("gb.consumer"), |_| {});
    let claim = story.file(code!("seal"));
    story.run(ApproveClaim::new(claim, Remedy::Repair));
    for visit in 1..=input.count("visits") {
        story.go_to(date(DELIVERED) + Days::new(visit.into()));
        story.repaired(claim);
        if visit == input.count("trader_said_finished_after_visit") {
            story.fulfil(claim);
        }
    }
    let again = story.file(code!("seal"));
    let again = story.desk.get(&Actor::System, again).unwrap()?;
    Some(json!({ "repairs_counted": again.filing.history.repairs }))
}

/// Pumps under Californian law that a supplier stands behind for a year.
fn supplied() -> Story {
    Story::under(code!("us_ca.consumer"), |policy| {
        let term = Term::new(code!("supplier"), TermKind::Supplier, Length::Years(1));
        policy.terms.push(term);
        policy.suppliers.push(SupplierTerm {
            supplier: code!("maker"),
            offer: Offer::always(code!("supplier")),
            ask_within_days: 90,
        });
    })
}

/// Whether the supplier still owes for a fault so many days after their term would have ended, when a repair of the seller's
/// took so many days before.
fn owes_after(in_repair: u32, days: u32) -> bool {
    let mut story = supplied();
    let first = date("2026-01-05");
    story.go_to(first);
    let claim = story.file(code!("seal"));
    story.run(ApproveClaim::new(claim, Remedy::Repair));
    story.go_to(first + Days::new(in_repair.into()));
    story.fulfil(claim);
    story.go_to(date("2026-03-01") + Days::new(days.into()));
    let claim = story.file(code!("valve"));
    story.run(ApproveClaim::new(claim, Remedy::Goodwill));
    story.repaired(claim);
    let claim = story.desk.get(&Actor::System, claim).unwrap().unwrap();
    claim.recoverable.is_some()
}

pub(super) fn supplier_extended(input: &Input<'_>) -> Option<Value> {
    let tolls = input.count("retailer_repair_tolls_days");
    let mut days = (0..=tolls + 5).take_while(|days| owes_after(tolls, *days));
    Some(json!({ "manufacturer_liability_extended_days": days.by_ref().last() }))
}

/// The seller gets what a repair cost from whoever supplied it.
pub(super) fn redress() -> Option<Value> {
    let mut story = supplied();
    let claim = story.file(code!("seal"));
    story.run(ApproveClaim::new(claim, Remedy::Repair));
    story.repaired(claim);
    story.run(RecoverFromSupplier::of(claim, code!("maker")));
    let claim = story.desk.get(&Actor::System, claim).unwrap()?;
    let asked = claim.recovery.as_ref()?;
    let whole = asked.supplier == code!("maker") && asked.amount == euro(50);
    Some(json!({ "seller_may_recover_from": whole.then_some("the person liable in the chain") }))
}

/// Whether the business can agree to a shorter time in which goods can be handed back.
pub(super) fn agreed_less(input: &Input<'_>) -> Option<Value> {
    let agreed = input.count("agreed_days");
    let mut story = Story::under(code!("gb.consumer"), |policy| {
        let term = Term::new(code!("shop"), TermKind::Retailer, Length::Days(agreed));
        policy.terms.push(term);
        policy.offers.push(Offer::always(code!("shop")));
    });
    story.go_to(date(DELIVERED) + Days::new(u64::from(agreed) + 1));
    let claim = story.file(code!("seal"));
    let at = story.now;
    let view = story.desk.ask(&Actor::System, &ViewClaim { claim, at });
    let mut open = view.unwrap().remedies.into_iter();
    let is_open = open.any(|it| it.remedy == Remedy::Refund && it.insists);
    Some(json!({ "binding": !is_open }))
}
